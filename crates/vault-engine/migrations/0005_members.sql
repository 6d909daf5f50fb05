-- Vaults with several members.

-- Changes of members that were asked for here and are not in the log yet, in this order.
CREATE TABLE roster_change (
  change_id  INTEGER PRIMARY KEY,
  vault_key  INTEGER NOT NULL REFERENCES vault,
  made_at    INTEGER NOT NULL,
  op         BLOB NOT NULL,
  record     BLOB,                        -- and its signatures, if the account's root had to sign
  signatures BLOB,
  sent       BLOB,                        -- the hash of the record that was last sent with it
  problem    INTEGER NOT NULL DEFAULT 0   -- why the log does not take it: a refusal of the protocol
) STRICT;

CREATE INDEX roster_change_of ON roster_change (vault_key, change_id);

-- Keys of epochs that were made here and are not in the log yet, sealed.
CREATE TABLE made_key (
  vault_key  INTEGER NOT NULL REFERENCES vault,
  commitment BLOB NOT NULL,
  epoch      INTEGER NOT NULL,
  sealed     BLOB NOT NULL,
  PRIMARY KEY (vault_key, commitment)
) STRICT, WITHOUT ROWID;

-- Members for whom a grant of the current epoch must still be sent.
CREATE TABLE grant_due (
  vault_key  INTEGER NOT NULL REFERENCES vault,
  account_id BLOB NOT NULL,
  PRIMARY KEY (vault_key, account_id)
) STRICT, WITHOUT ROWID;

-- Invitations that were made here. The secret is sealed.
CREATE TABLE invitation (
  public_key BLOB PRIMARY KEY,
  vault_key  INTEGER NOT NULL REFERENCES vault,
  sealed     BLOB NOT NULL,
  made_at    INTEGER NOT NULL,
  name       TEXT NOT NULL                -- for whom, as the user noted it
) STRICT, WITHOUT ROWID;

-- Answers to invitations that wait for the user.
CREATE TABLE answer (
  vault_key  INTEGER NOT NULL REFERENCES vault,
  account_id BLOB NOT NULL,
  content    BLOB NOT NULL,
  name       TEXT,
  PRIMARY KEY (vault_key, account_id)
) STRICT, WITHOUT ROWID;

-- Vaults to which this account was invited and whose log was not received up to the head in the invitation. The link is
-- sealed.
CREATE TABLE joining (
  vault_id    BLOB PRIMARY KEY,
  sealed      BLOB NOT NULL,
  seq         INTEGER NOT NULL,
  root        BLOB NOT NULL,
  answer      BLOB NOT NULL,
  role        INTEGER NOT NULL,
  inviter     BLOB NOT NULL,
  answered_at INTEGER NOT NULL,
  sent        INTEGER NOT NULL            -- 1: the server has the answer
) STRICT, WITHOUT ROWID;

-- Vaults of which this account is no member any more, by a log that it could read up to there without bodies.
CREATE TABLE former (
  vault_key INTEGER PRIMARY KEY REFERENCES vault,
  seq       INTEGER NOT NULL,             -- the record by which it ceased to be one
  author    BLOB NOT NULL                 -- and who made it
) STRICT;

-- Cards: items of programs in a shared vault that name the vault or a member.
CREATE TABLE card (
  item_id    BLOB PRIMARY KEY,
  vault_key  INTEGER NOT NULL REFERENCES vault,
  entry_key  INTEGER NOT NULL REFERENCES entry,
  revision   BLOB NOT NULL,
  author     BLOB NOT NULL,
  account_id BLOB,                        -- null for the vault's
  is_own     INTEGER NOT NULL,            -- 1: the name by which the account signs, 0: a name that somebody confirmed
  name       TEXT NOT NULL,
  hue        INTEGER,
  icon       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX card_of ON card (vault_key, account_id);

-- Pins of other accounts.
CREATE TABLE person (
  account_id  BLOB PRIMARY KEY,
  root_pk     BLOB NOT NULL,
  generation  INTEGER NOT NULL,
  certificate BLOB NOT NULL,
  verified    BLOB,                       -- the certificate whose words people compared
  other       BLOB                        -- a certificate that contradicts the pin
) STRICT, WITHOUT ROWID;
