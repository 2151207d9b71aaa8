// ---
// title = "Class of nodes"
// summary = "The class and the main name of the given ids, merged ids included."
// order = ["id"]
//
// [params]
// ids = {type = "ids", help = "Ids of nodes"}
//
// [columns]
// id = "Node"
// cls = "Class"
// name = "Name or title"
// ---
MATCH (n:Company) WHERE n.id IN $ids RETURN n.id AS id, 'Company' AS cls, n.name AS name
UNION ALL
MATCH (n:PublicBody) WHERE n.id IN $ids RETURN n.id AS id, 'PublicBody' AS cls, n.name AS name
UNION ALL
MATCH (n:Publisher) WHERE n.id IN $ids RETURN n.id AS id, 'Publisher' AS cls, n.name AS name
UNION ALL
MATCH (n:Programme) WHERE n.id IN $ids RETURN n.id AS id, 'Programme' AS cls, n.name AS name
UNION ALL
MATCH (n:Product) WHERE n.id IN $ids RETURN n.id AS id, 'Product' AS cls, n.name AS name
UNION ALL
MATCH (n:Transaction) WHERE n.id IN $ids RETURN n.id AS id, 'Transaction' AS cls, n.title AS name
UNION ALL
MATCH (n:Instrument) WHERE n.id IN $ids RETURN n.id AS id, 'Instrument' AS cls, n.name AS name
UNION ALL
MATCH (n:Place) WHERE n.id IN $ids RETURN n.id AS id, 'Place' AS cls, n.name AS name
UNION ALL
MATCH (n:Source) WHERE n.id IN $ids RETURN n.id AS id, 'Source' AS cls, n.title AS name
UNION ALL
MATCH (n:Figure) WHERE n.id IN $ids RETURN n.id AS id, 'Figure' AS cls, n.name AS name
