// ---
// title = "Instruments that apply to an organisation"
// summary = "Laws, bans, lists, pledges and policies that an organisation or the products it makes are subject to, with their effect and who issued them."
// description = """
// A product stands for itself: what applies to it is not thereby said of the company.
// """
// order = ["subject", "instrument", "effect"]
// sets = [["issuers", "issuer_names"], ["claims"]]
//
// [params]
// organisation = {type = "organisation", help = "Company or public body"}
//
// [columns]
// subject = "The organisation, or a product that it makes"
// subject_name = "Its name"
// instrument = "Instrument"
// instrument_name = "Its name"
// instrument_kind = "Its kind"
// effect = "What it means for the subject"
// description = "In our words"
// valid = "When, as stated"
// adopted = "When the instrument was adopted, as stated"
// in_force = "When it has effect, as stated"
// issuers = "Who issued it"
// issuer_names = "Their names"
// standing = "Standing of the effect"
// contested = "Whether it is contested"
// claims = "Claims about the effect"
// ---
MATCH (x:Company|PublicBody|Product)-[bound:SUBJECT_TO]->(i:Instrument)
WHERE x.id = $organisation
   OR EXISTS { MATCH (c:Company)-[:MAKES]->(x) WHERE c.id = $organisation }
OPTIONAL MATCH (i)-[:ISSUED_BY]->(o:Company|PublicBody|Publisher)
RETURN x.id AS subject, x.name AS subject_name, i.id AS instrument, i.name AS instrument_name,
       i.kind AS instrument_kind, bound.effect AS effect, bound.description AS description,
       bound.valid AS valid, i.adopted AS adopted, i.in_force AS in_force,
       collect(o.id) AS issuers, collect(o.name) AS issuer_names,
       bound.standing AS standing, bound.contested AS contested, bound.claims AS claims
