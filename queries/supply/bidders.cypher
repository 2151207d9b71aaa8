// ---
// title = "Bidders that are not known to have won"
// summary = "Organisations stated as bidders only. A bidder supplies nothing by bidding."
// description = """
// Who won is the seller of the transaction. A company that won one lot is not the seller of another: each award is a transaction of its own.
// """
// order = ["bidder", "date", "transaction"]
// sets = [["buyers", "buyer_names"], ["programmes", "programme_names"], ["claims"]]
//
// [params]
// organisation = {type = "organisation", default = "", help = "The bidder; empty for all"}
//
// [columns]
// bidder = "The bidder"
// bidder_name = "Its name at the date"
// transaction = "Transaction"
// title = "Its title"
// kind = "Its kind"
// date = "Its date, as stated"
// buyers = "Buyers, as stated"
// buyer_names = "Their names"
// programmes = "Programmes that it belongs to"
// programme_names = "Their names"
// standing = "Standing of the role"
// contested = "Whether it is contested"
// claims = "Claims about the role"
// ---
MATCH (t:Transaction)-[part:BIDDER]->(o:Company|PublicBody)
WHERE $organisation = '' OR o.id = $organisation
OPTIONAL MATCH (t)-[bought:BUYER]->(u:Company|PublicBody)
WITH t, part, o, collect(u.id) AS buyers,
     collect(CASE WHEN bought.as_name <> '' THEN bought.as_name ELSE u.name END) AS buyer_names
OPTIONAL MATCH (t)-[:UNDER]->(g:Programme)
WITH t, part, o, buyers, buyer_names,
     collect(g.id) AS programmes, collect(g.name) AS programme_names
RETURN o.id AS bidder,
       CASE WHEN part.as_name <> '' THEN part.as_name ELSE o.name END AS bidder_name,
       t.id AS transaction, t.title AS title, t.kind AS kind, t.date AS date, buyers, buyer_names,
       programmes, programme_names, part.standing AS standing, part.contested AS contested,
       part.claims AS claims
