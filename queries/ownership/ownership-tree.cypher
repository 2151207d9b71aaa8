// ---
// title = "Ownership tree of a company"
// summary = "Every ownership relation in a company's group on a day: above it, below it and beside it."
// description = """
// One row is one ownership relation that held on the day. Owners above the company are followed up, and everything that these own is followed down.
// A share of half or less is shown and followed too, unless left out; `control` says whether the share makes a parent.
// """
// order = ["position", "owner", "owned", "ownership"]
// sets = [["claims"]]
//
// [params]
// company = {type = "company", help = "The company"}
// as_of = {type = "date", default = "", help = "The day, YYYY-MM-DD; empty: what is not known to have ended"}
// include_minority = {type = "boolean", default = true, help = "Show and follow shares of half or less, too"}
//
// [columns]
// ownership = "Ownership relation"
// owner = "Owner"
// owner_name = "Its name today"
// owned = "Company owned"
// owned_name = "Its name today"
// position = "above: leads to the company; below: the company leads to it; beside: elsewhere in the group"
// share_exact = "Share in percent, where it is exact"
// share_min = "Least share in percent"
// share_max = "Greatest share in percent"
// control = "Whether the share makes a parent: a majority, or a share that nobody states"
// valid = "When, as stated"
// standing = "Standing"
// contested = "Whether it is contested"
// claims = "Claims about it"
// ---
MATCH (c:Company {id: $company})<-[up:OWNERSHIP_CHAIN]-(top:Company|PublicBody)
WITH top, up, c, CASE WHEN $as_of = '' THEN '9999-12-31' ELSE $as_of END AS day
WHERE up.valid_from <= day AND up.valid_to >= day AND (up.control OR $include_minority)
OPTIONAL MATCH (top)-[down:OWNERSHIP_CHAIN]->(e:Company)
WITH c, e, day, down
WHERE down.depth > 0 AND down.valid_from <= day AND down.valid_to >= day
  AND (down.control OR $include_minority)
WITH DISTINCT c, e, day
OPTIONAL MATCH (o:Company|PublicBody)-[step:OWNERSHIP_CHAIN]->(e)
WITH c, e, day, o, step
WHERE step.depth = 1 AND step.valid_from <= day AND step.valid_to >= day
  AND (step.control OR $include_minority)
OPTIONAL MATCH (o)-[share:OWNS]->(e)
WITH c, e, day, o, step, share
WHERE share.id IN step.via
RETURN share.id AS ownership, o.id AS owner, o.name AS owner_name, e.id AS owned, e.name AS owned_name,
       CASE WHEN EXISTS { MATCH (e)-[leads:OWNERSHIP_CHAIN]->(c)
                          WHERE leads.valid_from <= day AND leads.valid_to >= day
                            AND (leads.control OR $include_minority) } THEN 'above'
            WHEN EXISTS { MATCH (c)-[holds:OWNERSHIP_CHAIN]->(o)
                          WHERE holds.valid_from <= day AND holds.valid_to >= day
                            AND (holds.control OR $include_minority) } THEN 'below'
            ELSE 'beside' END AS position,
       share.share_exact AS share_exact, share.share_min AS share_min, share.share_max AS share_max,
       step.control AS control, share.valid AS valid, share.standing AS standing,
       share.contested AS contested, share.claims AS claims
