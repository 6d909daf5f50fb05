//! Reading a database of an older schema version without migrating it.

use rusqlite::Connection;

use super::migrate;

/// What each version added, as temporary tables and views: empty, or made from the tables before it.
const ADDED: [&str; migrate::NEWEST as usize] = [
    "",
    "CREATE TEMP TABLE event (event_key INTEGER PRIMARY KEY, at, kind, vault_id, item_id, count);
     CREATE TEMP TABLE chunk_list (blob_id PRIMARY KEY, hashes);
     CREATE TEMP TABLE joined (item_id PRIMARY KEY, vault_id, entry_key, revision);
     CREATE TEMP TABLE template (item_key INTEGER PRIMARY KEY);
     CREATE TEMP TABLE item_use (item_key INTEGER PRIMARY KEY, used_at);",
    "CREATE TEMP VIEW epoch_key AS SELECT vault_key, epoch, sealed_key AS sealed FROM vault;",
    "CREATE TEMP TABLE entry_status (entry_key INTEGER PRIMARY KEY, status);
     CREATE TEMP TABLE sync (vault_key INTEGER PRIMARY KEY, rebase, batch_id, hashes);
     CREATE TEMP TABLE acknowledged (vault_key, seq, hash, signatures, PRIMARY KEY (vault_key, seq));
     CREATE TEMP TABLE refused (entry_key INTEGER PRIMARY KEY, reason, refused_at);
     CREATE TEMP TABLE alarm (vault_key INTEGER PRIMARY KEY, raised_at, kind, seq, account, evidence);",
    "CREATE TEMP TABLE roster_change (change_id INTEGER PRIMARY KEY, vault_key, made_at, op, record, signatures, sent, problem);
     CREATE TEMP TABLE made_key (vault_key, commitment, epoch, sealed, PRIMARY KEY (vault_key, commitment));
     CREATE TEMP TABLE grant_due (vault_key, account_id, PRIMARY KEY (vault_key, account_id));
     CREATE TEMP TABLE invitation (public_key PRIMARY KEY, vault_key, sealed, made_at, name);
     CREATE TEMP TABLE answer (vault_key, account_id, content, name, PRIMARY KEY (vault_key, account_id));
     CREATE TEMP TABLE joining (vault_id PRIMARY KEY, sealed, seq, root, answer, role, inviter, answered_at, sent);
     CREATE TEMP TABLE former (vault_key INTEGER PRIMARY KEY, seq, author);
     CREATE TEMP TABLE card (item_id PRIMARY KEY, vault_key, entry_key, revision, author, account_id, is_own, name, hue, icon);
     CREATE TEMP TABLE person (account_id PRIMARY KEY, root_pk, generation, certificate, verified, other);",
    "CREATE TEMP TABLE directory_item (item_id PRIMARY KEY, vault_key, entry_key, revision, author);
     CREATE TEMP TABLE card_team (item_id PRIMARY KEY, team);
     CREATE TEMP TABLE team_change (change_id INTEGER PRIMARY KEY);",
];

/// Adds what the newest version has and this database has not, for this connection only.
pub(super) fn supplement(db: &Connection) -> rusqlite::Result<()> {
    let version = migrate::version(db)?;
    for added in ADDED.iter().skip(version as usize) {
        db.execute_batch(added)?;
    }
    Ok(())
}
