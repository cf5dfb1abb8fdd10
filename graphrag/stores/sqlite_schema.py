"""The tables of the SQLite store."""

APPLICATION_ID = 0x6D686F70  # "mhop": tells our files from other SQLite databases
SCHEMA_VERSION = 1

PENDING, EXTRACTED, FAILED = 0, 1, 2
"""States of a passage."""

SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    document_id TEXT NOT NULL UNIQUE,
    fingerprint TEXT NOT NULL,
    title TEXT NOT NULL,
    source TEXT NOT NULL
);

CREATE TABLE passages (
    id INTEGER PRIMARY KEY,
    passage_id TEXT NOT NULL UNIQUE,
    document INTEGER NOT NULL REFERENCES documents(id),
    position INTEGER NOT NULL,
    title TEXT NOT NULL,
    text TEXT NOT NULL,
    metadata TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    state INTEGER NOT NULL DEFAULT 0,
    vector BLOB
);
CREATE INDEX passages_document ON passages(document);
CREATE INDEX passages_content ON passages(content_hash);
CREATE INDEX passages_pending ON passages(passage_id) WHERE state = 0;
CREATE INDEX passages_no_vector ON passages(id) WHERE vector IS NULL;

CREATE TABLE entities (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    linked INTEGER NOT NULL DEFAULT 0,
    vector BLOB
);
CREATE INDEX entities_no_vector ON entities(id) WHERE vector IS NULL;

CREATE TABLE facts (
    id INTEGER PRIMARY KEY,
    head INTEGER NOT NULL REFERENCES entities(id),
    relation_key TEXT NOT NULL,
    tail INTEGER NOT NULL REFERENCES entities(id),
    vector BLOB,
    UNIQUE (head, relation_key, tail)
);
CREATE INDEX facts_tail ON facts(tail);
CREATE INDEX facts_no_vector ON facts(id) WHERE vector IS NULL;

CREATE TABLE mentions (
    passage INTEGER NOT NULL REFERENCES passages(id),
    entity INTEGER NOT NULL REFERENCES entities(id),
    surface TEXT NOT NULL,
    label TEXT NOT NULL,
    PRIMARY KEY (passage, entity, surface)
) WITHOUT ROWID;
CREATE INDEX mentions_entity ON mentions(entity);

CREATE TABLE triples (
    document INTEGER NOT NULL REFERENCES documents(id),
    passage INTEGER REFERENCES passages(id),
    position INTEGER NOT NULL,
    fact INTEGER REFERENCES facts(id), -- NULL: removed by a correction
    head TEXT NOT NULL,
    relation TEXT NOT NULL,
    tail TEXT NOT NULL,
    confidence REAL NOT NULL,
    sentence TEXT NOT NULL
);
CREATE INDEX triples_document ON triples(document);
CREATE INDEX triples_passage ON triples(passage);
CREATE INDEX triples_fact ON triples(fact);

CREATE TABLE synonyms (
    first INTEGER NOT NULL REFERENCES entities(id),
    second INTEGER NOT NULL REFERENCES entities(id),
    similarity REAL NOT NULL,
    PRIMARY KEY (first, second)
) WITHOUT ROWID;
CREATE INDEX synonyms_second ON synonyms(second);

CREATE TABLE edits (id INTEGER PRIMARY KEY, edit TEXT NOT NULL);

CREATE TABLE extractions (
    content_hash TEXT NOT NULL,
    extractor TEXT NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (content_hash, extractor)
) WITHOUT ROWID;
"""
