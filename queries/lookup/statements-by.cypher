// ---
// title = "What organisations say"
// summary = "The replies and statements of the given organisations, about whatever they speak of."
// order = ["author", "about", "id"]
//
// [params]
// ids = {type = "ids", help = "Ids of organisations"}
//
// [columns]
// author = "Who says it"
// id = "Claim"
// about = "What it is about"
// stance = "Stance"
// topic = "Topic"
// summary = "What it says"
// source = "Document that was read"
// primary_source = "Document that it relies on"
// locator = "Where it stands"
// ---
MATCH (s:Source)<-[:CITES]-(c:Claim)-[:SAID_BY]->(a:Company|PublicBody|Publisher)
WHERE a.id IN $ids AND c.summary <> ''
RETURN a.id AS author, c.id AS id, c.about AS about, c.stance AS stance, c.topic AS topic,
       c.summary AS summary, s.id AS source,
       c.primary_source AS primary_source, c.locator AS locator
