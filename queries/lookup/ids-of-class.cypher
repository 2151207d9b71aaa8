// ---
// title = "Ids of a class"
// summary = "The ids of the nodes of one class, a part at a time: for lists of all addresses."
// order = ["id"]
//
// [params]
// cls = {type = "text", help = "Class of nodes"}
// skip = {type = "integer", help = "Ids to leave out at the beginning"}
// most = {type = "integer", help = "Most ids to give"}
//
// [columns]
// id = "Node"
// ---
MATCH (n:Company) WHERE $cls = 'Company'
RETURN n.id AS id ORDER BY id SKIP $skip LIMIT $most
UNION ALL
MATCH (n:PublicBody) WHERE $cls = 'PublicBody'
RETURN n.id AS id ORDER BY id SKIP $skip LIMIT $most
UNION ALL
MATCH (n:Publisher) WHERE $cls = 'Publisher'
RETURN n.id AS id ORDER BY id SKIP $skip LIMIT $most
UNION ALL
MATCH (n:Programme) WHERE $cls = 'Programme'
RETURN n.id AS id ORDER BY id SKIP $skip LIMIT $most
UNION ALL
MATCH (n:Product) WHERE $cls = 'Product'
RETURN n.id AS id ORDER BY id SKIP $skip LIMIT $most
UNION ALL
MATCH (n:Transaction) WHERE $cls = 'Transaction'
RETURN n.id AS id ORDER BY id SKIP $skip LIMIT $most
UNION ALL
MATCH (n:Instrument) WHERE $cls = 'Instrument'
RETURN n.id AS id ORDER BY id SKIP $skip LIMIT $most
UNION ALL
MATCH (n:Place) WHERE $cls = 'Place'
RETURN n.id AS id ORDER BY id SKIP $skip LIMIT $most
UNION ALL
MATCH (n:Source) WHERE $cls = 'Source'
RETURN n.id AS id ORDER BY id SKIP $skip LIMIT $most
UNION ALL
MATCH (n:Figure) WHERE $cls = 'Figure'
RETURN n.id AS id ORDER BY id SKIP $skip LIMIT $most
