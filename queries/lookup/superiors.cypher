// ---
// title = "Bodies above bodies"
// summary = "What the given organisations are part of, over a chain."
// order = ["id", "depth", "above"]
//
// [params]
// ids = {type = "ids", help = "Ids of organisations"}
//
// [columns]
// id = "Organisation"
// above = "Body above it"
// name = "Its name"
// kind = "Its kind"
// depth = "Length of the chain"
// ---
UNWIND $ids AS wanted
MATCH (b:PublicBody {id: wanted})
OPTIONAL MATCH (b)-[up:PART_OF_CHAIN]->(above:PublicBody)
WITH b, up, above
WHERE up.depth > 0
RETURN b.id AS id, above.id AS above, above.name AS name, above.kind AS kind, up.depth AS depth
