// ---
// title = "What reached one end user"
// summary = "Every delivery to a public body and, as a view, to the bodies that were part of it, and the units in which the goods are used."
// description = """
// A delivery to a branch or department is shown with `depth` above 0: it is a view of that delivery from above, not one more delivery.
// A unit that is only said to use the goods is the receiver where the body asked for did not receive them itself; else it stands in `used_in`.
// """
// order = ["depth", "receiver", "date", "transactions", "maker"]
// sets = [["used_in", "used_in_names"], ["sellers", "seller_names"], ["products", "product_names"], ["programmes", "programme_names"], ["claims"]]
//
// [params]
// body = {type = "body", help = "The public body"}
// max_rollup = {type = "integer", default = 4, help = "How far below the body to look, 0 to 4; 0 for the body itself only"}
//
// [columns]
// receiver = "The body asked for, or a body that was part of it"
// receiver_name = "Its name at the date"
// receiver_kind = "Its kind"
// depth = "0 for the body itself; how far below it the receiver stands"
// received_as = "END_USER, BUYER where no end user is stated, or USED_IN for a unit that uses the goods"
// used_in = "Units that use the goods"
// used_in_names = "Their names"
// maker = "Manufacturer of the goods; empty where none is stated"
// maker_name = "Its name at the date"
// sellers = "Who sold to the recipient"
// seller_names = "Their names at the date"
// channel = "How the manufacturer's goods were sold"
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
MATCH (asked:PublicBody {id: $body})<-[up:PART_OF_CHAIN]-(u:PublicBody)
WHERE up.depth <= $max_rollup
WITH u, up, asked
OPTIONAL MATCH (u)<-[got:END_USER|BUYER|USED_IN]-(t:Transaction)
WITH u, up, asked, got, t
WHERE t.carries AND up.valid_from <= t.date_to AND up.valid_to >= t.date_from
  AND (got.recipient
       OR (got.role IS NULL
           AND NOT EXISTS { MATCH (t)-[r:END_USER|BUYER]->(b:PublicBody)
                            WHERE r.recipient
                              AND EXISTS { MATCH (b)-[v:PART_OF_CHAIN]->(asked)
                                           WHERE v.depth <= $max_rollup } }))
WITH u, got, t, min(up.depth) AS depth
OPTIONAL MATCH (first:Transaction)-[sale:SUPPLY_CHAIN]->(t)
OPTIONAL MATCH (first)-[part:MANUFACTURER]->(m:Company)
WITH first, sale, t, got, u, depth, part, m
WHERE sale.depth = 0 OR m.id IN sale.makers
OPTIONAL MATCH (first)-[leg:SUPPLY_CHAIN]->(x:Transaction)-[:SELLER]->(r:Company|PublicBody)
WHERE sale.depth > 0 AND x.id IN sale.via
OPTIONAL MATCH (r)<-[b:OWNERSHIP_CHAIN]-(o:Company|PublicBody)
WHERE b.control AND b.valid_from <= x.asof_from AND b.valid_to >= x.asof_to
OPTIONAL MATCH (o)-[a:OWNERSHIP_CHAIN]->(m)
WHERE a.control AND a.valid_from <= x.asof_from AND a.valid_to >= x.asof_to
WITH sale, t, got, u, depth, part, m, x, r, count(a.depth) AS joined
WITH sale, t, got, u, depth, part, m,
     count(CASE WHEN joined = 0 THEN r.id END) AS outsiders
WITH sale, t, got, u, depth, part, m,
     CASE WHEN m.id IS NULL THEN 'not-stated'
          WHEN sale.depth = 0 THEN part.channel
          WHEN outsiders > 0 THEN 'third-party-reseller'
          WHEN part.channel = 'not-stated' THEN 'not-stated' ELSE 'own-subsidiary' END AS channel
OPTIONAL MATCH (t)-[:USED_IN]->(n:PublicBody)
WITH sale, t, got, u, depth, part, m, channel, collect(n.id) AS used_in, collect(n.name) AS
     used_in_names
OPTIONAL MATCH (t)-[sold:SELLER]->(s:Company|PublicBody)
UNWIND coalesce(sold.claims, ['']) AS seller_claim
WITH sale, t, got, u, depth, part, m, channel, used_in, used_in_names,
     collect(s.id) AS sellers,
     collect(CASE WHEN sold.as_name <> '' THEN sold.as_name ELSE s.name END) AS seller_names,
     collect(CASE WHEN seller_claim <> '' THEN seller_claim END) AS seller_claims
OPTIONAL MATCH (t)-[:INCLUDES]->(p:Product)
WITH sale, t, got, u, depth, part, m, channel, used_in, used_in_names, sellers, seller_names,
     seller_claims,
     collect(p.id) AS products, collect(p.name) AS product_names
OPTIONAL MATCH (t)-[:UNDER]->(g:Programme)
WITH sale, t, got, u, depth, part, m, channel, used_in, used_in_names, sellers, seller_names,
     seller_claims, products, product_names,
     collect(g.id) AS programmes, collect(g.name) AS programme_names
WITH sale, t, got, u, depth, part, m, channel, used_in, used_in_names, sellers, seller_names,
     seller_claims, products, product_names,
     programmes, programme_names, [part.standing, sale.standing, got.standing] AS standings
RETURN u.id AS receiver,
       CASE WHEN got.as_name <> '' THEN got.as_name ELSE u.name END AS receiver_name,
       u.kind AS receiver_kind, depth, coalesce(got.role, 'USED_IN') AS received_as,
       used_in, used_in_names,
       m.id AS maker,
       CASE WHEN part.as_name <> '' THEN part.as_name ELSE m.name END AS maker_name,
       sellers, seller_names, channel, products, product_names, programmes, programme_names,
       sale.via AS transactions, t.title AS title, t.kind AS kind, t.date AS date,
       CASE WHEN 'inferred' IN standings THEN 'inferred'
            WHEN 'reported' IN standings THEN 'reported'
            WHEN 'self-published' IN standings THEN 'self-published'
            WHEN 'documented' IN standings THEN 'documented' ELSE 'confirmed' END AS standing,
       coalesce(part.contested, false) OR sale.contested OR got.contested AS contested,
       coalesce(part.claims, []) + t.claims + seller_claims + got.claims AS claims
