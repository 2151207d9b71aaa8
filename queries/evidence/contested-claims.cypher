// ---
// title = "Contested claims"
// summary = "Every element of the graph that somebody disputes or does not confirm, with who does so and who stands behind it."
// description = """
// One row is one denial or non-confirmation. Denying, declining to confirm, explaining and silence are four different things; the last two contest nothing.
// Only a statement about existence makes an element contested. With an empty topic, denials of risk, end use and the like are shown, too.
// A reply to a transaction counts for the roles in it.
// """
// order = ["element", "author", "claim"]
// sets = [["supporters", "supporter_names"]]
//
// [params]
// organisation = {type = "organisation", default = "", help = "Only what this organisation disputes or does not confirm; empty for all"}
// topic = {type = "topic", default = "existence", help = "Topic of the statement; empty for any"}
//
// [columns]
// element = "What is spoken about, by its id"
// element_kind = "Its class or relation"
// element_name = "Its name or title; those of both ends for a relation"
// author = "Who contests it"
// author_name = "Its name"
// stance = "What the author does"
// topic = "What the statement speaks to"
// summary = "What it says, in our words"
// said = "When it was said, where that is known apart from the document"
// source = "Document that was read"
// primary_source = "Document that it relies on"
// locator = "Where it stands"
// claim = "Claim"
// supporters = "Who asserts or confirms the element's existence"
// supporter_names = "Their names"
// ---
MATCH (c:Claim)-[:SAID_BY]->(o:Company|PublicBody|Publisher)
WHERE c.stance IN ['disputes', 'does-not-confirm'] AND ($topic = '' OR c.topic = $topic)
  AND ($organisation = '' OR o.id = $organisation)
OPTIONAL MATCH (c)-[:ABOUT]->(n)
OPTIONAL MATCH (x)
               -[r:SELLER|MANUFACTURER|BUYER|END_USER|AGENT|BIDDER|INCLUDES|USED_IN|UNDER|MENTIONS|
               OWNS|PART_OF|SUCCEEDED_BY|DISTRIBUTES_FOR|MAKES|SUBJECT_TO]->(y)
WHERE r.id = c.about
OPTIONAL MATCH (d:Claim)-[:SAID_BY]->(w:Company|PublicBody|Publisher)
WHERE d.about = c.about AND d.topic = 'existence' AND d.stance IN ['asserts', 'confirms']
RETURN c.about AS element, c.kind AS element_kind, CASE WHEN r.id IS NULL THEN coalesce(n.name, n.title, '')
            ELSE coalesce(x.title, x.name) + ' / ' + y.name END AS element_name,
       o.id AS author, o.name AS author_name, c.stance AS stance, c.topic AS topic, c.summary AS summary, c.said AS said,
       c.source AS source, c.primary_source AS primary_source, c.locator AS locator, c.id AS claim,
       collect(w.id) AS supporters, collect(w.name) AS supporter_names
