// ---
// title = "What falls with a source"
// summary = "Elements that would lose support if a source were retracted: those that nothing else supports, and those that would be left weaker."
// description = """
// A claim falls if it was read in the source, relies on it, or was read in a page that repeats it. An element falls with its last supporting claim; relations of a fallen node fall with it and are not listed for that. A confirmation of a transaction does not keep up a role in it that no other claim states.
// `falls` is false for what keeps other support.
// """
// order = ["-falls", "element_kind", "element"]
// sets = [["kept_by"], ["lost_claims"]]
//
// [params]
// source = {type = "source", help = "The source"}
// only_falling = {type = "boolean", default = true, help = "Leave out what keeps other support"}
//
// [columns]
// element = "What is spoken about, by its id"
// element_kind = "Its class or relation"
// falls = "Whether no other claim supports it"
// lost = "Supporting claims that it would lose"
// kept = "Supporting claims that would be left"
// kept_by = "Documents that would still speak for it"
// lost_claims = "The claims that it would lose"
// ---
MATCH (:Source {id: $source})<-[:DERIVED_FROM*0..4]-(copy:Source)
WITH collect(DISTINCT copy.id) AS gone
OPTIONAL MATCH (c:Claim)
WHERE c.primary_source IN gone
WITH gone, collect(DISTINCT c.about) AS relied
UNWIND gone AS copy
MATCH (s:Source {id: copy})
OPTIONAL MATCH (s)<-[:CITES]-(c:Claim)
WITH gone, relied, collect(DISTINCT c.about) AS read
UNWIND relied + read AS element
WITH DISTINCT gone, element
MATCH (c:Claim)
WHERE c.about = element
WITH gone, element, c.id AS id
MATCH (c:Claim {id: id})
WHERE c.topic = 'existence' AND c.stance IN ['asserts', 'confirms'] AND c.kind <> 'Name'
WITH element, c, c.source IN gone OR c.primary_source IN gone AS goes
WITH element, c.kind AS element_kind,
     collect(CASE WHEN goes THEN c.id END) AS lost_claims,
     collect(CASE WHEN NOT goes THEN c.id END) AS kept_claims,
     collect(CASE WHEN goes THEN NULL WHEN c.primary_source <> '' THEN c.primary_source
                  ELSE c.source END) AS kept_by
WHERE size(lost_claims) > 0 AND (size(kept_claims) = 0 OR NOT $only_falling)
RETURN element, element_kind, size(kept_claims) = 0 AS falls, size(lost_claims) AS lost,
       size(kept_claims) AS kept, kept_by, lost_claims
