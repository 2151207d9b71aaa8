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
UNWIND $ids AS wanted MATCH (n:Company {id: wanted})
RETURN n.id AS id, 'Company' AS cls, n.name AS name
UNION ALL
UNWIND $ids AS wanted MATCH (n:PublicBody {id: wanted})
RETURN n.id AS id, 'PublicBody' AS cls, n.name AS name
UNION ALL
UNWIND $ids AS wanted MATCH (n:Publisher {id: wanted})
RETURN n.id AS id, 'Publisher' AS cls, n.name AS name
UNION ALL
UNWIND $ids AS wanted MATCH (n:Programme {id: wanted})
RETURN n.id AS id, 'Programme' AS cls, n.name AS name
UNION ALL
UNWIND $ids AS wanted MATCH (n:Product {id: wanted})
RETURN n.id AS id, 'Product' AS cls, n.name AS name
UNION ALL
UNWIND $ids AS wanted MATCH (n:Transaction {id: wanted})
RETURN n.id AS id, 'Transaction' AS cls, n.title AS name
UNION ALL
UNWIND $ids AS wanted MATCH (n:Instrument {id: wanted})
RETURN n.id AS id, 'Instrument' AS cls, n.name AS name
UNION ALL
UNWIND $ids AS wanted MATCH (n:Place {id: wanted})
RETURN n.id AS id, 'Place' AS cls, n.name AS name
UNION ALL
UNWIND $ids AS wanted MATCH (n:Source {id: wanted})
RETURN n.id AS id, 'Source' AS cls, n.title AS name
UNION ALL
UNWIND $ids AS wanted MATCH (n:Figure {id: wanted})
RETURN n.id AS id, 'Figure' AS cls, n.name AS name
