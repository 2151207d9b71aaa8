// ---
// title = "A programme with its phases"
// summary = "A programme, its phases and local projects, who launched them, where, and how many deliveries and mentions are known."
// description = """
// One row is one programme of the tree; `phase_of` names those directly above it.
// """
// order = ["programme"]
// sets = [["phase_of", "phase_of_names"], ["launched_by", "launched_by_names"], ["places", "place_names"], ["instruments", "instrument_names"], ["claims"]]
//
// [params]
// programme = {type = "programme", help = "The programme at the top"}
//
// [columns]
// programme = "Programme or phase"
// programme_name = "Its name"
// programme_name_zh = "Its Chinese name"
// kind = "Its kind"
// phase_of = "Programmes directly above it"
// phase_of_names = "Their names"
// began = "When it began, as stated"
// ended = "When it ended, as stated"
// launched_by = "Who launched it"
// launched_by_names = "Their names"
// places = "Where it is"
// place_names = "Their names"
// instruments = "Instruments that it is subject to"
// instrument_names = "Their names"
// deliveries = "Number of transactions that supplied it"
// other_transactions = "Number of tenders and brand mentions that supplied nothing"
// standing = "Standing"
// contested = "Whether it is contested"
// claims = "Claims about it"
// ---
MATCH (g:Programme)
WHERE EXISTS { MATCH (g)-[:PHASE_OF*0..4]->(whole:Programme) WHERE whole.id = $programme }
OPTIONAL MATCH (g)-[:PHASE_OF]->(a:Programme)
WITH g, collect(a.id) AS phase_of, collect(a.name) AS phase_of_names
OPTIONAL MATCH (g)-[:LAUNCHED_BY]->(o:Company|PublicBody)
WITH g, phase_of, phase_of_names, collect(o.id) AS launched_by, collect(o.name) AS launched_by_names
OPTIONAL MATCH (g)-[:LOCATED_IN]->(l:Place)
WITH g, phase_of, phase_of_names, launched_by, launched_by_names,
     collect(l.id) AS places, collect(l.name) AS place_names
OPTIONAL MATCH (g)-[:SUBJECT_TO]->(i:Instrument)
WITH g, phase_of, phase_of_names, launched_by, launched_by_names, places, place_names,
     collect(i.id) AS instruments, collect(i.name) AS instrument_names
OPTIONAL MATCH (g)<-[:UNDER]-(t:Transaction)
RETURN g.id AS programme, g.name AS programme_name, g.name_zh AS programme_name_zh, g.kind AS kind,
       phase_of, phase_of_names, g.start AS began, g.`end` AS ended, launched_by, launched_by_names,
       places, place_names, instruments, instrument_names,
       count(DISTINCT CASE WHEN t.carries THEN t.id END) AS deliveries,
       count(DISTINCT CASE WHEN NOT t.carries THEN t.id END) AS other_transactions,
       g.standing AS standing, g.contested AS contested, g.claims AS claims
