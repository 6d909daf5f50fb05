-- Logs of vaults, and what is stored beside them.

-- The head of a vault's log and the state after it. `record_seq` and `record_hash` are those of the last roster record;
-- `closed_at` is null while the vault is open; `factor` says whether members need a second factor. The account `payer_id`
-- pays for `used_bytes`, of which it has granted `granted_bytes`.
CREATE TABLE vault_head (
    vault_id      BYTEA  NOT NULL,
    head_seq      BIGINT NOT NULL,
    head_root     BYTEA  NOT NULL,
    record_seq    BIGINT NOT NULL,
    record_hash   BYTEA  NOT NULL,
    epoch         BIGINT NOT NULL,
    format        BIGINT NOT NULL,
    closed_at     BIGINT,
    factor        BIGINT NOT NULL,
    payer_id      BYTEA  NOT NULL,
    used_bytes    BIGINT NOT NULL,
    granted_bytes BIGINT NOT NULL,
    PRIMARY KEY (vault_id)
);

-- An entry: `content` is a revision's header or a record, `root` the root after it. Only revisions have item and body; the
-- body is null once it was deleted.
CREATE TABLE entry (
    vault_id   BYTEA  NOT NULL,
    seq        BIGINT NOT NULL,
    content    BYTEA  NOT NULL,
    signatures BYTEA  NOT NULL,
    root       BYTEA  NOT NULL,
    item_id    BYTEA,
    body_hash  BYTEA,
    body       BYTEA,
    PRIMARY KEY (vault_id, seq)
);

-- The entries that are roster records, with the base that each names.
CREATE TABLE roster_entry (
    vault_id BYTEA  NOT NULL,
    seq      BIGINT NOT NULL,
    base_seq BIGINT NOT NULL,
    PRIMARY KEY (vault_id, seq)
);

-- The current revision of an item.
CREATE TABLE item_head (
    vault_id BYTEA  NOT NULL,
    item_id  BYTEA  NOT NULL,
    seq      BIGINT NOT NULL,
    rev_hash BYTEA  NOT NULL,
    PRIMARY KEY (vault_id, item_id)
);

-- The members after the last record: 1 owner, 2 manager, 3 editor, 4 viewer.
CREATE TABLE member (
    vault_id   BYTEA  NOT NULL,
    account_id BYTEA  NOT NULL,
    role       BIGINT NOT NULL,
    generation BIGINT NOT NULL,
    PRIMARY KEY (vault_id, account_id)
);

-- Grants, encoded.
CREATE TABLE grant_box (
    vault_id   BYTEA  NOT NULL,
    account_id BYTEA  NOT NULL,
    epoch      BIGINT NOT NULL,
    content    BYTEA  NOT NULL,
    PRIMARY KEY (vault_id, account_id, epoch)
);

-- Answers to open invitations, encoded, in the order of `received_at`.
CREATE TABLE answer (
    vault_id    BYTEA  NOT NULL,
    invite_key  BYTEA  NOT NULL,
    account_id  BYTEA  NOT NULL,
    content     BYTEA  NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (vault_id, invite_key, account_id)
);

-- A document that `account_id` declared. `root` is the hash over its chunks, null until all of them are there; `expires_at`
-- is null once a revision has named it; `removed` is 1 while its chunks are being deleted.
CREATE TABLE document (
    vault_id     BYTEA  NOT NULL,
    document_id  BYTEA  NOT NULL,
    account_id   BYTEA  NOT NULL,
    sealed_bytes BIGINT NOT NULL,
    root         BYTEA,
    expires_at   BIGINT,
    removed      BIGINT NOT NULL,
    PRIMARY KEY (vault_id, document_id)
);

-- A chunk that is stored, and its hash.
CREATE TABLE document_chunk (
    vault_id    BYTEA  NOT NULL,
    document_id BYTEA  NOT NULL,
    number      BIGINT NOT NULL,
    hash        BYTEA  NOT NULL,
    PRIMARY KEY (vault_id, document_id, number)
);

-- The reply to each batch, and the hash of the request.
CREATE TABLE push_receipt (
    vault_id   BYTEA  NOT NULL,
    device_id  BYTEA  NOT NULL,
    batch_id   BYTEA  NOT NULL,
    hash       BYTEA  NOT NULL,
    reply      BYTEA  NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (vault_id, device_id, batch_id)
);

-- What the accounts' shards have yet to learn of a vault: the role of an account since entry `seq`, 0 for none.
CREATE TABLE outbox (
    vault_id   BYTEA  NOT NULL,
    account_id BYTEA  NOT NULL,
    seq        BIGINT NOT NULL,
    role       BIGINT NOT NULL,
    written_at BIGINT NOT NULL,
    PRIMARY KEY (vault_id, account_id)
);

-- The vaults of an account. A vault that it left keeps its row, with role 0, so that older news do not bring it back.
CREATE TABLE vault_list (
    account_id BYTEA  NOT NULL,
    vault_id   BYTEA  NOT NULL,
    seq        BIGINT NOT NULL,
    role       BIGINT NOT NULL,
    PRIMARY KEY (account_id, vault_id)
);

-- The storage that an account has granted to each vault for which it pays.
CREATE TABLE storage_grant (
    account_id    BYTEA  NOT NULL,
    vault_id      BYTEA  NOT NULL,
    granted_bytes BIGINT NOT NULL,
    PRIMARY KEY (account_id, vault_id)
);

-- The recovery epoch, and when recovery ends.
CREATE TABLE recovery (
    name  TEXT   NOT NULL,
    epoch BIGINT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (name)
);
