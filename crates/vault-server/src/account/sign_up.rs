//! Sign-up codes.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use vault_wire::message::{Credential, LoginName, ProblemCode};

use crate::failure::Failure;
use crate::store::{LoginKey, Sql, Store};
use crate::values;

/// How long a code is valid, in milliseconds.
const VALID: u64 = 14 * 24 * 60 * 60 * 1000;

const ISSUE: Sql<LoginKey> =
    Sql::new("INSERT INTO sign_up_code (login_hash, login, expires_at) VALUES ($1, $2, $3)");

/// Issues a code, for any login or for one.
///
/// # Errors
/// If the database or the system's randomness fails.
pub async fn issue(store: &Store, login: Option<&LoginName>, now: u64) -> Result<Credential<64>, Failure> {
    let internal = || Failure::new(ProblemCode::Internal);
    let mut bytes = [0; 20];
    getrandom::fill(&mut bytes).map_err(|_| internal())?;
    let code = Credential::new(&Base64UrlUnpadded::encode_string(&bytes)).map_err(|_| internal())?;
    let login = login.map(LoginName::as_str);
    let shard = store.sign_up(&code);
    shard.run(|tx| async move { tx.execute(&ISSUE, values![login, now + VALID]).await }).await?;
    Ok(code)
}
