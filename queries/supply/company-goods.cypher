// ---
// title = "Where the goods of a company went"
// summary = "Deliveries of goods that a company, what it owned at the time, or a company that it succeeded made or sold."
// description = """
// One row is one company of the group, one delivery and one recipient, which may be a company that bought for itself or to sell on. Where the same goods are documented in a later sale by the recipient, there is a further row with both transactions; it is inferred.
// A seller is only shown where no company of the group is stated as the manufacturer.
// Rows of standing `inferred` may also come from a date that leaves open whether the ownership held.
// """
// order = ["holder", "date", "transactions", "company", "end_user"]
// sets = [["sellers", "seller_names"], ["products", "product_names"], ["programmes", "programme_names"], ["claims"]]
//
// [params]
// company = {type = "company", help = "The company"}
// max_ownership = {type = "integer", default = 6, help = "Longest chain of ownership, 0 to 6; 0 for the company itself only"}
// include_minority = {type = "boolean", default = false, help = "Follow shares of half or less, too"}
// include_predecessors = {type = "boolean", default = true, help = "Include companies that went on as this one by merger, renaming or acquisition"}
//
// [columns]
// holder = "The company asked for, or one that it succeeded"
// holder_name = "Its name today"
// company = "The company below it that made or first sold the goods"
// company_name = "Its name at the date"
// ownership_standing = "Best standing among the chains of ownership between the two"
// role = "MANUFACTURER or SELLER"
// sellers = "Who sold to the recipient"
// seller_names = "Their names at the date"
// channel = "How its goods were sold; for a mere seller, how it sold"
// end_user = "The organisation that received the goods: a body, or a company that bought them; empty where none is stated"
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
// standing = "Weakest standing among ownership, part, sale and receipt"
// contested = "Whether any of these is contested"
// claims = "Claims about them, replies included"
// ---
MATCH (:Company {id: $company})<-[:SUCCEEDED_BY*0..4]-(h:Company)-[chain:OWNERSHIP_CHAIN]->(e:Company)
WITH DISTINCT h, chain, e
WHERE (h.id = $company OR $include_predecessors)
  AND chain.depth <= $max_ownership AND (chain.control OR $include_minority)
OPTIONAL MATCH (e)<-[part:MANUFACTURER|SELLER]-(first:Transaction)
WITH h, chain, e, part, first
WHERE chain.valid_from <= first.date_to AND chain.valid_to >= first.date_from
  AND (part.role = 'MANUFACTURER'
       OR NOT EXISTS { MATCH (first)-[:MANUFACTURER]->(made:Company)
                       WHERE EXISTS { MATCH (h)-[other:OWNERSHIP_CHAIN]->(made)
                                      WHERE other.depth <= $max_ownership
                                        AND (other.control OR $include_minority)
                                        AND other.valid_from <= first.asof_from
                                        AND other.valid_to >= first.asof_to } })
WITH h, e, part, first, collect(chain.standing) AS chain_standings,
     min(CASE WHEN chain.contested THEN 1 ELSE 0 END) = 1 AS ownership_contested,
     max(CASE WHEN chain.valid_from <= first.asof_from AND chain.valid_to >= first.asof_to
              THEN 1 ELSE 0 END) = 1 AS certain
OPTIONAL MATCH (first)-[sale:SUPPLY_CHAIN]->(t:Transaction)
WITH h, e, part, first, sale, t, chain_standings, ownership_contested, certain
WHERE t.id IS NOT NULL AND (part.role = 'SELLER' OR e.id IN sale.makers)
WITH h, e, part, first, sale, t, chain_standings, ownership_contested, certain
OPTIONAL MATCH (t)-[got:END_USER|BUYER]->(u:Company|PublicBody)
WHERE got.recipient
WITH h, e, part, first, sale, t, got, u, chain_standings, ownership_contested, certain
OPTIONAL MATCH (first)-[:SUPPLY_CHAIN]->(x:Transaction)-[:SELLER]->(r:Company|PublicBody)
WHERE sale.depth > 0 AND x.id IN sale.via AND (part.role = 'MANUFACTURER' OR x.id <> first.id)
OPTIONAL MATCH (r)<-[b:OWNERSHIP_CHAIN]-(o:Company|PublicBody)
WHERE b.control AND b.valid_from <= x.asof_from AND b.valid_to >= x.asof_to
OPTIONAL MATCH (o)-[a:OWNERSHIP_CHAIN]->(e)
WHERE a.control AND a.valid_from <= x.asof_from AND a.valid_to >= x.asof_to
WITH h, e, part, sale, t, got, u, chain_standings, ownership_contested, certain, x, r,
     count(a.depth) AS joined
WITH h, e, part, sale, t, got, u, chain_standings, ownership_contested, certain,
     count(CASE WHEN joined = 0 THEN r.id END) AS outsiders
WITH h, e, part, sale, t, got, u, ownership_contested, certain,
     CASE WHEN 'confirmed' IN chain_standings THEN 'confirmed'
          WHEN 'documented' IN chain_standings THEN 'documented'
          WHEN 'self-published' IN chain_standings THEN 'self-published'
          WHEN 'reported' IN chain_standings THEN 'reported' ELSE 'inferred' END AS owned,
     CASE WHEN sale.depth = 0 AND part.role = 'SELLER'
            THEN CASE WHEN e.id = h.id THEN 'direct' ELSE 'own-subsidiary' END
          WHEN sale.depth = 0 THEN part.channel
          WHEN outsiders > 0 THEN 'third-party-reseller'
          WHEN part.channel = 'not-stated' THEN 'not-stated' ELSE 'own-subsidiary' END AS channel
OPTIONAL MATCH (t)-[sold:SELLER]->(s:Company|PublicBody)
UNWIND coalesce(sold.claims, ['']) AS seller_claim
WITH h, e, part, sale, t, got, u, channel, owned, ownership_contested, certain,
     collect(s.id) AS sellers,
     collect(CASE WHEN sold.as_name <> '' THEN sold.as_name ELSE s.name END) AS seller_names,
     collect(CASE WHEN seller_claim <> '' THEN seller_claim END) AS seller_claims
OPTIONAL MATCH (t)-[:INCLUDES]->(p:Product)
WITH h, e, part, sale, t, got, u, channel, owned, ownership_contested, certain, sellers,
     seller_names, seller_claims,
     collect(p.id) AS products, collect(p.name) AS product_names
OPTIONAL MATCH (t)-[:UNDER]->(g:Programme)
WITH h, e, part, sale, t, got, u, channel, owned, ownership_contested, certain, sellers,
     seller_names, seller_claims, products, product_names,
     collect(g.id) AS programmes, collect(g.name) AS programme_names
WITH h, e, part, sale, t, got, u, channel, owned, ownership_contested, certain, sellers,
     seller_names, seller_claims, products, product_names,
     programmes, programme_names, [owned, part.standing, sale.standing, got.standing] AS standings
RETURN h.id AS holder, h.name AS holder_name, e.id AS company,
       CASE WHEN part.as_name <> '' THEN part.as_name ELSE e.name END AS company_name,
       owned AS ownership_standing, part.role AS role, sellers, seller_names, channel,
       u.id AS end_user,
       CASE WHEN got.as_name <> '' THEN got.as_name ELSE u.name END AS end_user_name,
       u.kind AS end_user_kind, got.role AS received_as,
       products, product_names, programmes, programme_names,
       sale.via AS transactions, t.title AS title, t.kind AS kind, t.date AS date,
       CASE WHEN NOT certain OR 'inferred' IN standings THEN 'inferred'
            WHEN 'reported' IN standings THEN 'reported'
            WHEN 'self-published' IN standings THEN 'self-published'
            WHEN 'documented' IN standings THEN 'documented' ELSE 'confirmed' END AS standing,
       ownership_contested OR part.contested OR sale.contested
         OR coalesce(got.contested, false) AS contested,
       part.claims + t.claims + seller_claims + coalesce(got.claims, []) AS claims
