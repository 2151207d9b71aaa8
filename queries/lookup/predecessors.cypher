// ---
// title = "Predecessors of companies"
// summary = "Companies that were merged into, renamed to or taken over by the given ones."
// order = ["company", "predecessor"]
//
// [params]
// ids = {type = "ids", help = "Ids of companies"}
//
// [columns]
// company = "Company"
// predecessor = "Company before it"
// kind = "How it came about"
// date = "When, as stated"
// ---
UNWIND $ids AS wanted
MATCH (c:Company {id: wanted})
OPTIONAL MATCH (p:Company)-[r:SUCCEEDED_BY]->(c)
WITH p, r, c
WHERE p.id IS NOT NULL
RETURN c.id AS company, p.id AS predecessor, r.kind AS kind, r.date AS date
