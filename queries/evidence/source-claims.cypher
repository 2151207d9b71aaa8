// ---
// title = "What rests on a source"
// summary = "Every claim that was read in a source, relies on it, or was read in a page that repeats it."
// description = """
// A claim is read in one document and may rely on another: a report's footnote cites a notice. `relation` says which of the two the source is.
// """
// order = ["element_kind", "element", "claim"]
//
// [params]
// source = {type = "source", help = "The source"}
//
// [columns]
// claim = "Claim"
// relation = "read: the claim was read in it; relied-on: the document that was read relies on it; repeated: in a source derived from it"
// element = "What is spoken about, by its id"
// element_kind = "Its class or relation"
// element_name = "Its name or title; empty for a relation"
// author = "Who says it"
// author_name = "Its name"
// basis = "Basis"
// stance = "What the author does"
// topic = "What the claim speaks to"
// source = "Document that was read"
// primary_source = "Document that it relies on"
// locator = "Where it stands"
// summary = "What a statement says, in our words"
// inferred_because = "Why it was concluded, if it was"
// ---
MATCH (copy:Source)-[:DERIVED_FROM*0..4]->(origin:Source)
WHERE origin.id = $source
WITH collect(DISTINCT copy.id) AS gone
MATCH (c:Claim)-[:SAID_BY]->(w:Company|PublicBody|Publisher)
WHERE c.source IN gone OR c.primary_source IN gone
OPTIONAL MATCH (c)-[:ABOUT]->(n)
RETURN c.id AS claim,
       CASE WHEN c.primary_source = $source THEN 'relied-on'
            WHEN c.source = $source THEN 'read' ELSE 'repeated' END AS relation,
       c.about AS element, c.kind AS element_kind, coalesce(n.name, n.title, '') AS element_name,
       w.id AS author, w.name AS author_name, c.basis AS basis, c.stance AS stance, c.topic AS topic,
       c.source AS source, c.primary_source AS primary_source, c.locator AS locator,
       c.summary AS summary, c.inferred_because AS inferred_because
