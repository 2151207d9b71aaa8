// ---
// title = "End users within a place and what reached them"
// summary = "Public bodies located in a country, province, city or county, and every delivery to them."
// description = """
// One row is one manufacturer's goods in one delivery to one body that is located in the place, or in a place within it, at the date of the delivery.
// Only a stated location counts: a body is not taken to be where the body above it is, and a place is nobody's superior.
// """
// order = ["end_user", "date", "transactions", "maker"]
// sets = [["places", "place_names"], ["sellers", "seller_names"], ["products", "product_names"], ["programmes", "programme_names"], ["claims"]]
//
// [params]
// place = {type = "place", help = "Place that contains the end users: CN-XJ, CN-GX, guilin"}
// kind = {type = "organisation-kind", default = "", help = "Kind of the end user, narrower kinds included; empty for any"}
//
// [columns]
// end_user = "The body that received the goods"
// end_user_name = "Its name at the date"
// end_user_name_zh = "Its Chinese name"
// end_user_kind = "Its kind"
// places = "Where it is located"
// place_names = "Their names"
// maker = "Manufacturer of the goods; empty where none is stated"
// maker_name = "Its name at the date"
// sellers = "Who sold to the recipient"
// seller_names = "Their names at the date"
// channel = "How the manufacturer's goods were sold"
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
MATCH (:Place {id: $place})<-[home:SEATED_IN]-(u:PublicBody)
WHERE $kind = '' OR $kind IN u.kinds
WITH u, home
OPTIONAL MATCH (u)<-[got:END_USER|BUYER]-(t:Transaction)
WITH u, home, got, t
WHERE got.recipient AND home.valid_from <= t.date_to AND home.valid_to >= t.date_from
WITH DISTINCT u, got, t
OPTIONAL MATCH (first:Transaction)-[sale:SUPPLY_CHAIN]->(t)
WITH first, sale, t, got, u
OPTIONAL MATCH (first)-[part:MANUFACTURER]->(m:Company)
WITH first, sale, t, got, u, part, m
WHERE sale.depth = 0 OR m.id IN sale.makers
OPTIONAL MATCH (first)-[leg:SUPPLY_CHAIN]->(x:Transaction)-[:SELLER]->(r:Company|PublicBody)
WHERE sale.depth > 0 AND x.id IN sale.via
OPTIONAL MATCH (r)<-[b:OWNERSHIP_CHAIN]-(o:Company|PublicBody)
WHERE b.control AND b.valid_from <= x.asof_from AND b.valid_to >= x.asof_to
OPTIONAL MATCH (o)-[a:OWNERSHIP_CHAIN]->(m)
WHERE a.control AND a.valid_from <= x.asof_from AND a.valid_to >= x.asof_to
WITH sale, t, got, u, part, m, x, r, count(a.depth) AS joined
WITH sale, t, got, u, part, m,
     count(CASE WHEN joined = 0 THEN r.id END) AS outsiders
WITH sale, t, got, u, part, m,
     CASE WHEN m.id IS NULL THEN 'not-stated'
          WHEN sale.depth = 0 THEN part.channel
          WHEN outsiders > 0 THEN 'third-party-reseller'
          WHEN part.channel = 'not-stated' THEN 'not-stated' ELSE 'own-subsidiary' END AS channel
OPTIONAL MATCH (u)-[:LOCATED_IN]->(l:Place)
WITH sale, t, got, u, part, m, channel, collect(l.id) AS places, collect(l.name) AS place_names
OPTIONAL MATCH (t)-[sold:SELLER]->(s:Company|PublicBody)
UNWIND coalesce(sold.claims, ['']) AS seller_claim
WITH sale, t, got, u, part, m, channel, places, place_names,
     collect(s.id) AS sellers,
     collect(CASE WHEN sold.as_name <> '' THEN sold.as_name ELSE s.name END) AS seller_names,
     collect(CASE WHEN seller_claim <> '' THEN seller_claim END) AS seller_claims
OPTIONAL MATCH (t)-[:INCLUDES]->(p:Product)
WITH sale, t, got, u, part, m, channel, places, place_names, sellers, seller_names, seller_claims,
     collect(p.id) AS products, collect(p.name) AS product_names
OPTIONAL MATCH (t)-[:UNDER]->(g:Programme)
WITH sale, t, got, u, part, m, channel, places, place_names, sellers, seller_names, seller_claims,
     products, product_names,
     collect(g.id) AS programmes, collect(g.name) AS programme_names
WITH sale, t, got, u, part, m, channel, places, place_names, sellers, seller_names, seller_claims,
     products, product_names,
     programmes, programme_names, [part.standing, sale.standing, got.standing] AS standings
RETURN u.id AS end_user,
       CASE WHEN got.as_name <> '' THEN got.as_name ELSE u.name END AS end_user_name,
       u.name_zh AS end_user_name_zh, u.kind AS end_user_kind, places, place_names,
       m.id AS maker,
       CASE WHEN part.as_name <> '' THEN part.as_name ELSE m.name END AS maker_name,
       sellers, seller_names, channel, got.role AS received_as,
       products, product_names, programmes, programme_names,
       sale.via AS transactions, t.title AS title, t.kind AS kind, t.date AS date,
       CASE WHEN 'inferred' IN standings THEN 'inferred'
            WHEN 'reported' IN standings THEN 'reported'
            WHEN 'self-published' IN standings THEN 'self-published'
            WHEN 'documented' IN standings THEN 'documented' ELSE 'confirmed' END AS standing,
       coalesce(part.contested, false) OR sale.contested OR got.contested AS contested,
       coalesce(part.claims, []) + t.claims + seller_claims + got.claims AS claims
