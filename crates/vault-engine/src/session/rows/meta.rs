//! The table `meta`: data of the profile, one row each.

use rusqlite::{Connection, OptionalExtension, ToSql};
use vault_crypto::HeaderPin;

use crate::session::error::SessionError;

pub(crate) const PROFILE_ID: &str = "profile_id";
pub(crate) const NAME: &str = "name";
pub(crate) const DEVICE: &str = "device";
/// The header pin of the key file that this database was last opened with.
pub(crate) const HEADER: &str = "header";
pub(crate) const SECRET_KEY: &str = "secret_key";
pub(crate) const CERTIFICATE: &str = "certificate";
pub(crate) const KEYSET: &str = "keyset";
pub(crate) const ROOT_BOX: &str = "root_box";
/// The generator's history; see `items/generated.rs`.
pub(crate) const GENERATED: &str = "generated";
/// The profile's server; see `connection.rs`.
pub(crate) const CONNECTION: &str = "connection";
/// How this device signs in there; see `connection.rs`.
pub(crate) const LOGIN: &str = "login";
/// How the server is reached; see `network.rs`.
pub(crate) const NETWORK: &str = "network";
/// There while nothing is sent to the server before the user says so; see `connection.rs`.
pub(crate) const HOLDS_UPLOAD: &str = "holds_upload";
/// The server that the profile was moved from; see `sync/moving.rs`.
pub(crate) const LEFT: &str = "left";
/// Where the account is, once it was moved; see `sync/moving.rs`.
pub(crate) const PLACE: &str = "place";
/// A reset password on its way to the server; see `reenrolment.rs`.
pub(crate) const REENROLMENT: &str = "reenrolment";
/// What the account's audit says, as far as it was read; see `audit.rs`.
pub(crate) const AUDIT: &str = "audit";
/// The newest consent to recovery of each account; see `directory/consents.rs`.
pub(crate) const CONSENTS: &str = "consents";
/// Vaults of which a restored server had lost entries; see `restoring.rs`.
pub(crate) const RESTORING: &str = "restoring";
/// Heads that another device had verified, and no log was found to contain yet; see `sync/handed.rs`.
pub(crate) const HANDED_HEADS: &str = "handed_heads";
/// What a device that was added to an account knows of the age of its log; see `freshness.rs`.
pub(crate) const FRESHNESS: &str = "freshness";
/// Redirects of moved items; see `items/redirects.rs`.
pub(crate) const MOVED: &str = "moved";
/// The root signing key, sealed under the recovery code, if there is one.
pub(crate) const RECOVERY_BOX: &str = "recovery_box";
/// Number of commits and the random value of the last one; see `write_state`.
pub(crate) const WRITE_STATE: &str = "write_state";
/// A Secret Key that the account gets, while it is unknown whether the server has it; see `keys/account.rs`.
pub(crate) const OFFERED_SECRET_KEY: &str = "offered_secret_key";
/// Boxes of a change of keys that is not finished; see `keys`.
pub(crate) const NEXT_ROOT_BOX: &str = "next_root_box";
pub(crate) const NEXT_RECOVERY_BOX: &str = "next_recovery_box";
pub(crate) const NEXT_REENROLMENT: &str = "next_reenrolment";
pub(crate) const NEXT_SECRET_KEY: &str = "next_secret_key";
pub(crate) const NEXT_CONNECTION: &str = "next_connection";

pub(crate) fn get(db: &Connection, name: &'static str) -> Result<Option<Vec<u8>>, SessionError> {
    let mut find = db.prepare_cached("SELECT value FROM meta WHERE name = ?1")?;
    Ok(find.query_row([name], |row| row.get(0)).optional()?)
}

/// Reads a value that every profile has. Returns [`SessionError::DatabaseDamaged`] if it is missing.
pub(crate) fn required(db: &Connection, name: &'static str) -> Result<Vec<u8>, SessionError> {
    get(db, name)?.ok_or(SessionError::DatabaseDamaged)
}

pub(crate) fn required_text(db: &Connection, name: &'static str) -> Result<String, SessionError> {
    String::from_utf8(required(db, name)?).map_err(|_| SessionError::DatabaseDamaged)
}

pub(crate) fn set(db: &Connection, name: &'static str, value: &[u8]) -> Result<(), SessionError> {
    let mut put = db.prepare_cached("INSERT OR REPLACE INTO meta (name, value) VALUES (?1, ?2)")?;
    put.execute([&name as &dyn ToSql, &value])?;
    Ok(())
}

pub(crate) fn remove(db: &Connection, name: &'static str) -> Result<(), SessionError> {
    db.prepare_cached("DELETE FROM meta WHERE name = ?1")?.execute([name])?;
    Ok(())
}

pub(crate) fn header(db: &Connection) -> Result<HeaderPin, SessionError> {
    let bytes = required(db, HEADER)?.try_into().map_err(|_| SessionError::DatabaseDamaged)?;
    Ok(HeaderPin::from_bytes(&bytes))
}

pub(crate) fn set_header(db: &Connection, pin: &HeaderPin) -> Result<(), SessionError> {
    set(db, HEADER, &pin.to_bytes())
}
