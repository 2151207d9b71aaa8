// ---
// title = "Sales through own subsidiaries"
// summary = "Goods that another company of the manufacturer's ownership group sold to a public body, and how the two belong together."
// description = """
// One row is one delivery, its seller and one shortest line of ownership that joined seller and manufacturer at the date: majorities and shares that nobody states; a minority share makes no group.
// `standing` is that of the supply; `ownership_standing` is that of the group, which may be weaker.
// """
// order = ["maker", "date", "end_user", "seller", "ownership"]
// sets = [["products", "product_names"], ["programmes", "programme_names"], ["claims"]]
//
// [params]
// place = {type = "place", default = "", help = "Place in which the manufacturer was seated: EU, SE"}
// kind = {type = "organisation-kind", default = "", help = "Kind of the end user, narrower kinds included; empty for any"}
// within = {type = "place", default = "", help = "Place that contains the end user"}
//
// [columns]
// maker = "Manufacturer of the goods"
// maker_name = "Its name at the date"
// seller = "Company of its group that sold to the recipient"
// seller_name = "Its name at the date"
// ownership = "Ownership relations that join the two, from their nearest common owner down"
// ownership_standing = "Weakest standing among these relations: how well it is evidenced that the seller belongs to the group"
// ownership_contested = "Whether any of them is contested"
// end_user = "The body that received the goods"
// end_user_name = "Its name at the date"
// end_user_kind = "Its kind"
// received_as = "END_USER, or BUYER where no end user is stated"
// products = "Products delivered"
// product_names = "Their names"
// programmes = "Programmes that the delivery belongs to"
// programme_names = "Their names"
// transactions = "Transactions along which the goods went, the delivery last"
// title = "Title of the delivery"
// kind = "Its kind"
// date = "Its date, as stated"
// standing = "Weakest standing among manufacturer, sale and receipt"
// contested = "Whether any of these is contested"
// claims = "Claims about them, replies included"
// ---
MATCH (m:Company)<-[part:MANUFACTURER]-(first:Transaction)
WHERE part.channel IN ['own-subsidiary', 'direct']
WITH first, part, m
MATCH (first)-[sale:SUPPLY_CHAIN]->(t:Transaction)
WHERE m.id IN sale.makers AND (part.channel = 'own-subsidiary' OR sale.depth > 0)
WITH first, sale, t, part, m
MATCH (t)-[got:END_USER|BUYER]->(u:PublicBody)
WHERE got.recipient
  AND ($kind = '' OR $kind IN u.kinds)
  AND ($within = '' OR EXISTS { MATCH (u)-[home:SEATED_IN]->(w:Place)
                                WHERE w.id = $within AND home.valid_from <= t.date_to
                                  AND home.valid_to >= t.date_from })
  AND ($place = '' OR EXISTS { MATCH (m)-[seat:SEATED_IN]->(z:Place)
                               WHERE z.id = $place AND seat.valid_from <= t.date_to
                                 AND seat.valid_to >= t.date_from })
WITH first, sale, t, got, u, part, m
OPTIONAL MATCH (first)-[leg:SUPPLY_CHAIN]->(x:Transaction)-[:SELLER]->(r:Company|PublicBody)
WHERE sale.depth > 0 AND x.id IN sale.via
OPTIONAL MATCH (r)<-[b:OWNERSHIP_CHAIN]-(o:Company|PublicBody)
WHERE b.control AND b.valid_from <= x.asof_from AND b.valid_to >= x.asof_to
OPTIONAL MATCH (o)-[a:OWNERSHIP_CHAIN]->(m)
WHERE a.control AND a.valid_from <= x.asof_from AND a.valid_to >= x.asof_to
WITH sale, t, got, u, part, m, x, r, count(a.depth) AS joined
WITH sale, t, got, u, part, m,
     count(CASE WHEN joined = 0 THEN r.id END) AS outsiders
WITH sale, t, got, u, part, m, outsiders
WHERE outsiders = 0
MATCH (t)-[sold:SELLER]->(s:Company)
WHERE s.id <> m.id
WITH sale, t, got, u, part, m, sold, s
MATCH (m)<-[c:OWNERSHIP_CHAIN]-(o:Company|PublicBody)
WHERE c.control AND c.valid_from <= t.asof_from AND c.valid_to >= t.asof_to
WITH sale, t, got, u, part, m, sold, s, c, o
MATCH (o)-[d:OWNERSHIP_CHAIN]->(s)
WHERE d.control AND d.valid_from <= t.asof_from AND d.valid_to >= t.asof_to
WITH sale, t, got, u, part, m, sold, s, min(c.depth + d.depth) AS nearest
MATCH (m)<-[c:OWNERSHIP_CHAIN]-(o:Company|PublicBody)
WHERE c.control AND c.valid_from <= t.asof_from AND c.valid_to >= t.asof_to
WITH sale, t, got, u, part, m, sold, s, c, o, nearest
MATCH (o)-[d:OWNERSHIP_CHAIN]->(s)
WHERE d.control AND d.valid_from <= t.asof_from AND d.valid_to >= t.asof_to
  AND c.depth + d.depth = nearest
WITH sale, t, got, u, part, m, sold, s, c.via + d.via AS ownership,
     c.contested OR d.contested AS ownership_contested, [c.standing, d.standing] AS standings
WITH sale, t, got, u, part, m, sold, s, ownership, ownership_contested,
     CASE WHEN 'inferred' IN standings THEN 'inferred'
          WHEN 'reported' IN standings THEN 'reported'
          WHEN 'self-published' IN standings THEN 'self-published'
          WHEN 'documented' IN standings THEN 'documented' ELSE 'confirmed' END AS ownership_standing
OPTIONAL MATCH (t)-[:INCLUDES]->(p:Product)
WITH sale, t, got, u, part, m, s, sold, ownership, ownership_standing, ownership_contested,
     collect(p.id) AS products, collect(p.name) AS product_names
OPTIONAL MATCH (t)-[:UNDER]->(g:Programme)
WITH sale, t, got, u, part, m, s, sold, ownership, ownership_standing, ownership_contested,
     products, product_names,
     collect(g.id) AS programmes, collect(g.name) AS programme_names,
     [part.standing, sale.standing, got.standing] AS standings
RETURN m.id AS maker,
       CASE WHEN part.as_name <> '' THEN part.as_name ELSE m.name END AS maker_name,
       s.id AS seller,
       CASE WHEN sold.as_name <> '' THEN sold.as_name ELSE s.name END AS seller_name,
       ownership, ownership_standing, ownership_contested,
       u.id AS end_user,
       CASE WHEN got.as_name <> '' THEN got.as_name ELSE u.name END AS end_user_name,
       u.kind AS end_user_kind, got.role AS received_as,
       products, product_names, programmes, programme_names,
       sale.via AS transactions, t.title AS title, t.kind AS kind, t.date AS date,
       CASE WHEN 'inferred' IN standings THEN 'inferred'
            WHEN 'reported' IN standings THEN 'reported'
            WHEN 'self-published' IN standings THEN 'self-published'
            WHEN 'documented' IN standings THEN 'documented' ELSE 'confirmed' END AS standing,
       part.contested OR sale.contested OR got.contested AS contested,
       part.claims + t.claims + sold.claims + got.claims AS claims
