// ---
// title = "Ultimate parents of a company"
// summary = "The companies or bodies at the top of a company's ownership on a day: those that nobody owns in turn."
// description = """
// One row is one chain of ownership from such a parent down to the company. A company that nobody is known to own is its own parent, with depth 0.
// By default only shares that make a parent are followed: more than half, or a share that nobody states. Where owners hold each other in a circle, each of them is at the top.
// A parent outside the European Union does not replace the EU company below it as the origin of a path; it is shown above it.
// """
// order = ["parent", "depth", "ownership"]
// sets = [["countries"], ["claims"]]
//
// [params]
// company = {type = "company", help = "The company"}
// as_of = {type = "date", default = "", help = "The day, YYYY-MM-DD; empty: what is not known to have ended"}
// include_minority = {type = "boolean", default = false, help = "Follow shares of half or less, too"}
//
// [columns]
// parent = "Ultimate parent"
// parent_name = "Its name today"
// countries = "Countries in which it is seated"
// depth = "Length of the chain"
// ownership = "Ownership relations from the parent down"
// companies = "The chain, parent first"
// valid_from = "First day of the chain; 0000-01-01 where it is not known"
// valid_to = "Last day; 9999-12-31 where it is open or not known"
// control = "Whether every step makes a parent"
// standing = "Weakest standing along the chain"
// contested = "Whether any step is contested"
// claims = "Claims about the steps"
// ---
MATCH (o:Company|PublicBody)-[chain:OWNERSHIP_CHAIN]->(c:Company)
WHERE c.id = $company
WITH o, chain, CASE WHEN $as_of = '' THEN '9999-12-31' ELSE $as_of END AS day
WHERE chain.valid_from <= day AND chain.valid_to >= day AND (chain.control OR $include_minority)
  AND NOT EXISTS { MATCH (over:Company|PublicBody)-[above:OWNERSHIP_CHAIN]->(o)
                   WHERE above.depth > 0 AND (above.control OR $include_minority)
                     AND above.valid_from <= day AND above.valid_to >= day
                     AND NOT EXISTS { MATCH (o)-[back:OWNERSHIP_CHAIN]->(over)
                                      WHERE (back.control OR $include_minority)
                                        AND back.valid_from <= day AND back.valid_to >= day } }
OPTIONAL MATCH (o)-[seat:SEATED_IN]->(p:Place)
WHERE p.kind = 'country' AND seat.valid_from <= day AND seat.valid_to >= day
RETURN o.id AS parent, o.name AS parent_name, collect(p.id) AS countries, chain.depth AS depth,
       chain.via AS ownership, chain.nodes AS companies, chain.valid_from AS valid_from,
       chain.valid_to AS valid_to, chain.control AS control, chain.standing AS standing,
       chain.contested AS contested, chain.claims AS claims
