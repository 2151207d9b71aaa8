// ---
// title = "Paths through third-party resellers"
// summary = "Which companies of a region reached which public bodies through resellers outside their group, with what, for which programme, on what evidence."
// description = """
// One row is one path: a company seated in the place at the date of the sale, the company of its group that made or first sold the goods, the resellers outside that group, and the body that received the goods.
// Where goods went through several transactions, `transactions` lists them in order and the path is inferred. Inferred paths are left out unless asked for.
// A brand that a tender recommends, a bidding agent, a losing bidder and the winner of another lot never make a path.
// """
// order = ["origin", "date", "end_user", "transactions", "company"]
// sets = [["ultimate_parents", "ultimate_parent_names"], ["resellers", "reseller_names"], ["part_of", "part_of_names"], ["products", "product_names"], ["programmes", "programme_names"], ["confirmed_by"], ["contested_by"], ["sources"], ["claims"]]
//
// [params]
// place = {type = "place", default = "EU", help = "Region or country of the origin: EU, SE, FR"}
// kind = {type = "organisation-kind", default = "public-security-bureau", help = "Kind of the end user, narrower kinds included; empty for any"}
// within = {type = "place", default = "", help = "Place that contains the end user"}
// as_of = {type = "date", default = "", help = "Judge seat and ownership as of this day; empty: as of each sale"}
// include_inferred = {type = "boolean", default = false, help = "Show inferred paths, too"}
//
// [columns]
// origin = "Company seated in the place"
// origin_name = "Its name at the date"
// ultimate_parents = "Companies or bodies at the top of its ownership at the date, wherever they are"
// ultimate_parent_names = "Their names"
// company = "The company of the origin's group that made or first sold the goods"
// company_name = "Its name at the date"
// role = "MANUFACTURER or SELLER"
// resellers = "Sellers outside that company's group"
// reseller_names = "Their names at the date"
// end_user = "The body that received the goods"
// end_user_name = "Its name at the date"
// end_user_name_zh = "Its Chinese name"
// part_of = "Bodies that it was part of"
// part_of_names = "Their names"
// products = "Products delivered"
// product_names = "Their names"
// programmes = "Programmes that the delivery belongs to"
// programme_names = "Their names"
// transactions = "Transactions, in order"
// title = "Title of the last transaction"
// kind = "Its kind"
// date = "Its date, as stated"
// standing = "Weakest standing along the path"
// contested = "Whether any step is contested"
// confirmed_by = "Who confirms a step"
// contested_by = "Who disputes or does not confirm a step"
// sources = "Documents that the steps rest on"
// claims = "Claims about the steps, replies included"
// ---
MATCH (region:Place)<-[seat:SEATED_IN]-(head:Company)
WHERE region.id = $place
WITH seat, head
MATCH (head)-[chain:OWNERSHIP_CHAIN]->(entry:Company)
WHERE chain.control
WITH head, seat, chain, entry
MATCH (entry)<-[part:MANUFACTURER|SELLER]-(first:Transaction)
WITH head, seat, chain, entry, part, first,
     CASE WHEN $as_of = '' THEN first.date_from ELSE $as_of END AS from_day,
     CASE WHEN $as_of = '' THEN first.date_to ELSE $as_of END AS to_day,
     CASE WHEN $as_of = '' THEN first.asof_from ELSE $as_of END AS sure_from,
     CASE WHEN $as_of = '' THEN first.asof_to ELSE $as_of END AS sure_to
WHERE chain.valid_from <= to_day AND chain.valid_to >= from_day
  AND seat.valid_from <= to_day AND seat.valid_to >= from_day
  AND seat.valid_from <= chain.valid_to AND seat.valid_to >= chain.valid_from
// A company that left the place and came back sat there in two periods; its path is still one.
WITH head, chain, entry, part, first, from_day, to_day, sure_from, sure_to,
     max(CASE WHEN seat.valid_from <= sure_from AND seat.valid_to >= sure_to THEN 1 ELSE 0 END) AS seated
MATCH (first)-[sale:SUPPLY_CHAIN]->(t:Transaction)
WHERE part.role = 'SELLER' OR entry.id IN sale.makers
WITH head, chain, entry, part, first, sale, t, from_day, to_day, sure_from, sure_to, seated
MATCH (t)-[got:END_USER|BUYER]->(u:PublicBody)
WHERE got.recipient
  AND ($kind = '' OR $kind IN u.kinds)
  AND ($within = '' OR EXISTS { MATCH (u)-[home:SEATED_IN]->(w:Place)
                                WHERE w.id = $within AND home.valid_from <= t.date_to
                                  AND home.valid_to >= t.date_from })
  AND (part.role = 'MANUFACTURER'
       OR NOT EXISTS { MATCH (first)-[:MANUFACTURER]->(made:Company)
                       WHERE EXISTS { MATCH (head)-[other:OWNERSHIP_CHAIN]->(made)
                                      WHERE other.control AND other.valid_from <= sure_from
                                        AND other.valid_to >= sure_to } })
WITH head, chain, entry, part, first, sale, t, got, u, from_day, to_day, sure_from, sure_to, seated
MATCH (first)-[:SUPPLY_CHAIN]->(x:Transaction)-[sold:SELLER]->(r:Company|PublicBody)
WHERE x.id IN sale.via AND (part.role = 'MANUFACTURER' OR x.id <> first.id)
  AND NOT EXISTS { MATCH (r)<-[b:OWNERSHIP_CHAIN]-(o:Company|PublicBody)
                   WHERE b.control AND b.valid_from <= x.asof_from AND b.valid_to >= x.asof_to
                     AND EXISTS { MATCH (o)-[a:OWNERSHIP_CHAIN]->(entry)
                                  WHERE a.control AND a.valid_from <= x.asof_from AND a.valid_to >= x.asof_to } }
WITH head, chain, entry, part, first, sale, t, got, u, from_day, to_day,
     seated = 1 AND chain.valid_from <= sure_from AND chain.valid_to >= sure_to AS certain,
     [chain.standing, part.standing, sale.standing, got.standing] AS standings,
     collect(r.id) AS resellers,
     collect(CASE WHEN sold.as_name <> '' THEN sold.as_name ELSE r.name END) AS reseller_names
WITH head, chain, entry, part, first, sale, t, got, u, from_day, to_day, resellers, reseller_names,
     CASE WHEN NOT certain OR 'inferred' IN standings THEN 'inferred'
          WHEN 'reported' IN standings THEN 'reported'
          WHEN 'self-published' IN standings THEN 'self-published'
          WHEN 'documented' IN standings THEN 'documented' ELSE 'confirmed' END AS standing
WHERE $include_inferred OR standing <> 'inferred'
OPTIONAL MATCH (top:Company|PublicBody)-[above:OWNERSHIP_CHAIN]->(head)
WHERE above.depth > 0 AND above.control
  AND above.valid_from <= to_day AND above.valid_to >= from_day
  AND NOT EXISTS { MATCH (:Company|PublicBody)-[over:OWNERSHIP_CHAIN]->(top)
                   WHERE over.depth > 0 AND over.control
                     AND over.valid_from <= to_day AND over.valid_to >= from_day }
WITH head, chain, entry, part, sale, t, got, u, resellers, reseller_names, standing,
     collect(top.id) AS ultimate_parents, collect(top.name) AS ultimate_parent_names
OPTIONAL MATCH (u)-[up:PART_OF_CHAIN]->(o:PublicBody|Company)
WHERE up.depth > 0 AND up.valid_from <= t.date_to AND up.valid_to >= t.date_from
WITH head, chain, entry, part, sale, t, got, u, resellers, reseller_names, standing,
     ultimate_parents, ultimate_parent_names,
     collect(o.id) AS part_of, collect(o.name) AS part_of_names
OPTIONAL MATCH (t)-[:INCLUDES]->(p:Product)
WITH head, chain, entry, part, sale, t, got, u, resellers, reseller_names, standing,
     ultimate_parents, ultimate_parent_names, part_of, part_of_names,
     collect(p.id) AS products, collect(p.name) AS product_names
OPTIONAL MATCH (t)-[:UNDER]->(g:Programme)
WITH head, chain, entry, part, sale, t, got, u, resellers, reseller_names, standing,
     ultimate_parents, ultimate_parent_names, part_of, part_of_names, products, product_names,
     collect(g.id) AS programmes, collect(g.name) AS programme_names
UNWIND sale.via AS step_id
MATCH (y:Transaction)
WHERE y.id = step_id
OPTIONAL MATCH (y)-[did:SELLER]->(:Company|PublicBody)
UNWIND chain.claims + part.claims + y.claims + coalesce(did.claims, []) + got.claims AS claim_id
MATCH (c:Claim)-[:SAID_BY]->(who:Company|PublicBody|Publisher)
WHERE c.id = claim_id
RETURN head.id AS origin, head.name AS origin_name,
       ultimate_parents, ultimate_parent_names,
       entry.id AS company,
       CASE WHEN part.as_name <> '' THEN part.as_name ELSE entry.name END AS company_name,
       part.role AS role, resellers, reseller_names,
       u.id AS end_user, CASE WHEN got.as_name <> '' THEN got.as_name ELSE u.name END AS end_user_name,
       u.name_zh AS end_user_name_zh, part_of, part_of_names,
       products, product_names, programmes, programme_names,
       sale.via AS transactions, t.title AS title, t.kind AS kind, t.date AS date, standing,
       chain.contested OR part.contested OR sale.contested OR got.contested AS contested,
       collect(CASE WHEN c.topic = 'existence' AND c.stance = 'confirms' THEN who.name END) AS confirmed_by,
       collect(CASE WHEN c.topic = 'existence' AND c.stance IN ['disputes', 'does-not-confirm']
                    THEN who.name END) AS contested_by,
       collect(CASE WHEN NOT (c.topic = 'existence' AND c.stance IN ['asserts', 'confirms']) THEN NULL
                    WHEN c.primary_source <> '' THEN c.primary_source ELSE c.source END) AS sources,
       collect(c.id) AS claims
