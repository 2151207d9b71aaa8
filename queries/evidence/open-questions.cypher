// ---
// title = "What the sources leave open"
// summary = "Deliveries of which the sources do not state the manufacturer, seller, recipient, product or day: where to look further."
// description = """
// What is not stated stays unsaid in the graph: a seller of record is never guessed from a partnership, nor a product from another lot.
// """
// order = ["date", "transaction"]
//
// [params]
// kind = {type = "organisation-kind", default = "", help = "Kind of the end user, narrower kinds included; empty for any"}
// within = {type = "place", default = "", help = "Place that contains the end user"}
//
// [columns]
// transaction = "Transaction"
// title = "Its title"
// kind = "Its kind"
// date = "Its date, as stated"
// manufacturer_stated = "Whether a manufacturer is stated"
// seller_stated = "Whether a seller is"
// end_user_stated = "Whether an end user is; if not, the buyer stands for it"
// recipient_stated = "Whether an end user or a buyer is"
// product_stated = "Whether a product is"
// model_stated = "Whether a model or version is"
// day_stated = "Whether the day of the event is"
// standing = "Standing of the transaction"
// contested = "Whether it is contested"
// claims = "Claims about the transaction"
// ---
MATCH (t:Transaction)
WHERE t.carries
  AND (($kind = '' AND $within = '')
       OR EXISTS { MATCH (t)-[r:END_USER|BUYER]->(u:PublicBody)
                   WHERE r.recipient AND ($kind = '' OR $kind IN u.kinds)
                     AND ($within = ''
                          OR EXISTS { MATCH (u)-[home:SEATED_IN]->(w:Place)
                                      WHERE w.id = $within AND home.valid_from <= t.date_to
                                        AND home.valid_to >= t.date_from }) })
WITH t, EXISTS { MATCH (t)-[:MANUFACTURER]->(:Company) } AS manufacturer_stated,
     EXISTS { MATCH (t)-[:SELLER]->(:Company|PublicBody) } AS seller_stated,
     EXISTS { MATCH (t)-[:END_USER]->(:Company|PublicBody) } AS end_user_stated,
     EXISTS { MATCH (t)-[:END_USER|BUYER]->(:Company|PublicBody) } AS recipient_stated,
     EXISTS { MATCH (t)-[:INCLUDES]->(:Product) } AS product_stated,
     EXISTS { MATCH (t)-[:INCLUDES]->(:Product)-[:VARIANT_OF]->(:Product) } AS model_stated,
     t.date_from = t.date_to AS day_stated
WHERE NOT (manufacturer_stated AND seller_stated AND end_user_stated AND product_stated
           AND day_stated)
RETURN t.id AS transaction, t.title AS title, t.kind AS kind, t.date AS date, manufacturer_stated,
       seller_stated, end_user_stated, recipient_stated, product_stated, model_stated, day_stated,
       t.standing AS standing, t.contested AS contested, t.claims AS claims
