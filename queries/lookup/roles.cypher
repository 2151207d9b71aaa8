// ---
// title = "Parties of transactions"
// summary = "Who had which part in the given transactions."
// order = ["transaction", "role", "organisation"]
//
// [params]
// ids = {type = "ids", help = "Ids of transactions"}
//
// [columns]
// transaction = "Transaction"
// id = "Relation"
// role = "SELLER, MANUFACTURER, BUYER, END_USER, AGENT or BIDDER"
// organisation = "Party"
// name = "Its name at the date of the transaction"
// recipient = "Whether it received the goods"
// standing = "Standing"
// contested = "Whether it is contested"
// claims = "Claims that it rests on"
// ---
UNWIND $ids AS wanted
MATCH (t:Transaction {id: wanted})
OPTIONAL MATCH (t)-[r:SELLER|MANUFACTURER|BUYER|END_USER|AGENT|BIDDER]->(o:Company|PublicBody)
WITH t, r, o
WHERE o.id IS NOT NULL
RETURN t.id AS transaction, r.id AS id, r.role AS role, o.id AS organisation,
       CASE WHEN r.as_name = '' THEN o.name ELSE r.as_name END AS name,
       r.recipient AS recipient, r.standing AS standing, r.contested AS contested,
       r.claims AS claims
