-- What compaction needs.

-- The revisions that later ones superseded, until their bodies are deleted. `superseded_at` is 0 once a purge names them.
CREATE TABLE superseded (
    vault_id      BYTEA  NOT NULL,
    item_id       BYTEA  NOT NULL,
    seq           BIGINT NOT NULL,
    superseded_at BIGINT NOT NULL,
    PRIMARY KEY (vault_id, item_id, seq)
);
CREATE INDEX superseded_in_time ON superseded (vault_id, superseded_at);

-- The documents that revisions name, until the bodies of those are deleted.
CREATE TABLE document_use (
    vault_id    BYTEA  NOT NULL,
    document_id BYTEA  NOT NULL,
    seq         BIGINT NOT NULL,
    PRIMARY KEY (vault_id, document_id, seq)
);
CREATE INDEX document_use_by_entry ON document_use (vault_id, seq);

-- The vaults of which something is to be deleted, and from when on. Of a closed vault, entries up to `done_seq` have no body.
CREATE TABLE compaction (
    vault_id BYTEA  NOT NULL,
    due_at   BIGINT NOT NULL,
    done_seq BIGINT NOT NULL,
    PRIMARY KEY (vault_id)
);

-- When a refused attempt cannot arrive any more.
ALTER TABLE refused_attempt ADD COLUMN expires_at BIGINT NOT NULL DEFAULT 0;
