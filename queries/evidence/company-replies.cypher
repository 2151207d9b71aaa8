// ---
// title = "Replies of a company"
// summary = "What a company, or another organisation, answered to what others say: confirmations, denials, non-confirmations and explanations."
// description = """
// One row is one statement. What the organisation asserts of its own accord (a customer story, a policy) is no reply; company-positions shows how it stands to each of its transactions, silence included.
// """
// order = ["element", "topic", "claim"]
// sets = [["asserted_by", "asserted_by_names"]]
//
// [params]
// organisation = {type = "organisation", help = "Who answers"}
// stance = {type = "stance", default = "", help = "Only this stance; empty for any"}
//
// [columns]
// element = "What is spoken about, by its id"
// element_kind = "Its class or relation"
// element_name = "Its name or title; those of both ends for a relation"
// stance = "What the author does"
// topic = "What the statement speaks to"
// summary = "What it says, in our words"
// said = "When it was said, where that is known apart from the document"
// source = "Document that was read"
// primary_source = "Document that it relies on"
// locator = "Where it stands"
// claim = "Claim"
// asserted_by = "Who asserts the element's existence"
// asserted_by_names = "Their names"
// ---
MATCH (c:Claim)-[:SAID_BY]->(o:Company|PublicBody|Publisher)
WHERE o.id = $organisation AND c.stance <> 'asserts' AND ($stance = '' OR c.stance = $stance)
OPTIONAL MATCH (c)-[:ABOUT]->(n)
OPTIONAL MATCH (x)
               -[r:SELLER|MANUFACTURER|BUYER|END_USER|AGENT|BIDDER|INCLUDES|USED_IN|UNDER|MENTIONS|
               OWNS|PART_OF|SUCCEEDED_BY|DISTRIBUTES_FOR|MAKES|SUBJECT_TO]->(y)
WHERE r.id = c.about
OPTIONAL MATCH (d:Claim)-[:SAID_BY]->(w:Company|PublicBody|Publisher)
WHERE d.about = c.about AND d.topic = 'existence' AND d.stance = 'asserts'
RETURN c.about AS element, c.kind AS element_kind, CASE WHEN r.id IS NULL THEN coalesce(n.name, n.title, '')
            ELSE coalesce(x.title, x.name) + ' / ' + y.name END AS element_name,
       c.stance AS stance, c.topic AS topic, c.summary AS summary, c.said AS said,
       c.source AS source, c.primary_source AS primary_source, c.locator AS locator, c.id AS claim,
       collect(w.id) AS asserted_by, collect(w.name) AS asserted_by_names
