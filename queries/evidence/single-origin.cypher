// ---
// title = "Supply that rests on a single origin"
// summary = "Deliveries, the parts that organisations had in them, and ownership, for which only one independent document speaks."
// description = """
// A page that repeats a report adds no origin. A single origin is no doubt by itself; it is where one mistake, or one retraction, would be enough.
// A company's confirmation in a letter of its own is a second origin.
// """
// order = ["element_kind", "element"]
// sets = [["sources"], ["authors"], ["claims"]]
//
// [params]
// organisation = {type = "organisation", default = "", help = "Only what this organisation is a party to; empty for all"}
//
// [columns]
// element = "Transaction or relation, by its id"
// element_kind = "Transaction, OWNS, or the role"
// name = "Title of the transaction; name of the organisation in the role, or of the company owned"
// standing = "Standing"
// contested = "Whether it is contested"
// authors = "Who asserts or confirms it"
// sources = "Documents that these rely on"
// claims = "Their claims"
// ---
MATCH (t:Transaction)<-[:ABOUT]-(c:Claim)-[:SAID_BY]->(w:Company|PublicBody|Publisher)
WHERE t.carries AND t.origins = 1 AND c.topic = 'existence' AND c.stance IN ['asserts', 'confirms']
  AND ($organisation = ''
       OR EXISTS { MATCH (t)-[:SELLER|MANUFACTURER|BUYER|END_USER]->(o:Company|PublicBody)
                   WHERE o.id = $organisation })
RETURN t.id AS element, 'Transaction' AS element_kind, t.title AS name, t.standing AS standing,
       t.contested AS contested, collect(w.name) AS authors,
       collect(CASE WHEN c.primary_source <> '' THEN c.primary_source ELSE c.source END) AS sources,
       collect(c.id) AS claims
UNION ALL
MATCH (t:Transaction)-[part:SELLER|MANUFACTURER|BUYER|END_USER]->(o:Company|PublicBody)
WHERE t.carries AND part.origins = 1 AND ($organisation = '' OR o.id = $organisation)
UNWIND part.claims + t.claims AS claim_id
MATCH (c:Claim)-[:SAID_BY]->(w:Company|PublicBody|Publisher)
WHERE c.id = claim_id AND c.topic = 'existence' AND c.stance IN ['asserts', 'confirms']
  AND (c.about = part.id OR c.stance = 'confirms')
RETURN part.id AS element, part.role AS element_kind, o.name AS name, part.standing AS standing,
       part.contested AS contested, collect(w.name) AS authors,
       collect(CASE WHEN c.primary_source <> '' THEN c.primary_source ELSE c.source END) AS sources,
       collect(c.id) AS claims
UNION ALL
MATCH (o:Company|PublicBody)-[share:OWNS]->(e:Company)
WHERE share.origins = 1
  AND ($organisation = '' OR o.id = $organisation OR e.id = $organisation)
UNWIND share.claims AS claim_id
MATCH (c:Claim)-[:SAID_BY]->(w:Company|PublicBody|Publisher)
WHERE c.id = claim_id AND c.topic = 'existence' AND c.stance IN ['asserts', 'confirms']
RETURN share.id AS element, 'OWNS' AS element_kind, e.name AS name, share.standing AS standing,
       share.contested AS contested, collect(w.name) AS authors,
       collect(CASE WHEN c.primary_source <> '' THEN c.primary_source ELSE c.source END) AS sources,
       collect(c.id) AS claims
