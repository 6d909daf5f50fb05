-- Everything here lies inside SQLCipher. Titles and what else lists need are plain within it; bodies, drafts and keys are
-- sealed once more, so that a page cache holds none of them.

-- Facts about the profile, one row each: who it belongs to, sealed keys, the mirrored version of the key file.
CREATE TABLE meta (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE vault (
  vault_key    INTEGER PRIMARY KEY,
  vault_id     BLOB NOT NULL UNIQUE,
  genesis_hash BLOB NOT NULL,
  sealed_key   BLOB NOT NULL,
  epoch        INTEGER NOT NULL,
  head_seq     INTEGER NOT NULL,
  head_root    BLOB NOT NULL,
  -- How many entries a server has confirmed; those after it are the outbox.
  confirmed    INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The log. Headers, signatures and hashes are kept for ever; only bodies may go.
CREATE TABLE entry (
  entry_key  INTEGER PRIMARY KEY,
  vault_key  INTEGER NOT NULL REFERENCES vault,
  seq        INTEGER NOT NULL,
  root       BLOB NOT NULL,
  item_id    BLOB,             -- null for a roster record
  hash       BLOB NOT NULL,
  header     BLOB NOT NULL,    -- or the record
  signature  BLOB NOT NULL,
  body_hash  BLOB,
  body       BLOB,             -- null for a record, and when it was dropped
  written_at INTEGER NOT NULL,
  UNIQUE (vault_key, seq)
) STRICT;

CREATE INDEX entry_of_item ON entry (item_id, seq) WHERE item_id IS NOT NULL;

-- The current view: one row for each item that has not been deleted for good.
CREATE TABLE item (
  item_key      INTEGER PRIMARY KEY,
  vault_key     INTEGER NOT NULL REFERENCES vault,
  item_id       BLOB NOT NULL UNIQUE,
  entry_key     INTEGER NOT NULL REFERENCES entry,
  revision      BLOB NOT NULL,
  revisions     INTEGER NOT NULL,
  place         INTEGER NOT NULL CHECK (place IN (0, 1, 2)),   -- listed, archived, in the trash
  item_type     INTEGER NOT NULL,
  title         TEXT NOT NULL,
  sort_title    TEXT NOT NULL,
  subtitle      TEXT NOT NULL,
  folder        TEXT,
  favourite     INTEGER NOT NULL,
  has_code      INTEGER NOT NULL,
  has_files     INTEGER NOT NULL,
  edited_twice  INTEGER NOT NULL,
  created_at    INTEGER NOT NULL,
  modified_at   INTEGER NOT NULL
) STRICT;

-- Each covers what lists filter by, so that rows are only read for the page shown.
CREATE INDEX item_by_title ON item (place, sort_title, item_key, item_type, favourite);
CREATE INDEX item_by_change ON item (place, modified_at DESC, item_key, item_type, favourite);
CREATE INDEX item_by_age ON item (place, created_at DESC, item_key, item_type, favourite);

CREATE INDEX item_by_folder ON item (folder) WHERE place = 0 AND folder IS NOT NULL;

-- The tags of listed items only, so that counting and listing by tag need not look at the items.
CREATE TABLE item_tag (
  tag      TEXT NOT NULL,
  item_key INTEGER NOT NULL REFERENCES item ON DELETE CASCADE,
  PRIMARY KEY (tag, item_key)
) STRICT, WITHOUT ROWID;

CREATE INDEX item_tag_of ON item_tag (item_key);

-- Counts for the sidebar; `session/tally.rs` has the kinds.
CREATE TABLE tally (
  kind  INTEGER NOT NULL,
  name  TEXT NOT NULL,
  count INTEGER NOT NULL,
  PRIMARY KEY (kind, name)
) STRICT, WITHOUT ROWID;

-- What search looks at besides the title: user names, hosts, labels, and the tags of every item. The index over it is
-- built in memory.
CREATE TABLE item_search (
  item_key INTEGER PRIMARY KEY REFERENCES item ON DELETE CASCADE,
  words    TEXT NOT NULL,
  tags     TEXT NOT NULL
) STRICT;

-- Documents whose ciphertext lies in the folder `blobs`.
CREATE TABLE blob (
  blob_id  BLOB PRIMARY KEY,
  ct_size  INTEGER NOT NULL,
  ct_root  BLOB NOT NULL,
  added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Which revisions name which documents, for as long as the revision has its body.
CREATE TABLE entry_blob (
  entry_key INTEGER NOT NULL REFERENCES entry,
  blob_id   BLOB NOT NULL REFERENCES blob,
  PRIMARY KEY (entry_key, blob_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX entry_blob_of ON entry_blob (blob_id);

CREATE TABLE draft (
  draft_id BLOB PRIMARY KEY,
  saved_at INTEGER NOT NULL,
  sealed   BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE setting (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
