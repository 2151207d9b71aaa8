// ---
// title = "Newest sources"
// summary = "The sources that were retrieved or dated last, for the feed."
// description = """A source counts by the day on which it was retrieved, else by its own date; where \
// that is a span, by its last day, or by its first if it is open."""
// order = ["-known", "id"]
//
// [params]
// most = {type = "integer", help = "Most sources to give"}
//
// [columns]
// id = "Source"
// title = "Title"
// basis = "What kind of evidence it is"
// publisher_name = "Who published it"
// date = "Date of the document, as stated"
// language = "Language"
// known = "Day of retrieval, else of the document; empty where neither is known"
// ---
MATCH (s:Source)
WITH s, CASE
    WHEN coalesce(s.retrieved, '') <> '' THEN s.retrieved_to
    WHEN coalesce(s.date, '') = '' THEN ''
    WHEN s.date_to < '9999' THEN s.date_to
    ELSE s.date_from END AS known
ORDER BY known DESC, s.id LIMIT $most
OPTIONAL MATCH (s)-[:PUBLISHED_BY]->(p:Company|PublicBody|Publisher)
RETURN s.id AS id, s.title AS title, s.basis AS basis, p.name AS publisher_name, s.date AS date,
       s.language AS language, known
