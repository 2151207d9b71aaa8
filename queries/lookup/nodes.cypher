// ---
// title = "Nodes by id"
// summary = "The class and all properties of the given nodes."
// order = ["id"]
//
// [params]
// ids = {type = "ids", help = "Ids of nodes"}
//
// [columns]
// id = "Node"
// properties = "Its class and every property that has a value"
// ---
UNWIND $ids AS wanted MATCH (n:Company {id: wanted}) RETURN n.id AS id, n AS properties;
UNWIND $ids AS wanted MATCH (n:PublicBody {id: wanted}) RETURN n.id AS id, n AS properties;
UNWIND $ids AS wanted MATCH (n:Publisher {id: wanted}) RETURN n.id AS id, n AS properties;
UNWIND $ids AS wanted MATCH (n:Programme {id: wanted}) RETURN n.id AS id, n AS properties;
UNWIND $ids AS wanted MATCH (n:Product {id: wanted}) RETURN n.id AS id, n AS properties;
UNWIND $ids AS wanted MATCH (n:Transaction {id: wanted}) RETURN n.id AS id, n AS properties;
UNWIND $ids AS wanted MATCH (n:Instrument {id: wanted}) RETURN n.id AS id, n AS properties;
UNWIND $ids AS wanted MATCH (n:Place {id: wanted}) RETURN n.id AS id, n AS properties;
UNWIND $ids AS wanted MATCH (n:Source {id: wanted}) RETURN n.id AS id, n AS properties;
UNWIND $ids AS wanted MATCH (n:Figure {id: wanted}) RETURN n.id AS id, n AS properties
