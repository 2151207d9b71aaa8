// ---
// title = "A company's position on its transactions"
// summary = "For each delivery of a company's goods or by the company: whether the company confirms it, disputes it, does not confirm it, published it itself, only explains something, or says nothing."
// description = """
// Confirming this very transaction is told from explaining something general or similar (a part in other projects of the city), and both from silence.
// The company is the manufacturer or seller of the transaction, or went on as the company asked for; its words are those of either.
// `no-statement` means that the data set holds no statement, not that none was made.
// """
// order = ["position", "date", "transaction"]
// sets = [["roles"], ["explains"], ["claims"]]
//
// [params]
// company = {type = "company", help = "The company"}
//
// [columns]
// transaction = "Transaction"
// title = "Its title"
// kind = "Its kind"
// date = "Its date, as stated"
// party = "The company that took part"
// party_name = "Its name today"
// roles = "MANUFACTURER, SELLER"
// position = "disputes, does-not-confirm, confirms, asserts, explains or no-statement"
// explains = "Topics that it explains"
// standing = "Standing of the transaction"
// contested = "Whether anybody contests it or the company's role in it"
// claims = "The company's claims about the transaction and its role in it"
// ---
MATCH (h:Company)
WHERE h.id = $company
   OR EXISTS { MATCH (h)-[:SUCCEEDED_BY*1..4]->(later:Company) WHERE later.id = $company }
MATCH (h)<-[part:MANUFACTURER|SELLER]-(t:Transaction)
WHERE t.carries
UNWIND t.claims + part.claims AS claim_id
MATCH (c:Claim)
WHERE c.id = claim_id
WITH h, t, part, c, c.author = $company OR c.author = h.id AS own
WITH h, t, collect(part.role) AS roles, count(CASE WHEN part.contested THEN 1 END) AS doubts,
     collect(CASE WHEN own THEN c.id END) AS claims,
     collect(CASE WHEN own AND c.topic = 'existence' THEN c.stance END) AS stances,
     collect(CASE WHEN own AND c.stance = 'explains' THEN c.topic END) AS explains
RETURN t.id AS transaction, t.title AS title, t.kind AS kind, t.date AS date, h.id AS party,
       h.name AS party_name, roles,
       CASE WHEN 'disputes' IN stances THEN 'disputes'
            WHEN 'does-not-confirm' IN stances THEN 'does-not-confirm'
            WHEN 'confirms' IN stances THEN 'confirms'
            WHEN 'asserts' IN stances THEN 'asserts'
            WHEN size(claims) > 0 THEN 'explains' ELSE 'no-statement' END AS position,
       explains, t.standing AS standing, t.contested OR doubts > 0 AS contested, claims
