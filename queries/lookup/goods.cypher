// ---
// title = "Goods and programmes of transactions"
// summary = "Products that the given transactions included, programmes they belong to, and units that use the goods."
// order = ["transaction", "relation", "thing"]
//
// [params]
// ids = {type = "ids", help = "Ids of transactions"}
//
// [columns]
// transaction = "Transaction"
// id = "Relation"
// thing = "Product, programme or body"
// name = "Its name"
// relation = "INCLUDES, UNDER or USED_IN"
// standing = "Standing"
// claims = "Claims that it rests on"
// ---
UNWIND $ids AS wanted
MATCH (t:Transaction {id: wanted})
OPTIONAL MATCH (t)-[r:INCLUDES]->(p:Product)
WITH t, r, p
WHERE p.id IS NOT NULL
RETURN t.id AS transaction, r.id AS id, p.id AS thing, p.name AS name, 'INCLUDES' AS relation,
       r.standing AS standing, r.claims AS claims
UNION ALL
UNWIND $ids AS wanted
MATCH (t:Transaction {id: wanted})
OPTIONAL MATCH (t)-[r:UNDER]->(p:Programme)
WITH t, r, p
WHERE p.id IS NOT NULL
RETURN t.id AS transaction, r.id AS id, p.id AS thing, p.name AS name, 'UNDER' AS relation,
       r.standing AS standing, r.claims AS claims
UNION ALL
UNWIND $ids AS wanted
MATCH (t:Transaction {id: wanted})
OPTIONAL MATCH (t)-[r:USED_IN]->(p:PublicBody)
WITH t, r, p
WHERE p.id IS NOT NULL
RETURN t.id AS transaction, r.id AS id, p.id AS thing, p.name AS name, 'USED_IN' AS relation,
       r.standing AS standing, r.claims AS claims
