// ---
// title = "Supply to a kind of end user, by channel"
// summary = "Everything that is known to have reached public bodies of a kind, and how it was sold: directly, by a subsidiary, by a third-party reseller, or not stated."
// description = """
// One row is one manufacturer's goods in one delivery to one body: the end user where one is stated, else the buyer. A delivery of which no source states the manufacturer has a row without one.
// Where the same goods are documented in an earlier sale to the seller, there is a further row with both transactions; it is inferred.
// Tenders, brand mentions, bidding agents and losing bidders supply nothing and do not appear.
// """
// order = ["channel", "end_user", "date", "transactions", "maker"]
// sets = [["sellers", "seller_names"], ["products", "product_names"], ["programmes", "programme_names"], ["claims"]]
//
// [params]
// kind = {type = "organisation-kind", default = "", help = "Kind of the end user, narrower kinds included; empty for any"}
// within = {type = "place", default = "", help = "Place that contains the end user"}
// channel = {type = "channel", default = "", help = "Only this channel; empty for any"}
//
// [columns]
// maker = "Manufacturer of the goods; empty where none is stated"
// maker_name = "Its name at the date"
// sellers = "Who sold to the recipient"
// seller_names = "Their names at the date"
// channel = "How the manufacturer's goods were sold"
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
MATCH (t:Transaction)-[got:END_USER|BUYER]->(u:PublicBody)
WHERE got.recipient AND ($kind = '' OR $kind IN u.kinds)
  AND ($within = '' OR EXISTS { MATCH (u)-[home:SEATED_IN]->(w:Place)
                                WHERE w.id = $within AND home.valid_from <= t.date_to
                                  AND home.valid_to >= t.date_from })
WITH t, got, u
MATCH (first:Transaction)-[sale:SUPPLY_CHAIN]->(t)
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
WITH sale, t, got, u, part, m, channel
WHERE $channel = '' OR channel = $channel
OPTIONAL MATCH (t)-[sold:SELLER]->(s:Company|PublicBody)
UNWIND coalesce(sold.claims, ['']) AS seller_claim
WITH sale, t, got, u, part, m, channel,
     collect(s.id) AS sellers,
     collect(CASE WHEN sold.as_name <> '' THEN sold.as_name ELSE s.name END) AS seller_names,
     collect(CASE WHEN seller_claim <> '' THEN seller_claim END) AS seller_claims
OPTIONAL MATCH (t)-[:INCLUDES]->(p:Product)
WITH sale, t, got, u, part, m, channel, sellers, seller_names, seller_claims,
     collect(p.id) AS products, collect(p.name) AS product_names
OPTIONAL MATCH (t)-[:UNDER]->(g:Programme)
WITH sale, t, got, u, part, m, channel, sellers, seller_names, seller_claims, products,
     product_names,
     collect(g.id) AS programmes, collect(g.name) AS programme_names
WITH sale, t, got, u, part, m, channel, sellers, seller_names, seller_claims, products,
     product_names,
     programmes, programme_names, [part.standing, sale.standing, got.standing] AS standings
RETURN m.id AS maker,
       CASE WHEN part.as_name <> '' THEN part.as_name ELSE m.name END AS maker_name,
       sellers, seller_names, channel,
       u.id AS end_user,
       CASE WHEN got.as_name <> '' THEN got.as_name ELSE u.name END AS end_user_name,
       u.kind AS end_user_kind, got.role AS received_as,
       products, product_names, programmes, programme_names,
       sale.via AS transactions, t.title AS title, t.kind AS kind, t.date AS date,
       CASE WHEN 'inferred' IN standings THEN 'inferred'
            WHEN 'reported' IN standings THEN 'reported'
            WHEN 'self-published' IN standings THEN 'self-published'
            WHEN 'documented' IN standings THEN 'documented' ELSE 'confirmed' END AS standing,
       coalesce(part.contested, false) OR sale.contested OR got.contested AS contested,
       coalesce(part.claims, []) + t.claims + seller_claims + got.claims AS claims
