-- The local activity log: what a person did that no item's history shows. It names items and vaults but holds no content.
CREATE TABLE event (
  event_key INTEGER PRIMARY KEY,
  at        INTEGER NOT NULL,
  kind      INTEGER NOT NULL,   -- `session/event.rs` has the kinds
  vault_id  BLOB,
  item_id   BLOB,
  count     INTEGER NOT NULL    -- how many items it was about
) STRICT;
