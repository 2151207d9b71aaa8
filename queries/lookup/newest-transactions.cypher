// ---
// title = "Newest transactions"
// summary = "The transactions that the latest sources speak about, for the feed."
// description = """A source counts by the day on which it was retrieved, else by its own date; where \
// that is a span, by its last day, or by its first if it is open. The date of the transaction says \
// when it happened, not when it became known, and does not count."""
// order = ["-known", "id"]
//
// [params]
// most = {type = "integer", help = "Most transactions to give"}
//
// [columns]
// id = "Transaction"
// title = "Title"
// title_zh = "Chinese title"
// kind = "Kind"
// date = "Date as stated"
// standing = "Standing"
// contested = "Whether it is contested"
// known = "Day of the latest source; empty where none is dated"
// ---
MATCH (t:Transaction)<-[:ABOUT]-(c:Claim)-[:CITES]->(s:Source)
WITH t, max(CASE
    WHEN coalesce(s.retrieved, '') <> '' THEN s.retrieved_to
    WHEN coalesce(s.date, '') = '' THEN ''
    WHEN s.date_to < '9999' THEN s.date_to
    ELSE s.date_from END) AS known
WITH t, known ORDER BY known DESC, t.id LIMIT $most
RETURN t.id AS id, t.title AS title, t.title_zh AS title_zh, t.kind AS kind, t.date AS date,
       t.standing AS standing, t.contested AS contested, known
