// ---
// title = "Where one product or its models went"
// summary = "Deliveries that included a product or one of its models and versions."
// description = """
// One row is one product, transaction and recipient. Asked for a product line, the query shows its models too; asked for a model, it does not show deliveries of which only the line is stated.
// A tender that lists the product delivers nothing and is left out, and so is a brand mention.
// """
// order = ["product", "date", "transaction", "end_user"]
// sets = [["makers", "maker_names"], ["sellers", "seller_names"], ["programmes", "programme_names"], ["claims"]]
//
// [params]
// product = {type = "product", help = "Product line, model or version"}
//
// [columns]
// product = "The product, or a model of it, that was delivered"
// product_name = "Its name"
// quantity = "How many, where stated"
// makers = "Manufacturers, as the transaction states them"
// maker_names = "Their names at the date"
// sellers = "Who sold"
// seller_names = "Their names at the date"
// end_user = "The organisation that received the goods: a body, or a company that bought them; empty where none is stated"
// end_user_name = "Its name at the date"
// end_user_kind = "Its kind"
// received_as = "END_USER, or BUYER where no end user is stated"
// programmes = "Programmes that the delivery belongs to"
// programme_names = "Their names"
// transaction = "Transaction"
// title = "Its title"
// kind = "Its kind"
// date = "Its date, as stated"
// standing = "Weakest standing among inclusion of the product, sale and receipt"
// contested = "Whether any of these is contested"
// claims = "Claims about them, replies included"
// ---
MATCH (:Product {id: $product})<-[:VARIANT_OF*0..4]-(p:Product)<-[held:INCLUDES]-(t:Transaction)
WITH DISTINCT p, held, t
OPTIONAL MATCH (t)-[sale:SUPPLY_CHAIN]->(:Transaction)
WITH p, held, t, sale
WHERE sale.depth = 0
OPTIONAL MATCH (t)-[got:END_USER|BUYER]->(u:Company|PublicBody)
WHERE got.recipient
WITH p, held, t, sale, got, u
OPTIONAL MATCH (t)-[part:MANUFACTURER]->(m:Company)
WITH p, held, t, sale, got, u, collect(m.id) AS makers,
     collect(CASE WHEN part.as_name <> '' THEN part.as_name ELSE m.name END) AS maker_names
OPTIONAL MATCH (t)-[sold:SELLER]->(s:Company|PublicBody)
UNWIND coalesce(sold.claims, ['']) AS seller_claim
WITH p, held, t, sale, got, u, makers, maker_names,
     collect(s.id) AS sellers,
     collect(CASE WHEN sold.as_name <> '' THEN sold.as_name ELSE s.name END) AS seller_names,
     collect(CASE WHEN seller_claim <> '' THEN seller_claim END) AS seller_claims
OPTIONAL MATCH (t)-[:UNDER]->(g:Programme)
WITH p, held, t, sale, got, u, makers, maker_names, sellers, seller_names, seller_claims,
     collect(g.id) AS programmes, collect(g.name) AS programme_names,
     [held.standing, sale.standing, got.standing] AS standings
RETURN p.id AS product, p.name AS product_name, held.quantity AS quantity, makers, maker_names,
       sellers, seller_names,
       u.id AS end_user,
       CASE WHEN got.as_name <> '' THEN got.as_name ELSE u.name END AS end_user_name,
       u.kind AS end_user_kind, got.role AS received_as, programmes, programme_names,
       t.id AS transaction, t.title AS title, t.kind AS kind, t.date AS date,
       CASE WHEN 'inferred' IN standings THEN 'inferred'
            WHEN 'reported' IN standings THEN 'reported'
            WHEN 'self-published' IN standings THEN 'self-published'
            WHEN 'documented' IN standings THEN 'documented' ELSE 'confirmed' END AS standing,
       held.contested OR sale.contested OR coalesce(got.contested, false) AS contested,
       held.claims + t.claims + seller_claims + coalesce(got.claims, []) AS claims
