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
MATCH (n:Company|PublicBody|Publisher|Programme|Product|Transaction|Instrument|Place|Source|Figure)
WHERE n.id IN $ids
RETURN n.id AS id, n AS properties
