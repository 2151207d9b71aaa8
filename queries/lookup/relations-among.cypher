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
UNWIND $ids AS wanted
MATCH (n:Company {id: wanted})
OPTIONAL MATCH (n)-[r:OWNS|PART_OF|SUCCEEDED_BY|DISTRIBUTES_FOR|MAKES|LOCATED_IN|SUBJECT_TO]->(m)
WITH n, r, m
WHERE m.id IN $ids
RETURN r.id AS id, n.id AS start, m.id AS finish, r.valid AS valid, r.standing AS standing,
       r.contested AS contested, r.claims AS claims
UNION ALL
UNWIND $ids AS wanted
MATCH (n:PublicBody {id: wanted})
OPTIONAL MATCH (n)-[r:OWNS|PART_OF|LOCATED_IN|SUBJECT_TO]->(m)
WITH n, r, m
WHERE m.id IN $ids
RETURN r.id AS id, n.id AS start, m.id AS finish, r.valid AS valid, r.standing AS standing,
       r.contested AS contested, r.claims AS claims
UNION ALL
UNWIND $ids AS wanted
MATCH (n:Publisher {id: wanted})
OPTIONAL MATCH (n)-[r:PART_OF|LOCATED_IN]->(m)
WITH n, r, m
WHERE m.id IN $ids
RETURN r.id AS id, n.id AS start, m.id AS finish, r.valid AS valid, r.standing AS standing,
       r.contested AS contested, r.claims AS claims
UNION ALL
UNWIND $ids AS wanted
MATCH (n:Programme {id: wanted})
OPTIONAL MATCH (n)-[r:PHASE_OF|LAUNCHED_BY|LOCATED_IN|SUBJECT_TO]->(m)
WITH n, r, m
WHERE m.id IN $ids
RETURN r.id AS id, n.id AS start, m.id AS finish, r.valid AS valid, r.standing AS standing,
       r.contested AS contested, r.claims AS claims
UNION ALL
UNWIND $ids AS wanted
MATCH (n:Product {id: wanted})
OPTIONAL MATCH (n)-[r:VARIANT_OF|SUBJECT_TO]->(m)
WITH n, r, m
WHERE m.id IN $ids
RETURN r.id AS id, n.id AS start, m.id AS finish, r.valid AS valid, r.standing AS standing,
       r.contested AS contested, r.claims AS claims
UNION ALL
UNWIND $ids AS wanted
MATCH (n:Transaction {id: wanted})
OPTIONAL MATCH (n)-[r:SELLER|MANUFACTURER|BUYER|END_USER|AGENT|BIDDER|INCLUDES|USED_IN|UNDER|MENTIONS]->(m)
WITH n, r, m
WHERE m.id IN $ids
RETURN r.id AS id, n.id AS start, m.id AS finish, r.valid AS valid, r.standing AS standing,
       r.contested AS contested, r.claims AS claims
UNION ALL
UNWIND $ids AS wanted
MATCH (n:Instrument {id: wanted})
OPTIONAL MATCH (n)-[r:ISSUED_BY]->(m)
WITH n, r, m
WHERE m.id IN $ids
RETURN r.id AS id, n.id AS start, m.id AS finish, r.valid AS valid, r.standing AS standing,
       r.contested AS contested, r.claims AS claims
UNION ALL
UNWIND $ids AS wanted
MATCH (n:Place {id: wanted})
OPTIONAL MATCH (n)-[r:WITHIN]->(m)
WITH n, r, m
WHERE m.id IN $ids
RETURN r.id AS id, n.id AS start, m.id AS finish, r.valid AS valid, r.standing AS standing,
       r.contested AS contested, r.claims AS claims
UNION ALL
UNWIND $ids AS wanted
MATCH (n:Source {id: wanted})
OPTIONAL MATCH (n)-[r:DERIVED_FROM]->(m)
WITH n, r, m
WHERE m.id IN $ids
RETURN r.id AS id, n.id AS start, m.id AS finish, r.valid AS valid, r.standing AS standing,
       r.contested AS contested, r.claims AS claims
UNION ALL
UNWIND $ids AS wanted
MATCH (n:Figure {id: wanted})
OPTIONAL MATCH (n)-[r:CONCERNS]->(m)
WITH n, r, m
WHERE m.id IN $ids
RETURN r.id AS id, n.id AS start, m.id AS finish, r.valid AS valid, r.standing AS standing,
       r.contested AS contested, r.claims AS claims
