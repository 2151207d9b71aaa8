// ---
// title = "Models and versions of products"
// summary = "The models of a product line, and the line itself."
// order = ["line", "model"]
//
// [params]
// ids = {type = "ids", help = "Ids of products"}
//
// [columns]
// line = "Product line"
// model = "Model or version of it"
// ---
MATCH (m:Product)-[:VARIANT_OF]->(l:Product)
WHERE l.id IN $ids
RETURN l.id AS line, m.id AS model
