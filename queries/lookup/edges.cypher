// ---
// title = "Relations of nodes, whole"
// summary = "Every relation that starts or ends at the given nodes, with all of its properties."
// order = ["id"]
//
// [params]
// ids = {type = "ids", help = "Ids of nodes"}
//
// [columns]
// id = "Relation"
// properties = "Its kind and every property that has a value"
// ---
MATCH (n)-[r:OWNS|PART_OF|SUCCEEDED_BY|DISTRIBUTES_FOR|MAKES|VARIANT_OF|PHASE_OF|LAUNCHED_BY|SELLER|MANUFACTURER|BUYER|END_USER|AGENT|BIDDER|INCLUDES|USED_IN|UNDER|MENTIONS|LOCATED_IN|WITHIN|SUBJECT_TO|ISSUED_BY|CONCERNS|DERIVED_FROM]->(m)
WHERE n.id IN $ids
RETURN r.id AS id, r AS properties
UNION
MATCH (n)<-[r:OWNS|PART_OF|SUCCEEDED_BY|DISTRIBUTES_FOR|MAKES|VARIANT_OF|PHASE_OF|LAUNCHED_BY|SELLER|MANUFACTURER|BUYER|END_USER|AGENT|BIDDER|INCLUDES|USED_IN|UNDER|MENTIONS|LOCATED_IN|WITHIN|SUBJECT_TO|ISSUED_BY|CONCERNS|DERIVED_FROM]-(m)
WHERE n.id IN $ids
RETURN r.id AS id, r AS properties
