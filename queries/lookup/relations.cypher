// ---
// title = "Relations of nodes"
// summary = "Every relation that starts or ends at the given nodes."
// order = ["node", "id", "direction"]
//
// [params]
// ids = {type = "ids", help = "Ids of nodes"}
//
// [columns]
// node = "Node"
// id = "Relation; its kind stands between the ids of its ends"
// direction = "out: the relation starts at the node; in: it ends there"
// other = "Node at the other end"
// name = "Its name or title"
// valid = "When it held, as stated"
// standing = "Standing"
// contested = "Whether it is contested"
// claims = "Claims that it rests on"
// ---
MATCH (n)-[r:OWNS|PART_OF|SUCCEEDED_BY|DISTRIBUTES_FOR|MAKES|VARIANT_OF|PHASE_OF|LAUNCHED_BY|SELLER|MANUFACTURER|BUYER|END_USER|AGENT|BIDDER|INCLUDES|USED_IN|UNDER|MENTIONS|LOCATED_IN|WITHIN|SUBJECT_TO|ISSUED_BY|CONCERNS|DERIVED_FROM]->(m)
WHERE n.id IN $ids
RETURN n.id AS node, r.id AS id, 'out' AS direction, m.id AS other,
       coalesce(m.name, m.title) AS name, r.valid AS valid, r.standing AS standing,
       r.contested AS contested, r.claims AS claims
UNION ALL
MATCH (n)<-[r:OWNS|PART_OF|SUCCEEDED_BY|DISTRIBUTES_FOR|MAKES|VARIANT_OF|PHASE_OF|LAUNCHED_BY|SELLER|MANUFACTURER|BUYER|END_USER|AGENT|BIDDER|INCLUDES|USED_IN|UNDER|MENTIONS|LOCATED_IN|WITHIN|SUBJECT_TO|ISSUED_BY|CONCERNS|DERIVED_FROM]-(m)
WHERE n.id IN $ids
RETURN n.id AS node, r.id AS id, 'in' AS direction, m.id AS other,
       coalesce(m.name, m.title) AS name, r.valid AS valid, r.standing AS standing,
       r.contested AS contested, r.claims AS claims
