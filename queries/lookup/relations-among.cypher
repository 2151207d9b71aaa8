// ---
// title = "Relations among nodes"
// summary = "Every relation whose two ends are both among the given nodes."
// order = ["id"]
//
// [params]
// ids = {type = "ids", help = "Ids of nodes"}
//
// [columns]
// id = "Relation; its kind stands between the ids of its ends"
// start = "Node at which it starts"
// finish = "Node at which it ends"
// valid = "When it held, as stated"
// standing = "Standing"
// contested = "Whether it is contested"
// claims = "Claims that it rests on"
// ---
MATCH (n)-[r:OWNS|PART_OF|SUCCEEDED_BY|DISTRIBUTES_FOR|MAKES|VARIANT_OF|PHASE_OF|LAUNCHED_BY|SELLER|MANUFACTURER|BUYER|END_USER|AGENT|BIDDER|INCLUDES|USED_IN|UNDER|MENTIONS|LOCATED_IN|WITHIN|SUBJECT_TO|ISSUED_BY|CONCERNS|DERIVED_FROM]->(m)
WHERE n.id IN $ids AND m.id IN $ids
RETURN r.id AS id, n.id AS start, m.id AS finish, r.valid AS valid, r.standing AS standing,
       r.contested AS contested, r.claims AS claims
