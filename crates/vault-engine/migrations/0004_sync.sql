-- What synchronization needs to know of entries that came from a server, or that are on their way to it.

-- Entries that differ from the rest. 1: without effect, or of a format that this program did not know; their item_id is
-- null. 2: in effect, but their content was not received or does not open.
CREATE TABLE entry_status (
  entry_key INTEGER PRIMARY KEY REFERENCES entry ON DELETE CASCADE,
  status    INTEGER NOT NULL
) STRICT;

-- The roster is made from these.
CREATE INDEX entry_without_item ON entry (vault_key, seq) WHERE item_id IS NULL;

-- The state of a vault's synchronization. A vault without a row is at the defaults.
CREATE TABLE sync (
  vault_key INTEGER PRIMARY KEY REFERENCES vault,
  rebase    INTEGER NOT NULL DEFAULT 0,   -- 1: unconfirmed entries are based on an earlier log; 2: and its end was not received
  batch_id  BLOB,                         -- of the push under way: its id is used again for the same entries only
  hashes    BLOB                          -- and the hashes of its entries, 32 bytes each
) STRICT;

-- Own entries that a server accepted and that were not read back yet.
CREATE TABLE acknowledged (
  vault_key  INTEGER NOT NULL REFERENCES vault,
  seq        INTEGER NOT NULL,
  hash       BLOB NOT NULL,
  signatures BLOB NOT NULL,
  PRIMARY KEY (vault_key, seq)
) STRICT, WITHOUT ROWID;

-- Own entries that a server refused. They are not sent again until the user decides.
CREATE TABLE refused (
  entry_key  INTEGER PRIMARY KEY REFERENCES entry ON DELETE CASCADE,
  reason     INTEGER NOT NULL,
  refused_at INTEGER NOT NULL
) STRICT;

-- The first contradiction of a server in each vault, which can only be read from then on.
CREATE TABLE alarm (
  vault_key INTEGER PRIMARY KEY REFERENCES vault,
  raised_at INTEGER NOT NULL,
  kind      INTEGER NOT NULL,   -- 1 rollback, 2 fork, 3 contradiction, 4 missing own entry
  seq       INTEGER NOT NULL,
  account   BLOB,               -- of a contradiction: the member who signed it
  evidence  BLOB NOT NULL       -- the message that showed it
) STRICT;

-- Documents that received revisions name and that were not downloaded to this computer yet.
CREATE TABLE not_here (
  blob_id BLOB PRIMARY KEY REFERENCES blob ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Whether the server has a document completely. Without a row, it has those that a confirmed entry names.
CREATE TABLE blob_sent (
  blob_id BLOB PRIMARY KEY REFERENCES blob ON DELETE CASCADE,
  sent    INTEGER NOT NULL   -- 1: it has it; 0: it said that it does not
) STRICT, WITHOUT ROWID;
