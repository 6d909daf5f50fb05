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

-- The cards of the vaults: items of the home vault that no list shows. The home vault has one once it was given a name.
CREATE TABLE joined (
  item_id   BLOB PRIMARY KEY,
  vault_id  BLOB NOT NULL UNIQUE,
  entry_key INTEGER NOT NULL REFERENCES entry,
  revision  BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Lists of one vault.
DROP INDEX item_by_title;
DROP INDEX item_by_change;
DROP INDEX item_by_age;
CREATE INDEX item_by_title ON item (place, sort_title, item_key, item_type, favourite, vault_key);
CREATE INDEX item_by_change ON item (place, modified_at DESC, item_key, item_type, favourite, vault_key);
CREATE INDEX item_by_age ON item (place, created_at DESC, item_key, item_type, favourite, vault_key);
INSERT INTO tally (kind, name, count)
  SELECT 7, CAST(vault_key AS TEXT), count(*) FROM item WHERE place = 0 GROUP BY vault_key;

-- Which items are templates for new ones. Their `place` is that of archived items; only the list of templates has them.
CREATE TABLE template (
  item_key INTEGER PRIMARY KEY REFERENCES item (item_key) ON DELETE CASCADE
) STRICT;

-- When items were last used on this computer. Search ranks by it; it is never sent, and written with other things.
CREATE TABLE item_use (
  item_key INTEGER PRIMARY KEY REFERENCES item ON DELETE CASCADE,
  used_at  INTEGER NOT NULL
) STRICT;
