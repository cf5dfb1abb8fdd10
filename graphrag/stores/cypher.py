"""Every Cypher text of the Neo4j store: labels and types are fixed here, values are always parameters.

The graph as people see it: ``(:Document)-[:HAS_PASSAGE]->(:Passage)-[:MENTIONS]->(:Entity)-[:RELATES]->(:Entity)`` and
``(:Entity)-[:SYNONYM]->(:Entity)``. Each ``RELATES`` is one triple with its provenance. ``(:KnowledgeGraph)`` holds
what concerns a whole graph, ``(:Extraction)`` what an extractor found in a text, and
``(:Document)-[:REMOVED]->(:Document)`` a triple that a correction took out.

``uid`` is a hash of the graph's name and the thing's identity: names may be longer than what Neo4j can index.
``pending`` is the number of a thing that has no vector yet; what has one lacks the property, and so the index of it.
"""

from graphrag.protocols import VectorKind

SCHEMA = (
    "CREATE CONSTRAINT multihop_graph IF NOT EXISTS FOR (n:KnowledgeGraph) REQUIRE n.name IS UNIQUE",
    "CREATE CONSTRAINT multihop_document IF NOT EXISTS FOR (n:Document) REQUIRE n.uid IS UNIQUE",
    "CREATE CONSTRAINT multihop_passage IF NOT EXISTS FOR (n:Passage) REQUIRE n.uid IS UNIQUE",
    "CREATE CONSTRAINT multihop_entity IF NOT EXISTS FOR (n:Entity) REQUIRE n.uid IS UNIQUE",
    "CREATE CONSTRAINT multihop_extraction IF NOT EXISTS FOR (n:Extraction) REQUIRE n.uid IS UNIQUE",
    "CREATE INDEX multihop_document_graph IF NOT EXISTS FOR (n:Document) ON (n.graph)",
    "CREATE INDEX multihop_passage_graph IF NOT EXISTS FOR (n:Passage) ON (n.graph)",
    "CREATE INDEX multihop_entity_graph IF NOT EXISTS FOR (n:Entity) ON (n.graph)",
    "CREATE INDEX multihop_passage_state IF NOT EXISTS FOR (n:Passage) ON (n.graph, n.state)",
    "CREATE INDEX multihop_passage_content IF NOT EXISTS FOR (n:Passage) ON (n.content)",
    "CREATE INDEX multihop_extraction_content IF NOT EXISTS FOR (n:Extraction) ON (n.content)",
    "CREATE INDEX multihop_passage_pending IF NOT EXISTS FOR (n:Passage) ON (n.graph, n.pending)",
    "CREATE INDEX multihop_entity_pending IF NOT EXISTS FOR (n:Entity) ON (n.graph, n.pending)",
    "CREATE INDEX multihop_triple_pending IF NOT EXISTS FOR ()-[r:RELATES]-() ON (r.graph, r.pending)",
    "CREATE INDEX multihop_triple_fact IF NOT EXISTS FOR ()-[r:RELATES]-() ON (r.fact)",
    "CREATE INDEX multihop_triple_source IF NOT EXISTS FOR ()-[r:RELATES]-() ON (r.source)",
)
# A constraint has an index of the same name.
READY_INDEXES = """SHOW INDEXES YIELD name, state, type
WHERE name STARTS WITH 'multihop_' AND state = 'ONLINE' AND type = 'RANGE' RETURN count(name)"""
AWAIT_INDEXES = "CALL db.awaitIndexes(300)"

# The graph as a whole

CREATE_GRAPH = """MERGE (g:KnowledgeGraph {name: $graph})
ON CREATE SET g.schema = $schema, g.store_id = $store_id, g.generation = 0, g.changed = false, g.next_row = 1,
              g.settings = '{}', g.edits = []
RETURN g.schema"""
READ_GRAPH = "MATCH (g:KnowledgeGraph {name: $graph}) RETURN properties(g)"
# The first statement of every change: from here on no other change of this graph can run.
LOCK_GRAPH = "MATCH (g:KnowledgeGraph {name: $graph}) SET g.touched = $token RETURN properties(g)"
PUT_GRAPH = "MATCH (g:KnowledgeGraph {name: $graph}) SET g += $values"
SET_WRITER = "MATCH (g:KnowledgeGraph {name: $graph}) SET g.writer = $token"
CLEAR_WRITER = "MATCH (g:KnowledgeGraph {name: $graph}) WHERE g.writer = $token REMOVE g.writer"
# Never committed: while its transaction is open, no other can create the same.
HOLD_LOCK = "CREATE (:KnowledgeGraph {name: $lock})"

# Documents and passages

FINGERPRINTS = "UNWIND $documents AS uid MATCH (d:Document {uid: uid}) RETURN d.document_id, d.fingerprint"
SET_FINGERPRINTS = "UNWIND $rows AS row MATCH (d:Document {uid: row.uid}) SET d.fingerprint = row.fingerprint"
PASSAGE_OWNERS = "UNWIND $passages AS uid MATCH (p:Passage {uid: uid}) RETURN p.passage_id, p.document_id"
DOCUMENT_PASSAGES = """UNWIND $documents AS uid MATCH (d:Document {uid: uid})-[:HAS_PASSAGE]->(p:Passage)
RETURN d.document_id, p.passage_id"""
CREATE_DOCUMENTS = "UNWIND $rows AS row CREATE (d:Document) SET d = row"
CREATE_PASSAGES = """UNWIND $rows AS row MATCH (d:Document {uid: row.source})
CREATE (d)-[:HAS_PASSAGE]->(p:Passage) SET p = row.values"""
NUM_TRIPLES = "UNWIND $documents AS uid MATCH ()-[r:RELATES {source: uid}]->() RETURN uid, count(r)"
DELETE_SOME_TRIPLES = """MATCH (h)-[r:RELATES {source: $document}]->(t) WITH h, r, t LIMIT $limit
WITH r, h.uid AS head, t.uid AS tail DELETE r RETURN DISTINCT head, tail"""
DELETE_TRIPLES = """UNWIND $documents AS uid MATCH (h)-[r:RELATES {source: uid}]->(t)
WITH r, h.uid AS head, t.uid AS tail DELETE r RETURN DISTINCT head, tail"""
DELETE_PASSAGES = """UNWIND $documents AS uid MATCH (:Document {uid: uid})-[:HAS_PASSAGE]->(p:Passage)
OPTIONAL MATCH (p)-[:MENTIONS]->(e:Entity)
WITH p, p.content AS content, collect(e.uid) AS entities DETACH DELETE p RETURN content, entities"""
DELETE_DOCUMENTS = "UNWIND $documents AS uid MATCH (d:Document {uid: uid}) DETACH DELETE d"
DELETE_ORPHANS = """UNWIND $entities AS uid MATCH (e:Entity {uid: uid})
WHERE NOT EXISTS { (e)<-[:MENTIONS]-() } AND NOT EXISTS { (e)-[:RELATES]-() } DETACH DELETE e"""
DELETE_EXTRACTIONS = """UNWIND $contents AS content MATCH (x:Extraction {content: content})
WHERE NOT EXISTS { MATCH (p:Passage {content: content}) } DELETE x"""

# What is found in passages

NUM_IN_STATE = "MATCH (p:Passage {graph: $graph, state: $state}) RETURN count(p)"
PENDING_PASSAGES = """MATCH (p:Passage {graph: $graph, state: $state})
RETURN p.passage_id, p.text, p.title, p.document_id, p.position, p.metadata ORDER BY p.passage_id LIMIT $limit"""
RETRY_FAILED = "MATCH (p:Passage {graph: $graph, state: $failed}) SET p.state = $pending RETURN count(p)"
EXTRACTIONS = "UNWIND $rows AS row MATCH (x:Extraction {uid: row.uid}) RETURN row.content_hash, x.payload"
PUT_EXTRACTIONS = """UNWIND $rows AS row MERGE (x:Extraction {uid: row.uid})
SET x.graph = $graph, x.content = row.content, x.extractor = row.extractor, x.payload = row.payload"""
STILL_PENDING = "UNWIND $passages AS uid MATCH (p:Passage {uid: uid}) WHERE p.state = $state RETURN p.passage_id"
SET_STATES = "UNWIND $rows AS row MATCH (p:Passage {uid: row.uid}) SET p.state = row.state"
CREATE_ENTITIES = """UNWIND $rows AS row MERGE (e:Entity {uid: row.uid})
ON CREATE SET e.graph = $graph, e.key = row.key, e.name = row.name, e.linked = false, e.pending = row.pending"""
CREATE_MENTIONS = """UNWIND $rows AS row MATCH (p:Passage {uid: row.passage}) MATCH (e:Entity {uid: row.entity})
CREATE (p)-[:MENTIONS {surface: row.surface, label: row.label}]->(e)"""
KNOWN_FACTS = """UNWIND $facts AS fact MATCH ()-[r:RELATES {fact: fact}]->()
RETURN fact, head(collect(r.pending)), head(collect(r.vector))"""
CREATE_TRIPLES = """UNWIND $rows AS row MATCH (h:Entity {uid: row.head}) MATCH (t:Entity {uid: row.tail})
CREATE (h)-[r:RELATES]->(t) SET r = row.values"""
CREATE_REMOVED = """UNWIND $rows AS row MATCH (d:Document {uid: row.values.source})
CREATE (d)-[r:REMOVED]->(d) SET r = row.values"""

# Corrections by hand

MENTIONS_OF_ENTITIES = """UNWIND $entities AS uid MATCH (p:Passage)-[m:MENTIONS]->(e:Entity {uid: uid})
RETURN elementId(m), p.passage_id, m.surface, m.label, e.key"""
TRIPLES_OF_ENTITIES = """UNWIND $entities AS uid MATCH (e:Entity {uid: uid})-[r:RELATES]-()
WITH DISTINCT r RETURN elementId(r), properties(r), startNode(r).uid, endNode(r).uid"""
REMOVED_TRIPLES = "MATCH (:Document)-[r:REMOVED {graph: $graph}]->() RETURN elementId(r), properties(r)"
DELETE_RELATIONSHIPS = "UNWIND $ids AS id MATCH ()-[r]->() WHERE elementId(r) = id DELETE r"

# Vectors and synonyms

NUM_PENDING_VECTORS: dict[VectorKind, str] = {
    "passage": "MATCH (n:Passage) WHERE n.graph = $graph AND n.pending > 0 RETURN count(n)",
    "entity": "MATCH (n:Entity) WHERE n.graph = $graph AND n.pending > 0 RETURN count(n)",
    "fact": "MATCH ()-[r:RELATES]->() WHERE r.graph = $graph AND r.pending > 0 RETURN count(DISTINCT r.pending)",
}
PENDING_VECTORS: dict[VectorKind, str] = {
    "passage": """MATCH (n:Passage) WHERE n.graph = $graph AND n.pending > $after
RETURN n.pending AS row, n.title, n.text ORDER BY row LIMIT $limit""",
    "entity": """MATCH (n:Entity) WHERE n.graph = $graph AND n.pending > $after
RETURN n.pending AS row, n.key ORDER BY row LIMIT $limit""",
    # The limit comes first, so that the index need not be read to its end; the triples of a fact have one number.
    "fact": """MATCH (h)-[r:RELATES]->(t) WHERE r.graph = $graph AND r.pending > $after
WITH h, r, t ORDER BY r.graph, r.pending LIMIT $limit
RETURN DISTINCT r.pending AS row, h.key, r.relation_key, t.key ORDER BY row""",
}
PUT_VECTORS: dict[VectorKind, str] = {
    "passage": """UNWIND $rows AS row MATCH (n:Passage {graph: $graph, pending: row.pending})
SET n.vector = row.vector REMOVE n.pending""",
    "entity": """UNWIND $rows AS row MATCH (n:Entity {graph: $graph, pending: row.pending})
SET n.vector = row.vector REMOVE n.pending""",
    "fact": """UNWIND $rows AS row MATCH ()-[r:RELATES {graph: $graph, pending: row.pending}]->()
SET r.vector = row.vector REMOVE r.pending""",
}
PUT_SYNONYMS = """UNWIND $rows AS row MATCH (a:Entity {uid: row.first}) MATCH (b:Entity {uid: row.second})
MERGE (a)-[s:SYNONYM]->(b) ON CREATE SET s.similarity = row.similarity"""
SET_LINKED = "UNWIND $entities AS uid MATCH (e:Entity {uid: uid}) SET e.linked = true"

DOCUMENT_TITLES = """UNWIND $documents AS uid MATCH (d:Document {uid: uid})
RETURN d.document_id, d.title, d.source, d.fingerprint"""
PASSAGES_OF_DOCUMENTS = """UNWIND $documents AS uid MATCH (:Document {uid: uid})-[:HAS_PASSAGE]->(p:Passage)
RETURN p.passage_id, p.text, p.title, p.document_id, p.position, p.metadata"""
IMPORTED_TRIPLES = (
    """UNWIND $documents AS uid MATCH ()-[r:RELATES {source: uid}]->() WHERE r.passage_id = ''
RETURN r.document_id, r.position, r.head, r.relation, r.tail, r.confidence, r.sentence""",
    """UNWIND $documents AS uid MATCH (:Document {uid: uid})-[r:REMOVED]->() WHERE r.passage_id = ''
RETURN r.document_id, r.position, r.head, r.relation, r.tail, r.confidence, r.sentence""",
)

# Reading everything; the order is made by who reads


def blocks(num_things: int) -> list[str]:
    """Return the first digits of uids that divide a graph of some size into blocks of some hundred things.

    Examples
    --------
    >>> blocks(1000), blocks(20_000)[:3], blocks(1_000_000)[-1]
    ([''], ['0', '1', '2'], 'ff')
    """
    num_digits = (num_things >= 1 << 12) + (num_things >= 1 << 16)
    return [f"{number:0{num_digits}x}" if num_digits else "" for number in range(16**num_digits)]


def _in_blocks(pattern: str, uid: str, *values: str) -> str:
    """Return a query for columns instead of rows, a record a block: that takes the driver a fifth of the time."""
    graph = f"{uid.partition('.')[0]}.graph"
    columns = ", ".join(f"collect({value}) AS c{number}" for number, value in enumerate(values))
    names = ", ".join(f"c{number}" for number in range(len(values)))
    return f"""UNWIND $blocks AS block CALL {{ WITH block
MATCH {pattern} WHERE {uid} STARTS WITH block AND {graph} = $graph RETURN {columns} }} RETURN {names}"""


_TRIPLE = "(h:Entity)-[r:RELATES]->(t:Entity)"
DOCUMENTS = _in_blocks("(d:Document)", "d.uid", "d.document_id", "d.fingerprint")
PASSAGES = _in_blocks(
    "(p:Passage)", "p.uid", "p.passage_id", "p.text", "p.title", "p.document_id", "p.position", "p.metadata"
)
ENTITIES = _in_blocks("(e:Entity)", "e.uid", "e.key", "e.linked")
MENTIONS = _in_blocks("(p:Passage)-[m:MENTIONS]->(e:Entity)", "p.uid", "p.passage_id", "e.key", "m.surface", "m.label")
TRIPLES = _in_blocks(
    _TRIPLE, "r.fact", "r.document_id", "r.passage_id", "r.position", "h.key", "r.relation_key", "t.key",
    "r.head", "r.relation", "r.tail", "r.confidence", "r.sentence",
)  # fmt: skip
FACTS = _in_blocks(_TRIPLE, "r.fact", "h.key", "r.relation_key", "t.key")
SYNONYMS = _in_blocks("(a:Entity)-[s:SYNONYM]->(b:Entity)", "a.uid", "a.key", "b.key", "s.similarity")
# A column has no place for a missing value.
VECTORS: dict[VectorKind, str] = {
    "passage": _in_blocks("(p:Passage)", "p.uid", "p.passage_id", "coalesce(p.vector, '')"),
    "entity": _in_blocks("(e:Entity)", "e.uid", "e.key", "coalesce(e.vector, '')"),
    "fact": _in_blocks(_TRIPLE, "r.fact", "h.key", "r.relation_key", "t.key", "coalesce(r.vector, '')"),
}

# The server's own indexes of all graphs in a database, made when a user asks for them

_VECTOR_OPTIONS = """{indexConfig: {`vector.similarity_function`: 'cosine', `vector.quantization.enabled`: false}}"""
# Without a number of dimensions: the graphs of a database may have different encoders.
SEARCH_SCHEMA = {
    "multihop_passage_words": """CREATE FULLTEXT INDEX multihop_passage_words IF NOT EXISTS
FOR (n:Passage) ON EACH [n.title, n.text]""",
    "multihop_passage_vectors": f"""CREATE VECTOR INDEX multihop_passage_vectors IF NOT EXISTS
FOR (n:Passage) ON (n.embedding) OPTIONS {_VECTOR_OPTIONS}""",
    "multihop_entity_vectors": f"""CREATE VECTOR INDEX multihop_entity_vectors IF NOT EXISTS
FOR (n:Entity) ON (n.embedding) OPTIONS {_VECTOR_OPTIONS}""",
}
READY_SEARCH_INDEXES = """SHOW INDEXES YIELD name, state WHERE name IN $names AND state = 'ONLINE' RETURN count(name)"""
AWAIT_INDEX = "CALL db.awaitIndex($name, 300)"
# ``embedding`` is ``vector`` in the form that the server can index.
WITHOUT_EMBEDDING = (
    "MATCH (n:Passage {graph: $graph}) WHERE n.vector IS NOT NULL AND n.embedding IS NULL RETURN n.uid",
    "MATCH (n:Entity {graph: $graph}) WHERE n.vector IS NOT NULL AND n.embedding IS NULL RETURN n.uid",
)
VECTORS_TO_EMBED = (
    "UNWIND $uids AS uid MATCH (n:Passage {uid: uid}) WHERE n.vector IS NOT NULL RETURN n.uid, n.vector",
    "UNWIND $uids AS uid MATCH (n:Entity {uid: uid}) WHERE n.vector IS NOT NULL RETURN n.uid, n.vector",
)
PUT_EMBEDDINGS = (
    """UNWIND $rows AS row MATCH (n:Passage {uid: row.uid})
CALL db.create.setNodeVectorProperty(n, 'embedding', [number IN split(row.embedding, ' ') | toFloat(number)])""",
    """UNWIND $rows AS row MATCH (n:Entity {uid: row.uid})
CALL db.create.setNodeVectorProperty(n, 'embedding', [number IN split(row.embedding, ' ') | toFloat(number)])""",
)
# What was found in all graphs is counted, so that whoever asks knows whether there may be more.
_OF_THIS_GRAPH = """WITH collect({node: node, score: score}) AS found
RETURN size(found), [hit IN found WHERE hit.node.graph = $graph | [hit.score, hit.node.passage_id, hit.node.text,
hit.node.title, hit.node.document_id, hit.node.position, hit.node.metadata]]"""
PASSAGES_BY_VECTOR = f"""CALL db.index.vector.queryNodes('multihop_passage_vectors', $count, $sought)
YIELD node, score {_OF_THIS_GRAPH}"""
PASSAGES_BY_WORDS = f"""CALL db.index.fulltext.queryNodes('multihop_passage_words', $sought, {{limit: $count}})
YIELD node, score {_OF_THIS_GRAPH}"""
