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
UNWIND $ids AS wanted
MATCH (s:Source {id: wanted})
OPTIONAL MATCH (s)<-[:CITES]-(c:Claim)
OPTIONAL MATCH (c)-[:SAID_BY]->(a:Company|PublicBody|Publisher)
WITH s, c, a
WHERE c.id IS NOT NULL
RETURN s.id AS source, c.id AS id, c.about AS about, c.kind AS kind, c.stance AS stance,
       c.topic AS topic, a.id AS author, c.locator AS locator, c.summary AS summary
UNION ALL
MATCH (c:Claim)
WHERE c.primary_source IN $ids
WITH c.id AS wanted
MATCH (c:Claim {id: wanted})
WHERE NOT c.source IN $ids
OPTIONAL MATCH (c)-[:SAID_BY]->(a:Company|PublicBody|Publisher)
RETURN c.primary_source AS source, c.id AS id, c.about AS about, c.kind AS kind,
       c.stance AS stance, c.topic AS topic, a.id AS author, c.locator AS locator,
       c.summary AS summary
