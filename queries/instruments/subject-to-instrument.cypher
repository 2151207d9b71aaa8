// ---
// title = "Organisations subject to an instrument and where they supply"
// summary = "Companies and bodies that a law, ban, list entry, pledge or policy applies to, and the bodies that goods of theirs are documented to have reached."
// description = """
// One row is one organisation and one body that received goods which the organisation, or what it owned at the time, made or sold. An organisation without a documented delivery has one row without a recipient.
// `effect` says what the instrument means for it, which may be that it is not covered.
// """
// order = ["subject", "effect", "end_user"]
// sets = [["places", "place_names"], ["transactions"], ["claims"]]
//
// [params]
// instrument = {type = "instrument", help = "The instrument"}
//
// [columns]
// subject = "Organisation"
// subject_name = "Its name"
// effect = "What the instrument means for it"
// valid = "When, as stated"
// standing = "Standing of that"
// contested = "Whether that is contested"
// end_user = "Body that received goods of it; empty where no delivery is documented"
// end_user_name = "Its name"
// end_user_kind = "Its kind"
// places = "Where that body is located"
// place_names = "Their names"
// transactions = "Deliveries"
// first_day = "First possible day of the earliest delivery; 0000-01-01 where one has no known beginning"
// last_day = "Last possible day of the latest; 9999-12-31 where one has no known end"
// contested_count = "How many of the deliveries are contested"
// claims = "Claims that the instrument applies"
// ---
MATCH (o:Company|PublicBody)-[bound:SUBJECT_TO]->(i:Instrument)
WHERE i.id = $instrument
OPTIONAL MATCH (o)-[chain:OWNERSHIP_CHAIN]->(e:Company)
WHERE chain.control
WITH o, bound, chain, e
OPTIONAL MATCH (e)<-[part:MANUFACTURER|SELLER]-(first:Transaction)
WHERE chain.valid_from <= first.date_to AND chain.valid_to >= first.date_from
WITH o, bound, e, part, first
OPTIONAL MATCH (first)-[sale:SUPPLY_CHAIN]->(t:Transaction)
WHERE part.role = 'SELLER' OR e.id IN sale.makers
WITH o, bound, collect(DISTINCT t.id) AS sold,
     collect(DISTINCT CASE WHEN part.contested OR sale.contested THEN t.id END) AS doubtful
OPTIONAL MATCH (t:Transaction)-[got:END_USER|BUYER]->(u:PublicBody)
WHERE got.recipient AND t.id IN sold
WITH o, bound, u, t,
     max(CASE WHEN got.contested OR t.id IN doubtful THEN 1 ELSE 0 END) AS doubted
WITH o, bound, u, collect(t.id) AS transactions, min(t.date_from) AS first_day,
     max(t.date_to) AS last_day, count(DISTINCT CASE WHEN doubted = 1 THEN t.id END) AS contested_count
OPTIONAL MATCH (u)-[:LOCATED_IN]->(l:Place)
RETURN o.id AS subject, o.name AS subject_name, bound.effect AS effect, bound.valid AS valid,
       bound.standing AS standing, bound.contested AS contested,
       u.id AS end_user, u.name AS end_user_name, u.kind AS end_user_kind,
       collect(l.id) AS places, collect(l.name) AS place_names, transactions, first_day,
       last_day, contested_count,
       bound.claims AS claims
