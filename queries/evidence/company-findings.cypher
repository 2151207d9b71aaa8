// ---
// title = "What others say of a company"
// summary = "Findings and remarks of others about a company, the products it makes and the transactions it took part in: due diligence, risk, end use, export control and more."
// description = """
// Statements about existence are left out: they are evidence of the elements themselves. So are the company's own words, which company-replies shows. Companies that went on as this one count as the same.
// """
// order = ["topic", "element", "author", "claim"]
//
// [params]
// company = {type = "company", help = "The company"}
// topic = {type = "topic", default = "", help = "Only this topic; empty for any"}
//
// [columns]
// element = "What is spoken about, by its id"
// element_kind = "Its class or relation"
// element_name = "Its name or title; empty for a relation"
// author = "Who says it"
// author_name = "Its name"
// stance = "What the author does"
// topic = "What the statement speaks to"
// summary = "What it says, in our words"
// said = "When it was said, where that is known apart from the document"
// source = "Document that was read"
// primary_source = "Document that it relies on"
// locator = "Where it stands"
// claim = "Claim"
// ---
MATCH (h:Company)
WHERE h.id = $company
   OR EXISTS { MATCH (h)-[:SUCCEEDED_BY*1..4]->(later:Company) WHERE later.id = $company }
MATCH (h)<-[:ABOUT]-(c:Claim)-[:SAID_BY]->(o:Company|PublicBody|Publisher)
WHERE c.topic <> 'existence' AND ($topic = '' OR c.topic = $topic)
  AND o.id <> $company AND o.id <> h.id
RETURN h.id AS element, c.kind AS element_kind, h.name AS element_name,
       o.id AS author, o.name AS author_name, c.stance AS stance, c.topic AS topic, c.summary AS summary, c.said AS said,
       c.source AS source, c.primary_source AS primary_source, c.locator AS locator, c.id AS claim
UNION ALL
MATCH (h:Company)
WHERE h.id = $company
   OR EXISTS { MATCH (h)-[:SUCCEEDED_BY*1..4]->(later:Company) WHERE later.id = $company }
MATCH (h)-[:MAKES]->(p:Product)<-[:ABOUT]-(c:Claim)-[:SAID_BY]->(o:Company|PublicBody|Publisher)
WHERE c.topic <> 'existence' AND ($topic = '' OR c.topic = $topic)
  AND o.id <> $company AND o.id <> h.id
RETURN p.id AS element, c.kind AS element_kind, p.name AS element_name,
       o.id AS author, o.name AS author_name, c.stance AS stance, c.topic AS topic, c.summary AS summary, c.said AS said,
       c.source AS source, c.primary_source AS primary_source, c.locator AS locator, c.id AS claim
UNION ALL
MATCH (h:Company)
WHERE h.id = $company
   OR EXISTS { MATCH (h)-[:SUCCEEDED_BY*1..4]->(later:Company) WHERE later.id = $company }
MATCH (h)<-[part:MANUFACTURER|SELLER]-(t:Transaction)
UNWIND t.claims + part.claims AS claim_id
WITH DISTINCT h, t, claim_id
MATCH (c:Claim)-[:SAID_BY]->(o:Company|PublicBody|Publisher)
WHERE c.id = claim_id AND c.topic <> 'existence' AND ($topic = '' OR c.topic = $topic)
  AND o.id <> $company AND o.id <> h.id
RETURN c.about AS element, c.kind AS element_kind, t.title AS element_name,
       o.id AS author, o.name AS author_name, c.stance AS stance, c.topic AS topic, c.summary AS summary, c.said AS said,
       c.source AS source, c.primary_source AS primary_source, c.locator AS locator, c.id AS claim
