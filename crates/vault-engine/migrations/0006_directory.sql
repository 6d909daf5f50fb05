-- Teams: vaults whose members follow the groups of a directory.

-- Items of programs in a directory: groups, vaults of the team, states of its members, policies.
CREATE TABLE directory_item (
  item_id   BLOB PRIMARY KEY,
  vault_key INTEGER NOT NULL REFERENCES vault,
  entry_key INTEGER NOT NULL REFERENCES entry,
  revision  BLOB NOT NULL,
  author    BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX directory_item_of ON directory_item (vault_key, entry_key);

-- The directory that a vault's card names: the vault itself, if it is one.
CREATE TABLE card_team (
  item_id BLOB PRIMARY KEY REFERENCES card ON DELETE CASCADE,
  team    BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Changes of members that the program made, since a directory asks for them.
CREATE TABLE team_change (
  change_id INTEGER PRIMARY KEY REFERENCES roster_change ON DELETE CASCADE
) STRICT;
