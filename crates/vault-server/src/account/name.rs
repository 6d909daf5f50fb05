//! Login names: whose they are.
//!
//! A name is reserved in its own shard by an attempt to register, and becomes the account's in the account's shard, in the
//! transaction that stores the rest. So that transaction decides. A reservation that ran out is given to another attempt only
//! after the first one is refused there; whether it had gone through is seen in the same transaction.

use vault_wire::AccountId;
use vault_wire::message::{LoginName, ProblemCode};

use crate::failure::Failure;
use crate::store::{AccountKey, LoginKey, Sql, Store, Tx};
use crate::values;

/// How long a reservation lasts at least, in milliseconds.
pub const RESERVED: u64 = 2 * 60 * 1000;

/// How long an attempt that was refused may still arrive, in milliseconds: far longer than a request can last.
const ARRIVES: u64 = 24 * 60 * 60 * 1000;

/// How often a reservation is tried again when another one comes between.
const TRIES: usize = 4;

/// An attempt to register or to change the login: by this it is known again.
pub type Attempt = [u8; 16];

const HOLDER: Sql<LoginKey> =
    Sql::new("SELECT account_id, attempt, expires_at FROM login WHERE login_hash = $1");
const RESERVE: Sql<LoginKey> = Sql::new(
    "INSERT INTO login (login_hash, account_id, attempt, expires_at) VALUES ($1, $2, $3, $4)
     ON CONFLICT (login_hash) DO NOTHING",
);
const TAKE_OVER: Sql<LoginKey> = Sql::new(
    "UPDATE login SET account_id = $2, attempt = $3, expires_at = $4 WHERE login_hash = $1 AND attempt = $5",
);
const RELEASE: Sql<LoginKey> = Sql::new("DELETE FROM login WHERE login_hash = $1 AND account_id = $2");
const HAS_NAME: Sql<AccountKey> =
    Sql::new("SELECT count(*) FROM account WHERE account_id = $1 AND login = $2");
const REFUSE: Sql<AccountKey> = Sql::new(
    "INSERT INTO refused_attempt (account_id, attempt, expires_at) VALUES ($1, $2, $3)
     ON CONFLICT (account_id, attempt) DO NOTHING",
);
const REFUSED: Sql<AccountKey> =
    Sql::new("SELECT count(*) FROM refused_attempt WHERE account_id = $1 AND attempt = $2");

/// Returns the account that holds a name, or has reserved it.
///
/// # Errors
/// If the database fails.
pub async fn holder(store: &Store, login: &LoginName) -> Result<Option<AccountId>, Failure> {
    let row = store.login(login).read(|view| async move { view.first(&HOLDER, &[]).await }).await?;
    Ok(row.map(|row| row.get(0)).transpose()?)
}

/// Returns whether an account has a name.
///
/// # Errors
/// If the database fails.
pub async fn is_taken(store: &Store, login: &LoginName) -> Result<bool, Failure> {
    let Some(holder) = holder(store, login).await? else { return Ok(false) };
    let read = store.account(holder);
    let row = read.read(|view| async move { view.first(&HAS_NAME, values![login.as_str()]).await }).await?;
    Ok(row.map_or(Ok(0), |row| row.get::<u64>(0))? > 0)
}

/// Reserves a name for an attempt; again for the same attempt is no error.
///
/// # Errors
/// [`ProblemCode::Exists`] if the name is taken, and if the database fails.
pub async fn reserve(
    store: &Store,
    login: &LoginName,
    account: AccountId,
    attempt: Attempt,
    now: u64,
) -> Result<(), Failure> {
    let until = now + RESERVED;
    for _ in 0..TRIES {
        let shard = store.login(login);
        let row = shard.read(|view| async move { view.first(&HOLDER, &[]).await }).await?;
        let reserved = match row {
            None => {
                let row = values![account, attempt, until];
                shard.run(|tx| async move { tx.execute(&RESERVE, row).await }).await?
            }
            Some(row) => {
                let (holder, other, expires): (AccountId, Attempt, u64) =
                    (row.get(0)?, row.get(1)?, row.get(2)?);
                if other == attempt && holder == account {
                    return Ok(());
                }
                if expires > now || gone_through(store, holder, other, Some(login), now).await? {
                    return Err(ProblemCode::Exists.into());
                }
                let row = values![account, attempt, until, other];
                shard.run(|tx| async move { tx.execute(&TAKE_OVER, row).await }).await?
            }
        };
        if reserved == 1 {
            return Ok(());
        }
    }
    Err(ProblemCode::Unavailable.into())
}

/// Gives a name back that the account does not have any more.
///
/// # Errors
/// If the database fails.
pub async fn release(store: &Store, login: &LoginName, account: AccountId) -> Result<(), Failure> {
    store.login(login).run(|tx| async move { tx.execute(&RELEASE, values![account]).await }).await?;
    Ok(())
}

/// Returns whether an attempt of an account has gone through: it has the name, or, without a name, exists. If not, it never
/// will.
///
/// # Errors
/// If the database fails.
pub async fn gone_through(
    store: &Store,
    account: AccountId,
    attempt: Attempt,
    login: Option<&LoginName>,
    now: u64,
) -> Result<bool, Failure> {
    const EXISTS: Sql<AccountKey> = Sql::new("SELECT count(*) FROM account WHERE account_id = $1");
    let gone_through = store.account(account).run(|tx| async move {
        let row = match login {
            Some(login) => tx.first(&HAS_NAME, values![login.as_str()]).await?,
            None => tx.first(&EXISTS, &[]).await?,
        };
        if row.map_or(Ok(0), |row| row.get::<u64>(0))? > 0 {
            return Ok::<_, Failure>(true);
        }
        tx.execute(&REFUSE, values![attempt, now + ARRIVES]).await?;
        Ok(false)
    });
    gone_through.await
}

/// Fails if the attempt was refused, because others took over what it had reserved.
///
/// # Errors
/// [`ProblemCode::Unavailable`], and if the database fails.
pub async fn refuse_lost(tx: &Tx<AccountKey>, attempt: Attempt) -> Result<(), Failure> {
    let row = tx.first(&REFUSED, values![attempt]).await?;
    if row.map_or(Ok(0), |row| row.get::<u64>(0))? > 0 {
        return Err(Failure::new(ProblemCode::Unavailable).because("the attempt took too long; begin again"));
    }
    Ok(())
}
