// ---
// title = "Owners above companies"
// summary = "Every company or body that reaches the given companies over a chain of ownership."
// order = ["company", "depth", "owner", "country"]
//
// [params]
// ids = {type = "ids", help = "Ids of companies"}
//
// [columns]
// company = "Company below"
// owner = "Company or body above"
// name = "Name of the owner"
// depth = "Length of the chain"
// valid_from = "First day of the chain"
// valid_to = "Last day of the chain"
// control = "Whether every step makes a parent"
// country = "Country of the owner; one row for each"
// ---
UNWIND $ids AS wanted
MATCH (c:Company {id: wanted})
OPTIONAL MATCH (o:Company|PublicBody)-[chain:OWNERSHIP_CHAIN]->(c)
WITH o, chain, c
WHERE chain.depth > 0
OPTIONAL MATCH (o)-[:SEATED_IN]->(p:Place)
WHERE p.kind = 'country'
RETURN c.id AS company, o.id AS owner, o.name AS name, chain.depth AS depth,
       chain.valid_from AS valid_from, chain.valid_to AS valid_to, chain.control AS control,
       p.id AS country
