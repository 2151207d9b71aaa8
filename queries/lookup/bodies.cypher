// ---
// title = "Public bodies by id"
// summary = "Names and kinds of public bodies, and the places that contain them."
// order = ["id", "place"]
//
// [params]
// ids = {type = "ids", help = "Ids of public bodies"}
//
// [columns]
// id = "Body"
// name = "Name"
// name_zh = "Chinese name"
// kind = "Kind"
// place = "A place that contains it; one row for each"
// place_kind = "Kind of that place"
// ---
UNWIND $ids AS wanted
MATCH (b:PublicBody {id: wanted})
OPTIONAL MATCH (b)-[:SEATED_IN]->(p:Place)
RETURN b.id AS id, b.name AS name, b.name_zh AS name_zh, b.kind AS kind, p.id AS place,
       p.kind AS place_kind
