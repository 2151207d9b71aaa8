// ---
// title = "Sources"
// summary = "Every document and data set that claims rest on, the latest first."
// order = ["-date_to", "title", "id"]
//
// [params]
//
// [columns]
// id = "Source"
// title = "Title"
// basis = "What kind of evidence it is"
// publisher = "Who published it"
// publisher_name = "Its name"
// date = "Date of the document, as stated"
// date_to = "Last day that the date can mean"
// url = "Where it was published"
// ---
MATCH (s:Source)
OPTIONAL MATCH (s)-[:PUBLISHED_BY]->(p:Company|PublicBody|Publisher)
RETURN s.id AS id, s.title AS title, s.basis AS basis, p.id AS publisher, p.name AS publisher_name,
       s.date AS date, CASE WHEN coalesce(s.date, '') = '' THEN '' ELSE s.date_to END AS date_to,
       s.url AS url
