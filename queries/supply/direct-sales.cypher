// ---
// title = "Direct sales"
// summary = "Goods that the manufacturer itself sold to a public body, without a subsidiary or reseller."
// description = """
// One row is one manufacturer, transaction and recipient. The manufacturer is the seller of record; a sale of which the sources do not say who sold is not among them (see supply-by-channel).
// """
// order = ["maker", "date", "transaction", "end_user"]
// sets = [["products", "product_names"], ["programmes", "programme_names"], ["claims"]]
//
// [params]
// place = {type = "place", default = "", help = "Place in which the manufacturer was seated: EU, SE"}
// kind = {type = "organisation-kind", default = "", help = "Kind of the end user, narrower kinds included; empty for any"}
// within = {type = "place", default = "", help = "Place that contains the end user"}
//
// [columns]
// maker = "Manufacturer that sold its goods itself"
// maker_name = "Its name at the date"
// end_user = "The body that received the goods"
// end_user_name = "Its name at the date"
// end_user_kind = "Its kind"
// received_as = "END_USER, or BUYER where no end user is stated"
// products = "Products delivered"
// product_names = "Their names"
// programmes = "Programmes that the delivery belongs to"
// programme_names = "Their names"
// transaction = "Transaction"
// title = "Its title"
// kind = "Its kind"
// date = "Its date, as stated"
// standing = "Weakest standing among manufacturer, sale and receipt"
// contested = "Whether any of these is contested"
// claims = "Claims about them, replies included"
// ---
MATCH (m:Company)<-[part:MANUFACTURER]-(t:Transaction)
WHERE t.carries AND part.channel = 'direct'
  AND ($place = '' OR EXISTS { MATCH (m)-[seat:SEATED_IN]->(z:Place)
                               WHERE z.id = $place AND seat.valid_from <= t.date_to
                                 AND seat.valid_to >= t.date_from })
WITH m, part, t
MATCH (t)-[got:END_USER|BUYER]->(u:PublicBody)
WHERE got.recipient
  AND ($kind = '' OR $kind IN u.kinds)
  AND ($within = '' OR EXISTS { MATCH (u)-[home:SEATED_IN]->(w:Place)
                                WHERE w.id = $within AND home.valid_from <= t.date_to
                                  AND home.valid_to >= t.date_from })
WITH m, part, t, got, u
MATCH (t)-[sale:SUPPLY_CHAIN]->(:Transaction)
WHERE sale.depth = 0
WITH m, part, t, got, u, sale
MATCH (t)-[sold:SELLER]->(m)
OPTIONAL MATCH (t)-[:INCLUDES]->(p:Product)
WITH m, part, sold, t, got, u, sale, collect(p.id) AS products, collect(p.name) AS product_names
OPTIONAL MATCH (t)-[:UNDER]->(g:Programme)
WITH m, part, sold, t, got, u, sale, products, product_names,
     collect(g.id) AS programmes, collect(g.name) AS programme_names,
     [part.standing, sale.standing, got.standing] AS standings
RETURN m.id AS maker,
       CASE WHEN part.as_name <> '' THEN part.as_name ELSE m.name END AS maker_name,
       u.id AS end_user,
       CASE WHEN got.as_name <> '' THEN got.as_name ELSE u.name END AS end_user_name,
       u.kind AS end_user_kind, got.role AS received_as,
       products, product_names, programmes, programme_names,
       t.id AS transaction, t.title AS title, t.kind AS kind, t.date AS date,
       CASE WHEN 'inferred' IN standings THEN 'inferred'
            WHEN 'reported' IN standings THEN 'reported'
            WHEN 'self-published' IN standings THEN 'self-published'
            WHEN 'documented' IN standings THEN 'documented' ELSE 'confirmed' END AS standing,
       part.contested OR sale.contested OR got.contested AS contested,
       part.claims + t.claims + sold.claims + got.claims AS claims
