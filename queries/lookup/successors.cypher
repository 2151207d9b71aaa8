// ---
// title = "Successors of companies"
// summary = "What became of the given companies by merger, renaming or takeover."
// order = ["company", "successor"]
//
// [params]
// ids = {type = "ids", help = "Ids of companies"}
//
// [columns]
// company = "Company"
// successor = "Company after it"
// name = "Its name"
// kind = "How it came about"
// date = "When, as stated"
// ---
MATCH (c:Company)-[r:SUCCEEDED_BY]->(s:Company)
WHERE c.id IN $ids
RETURN c.id AS company, s.id AS successor, s.name AS name, r.kind AS kind, r.date AS date
