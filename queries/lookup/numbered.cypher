// ---
// title = "Organisations by number"
// summary = "The companies and public bodies that have one of these numbers in a register."
// order = ["number", "id"]
//
// [params]
// numbers = {type = "ids", help = "LEI, USCC, or numbers as their elements have them: GB-COH:01234567"}
//
// [columns]
// id = "Organisation"
// number = "The number"
// ---
MATCH (c:Company) WHERE c.lei IN $numbers RETURN c.id AS id, c.lei AS number
UNION
MATCH (b:PublicBody) WHERE b.lei IN $numbers RETURN b.id AS id, b.lei AS number
UNION
MATCH (c:Company) WHERE c.uscc IN $numbers RETURN c.id AS id, c.uscc AS number
UNION
MATCH (b:PublicBody) WHERE b.uscc IN $numbers RETURN b.id AS id, b.uscc AS number
UNION
MATCH (c:Company) UNWIND c.identifiers AS number WITH c, number WHERE number IN $numbers
RETURN c.id AS id, number AS number
UNION
MATCH (b:PublicBody) UNWIND b.identifiers AS number WITH b, number WHERE number IN $numbers
RETURN b.id AS id, number AS number
