// ---
// title = "Companies by id"
// summary = "Names of companies, and the countries in which they are seated."
// order = ["id", "country"]
//
// [params]
// ids = {type = "ids", help = "Ids of companies"}
//
// [columns]
// id = "Company"
// name = "Name today"
// name_zh = "Chinese name"
// names_json = "All names with language, kind and validity, as JSON"
// country = "ISO 3166-1 code of a country of its seat; one row for each"
// valid_from = "From when it is seated there"
// valid_to = "Until when"
// founded_from = "First day on which it can have existed"
// dissolved_to = "Last day on which it can have existed"
// ---
UNWIND $ids AS wanted
MATCH (c:Company {id: wanted})
OPTIONAL MATCH (c)-[seat:SEATED_IN]->(p:Place)
WHERE p.kind = 'country'
RETURN c.id AS id, c.name AS name, c.name_zh AS name_zh, c.names_json AS names_json,
       p.id AS country, seat.valid_from AS valid_from, seat.valid_to AS valid_to,
       c.founded_from AS founded_from, c.dissolved_to AS dissolved_to
