"""Statements that the gate for users' Cypher must refuse, and some that it must let pass."""

# ruff: noqa: E501
from __future__ import annotations

__all__ = ["ATTACKS", "ENDLESS", "HARMLESS"]

ATTACKS = [
    # writes
    "CREATE (:X)", "MERGE (n:Company {id: 'x'}) RETURN n", "MATCH (n) SET n.id = 'x' RETURN n",
    "MATCH (n) DELETE n", "MATCH (n) DETACH DELETE n", "MATCH (n) REMOVE n.id RETURN n",
    "MATCH (n) create (:X)", "UNWIND [1] AS x FOREACH (y IN [1] | CREATE (:X)) RETURN x",
    "CREATE INDEX x FOR (n:Company) ON (n.name)", "DROP INDEX x", "ALTER TABLE Company ADD x INT64",
    "MATCH (n) WITH n INSERT (:X)", "MATCH (n) RETURN n NEXT INSERT (:X)", "MATCH (n) NODETACH DELETE n",
    # hidden in and between comments
    "MATCH (n) /* x */ DELETE /* y */ n", "MATCH (n) // x\nDELETE n",
    "MATCH (n) // x\rDELETE n", "MATCH (n) // x\r\nDELETE n", "MATCH (n) /***/ ' /* */ DELETE n //'",
    "MATCH (n) RETURN 1 /* x **/ + ' /* */ DELETE n //'", "MATCH (n) /* /* */ DELETE n /* */ */",
    "MATCH (n) /*/ ' */ DELETE n //'", "MATCH (n) RETURN n /* unclosed", "MATCH (n) //\\u000a DELETE n",
    "MATCH (n) /* \\u002a\\u002f DELETE n // */ RETURN n", "MATCH (n) //\u2028 DELETE n",
    "MATCH (n) //\x0b\nRETURN n", "MATCH (n) //\x85 DELETE n",
    # in strings and names
    "MATCH (n) RETURN '\\u0027 DELETE n //'", "MATCH (n) RETURN '\\\\u0027 DELETE n //'",
    'MATCH (n) RETURN "\\u0022 DELETE n //"', "MATCH (n) RETURN '\\u005c' DELETE n //'",
    "MATCH (n) RETURN '\\U00000027 DELETE n //'", "MATCH (n) RETURN '\\uu0027 DELETE n //'",
    "MATCH (n) RETURN '\\x27 DELETE n //'", "MATCH (n) RETURN '\\q' DELETE n //'",
    "MATCH (n) RETURN '\\", "MATCH (n) RETURN '", 'MATCH (n) RETURN "', "MATCH (n) RETURN `",
    "MATCH (n) RETURN n.`\\u0060 DELETE n //`", "MATCH (n) RETURN n.`a``b`", "RETURN n.`a\\` DELETE n",
    "MATCH (n) RETURN '\\ud83d\\ude00'", "MATCH (n) RETURN 'it''s' DELETE n",
    # written in another way
    "MATCH (n) \\u0044ELETE n", "MATCH (n) D\\u0045LETE n", "MATCH (n) DELETE\u00a0n",
    "MATCH (n) DEL\u200bETE n", "MATCH (n) ＤＥＬＥＴＥ n", "MATCH (n) ſET n.id = 'x'",
    "MATCH (n)\u2029DELETE n", "\ufeffMATCH (n) RETURN n", "MATCH (n) DELETE\x00 n", "MATCH (n) \x1fDELETE n",
    "MATCH (n) deLEte n", "MATCH (\u202en) RETURN n", "MATCH (n) REＭOVE n.id", "RETURN 1 AS \ud800",
    # where a keyword may look like a name
    "MATCH (as) WITH as DELETE as", "MATCH (as) RETURN as DELETE as", "MATCH (n) RETURN 1. DELETE n",
    "MATCH (n) RETURN 1.DELETE n", "MATCH (n) RETURN .5 SET n.x = 1", "MATCH (n) WHERE n.as DELETE n",
    "MATCH (n) RETURN n.set SET n.set = 1", "MATCH (as) WHERE 1 + as SET as.x = 1", "MATCH (n) RETURN 'a'.DELETE n",
    # subqueries
    "MATCH (n) WHERE EXISTS { CREATE (:X) } RETURN n", "MATCH (n) RETURN COUNT { MERGE (:X) }",
    "MATCH (n) CALL { WITH n DELETE n } RETURN 1", "MATCH (n) CALL (n) { SET n.x = 1 } RETURN 1",
    "CALL { CREATE (:X) } IN TRANSACTIONS", "MATCH (n) CALL { WITH n RETURN 1 AS x } IN TRANSACTIONS RETURN x",
    "MATCH (n) CALL { WITH n RETURN 1 AS x } IN 4 CONCURRENT TRANSACTIONS OF 2 ROWS RETURN x",
    "RETURN COLLECT { MATCH (n) DELETE n RETURN 1 }", "RETURN EXISTS { LOAD CSV FROM 'file:///etc/passwd' AS r RETURN r }",
    # several statements
    "RETURN 1; RETURN 2", "RETURN 1;;", "RETURN ';'; MATCH (n) DELETE n", "RETURN 1; // x\nCREATE (:X)",
    ";", "", " ", "// nothing", "/* nothing */", "RETURN 1 /* ; */ ; RETURN 2",
    # files and network
    "LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row", "LOAD CSV WITH HEADERS FROM 'http://127.0.0.1/' AS row RETURN row",
    "UNWIND ['http://127.0.0.1/'] AS u LOAD CSV FROM u AS r RETURN r", "LOAD FROM '/etc/passwd' RETURN *",
    "MATCH (n) LOAD FROM '/etc/passwd' RETURN *", "LOAD FROM frame RETURN *", "COPY Company TO '/tmp/x.csv'",
    "COPY (MATCH (n) RETURN n) TO '/tmp/x.parquet'", "COPY Company FROM '/tmp/x.csv'", "ATTACH '/tmp/x' AS x (dbtype duckdb)",
    "DETACH x", "INSTALL httpfs", "LOAD EXTENSION httpfs", "LOAD httpfs", "EXPORT DATABASE '/tmp/x'",
    "IMPORT DATABASE '/tmp/x'", "CALL read_csv_serial('/etc/passwd') RETURN *", "CALL file_info() RETURN *",
    "RETURN file()", "RETURN linenumber()", "WITH 1 AS x CALL apoc.load.json('http://127.0.0.1/') YIELD value RETURN value",
    # procedures, functions, settings
    "CALL threads=1", "CALL timeout = 0", "CALL recursive_pattern_semantic='TRAIL'", "CALL db.createLabel('x')",
    "CALL db.index.fulltext.createNodeIndex('x', ['A'], ['b'])", "CALL dbms.listConfig()", "CALL `dbms`.`listConfig`()",
    "CALL db.labels.x()", "CALL db . labels . x()", "CALL apoc.cypher.doIt('CREATE (:X)', {})", "OPTIONAL CALL dbms.components()",
    "CALL dbms.killQuery('1')", "CALL db /* */ . createLabel('x')", "CALL db.labels=1", "CALL show_connection('x') RETURN *",
    "CALL project_graph('g', ['Company'], ['OWNS'])", "CALL clear_warnings()", "CALL $x()", "CALL 'db.labels'()",
    "RETURN apoc.cypher.runFirstColumnSingle('x', {})", "RETURN apoc . create . uuid()", "RETURN `apoc`.`x`()",
    "RETURN nextval('s')", "RETURN `nextval`('s')", "RETURN graph.byName('x')", "RETURN n.date.truncate('x')",
    # administration, transactions, prefixes
    "USE system SHOW USERS", "MATCH (n) USE system RETURN n", "USE neo4j MATCH (n) RETURN n", "SHOW USERS", "SHOW DATABASES",
    "SHOW TRANSACTIONS", "SHOW FUNCTIONS", "TERMINATE TRANSACTION 'x'", "GRANT ROLE x TO y", "DENY READ {*} ON GRAPH x TO y",
    "REVOKE ROLE x FROM y", "START DATABASE x", "STOP DATABASE x", "ENABLE SERVER 'x'", "RENAME USER x TO y",
    "CREATE USER x SET PASSWORD 'y'", "ALTER CURRENT USER SET PASSWORD FROM 'x' TO 'y'", "BEGIN TRANSACTION", "COMMIT",
    "ROLLBACK", "CHECKPOINT", "EXPLAIN MATCH (n) RETURN n", "PROFILE CREATE (:X)", "CYPHER 5 CREATE (:X)",
    "CYPHER runtime=slotted MATCH (n) RETURN n", "USING PERIODIC COMMIT LOAD CSV FROM 'x' AS r RETURN r",
    "COMMENT ON TABLE Company IS 'x'", "UPDATE json", "UNINSTALL json", "FORCE INSTALL json", "MATCH (n) FINISH", "FINISH",
    # too much
    "RETURN " + "'x'," * 20_000 + "1", "RETURN " + "(" * 40 + "1" + ")" * 40, "RETURN " + "1," * 2_000 + "1",
    "RETURN " + "NOT " * 500 + "true", "RETURN 1" + "+1" * 700, "RETURN m" + ".a" * 700, "RETURN m" + "[0]" * 700,
    "RETURN 1" + "-1" * 700, "RETURN " + "- " * 700 + "1", "RETURN (1", "RETURN 1)", "RETURN (1]", "RETURN $", "RETURN $ x", "RETURN #",
    "RETURN 1 AS x@y", "(n)", "'MATCH'", "`MATCH` (n) RETURN n", "1", "$x",
]

ENDLESS = [
    "(a)-[*]->(b)", "(a)-[:R*]->(b)", "(a)-[:R*..]->(b)", "(a)-[:R*2..]->(b)", "(a)-[:R*1..11]->(b)", "(a)-[:R*11]->(b)",
    "(a)<-[r:R|S*1..99 {w: 1}]-(b)", "(a)-[r:R* SHORTEST 1..30]->(b)", "(a)-[r:R* ALL SHORTEST]->(b)", "(a)-[r:R* WSHORTEST(w)]->(b)",
    "(a)-[r:R* TRAIL 1..30 (e, n | WHERE e.w < 1)]->(b)", "shortestPath((a)-[*]-(b))", "((a)-[:R]->(b)){1,}", "((a)-[:R]->(b)){1,11}",
    "((a)-[:R]->(b)){11}", "((a)-[:R]->(b))+", "((a)-->(b)) *", "(a)-[:R]->+(b)", "(a)-->*(b)", "(a)--+(b)", "(a)<-[:R]-{2,}(b)",
    "(a)-->{,50}(b)", "(a)-[:R*0x20]->(b)", "(a)-[:R*1..1_000]->(b)", "(a)-[*1..$n]->(b)", "ALL SHORTEST (a)-[:R]->+(b)",
    "(a)-[/*x*/*]->(b)", "(a)-[r:`a*1`*]->(b)", "(a)-[*1..3]->(b)-[*]->(c)",
]
"""Patterns of chains without an end, or with one that is too far."""

HARMLESS = [
    "MATCH (n) RETURN n", "match (n) return n;", "  MATCH (n)\r\n\tRETURN n ; // done", "OPTIONAL MATCH (n) RETURN n",
    "WITH 1 AS x RETURN x", "UNWIND [1, 2] AS x RETURN x", "MATCH (n) RETURN 'DELETE n; CREATE (x) /* // `'",
    'MATCH (n) RETURN "it\'s; DROP"', "MATCH (n) RETURN 'it\\'s', '\\\\', \"\\\"\", '\\n'", "RETURN '\\u540d', 'C:\\\\users'",
    "MATCH (n) WHERE n.set = 1 AND n.delete = 2 AND n . remove = 3 RETURN n.create", "MATCH (n:Set)-[:USE|MERGE]->(:Drop) RETURN n",
    "RETURN {set: 1, delete: {create: 2}} AS x", "MATCH (n) RETURN n.name AS set, count(*) AS delete, [1] AS use, {a: 1} AS load",
    "MATCH (`delete`) RETURN `delete`.id AS `set`", "MATCH (n) RETURN n.`set`", "MATCH (n) WHERE n.id = $set RETURN $delete.merge AS x",
    "MATCH (n) // DELETE n; it's \" `\nRETURN n", "MATCH (n) /* DELETE n; it's */ RETURN n", "/* a */ MATCH (n) /* * */ RETURN n",
    "MATCH (n) WHERE EXISTS { MATCH (n)-->(m) } RETURN COUNT { (n)--() }", "MATCH (n) CALL { WITH n MATCH (n)-->(m) RETURN m } RETURN m",
    "MATCH (n) CALL (n) { RETURN 1 AS x } RETURN x", "CALL db.labels()", "CALL db.labels() YIELD label RETURN label", "CALL `db`.labels",
    "CALL show_tables() RETURN *", "CALL TABLE_INFO('Company') RETURN *", "MATCH (copy) RETURN copy.id AS start", "RETURN 名称.x AS 值, é AS ü",
    "MATCH (n) RETURN date.truncate('year', date()), point.distance(a, b)", "MATCH p = (a)-[*1..3]->(b) RETURN nodes(p)[0].set, 1.5, .5, 1e-3",
    "MATCH (a)<--(b)-[r:X*..2]-(c) WHERE NOT a.x =~ 'x' AND a.y <> 1 RETURN -1, a.x % 2, [x IN [1] | x]", "RETURN replace('a', 'b', 'c')",
    "MATCH (t) WITH t.id AS transactions RETURN transactions", "MATCH (n:!A&(B|C)) RETURN n", "RETURN '\u200d \u00a0 \u2019'",
    "MATCH (n) WHERE 'x' IN n.transactions AND n.call = 1 RETURN n.call", "RETURN 1 UNION RETURN 2", "RETURN 1 UNION ALL RETURN 1",
    "MATCH (a)-[r:R*1..10]->(b)-[r2:R*0..1]-(c) RETURN 2*3, (a.x)*(b.y), (1+2)*3, (3 - 1) * 2, [1,2][0]*3", "MATCH (a)-[:R]->{1,10}(b) RETURN 1",
    "MATCH ((a)-[:R]->(b)){2} RETURN 1", "MATCH (a)-[r:R* SHORTEST 1..4]->(b) RETURN 1", "MATCH (a)-[r {w: 2*3}]->(b)--(c) RETURN count(*)*2",
    "MATCH (a)-[r:R* ACYCLIC 1..4 (e, n | WHERE e.w < 2*3)]->(b) RETURN 1", "MATCH (a)-[r:R*..2]->(b), (c)-[:R*3]-(d) RETURN *",
    "MATCH (a) WHERE size([(a)-->(b) | b]) * 2 > 3 RETURN EXISTS { (a)-->(b) } AND 1 < 2", "MATCH (n)-->(m) CALL (n) { RETURN 1 AS x } RETURN x",
]
