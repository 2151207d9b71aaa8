// ---
// title = "Supply paths from companies of a region or country"
// summary = "Every documented path from a company seated in a place, through what it owned at the time, to a public body."
// description = """
// One row is one path: an origin company, a chain of ownership that held at the date of the sale, the part that the last company of the chain had in it (manufacturer, or seller where no company of the origin is the manufacturer), one to three transactions along which the same goods went on, and the body that received them: the end user where one is stated, else the buyer.
// `certain` is false where a date leaves open whether ownership and seat held at the sale.
// `sousveil paths` asks this query and adds the steps, the names and the evidence.
// """
// order = ["origin", "end_user", "date_from", "transactions", "ownership"]
//
// [params]
// place = {type = "place", help = "Region or country of the origin: EU, SE, FR"}
// kind = {type = "organisation-kind", default = "", help = "Kind of the end user, narrower kinds included"}
// body = {type = "body", default = "", help = "One public body; bodies that are part of it count"}
// country = {type = "place", default = "", help = "Place that contains the end user"}
// within = {type = "place", default = "", help = "A second place that contains the end user"}
// programmes = {type = "ids", default = [], help = "Programmes, one of which the delivery belongs to"}
// products = {type = "ids", default = [], help = "Products, one of which was delivered"}
// as_of = {type = "date", default = "", help = "Judge seat and ownership as of this day; empty: as of each sale"}
// max_ownership = {type = "integer", default = 6, help = "Longest chain of ownership, 0 to 6"}
// max_transactions = {type = "integer", default = 3, help = "Most transactions in a path, 1 to 3"}
// max_rollup = {type = "integer", default = 0, help = "How far above the end user `kind` and `body` may be met, 0 to 4"}
// include_minority = {type = "boolean", default = false, help = "Follow shares of half or less, too"}
//
// [columns]
// origin = "Company at the start"
// ownership = "Ownership relations from the origin to the company that took part"
// companies = "The companies of that chain, origin first"
// role = "Part that the last of them had: MANUFACTURER or SELLER"
// transactions = "Transactions, in order"
// channel = "How the manufacturer's goods were sold"
// received_as = "END_USER or BUYER"
// end_user = "The body that received the goods"
// date_from = "First possible day of the last transaction"
// date_to = "Last possible day of the last transaction"
// standings = "Standing of ownership, part, sale and receipt"
// contested = "Whether any of these is contested"
// certain = "Whether seat and ownership are sure to have held at the sale"
// ---
MATCH (region:Place)<-[at:SEATED_IN]-(head:Company)
WHERE region.id = $place
WITH at, head
MATCH (head)-[chain:OWNERSHIP_CHAIN]->(entry:Company)
WHERE chain.depth <= $max_ownership AND (chain.control OR $include_minority)
WITH head, at, chain, entry
MATCH (entry)<-[part:MANUFACTURER|SELLER]-(first:Transaction)
WITH head, at, chain, entry, part, first,
     CASE WHEN $as_of = '' THEN first.date_from ELSE $as_of END AS from_day,
     CASE WHEN $as_of = '' THEN first.date_to ELSE $as_of END AS to_day,
     CASE WHEN $as_of = '' THEN first.asof_from ELSE $as_of END AS sure_from,
     CASE WHEN $as_of = '' THEN first.asof_to ELSE $as_of END AS sure_to
WHERE chain.valid_from <= to_day AND chain.valid_to >= from_day
  AND at.valid_from <= to_day AND at.valid_to >= from_day
  AND at.valid_from <= chain.valid_to AND at.valid_to >= chain.valid_from
// A company that left the place and came back sat there in two periods; its path is still one.
WITH head, chain, entry, part, first, sure_from, sure_to,
     max(CASE WHEN at.valid_from <= sure_from AND at.valid_to >= sure_to THEN 1 ELSE 0 END) AS seated
MATCH (first)-[sale:SUPPLY_CHAIN]->(last:Transaction)
WHERE sale.depth < $max_transactions AND (part.role = 'SELLER' OR entry.id IN sale.makers)
WITH head, chain, entry, part, first, sale, last, sure_from, sure_to, seated
MATCH (last)-[got:END_USER|BUYER]->(target:PublicBody)
WHERE got.recipient
  AND EXISTS { MATCH (target)-[up:PART_OF_CHAIN]->(above:PublicBody)
               WHERE up.depth <= $max_rollup
                 AND ($kind = '' OR $kind IN above.kinds) AND ($body = '' OR above.id = $body) }
  AND ($country = '' OR EXISTS { MATCH (target)-[:SEATED_IN]->(c:Place) WHERE c.id = $country })
  AND ($within = '' OR EXISTS { MATCH (target)-[:SEATED_IN]->(w:Place) WHERE w.id = $within })
  AND (size($programmes) = 0 OR '' IN $programmes
       OR EXISTS { MATCH (last)-[:UNDER]->(g:Programme) WHERE g.id IN $programmes })
  AND (size($products) = 0 OR '' IN $products
       OR EXISTS { MATCH (last)-[:INCLUDES]->(p:Product) WHERE p.id IN $products })
  AND (part.role = 'MANUFACTURER'
       OR NOT EXISTS { MATCH (first)-[:MANUFACTURER]->(made:Company)
                       WHERE EXISTS { MATCH (head)-[other:OWNERSHIP_CHAIN]->(made)
                                      WHERE other.depth <= $max_ownership
                                        AND (other.control OR $include_minority)
                                        AND other.valid_from <= sure_from
                                        AND other.valid_to >= sure_to } })
RETURN head.id AS origin, chain.via AS ownership, chain.nodes AS companies,
       part.role AS role, sale.via AS transactions, part.channel AS channel,
       got.role AS received_as, target.id AS end_user,
       last.date_from AS date_from, last.date_to AS date_to,
       [chain.standing, part.standing, sale.standing, got.standing] AS standings,
       chain.contested OR part.contested OR sale.contested OR got.contested AS contested,
       (seated = 1 AND chain.valid_from <= sure_from AND chain.valid_to >= sure_to) AS certain
