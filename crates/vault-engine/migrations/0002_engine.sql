-- The local activity log: what a person did that no item's history shows. It names items and vaults but holds no content.
CREATE TABLE event (
  event_key INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  kind      INTEGER NOT NULL,   -- `session/event.rs` has the kinds
  vault_id  BLOB,
  item_id   BLOB,
  count     INTEGER NOT NULL    -- how many items it was about
) STRICT;

-- The hashes of a document's sealed chunks, so that a part of it can be read without hashing the rest. Proven against the
-- signed root whenever one is used; what is missing here is made anew.
CREATE TABLE chunk_list (
  blob_id BLOB PRIMARY KEY REFERENCES blob ON DELETE CASCADE,
  hashes  BLOB NOT NULL
) STRICT, WITHOUT ROWID;
