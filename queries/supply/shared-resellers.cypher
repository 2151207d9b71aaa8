// ---
// title = "Resellers that two companies share"
// summary = "Sellers that sold goods of both companies, or of what the two owned at the time, without belonging to the group of either."
// description = """
// Sharing a reseller joins no path: goods of one company are not thereby documented to have reached the customers of the other.
// """
// order = ["reseller"]
// sets = [["goods_of_one"], ["end_users_of_one"], ["goods_of_other"], ["end_users_of_other"]]
//
// [params]
// one = {type = "company", help = "The first company"}
// other = {type = "company", help = "The second company"}
//
// [columns]
// reseller = "Reseller"
// reseller_name = "Its name today"
// goods_of_one = "Deliveries in which it sold goods of the first company"
// end_users_of_one = "Who received them"
// goods_of_other = "Deliveries in which it sold goods of the second company"
// end_users_of_other = "Who received them"
// ---
MATCH (h:Company)-[chain:OWNERSHIP_CHAIN]->(m:Company)
WHERE h.id IN [$one, $other] AND chain.control
WITH h, chain, m
MATCH (m)<-[:MANUFACTURER]-(first:Transaction)
WHERE chain.valid_from <= first.date_to AND chain.valid_to >= first.date_from
WITH DISTINCT h, m, first
MATCH (first)-[sale:SUPPLY_CHAIN]->(t:Transaction)
WHERE m.id IN sale.makers
WITH h, m, t
MATCH (t)-[:SELLER]->(r:Company)
WHERE NOT EXISTS { MATCH (r)<-[b:OWNERSHIP_CHAIN]-(o:Company|PublicBody)
                   WHERE b.control AND b.valid_from <= t.asof_from AND b.valid_to >= t.asof_to
                     AND EXISTS { MATCH (o)-[a:OWNERSHIP_CHAIN]->(m)
                                  WHERE a.control AND a.valid_from <= t.asof_from AND a.valid_to >= t.asof_to } }
WITH DISTINCT h, t, r
OPTIONAL MATCH (t)-[got:END_USER|BUYER]->(u:Company|PublicBody)
WHERE got.recipient
WITH r, collect(CASE WHEN h.id = $one THEN t.id END) AS goods_of_one,
     collect(CASE WHEN h.id = $one THEN u.id END) AS end_users_of_one,
     collect(CASE WHEN h.id = $other THEN t.id END) AS goods_of_other,
     collect(CASE WHEN h.id = $other THEN u.id END) AS end_users_of_other
WHERE size(goods_of_one) > 0 AND size(goods_of_other) > 0
RETURN r.id AS reseller, r.name AS reseller_name, goods_of_one, end_users_of_one,
       goods_of_other, end_users_of_other
