// ---
// title = "Claims by id"
// summary = "Who says it, on what basis, and where it can be read."
// order = ["id"]
//
// [params]
// ids = {type = "ids", help = "Ids of claims"}
//
// [columns]
// id = "Claim"
// about = "Element it speaks about"
// kind = "Class or relation of the element"
// author = "Who says it"
// author_name = "Name of the author"
// basis = "Basis"
// stance = "Stance"
// topic = "Topic"
// source = "Document that was read"
// source_title = "Its title"
// primary_source = "Document that it relies on"
// locator = "Where it stands"
// summary = "What a statement says"
// said = "When it was said"
// inferred_because = "Why it was concluded, if it was"
// note = "Note of the editors"
// ---
UNWIND $ids AS wanted
// By its key, one after the other: `c.id IN $ids` reads every claim there is.
MATCH (c:Claim {id: wanted})
OPTIONAL MATCH (c)-[:CITES]->(s:Source)
OPTIONAL MATCH (c)-[:SAID_BY]->(a:Company|PublicBody|Publisher)
RETURN c.id AS id, c.about AS about, c.kind AS kind, a.id AS author, a.name AS author_name,
       c.basis AS basis, c.stance AS stance, c.topic AS topic, s.id AS source,
       s.title AS source_title, c.primary_source AS primary_source, c.locator AS locator,
       c.summary AS summary, c.said AS said, c.inferred_because AS inferred_because,
       c.note AS note
