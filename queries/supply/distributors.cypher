// ---
// title = "Declared distributors and partners"
// summary = "Companies that are declared to distribute for others, and whether a delivery of the principal's goods by them is documented."
// description = """
// A declared partnership is no supply: `documented_sales` counts the deliveries in which the distributor sold goods that the principal made.
// """
// order = ["principal", "distributor"]
// sets = [["claims"]]
//
// [params]
// company = {type = "company", default = "", help = "Distributor or principal; empty for all"}
//
// [columns]
// distributor = "Distributor or partner"
// distributor_name = "Its name"
// principal = "Company it distributes for"
// principal_name = "Its name"
// valid = "When, as stated"
// documented_sales = "Number of deliveries in which it sold the principal's goods"
// standing = "Standing of the partnership"
// contested = "Whether it is contested"
// claims = "Claims about it"
// ---
MATCH (d:Company)-[link:DISTRIBUTES_FOR]->(m:Company)
WHERE $company = '' OR d.id = $company OR m.id = $company
OPTIONAL MATCH (m)<-[:MANUFACTURER]-(first:Transaction)
OPTIONAL MATCH (first)-[sale:SUPPLY_CHAIN]->(t:Transaction)
WHERE m.id IN sale.makers AND EXISTS { MATCH (t)-[:SELLER]->(d) }
RETURN d.id AS distributor, d.name AS distributor_name, m.id AS principal, m.name AS principal_name,
       link.valid AS valid, count(DISTINCT t.id) AS documented_sales,
       link.standing AS standing, link.contested AS contested, link.claims AS claims
