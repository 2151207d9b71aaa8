// ---
// title = "Who supplied a programme"
// summary = "Manufacturers and sellers of what was supplied under a programme or one of its phases."
// description = """
// One row is one supplier, its role and one transaction under the programme. The recipient may be unknown, as where a company acknowledges its part in a programme and no contract is known.
// A company that is only recommended as a brand, handles the bids or lost the bid is no supplier.
// Where a manufacturer's goods are documented in an earlier sale to the seller, the row lists both transactions and is inferred.
// """
// order = ["programme", "date", "transactions", "role", "supplier"]
// sets = [["end_users", "end_user_names"], ["products", "product_names"], ["claims"]]
//
// [params]
// programme = {type = "programme", help = "Programme, campaign or phase"}
//
// [columns]
// programme = "The programme asked for, or a phase of it"
// programme_name = "Its name"
// supplier = "Company that made or sold what was supplied"
// supplier_name = "Its name at the date"
// role = "MANUFACTURER or SELLER"
// end_users = "Bodies that received it"
// end_user_names = "Their names"
// products = "Products delivered"
// product_names = "Their names"
// transactions = "Transactions along which the goods went, the one under the programme last"
// title = "Title of that one"
// kind = "Its kind"
// date = "Its date, as stated"
// standing = "Weakest standing among the part, the sale and its belonging to the programme"
// contested = "Whether any of these is contested"
// claims = "Claims about them, replies included"
// ---
MATCH (:Programme {id: $programme})<-[:PHASE_OF*0..4]-(g:Programme)<-[belongs:UNDER]-(t:Transaction)
WITH DISTINCT g, belongs, t
OPTIONAL MATCH (t)<-[sale:SUPPLY_CHAIN]-(first:Transaction)
WITH g, belongs, t, sale, first
OPTIONAL MATCH (first)-[part:MANUFACTURER|SELLER]->(e:Company|PublicBody)
WITH g, belongs, t, sale, part, e
WHERE e.id IS NOT NULL AND (sale.depth = 0 OR (part.role = 'MANUFACTURER' AND e.id IN sale.makers))
WITH g, belongs, t, sale, part, e
OPTIONAL MATCH (t)-[got:END_USER|BUYER]->(u:Company|PublicBody)
WHERE got.recipient
WITH g, belongs, t, sale, part, e,
     collect(u.id) AS end_users,
     collect(CASE WHEN got.as_name <> '' THEN got.as_name ELSE u.name END) AS end_user_names
OPTIONAL MATCH (t)-[:INCLUDES]->(p:Product)
WITH g, belongs, t, sale, part, e, end_users, end_user_names,
     collect(p.id) AS products, collect(p.name) AS product_names,
     [part.standing, sale.standing, belongs.standing] AS standings
RETURN g.id AS programme, g.name AS programme_name, e.id AS supplier,
       CASE WHEN part.as_name <> '' THEN part.as_name ELSE e.name END AS supplier_name,
       part.role AS role, end_users, end_user_names, products, product_names,
       sale.via AS transactions, t.title AS title, t.kind AS kind, t.date AS date,
       CASE WHEN 'inferred' IN standings THEN 'inferred'
            WHEN 'reported' IN standings THEN 'reported'
            WHEN 'self-published' IN standings THEN 'self-published'
            WHEN 'documented' IN standings THEN 'documented' ELSE 'confirmed' END AS standing,
       part.contested OR sale.contested OR belongs.contested AS contested,
       part.claims + t.claims + belongs.claims AS claims
