// ---
// title = "Ownership relations of companies"
// summary = "The ownership relations between the given companies."
// order = ["id"]
//
// [params]
// ids = {type = "ids", help = "Ids of companies"}
//
// [columns]
// id = "Relation"
// owner = "From"
// owned = "To"
// standing = "Standing"
// contested = "Whether it is contested"
// valid = "When it held, as stated"
// claims = "Claims that it rests on"
// ---
MATCH (a:Company|PublicBody)-[r:OWNS]->(b:Company)
WHERE a.id IN $ids AND b.id IN $ids
RETURN r.id AS id, a.id AS owner, b.id AS owned, r.standing AS standing,
       r.contested AS contested, r.valid AS valid, r.claims AS claims
