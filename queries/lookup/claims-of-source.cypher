// ---
// title = "Claims that rest on sources"
// summary = "Every claim read in the given documents, or resting on them through another one."
// order = ["source", "kind", "about", "id"]
//
// [params]
// ids = {type = "ids", help = "Ids of sources"}
//
// [columns]
// source = "Source"
// id = "Claim"
// about = "Element"
// kind = "Class or relation of the element"
// stance = "Stance"
// topic = "Topic"
// author = "Who says it"
// locator = "Where it stands in the document that was read"
// summary = "What a statement says"
// ---
MATCH (c:Claim)-[:SAID_BY]->(a:Company|PublicBody|Publisher)
WHERE c.source IN $ids OR c.primary_source IN $ids
RETURN CASE WHEN c.source IN $ids THEN c.source ELSE c.primary_source END AS source,
       c.id AS id, c.about AS about, c.kind AS kind, c.stance AS stance, c.topic AS topic,
       a.id AS author, c.locator AS locator, c.summary AS summary
