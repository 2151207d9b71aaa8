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
MATCH (t:Transaction)-[r:INCLUDES]->(p:Product)
WHERE t.id IN $ids
RETURN t.id AS transaction, r.id AS id, p.id AS thing, p.name AS name, 'INCLUDES' AS relation,
       r.standing AS standing, r.claims AS claims
UNION ALL
MATCH (t:Transaction)-[r:UNDER]->(p:Programme)
WHERE t.id IN $ids
RETURN t.id AS transaction, r.id AS id, p.id AS thing, p.name AS name, 'UNDER' AS relation,
       r.standing AS standing, r.claims AS claims
UNION ALL
MATCH (t:Transaction)-[r:USED_IN]->(p:PublicBody)
WHERE t.id IN $ids
RETURN t.id AS transaction, r.id AS id, p.id AS thing, p.name AS name, 'USED_IN' AS relation,
       r.standing AS standing, r.claims AS claims
