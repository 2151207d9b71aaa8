// ---
// title = "Supply paths from companies"
// summary = "Every documented path from given companies, through what they owned at the time, to a public body."
// description = """
// The same question as paths-from-place, asked of companies by their ids.
// One row is one path: an origin company, a chain of ownership that held at the date of the sale, the part that the last company of the chain had in it (manufacturer, or seller where no company of the origin is the manufacturer), one to three transactions along which the same goods went on, and the body that received them: the end user where one is stated, else the buyer.
// `certain` is false where a date leaves open whether ownership held at the sale.
// `sousveil paths` asks this query and adds the steps, the names and the evidence.
// """
// order = ["origin", "end_user", "date_from", "transactions", "ownership"]
//
// [params]
// companies = {type = "ids", help = "Companies at which a path may start"}
// kind = {type = "organisation-kind", default = "", help = "Kind of the end user, narrower kinds included"}
// body = {type = "body", default = "", help = "One public body; bodies that are part of it count"}
// country = {type = "place", default = "", help = "Place that contains the end user"}
// within = {type = "place", default = "", help = "A second place that contains the end user"}
// programmes = {type = "ids", default = [], help = "Programmes, one of which the delivery belongs to"}
// products = {type = "ids", default = [], help = "Products, one of which was delivered"}
// as_of = {type = "date", default = "", help = "Judge ownership as of this day; empty: as of each sale"}
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
// certain = "Whether ownership is sure to have held at the sale"
// ---
MATCH (head:Company)
WHERE head.id IN $companies
// OPTIONAL MATCH starts from what is bound; MATCH after WITH reads the whole table (decision 19).
OPTIONAL MATCH (head)-[chain:OWNERSHIP_CHAIN]->(entry:Company)
WITH head, chain, entry
WHERE chain.depth <= $max_ownership AND (chain.control OR $include_minority)
OPTIONAL MATCH (entry)<-[part:MANUFACTURER|SELLER]-(first:Transaction)
WITH head, chain, entry, part, first,
     CASE WHEN $as_of = '' THEN first.date_from ELSE $as_of END AS from_day,
     CASE WHEN $as_of = '' THEN first.date_to ELSE $as_of END AS to_day,
     CASE WHEN $as_of = '' THEN first.asof_from ELSE $as_of END AS sure_from,
     CASE WHEN $as_of = '' THEN first.asof_to ELSE $as_of END AS sure_to
WHERE chain.valid_from <= to_day AND chain.valid_to >= from_day
OPTIONAL MATCH (first)-[sale:SUPPLY_CHAIN]->(last:Transaction)
WITH head, chain, entry, part, first, sale, last, sure_from, sure_to
WHERE sale.depth < $max_transactions AND (part.role = 'SELLER' OR entry.id IN sale.makers)
OPTIONAL MATCH (last)-[got:END_USER|BUYER]->(target:PublicBody)
WITH head, chain, entry, part, first, sale, last, got, target, sure_from, sure_to
WHERE got.recipient
OPTIONAL MATCH (target)-[up:PART_OF_CHAIN]->(above:PublicBody)
WITH head, chain, entry, part, first, sale, last, got, target, sure_from, sure_to, up, above
WHERE up.depth <= $max_rollup
  AND ($kind = '' OR $kind IN above.kinds) AND ($body = '' OR above.id = $body)
WITH DISTINCT head, chain, entry, part, first, sale, last, got, target, sure_from, sure_to
OPTIONAL MATCH (target)-[:SEATED_IN]->(w:Place)
WITH head, chain, entry, part, first, sale, last, got, target, sure_from, sure_to,
     collect(w.id) AS places
WHERE ($country = '' OR $country IN places) AND ($within = '' OR $within IN places)
OPTIONAL MATCH (last)-[:UNDER]->(g:Programme)
WITH head, chain, entry, part, first, sale, last, got, target, sure_from, sure_to,
     count(CASE WHEN g.id IN $programmes THEN g.id END) AS belongs
WHERE size($programmes) = 0 OR '' IN $programmes OR belongs > 0
OPTIONAL MATCH (last)-[:INCLUDES]->(p:Product)
WITH head, chain, entry, part, first, sale, last, got, target, sure_from, sure_to,
     count(CASE WHEN p.id IN $products THEN p.id END) AS included
WHERE size($products) = 0 OR '' IN $products OR included > 0
// A seller is where the path starts only if no company of the origin is a manufacturer.
OPTIONAL MATCH (first)-[:MANUFACTURER]->(made:Company)
OPTIONAL MATCH (head)-[other:OWNERSHIP_CHAIN]->(made)
WITH head, chain, entry, part, first, sale, last, got, target, sure_from, sure_to,
     count(CASE WHEN other.depth <= $max_ownership AND (other.control OR $include_minority)
                 AND other.valid_from <= sure_from AND other.valid_to >= sure_to
                THEN other.depth END) AS own_makers
WHERE part.role = 'MANUFACTURER' OR own_makers = 0
RETURN head.id AS origin, chain.via AS ownership, chain.nodes AS companies,
       part.role AS role, sale.via AS transactions, part.channel AS channel,
       got.role AS received_as, target.id AS end_user,
       last.date_from AS date_from, last.date_to AS date_to,
       [chain.standing, part.standing, sale.standing, got.standing] AS standings,
       chain.contested OR part.contested OR sale.contested OR got.contested AS contested,
       (chain.valid_from <= sure_from AND chain.valid_to >= sure_to) AS certain
