// ---
// title = "Transactions after an instrument came into force"
// summary = "Deliveries while a law, ban, list entry or policy was in force that involve what is subject to it."
// description = """
// One row is one transaction and one subject of the instrument that took part in it: as manufacturer, seller, buyer or end user, as the owner of one of these at the time, as a product delivered or as the programme.
// The instrument counts from when it applied to the subject; where that is not stated, from when it came into force, else from when it was adopted: `since` shows which. Where the dates leave open whether the transaction came later, it is left out unless asked for.
// What a source says an instrument does not cover is no subject of it, and the query does not judge whether a delivery broke a rule.
// """
// order = ["date", "transaction", "subject", "effect"]
// sets = [["makers", "maker_names"], ["sellers", "seller_names"], ["end_users", "end_user_names"], ["products", "product_names"], ["programmes", "programme_names"], ["claims"]]
//
// [params]
// instrument = {type = "instrument", help = "The instrument"}
// include_uncertain = {type = "boolean", default = false, help = "Include transactions that may have come earlier"}
//
// [columns]
// since = "From when the instrument counts, as stated"
// subject = "What is subject to it"
// subject_name = "Its name"
// effect = "What the instrument means for it"
// transaction = "Transaction"
// title = "Its title"
// kind = "Its kind"
// date = "Its date, as stated"
// certain = "Whether it is sure to have come later"
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
MATCH (x:Company|PublicBody|Programme|Product)-[bound:SUBJECT_TO]->(i:Instrument)
WHERE i.id = $instrument AND bound.effect <> 'not-covered-by'
WITH x, bound, i, coalesce(bound.valid, '') <> '' AS held, coalesce(i.in_force, '') <> '' AS forced
WITH x, bound,
     CASE WHEN held THEN bound.valid WHEN forced THEN i.in_force ELSE coalesce(i.adopted, '') END AS since,
     CASE WHEN held THEN bound.valid_from WHEN forced THEN i.in_force_from ELSE i.adopted_from END AS since_from,
     CASE WHEN held THEN bound.valid_to WHEN forced THEN i.in_force_to ELSE '9999-12-31' END AS until
WITH x, bound, since, since_from, until,
     CASE WHEN since_from = '0000-01-01' THEN '9999-12-31'
          WHEN left(since, 10) = since_from THEN since_from
          WHEN left(since, 7) = left(since_from, 7) THEN left(since, 7) + '-31'
          ELSE left(since, 4) + '-12-31' END AS since_to
OPTIONAL MATCH (x)-[chain:OWNERSHIP_CHAIN]->(e:Company)
WHERE chain.control
WITH x, bound, since, since_from, since_to, until, chain, e
OPTIONAL MATCH (e)<-[:MANUFACTURER|SELLER|BUYER|END_USER]-(a:Transaction)
WHERE chain.valid_from <= a.date_to AND chain.valid_to >= a.date_from
WITH x, bound, since, since_from, since_to, until, collect(DISTINCT a.id) AS of_group
OPTIONAL MATCH (x)<-[:SELLER|BUYER|END_USER]-(b:Transaction)
WITH x, bound, since, since_from, since_to, until, of_group, collect(DISTINCT b.id) AS of_body
OPTIONAL MATCH (c:Transaction)-[:INCLUDES]->(:Product)-[:VARIANT_OF*0..4]->(line:Product)
WHERE line.id = x.id
WITH x, bound, since, since_from, since_to, until, of_group, of_body,
     collect(DISTINCT c.id) AS of_product
OPTIONAL MATCH (d:Transaction)-[:UNDER]->(:Programme)-[:PHASE_OF*0..4]->(whole:Programme)
WHERE whole.id = x.id
WITH x, bound, since, since_from, since_to, until, of_group, of_body, of_product,
     collect(DISTINCT d.id) AS of_programme
UNWIND of_group + of_body + of_product + of_programme AS found_id
WITH DISTINCT x, bound, since, since_from, since_to, until, found_id
MATCH (t:Transaction)-[sale:SUPPLY_CHAIN]->(:Transaction)
WHERE t.id = found_id AND sale.depth = 0 AND t.date_to >= since_from AND t.date_from <= until
  AND (t.date_from >= since_to OR $include_uncertain)
WITH t, sale, x, bound, since, t.date_from >= since_to AS certain
OPTIONAL MATCH (t)-[made:MANUFACTURER]->(m:Company)
WITH t, sale, x, bound, since, certain, collect(m.id) AS makers,
     collect(CASE WHEN made.as_name <> '' THEN made.as_name ELSE m.name END) AS maker_names,
     count(CASE WHEN made.contested THEN 1 END) AS doubts_made
OPTIONAL MATCH (t)-[sold:SELLER]->(s:Company|PublicBody)
WITH t, sale, x, bound, since, certain, makers, maker_names, doubts_made, collect(s.id) AS sellers,
     collect(CASE WHEN sold.as_name <> '' THEN sold.as_name ELSE s.name END) AS seller_names
OPTIONAL MATCH (t)-[got:END_USER|BUYER]->(u:Company|PublicBody)
WHERE got.recipient
WITH t, sale, x, bound, since, certain, makers, maker_names, doubts_made, sellers, seller_names,
     collect(u.id) AS end_users,
     collect(CASE WHEN got.as_name <> '' THEN got.as_name ELSE u.name END) AS end_user_names,
     count(CASE WHEN got.contested THEN 1 END) AS doubts_got
OPTIONAL MATCH (t)-[:INCLUDES]->(p:Product)
WITH t, sale, x, bound, since, certain, makers, maker_names, sellers, seller_names, end_users,
     end_user_names,
     sale.contested OR doubts_made + doubts_got > 0 AS contested,
     collect(p.id) AS products, collect(p.name) AS product_names
OPTIONAL MATCH (t)-[:UNDER]->(g:Programme)
WITH t, sale, x, bound, since, certain, makers, maker_names, sellers, seller_names, end_users,
     end_user_names, contested,
     products, product_names, collect(g.id) AS programmes, collect(g.name) AS programme_names
RETURN since, x.id AS subject, x.name AS subject_name, bound.effect AS effect,
       t.id AS transaction, t.title AS title, t.kind AS kind, t.date AS date, certain,
       makers, maker_names, sellers, seller_names, end_users, end_user_names,
       products, product_names, programmes, programme_names,
       sale.standing AS standing, contested, t.claims AS claims
