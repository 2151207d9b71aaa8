// ---
// title = "Transactions after a date"
// summary = "Deliveries on a day or later, with manufacturers, sellers and recipients."
// description = """
// The date is that of the event: never that of a document or of its retrieval. A transaction whose stated date leaves open whether it came later (`2015`, or no date at all) is left out unless asked for, and then has `certain` false.
// """
// order = ["date", "transaction"]
// sets = [["makers", "maker_names"], ["sellers", "seller_names"], ["end_users", "end_user_names"], ["products", "product_names"], ["programmes", "programme_names"], ["claims"]]
//
// [params]
// date = {type = "date", help = "First day that counts, YYYY-MM-DD"}
// place = {type = "place", default = "", help = "Place in which a manufacturer or seller was seated: EU, SE"}
// kind = {type = "organisation-kind", default = "", help = "Kind of the end user, narrower kinds included; empty for any"}
// within = {type = "place", default = "", help = "Place that contains the end user"}
// include_uncertain = {type = "boolean", default = false, help = "Include transactions that may have come earlier"}
//
// [columns]
// transaction = "Transaction"
// title = "Its title"
// kind = "Its kind"
// date = "Its date, as stated"
// certain = "Whether it is sure to have come on that day or later"
// makers = "Manufacturers, as stated"
// maker_names = "Their names at the date"
// sellers = "Sellers"
// seller_names = "Their names at the date"
// end_users = "Who received the goods"
// end_user_names = "Their names at the date"
// products = "Products delivered"
// product_names = "Their names"
// programmes = "Programmes that it belongs to"
// programme_names = "Their names"
// standing = "Weakest standing of the transaction and its sellers"
// contested = "Whether the transaction or a party's role in it is contested"
// claims = "Claims about the transaction, replies included"
// ---
MATCH (t:Transaction)-[sale:SUPPLY_CHAIN]->(:Transaction)
WHERE sale.depth = 0 AND t.date_to >= $date AND (t.date_from >= $date OR $include_uncertain)
  AND ($place = ''
       OR EXISTS { MATCH (t)-[:MANUFACTURER|SELLER]->(s:Company)
                   WHERE EXISTS { MATCH (s)-[seat:SEATED_IN]->(z:Place)
                                  WHERE z.id = $place AND seat.valid_from <= t.date_to
                                    AND seat.valid_to >= t.date_from } })
  AND (($kind = '' AND $within = '')
       OR EXISTS { MATCH (t)-[r:END_USER|BUYER]->(u:PublicBody)
                   WHERE r.recipient AND ($kind = '' OR $kind IN u.kinds)
                     AND ($within = ''
                          OR EXISTS { MATCH (u)-[home:SEATED_IN]->(w:Place)
                                      WHERE w.id = $within AND home.valid_from <= t.date_to
                                        AND home.valid_to >= t.date_from }) })
WITH t, sale
OPTIONAL MATCH (t)-[made:MANUFACTURER]->(m:Company)
WITH t, sale, collect(m.id) AS makers,
     collect(CASE WHEN made.as_name <> '' THEN made.as_name ELSE m.name END) AS maker_names,
     count(CASE WHEN made.contested THEN 1 END) AS doubts_made
OPTIONAL MATCH (t)-[sold:SELLER]->(s:Company|PublicBody)
WITH t, sale, makers, maker_names, doubts_made, collect(s.id) AS sellers,
     collect(CASE WHEN sold.as_name <> '' THEN sold.as_name ELSE s.name END) AS seller_names
OPTIONAL MATCH (t)-[got:END_USER|BUYER]->(u:Company|PublicBody)
WHERE got.recipient
WITH t, sale, makers, maker_names, doubts_made, sellers, seller_names,
     collect(u.id) AS end_users,
     collect(CASE WHEN got.as_name <> '' THEN got.as_name ELSE u.name END) AS end_user_names,
     count(CASE WHEN got.contested THEN 1 END) AS doubts_got
OPTIONAL MATCH (t)-[:INCLUDES]->(p:Product)
WITH t, sale, makers, maker_names, sellers, seller_names, end_users, end_user_names,
     sale.contested OR doubts_made + doubts_got > 0 AS contested,
     collect(p.id) AS products, collect(p.name) AS product_names
OPTIONAL MATCH (t)-[:UNDER]->(g:Programme)
WITH t, sale, makers, maker_names, sellers, seller_names, end_users, end_user_names, contested,
     products, product_names, collect(g.id) AS programmes, collect(g.name) AS programme_names
RETURN t.id AS transaction, t.title AS title, t.kind AS kind, t.date AS date,
       t.date_from >= $date AS certain, makers, maker_names, sellers, seller_names,
       end_users, end_user_names, products, product_names, programmes, programme_names,
       sale.standing AS standing, contested, t.claims AS claims
