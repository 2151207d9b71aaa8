// ---
// title = "Nodes by id"
// summary = "The class and all properties of the given nodes."
// order = ["id"]
// one_of = ["company", "public_body", "publisher", "programme", "product", "transaction", "instrument", "place", "source", "figure"]
//
// [params]
// ids = {type = "ids", help = "Ids of nodes"}
//
// [columns]
// id = "Node"
// properties = "Its class and every property that has a value"
// ---
UNWIND $ids AS wanted WITH DISTINCT wanted
OPTIONAL MATCH (company:Company {id: wanted})
OPTIONAL MATCH (public_body:PublicBody {id: wanted})
OPTIONAL MATCH (publisher:Publisher {id: wanted})
OPTIONAL MATCH (programme:Programme {id: wanted})
OPTIONAL MATCH (product:Product {id: wanted})
OPTIONAL MATCH (transaction:Transaction {id: wanted})
OPTIONAL MATCH (instrument:Instrument {id: wanted})
OPTIONAL MATCH (place:Place {id: wanted})
OPTIONAL MATCH (source:Source {id: wanted})
OPTIONAL MATCH (figure:Figure {id: wanted})
RETURN wanted AS id, company, public_body, publisher, programme, product, transaction,
       instrument, place, source, figure
