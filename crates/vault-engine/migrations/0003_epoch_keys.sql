-- The key of each epoch that was opened, sealed: earlier ones still open what was written under them.
CREATE TABLE epoch_key (
  vault_key INTEGER NOT NULL REFERENCES vault,
  epoch     INTEGER NOT NULL,
  sealed    BLOB NOT NULL,
  PRIMARY KEY (vault_key, epoch)
) STRICT, WITHOUT ROWID;

INSERT INTO epoch_key (vault_key, epoch, sealed) SELECT vault_key, epoch, sealed_key FROM vault;
ALTER TABLE vault DROP COLUMN sealed_key;
