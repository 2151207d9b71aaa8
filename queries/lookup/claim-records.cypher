// ---
// title = "Claims, whole"
// summary = "Every property of the given claims, and of the claims about the given nodes."
// order = ["id"]
//
// [params]
// ids = {type = "ids", help = "Ids of claims"}
// about = {type = "ids", help = "Ids of nodes; their names are among what claims are about"}
//
// [columns]
// id = "Claim"
// properties = "Every property that has a value"
// ---
UNWIND $ids AS wanted
MATCH (c:Claim {id: wanted})
RETURN c.id AS id, c AS properties
UNION
MATCH (c:Claim)-[:ABOUT]->(n)
WHERE n.id IN $about
RETURN c.id AS id, c AS properties
