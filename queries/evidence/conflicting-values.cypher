// ---
// title = "Conflicting values"
// summary = "Elements of which sources give different values, with what each of them says."
// description = """
// One row is one claim about such an element. The graph shows the value of the best-founded claim: not inferred before inferred, then the stronger basis, then what was said later.
// """
// order = ["element", "claim"]
//
// [columns]
// element = "Element, by its id"
// element_kind = "Its class or relation"
// conflicts = "Properties on which claims differ"
// author = "Who says it"
// author_name = "Its name"
// basis = "Basis"
// source = "Document that was read"
// primary_source = "Document that it relies on"
// locator = "Where it stands"
// values = "Values that the claim gives, as JSON"
// inferred_because = "Why it was concluded, if it was"
// claim = "Claim"
// ---
MATCH (n)
WHERE size(n.conflicts) > 0
UNWIND n.claims AS claim_id
MATCH (c:Claim)-[:SAID_BY]->(w:Company|PublicBody|Publisher)
WHERE c.id = claim_id AND c.values <> '{}'
RETURN n.id AS element, c.kind AS element_kind, n.conflicts AS conflicts, w.id AS author,
       w.name AS author_name, c.basis AS basis, c.source AS source,
       c.primary_source AS primary_source, c.locator AS locator, c.values AS values,
       c.inferred_because AS inferred_because, c.id AS claim
UNION ALL
MATCH ()-[r]->()
WHERE size(r.conflicts) > 0
UNWIND r.claims AS claim_id
MATCH (c:Claim)-[:SAID_BY]->(w:Company|PublicBody|Publisher)
WHERE c.id = claim_id AND c.values <> '{}'
RETURN r.id AS element, c.kind AS element_kind, r.conflicts AS conflicts, w.id AS author,
       w.name AS author_name, c.basis AS basis, c.source AS source,
       c.primary_source AS primary_source, c.locator AS locator, c.values AS values,
       c.inferred_because AS inferred_because, c.id AS claim
