// ---
// title = "Brand mentions without supply"
// summary = "Tenders and lists that recommend a company's brand or ask for compatibility with it, where no supply by that company is documented."
// description = """
// A mention is no supply, and none is concluded from it. A mention in a transaction of which the company, or a maker of the product, is the stated manufacturer or seller is left out.
// """
// order = ["mentioned", "date", "transaction"]
// sets = [["buyers", "buyer_names"], ["agents", "agent_names"], ["programmes", "programme_names"], ["claims"]]
//
// [params]
// company = {type = "company", default = "", help = "Company mentioned, or whose product is; empty for all"}
//
// [columns]
// mentioned = "Company or product mentioned"
// mentioned_name = "Its name"
// mention = "How it is mentioned"
// transaction = "Tender or list"
// title = "Its title"
// kind = "Its kind"
// date = "Its date, as stated"
// buyers = "Who asked for bids, where stated"
// buyer_names = "Their names"
// agents = "Who conducted the tender"
// agent_names = "Their names"
// programmes = "Programmes that it belongs to"
// programme_names = "Their names"
// standing = "Standing of the mention"
// contested = "Whether it is contested"
// claims = "Claims about it"
// ---
MATCH (t:Transaction)-[named:MENTIONS]->(x:Company|Product)
WHERE ($company = '' OR x.id = $company
       OR EXISTS { MATCH (c:Company)-[:MAKES]->(x) WHERE c.id = $company })
  AND NOT (t.carries
           AND (EXISTS { MATCH (t)-[:MANUFACTURER|SELLER]->(s:Company) WHERE s.id = x.id }
                OR EXISTS { MATCH (t)-[:MANUFACTURER|SELLER]->(:Company)-[:MAKES]->(x) }))
WITH t, named, x
OPTIONAL MATCH (t)-[:BUYER]->(u:Company|PublicBody)
WITH t, named, x, collect(u.id) AS buyers, collect(u.name) AS buyer_names
OPTIONAL MATCH (t)-[:AGENT]->(a:Company|PublicBody)
WITH t, named, x, buyers, buyer_names, collect(a.id) AS agents, collect(a.name) AS agent_names
OPTIONAL MATCH (t)-[:UNDER]->(g:Programme)
WITH t, named, x, buyers, buyer_names, agents, agent_names,
     collect(g.id) AS programmes, collect(g.name) AS programme_names
RETURN x.id AS mentioned, x.name AS mentioned_name, named.as AS mention, t.id AS transaction,
       t.title AS title, t.kind AS kind, t.date AS date, buyers, buyer_names, agents, agent_names,
       programmes, programme_names, named.standing AS standing, named.contested AS contested,
       named.claims AS claims
