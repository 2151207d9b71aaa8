// ---
// title = "Resellers by principals and end users"
// summary = "Sellers outside the manufacturer's group, ranked by how many manufacturers' goods they sold and how many bodies they reached."
// description = """
// A principal is a manufacturer whose goods the reseller is documented to have sold while the two belonged to no common group. A declared partnership alone makes no principal; it is listed in `declared_for`.
// Contracts that a company won without goods of a stated manufacturer do not count.
// """
// order = ["-principal_count", "-end_user_count", "-transaction_count", "reseller"]
// sets = [["principals", "principal_names"], ["end_users", "end_user_names"], ["transactions"], ["declared_for", "declared_for_names"]]
//
// [params]
// place = {type = "place", default = "", help = "Place in which the principals were seated: EU, SE"}
// kind = {type = "organisation-kind", default = "", help = "Kind of the end user, narrower kinds included; empty for any"}
// within = {type = "place", default = "", help = "Place that contains the end user"}
//
// [columns]
// reseller = "Reseller"
// reseller_name = "Its name today"
// reseller_name_zh = "Its Chinese name"
// principal_count = "Number of principals"
// end_user_count = "Number of bodies reached"
// transaction_count = "Number of deliveries"
// principals = "Manufacturers whose goods it sold"
// principal_names = "Their names"
// end_users = "Bodies reached"
// end_user_names = "Their names"
// transactions = "Deliveries"
// first_day = "First possible day of the earliest delivery; 0000-01-01 where one has no known beginning"
// last_day = "Last possible day of the latest delivery; 9999-12-31 where one has no known end"
// contested_count = "How many of the deliveries are contested"
// declared_for = "Companies whose distributor or partner it is declared to be"
// declared_for_names = "Their names"
// ---
MATCH (m:Company)<-[part:MANUFACTURER]-(first:Transaction)
WITH m, part, first
MATCH (first)-[sale:SUPPLY_CHAIN]->(t:Transaction)
WHERE m.id IN sale.makers
WITH m, part, sale, t
MATCH (t)-[got:END_USER|BUYER]->(u:PublicBody)
WHERE got.recipient
  AND ($kind = '' OR $kind IN u.kinds)
  AND ($within = '' OR EXISTS { MATCH (u)-[home:SEATED_IN]->(w:Place)
                                WHERE w.id = $within AND home.valid_from <= t.date_to
                                  AND home.valid_to >= t.date_from })
  AND ($place = '' OR EXISTS { MATCH (m)-[seat:SEATED_IN]->(z:Place)
                               WHERE z.id = $place AND seat.valid_from <= t.date_to
                                 AND seat.valid_to >= t.date_from })
WITH m, part, sale, t, got, u
MATCH (t)-[:SELLER]->(r:Company)
WHERE NOT EXISTS { MATCH (r)<-[b:OWNERSHIP_CHAIN]-(o:Company|PublicBody)
                   WHERE b.control AND b.valid_from <= t.asof_from AND b.valid_to >= t.asof_to
                     AND EXISTS { MATCH (o)-[a:OWNERSHIP_CHAIN]->(m)
                                  WHERE a.control AND a.valid_from <= t.asof_from AND a.valid_to >= t.asof_to } }
WITH r, m, u, t, max(CASE WHEN part.contested OR sale.contested OR got.contested THEN 1 ELSE 0 END)
     AS doubted
WITH r, collect(m.id) AS principals, collect(m.name) AS principal_names,
     count(DISTINCT m.id) AS principal_count,
     collect(u.id) AS end_users, collect(u.name) AS end_user_names,
     count(DISTINCT u.id) AS end_user_count,
     collect(t.id) AS transactions, count(DISTINCT t.id) AS transaction_count,
     min(t.date_from) AS first_day, max(t.date_to) AS last_day,
     count(DISTINCT CASE WHEN doubted = 1 THEN t.id END) AS contested_count
OPTIONAL MATCH (r)-[:DISTRIBUTES_FOR]->(f:Company)
RETURN r.id AS reseller, r.name AS reseller_name, r.name_zh AS reseller_name_zh,
       principal_count, end_user_count, transaction_count,
       principals, principal_names, end_users, end_user_names, transactions,
       first_day, last_day, contested_count,
       collect(f.id) AS declared_for, collect(f.name) AS declared_for_names
