// ---
// title = "Phases of programmes"
// summary = "The phases that programmes consist of."
// order = ["programme", "phase"]
//
// [params]
// ids = {type = "ids", help = "Ids of programmes"}
//
// [columns]
// programme = "Programme"
// phase = "Phase of it"
// ---
MATCH (p:Programme)-[:PHASE_OF]->(w:Programme)
WHERE w.id IN $ids
RETURN w.id AS programme, p.id AS phase
