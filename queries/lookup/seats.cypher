// ---
// title = "Where nodes are"
// summary = "The places in which nodes are seated, or that contain them, at any time."
// order = ["id", "place"]
//
// [params]
// ids = {type = "ids", help = "Ids of nodes"}
//
// [columns]
// id = "Node"
// place = "A place that contains it; one row for each"
// name = "Name of the place"
// kind = "Kind of the place"
// ---
MATCH (n)-[:SEATED_IN]->(p:Place)
WHERE n.id IN $ids
RETURN n.id AS id, p.id AS place, p.name AS name, p.kind AS kind
UNION
MATCH (n:Place)-[:WITHIN_CHAIN]->(p:Place)
WHERE n.id IN $ids
RETURN n.id AS id, p.id AS place, p.name AS name, p.kind AS kind
