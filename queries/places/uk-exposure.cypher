// ---
// title = "Exposure of a country's public sector"
// summary = "Figures about classes of public bodies and other counts that concern both a place, the United Kingdom unless another is named, and a company, with who counted."
// description = """
// A figure is about a class (half of the NHS trusts), never about one body: no relation to a body may be concluded from it. Deliveries to named bodies of the place are in end-users-within; rules and pledges in instruments-of-organisation.
// """
// order = ["population", "figure"]
// sets = [["companies", "company_names"], ["counted_by"], ["sources"], ["claims"]]
//
// [params]
// place = {type = "place", default = "GB", help = "Country or other place"}
// company = {type = "company", default = "", help = "Only figures that concern this company; empty for any"}
//
// [columns]
// figure = "Figure"
// name = "What is counted"
// value = "The number"
// unit = "Its unit"
// qualifier = "How the source qualifies it"
// population = "The class of bodies or things counted"
// date = "When it holds, as stated"
// companies = "Companies that it concerns"
// company_names = "Their names"
// counted_by = "Who counted or says so"
// sources = "Documents that it rests on"
// standing = "Standing of the figure"
// contested = "Whether it is contested"
// claims = "Claims about the figure"
// ---
MATCH (f:Figure)-[:CONCERNS]->(c:Company)
WHERE ($company = '' OR EXISTS { MATCH (f)-[:CONCERNS]->(k:Company) WHERE k.id = $company })
  AND (EXISTS { MATCH (f)-[:CONCERNS]->(:Place)-[:WITHIN_CHAIN]->(w:Place) WHERE w.id = $place }
       OR EXISTS { MATCH (f)-[:CONCERNS]->(:PublicBody)-[:SEATED_IN]->(w:Place) WHERE w.id = $place })
WITH f, collect(c.id) AS companies, collect(c.name) AS company_names
MATCH (f)<-[:ABOUT]-(l:Claim)-[:SAID_BY]->(who:Company|PublicBody|Publisher)
WHERE l.topic = 'existence' AND l.stance IN ['asserts', 'confirms']
RETURN f.id AS figure, f.name AS name, f.value AS value, f.unit AS unit, f.qualifier AS qualifier,
       f.population AS population, f.date AS date, companies, company_names,
       collect(who.name) AS counted_by,
       collect(CASE WHEN l.primary_source <> '' THEN l.primary_source ELSE l.source END) AS sources,
       f.standing AS standing, f.contested AS contested, f.claims AS claims
