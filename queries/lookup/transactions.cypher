// ---
// title = "Transactions by id"
// summary = "What kind of event each was, when, and on what evidence."
// order = ["id"]
//
// [params]
// ids = {type = "ids", help = "Ids of transactions"}
//
// [columns]
// id = "Transaction"
// title = "Title"
// title_zh = "Chinese title"
// kind = "Kind"
// date = "Date as stated"
// standing = "Standing"
// contested = "Whether it is contested"
// claims = "Claims about it, replies included"
// ---
UNWIND $ids AS wanted
MATCH (t:Transaction {id: wanted})
RETURN t.id AS id, t.title AS title, t.title_zh AS title_zh, t.kind AS kind, t.date AS date,
       t.standing AS standing, t.contested AS contested, t.claims AS claims
