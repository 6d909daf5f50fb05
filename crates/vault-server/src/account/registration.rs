//! Registration: everything that belongs to one password, stored at once or not at all.

use sha2::{Digest as _, Sha256};
use vault_login::RegistrationRecord;
use vault_wire::account::{Certificate, ReenrolError, SignedCertificate, SignedReenrolment};
use vault_wire::cbor::Canonical as _;
use vault_wire::message::{
    AuditKind, Bytes, KeysetReply, LoginName, Origin, ProblemCode, RegisterFinish, UncheckedKdf,
};
use vault_wire::{AccountId, DeviceId, SessionId};

use super::name::{self, Attempt};
use super::{session, sign_up};
use crate::audit::{self, About};
use crate::failure::Failure;
use crate::store::{AccountKey, Row, Sql, Store, StoreError, Tx, Value, View};
use crate::values;

const CREATE: Sql<AccountKey> = Sql::new(
    "INSERT INTO account (account_id, login, created_at, locked, version, kdf_m_kib, kdf_t, kdf_p, record, keyset,
                          root_box, certificate, statement)
     VALUES ($1, $2, $3, 0, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
);
const REPLACE: Sql<AccountKey> = Sql::new(
    "UPDATE account SET version = $2, kdf_m_kib = $3, kdf_t = $4, kdf_p = $5, record = $6, keyset = $7, root_box = $8,
                        certificate = $9, statement = $10
     WHERE account_id = $1",
);
const STORED: Sql<AccountKey> =
    Sql::new("SELECT login, version, statement, certificate FROM account WHERE account_id = $1");
const ABOUT: Sql<AccountKey> =
    Sql::new("SELECT login, created_at, version FROM account WHERE account_id = $1");
const KEYSET: Sql<AccountKey> = Sql::new(
    "SELECT kdf_m_kib, kdf_t, kdf_p, keyset, root_box, certificate, statement FROM account WHERE account_id = $1",
);

/// A registration whose parts belong together, for an account of this server.
pub struct Registration {
    /// The account.
    pub account: AccountId,
    /// The version that the root signed.
    pub version: u64,
    certificate: Certificate,
    message: RegisterFinish,
}

impl Registration {
    /// Verifies that certificate and statement are of one account, that the root signed the statement for this server, and
    /// that it covers the other parts.
    ///
    /// # Errors
    /// [`ProblemCode::Malformed`].
    pub fn verify(message: RegisterFinish, issuer: &Origin) -> Result<Self, Failure> {
        let refuse = |detail| Failure::new(ProblemCode::Malformed).because(detail);
        let certificate = SignedCertificate::decode(message.certificate.as_slice())
            .ok()
            .and_then(|signed| signed.verify().ok())
            .ok_or_else(|| refuse("the certificate is not valid"))?;
        let account = certificate.account_id();
        let statement = SignedReenrolment::decode(message.statement.as_slice())
            .map_err(|_| refuse("the statement is malformed"))?;
        let statement = statement.verify(&account, issuer.as_str(), 0).map_err(|error| match error {
            ReenrolError::OtherIssuer => refuse("the statement is for another server"),
            ReenrolError::OtherAccount => refuse("certificate and statement are of two accounts"),
            _ => refuse("the statement is not valid"),
        })?;
        let RegisterFinish { record, keyset, root_box, .. } = &message;
        if !statement.covers(record.as_slice(), keyset.as_slice(), root_box.as_slice()) {
            return Err(refuse("the statement does not cover the other parts"));
        }
        let record = record.as_slice().try_into().map_err(|_| ProblemCode::Malformed)?;
        RegistrationRecord::parse(record).map_err(|_| refuse("the record is malformed"))?;
        if statement.version > i64::MAX.cast_unsigned() {
            return Err(refuse("the version is too high"));
        }
        Ok(Self { account, version: statement.version, certificate, message })
    }

    /// The login.
    #[must_use]
    pub const fn login(&self) -> &LoginName {
        &self.message.login
    }

    /// The root's statement.
    #[must_use]
    pub fn statement(&self) -> &[u8] {
        self.message.statement.as_slice()
    }

    /// The same statement is the same attempt.
    fn attempt(&self) -> Attempt {
        let hash: [u8; 32] = Sha256::digest(self.statement()).into();
        let mut attempt = [0; 16];
        attempt.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        attempt
    }

    /// The columns from `version` on.
    fn columns(&self) -> Vec<Value> {
        let RegisterFinish { kdf, record, keyset, root_box, certificate, statement, login: _, code: _ } =
            &self.message;
        let UncheckedKdf { m_kib, t, p } = *kdf;
        let numbers = values![self.version, m_kib, t, p].to_vec();
        let parts = [record.as_slice(), keyset.as_slice(), root_box.as_slice(), certificate.as_slice()];
        let parts = parts.into_iter().chain([statement.as_slice()]).map(Value::from);
        numbers.into_iter().chain(parts).collect()
    }
}

/// What is stored of an account.
pub struct Stored {
    /// Its login.
    pub login: String,
    /// The version of its registration.
    pub version: u64,
    /// The root's statement.
    pub statement: Vec<u8>,
    certificate: Vec<u8>,
}

impl Stored {
    /// Reads it, if the account exists.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn read(view: &View<AccountKey>) -> Result<Option<Self>, StoreError> {
        let Some(row) = view.first(&STORED, &[]).await? else { return Ok(None) };
        let (login, version, statement) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Some(Self { login, version, statement, certificate: row.get(3)? }))
    }

    /// Checks that a registration has the identity that is stored, or a later one: a device that missed a new identity has
    /// keys with which nobody can write any more.
    ///
    /// # Errors
    /// [`ProblemCode::VersionConflict`] for an earlier identity, and for another one of the same generation.
    pub fn allows(&self, registration: &Registration) -> Result<(), Failure> {
        let stored = SignedCertificate::decode(&self.certificate).map_err(|_| StoreError::Damaged)?;
        let stored = Certificate::decode(&stored.bytes).map_err(|_| StoreError::Damaged)?;
        let next = &registration.certificate;
        if next.generation > stored.generation || *next == stored {
            return Ok(());
        }
        Err(Failure::new(ProblemCode::VersionConflict).because("the identity was replaced since"))
    }
}

/// What an account's owner may know of it.
pub struct AboutAccount {
    /// Its login.
    pub login: LoginName,
    /// When it was opened, in milliseconds since 1970.
    pub created_at: u64,
    /// The version of its registration.
    pub version: u64,
}

/// Reads it.
///
/// # Errors
/// If the database fails.
pub async fn about(view: &View<AccountKey>) -> Result<AboutAccount, Failure> {
    let row = view.first(&ABOUT, &[]).await?.ok_or(ProblemCode::NotFound)?;
    let login: String = row.get(0)?;
    let login = LoginName::new(&login).map_err(|_| StoreError::Damaged)?;
    Ok(AboutAccount { login, created_at: row.get(1)?, version: row.get(2)? })
}

/// Opens an account with a sign-up code. The same registration sent again gets the same answer.
///
/// # Errors
/// [`ProblemCode::SignUpRefused`] without a valid code, whether or not the login is taken; [`ProblemCode::Exists`] with one,
/// and the code stays valid.
pub async fn open(store: &Store, registration: &Registration, now: u64) -> Result<(), Failure> {
    let RegisterFinish { login, code, statement, .. } = &registration.message;
    let (account, attempt) = (registration.account, registration.attempt());
    let code = code.as_ref().ok_or(ProblemCode::SignUpRefused)?;
    let shard = store.account(account);
    let stored = shard.read(|view| async move { Stored::read(&view).await }).await?;
    if stored.is_some_and(|stored| stored.statement == statement.as_slice()) {
        return sign_up::confirm(store, code, attempt).await;
    }
    sign_up::reserve(store, code, login, account, attempt, now).await?;
    let opened = async {
        if registration.version != 1 {
            return Err(ProblemCode::VersionConflict.into());
        }
        name::reserve(store, login, account, attempt, now).await?;
        shard.run(|tx| async move { create(&tx, registration, attempt, now).await }).await
    };
    match opened.await {
        Ok(()) => sign_up::confirm(store, code, attempt).await,
        Err(failure) => {
            if matches!(failure.code, ProblemCode::Exists | ProblemCode::VersionConflict) {
                sign_up::release(store, code, attempt).await?;
            }
            Err(failure)
        }
    }
}

/// Stores the registration of an account that the server has lost, whatever its version.
///
/// # Errors
/// [`ProblemCode::Exists`] if somebody else has the login, and if the database fails.
pub async fn store_lost(
    store: &Store,
    registration: &Registration,
    about: About,
    now: u64,
) -> Result<(), Failure> {
    let (account, attempt) = (registration.account, registration.attempt());
    name::reserve(store, registration.login(), account, attempt, now).await?;
    let create = store.account(account).run(|tx| async move {
        create(&tx, registration, attempt, now).await?;
        audit::append(&tx, AuditKind::Reenrolled, about, now).await
    });
    create.await
}

async fn create(
    tx: &Tx<AccountKey>,
    registration: &Registration,
    attempt: Attempt,
    now: u64,
) -> Result<(), Failure> {
    name::refuse_lost(tx, attempt).await?;
    match Stored::read(tx).await? {
        Some(stored) if stored.statement == registration.statement() => return Ok(()),
        Some(_) => return Err(ProblemCode::VersionConflict.into()),
        None => {}
    }
    let mut row = values![registration.message.login.as_str(), now].to_vec();
    row.extend(registration.columns());
    tx.execute(&CREATE, &row).await?;
    let about = About { actor: Some(registration.account), ..About::default() };
    audit::append(tx, AuditKind::AccountCreated, about, now).await
}

/// Changes the password of an account by one of its sessions. All other sessions end.
///
/// # Errors
/// [`ProblemCode::VersionConflict`] if the version is not the next one, and if the registration is of another account or login.
pub async fn change(
    store: &Store,
    registration: &Registration,
    session: SessionId,
    device: DeviceId,
    now: u64,
) -> Result<(), Failure> {
    let changed = store.account(registration.account).run(|tx| async move {
        let stored = Stored::read(&tx).await?.ok_or(ProblemCode::NotFound)?;
        if stored.statement == registration.statement() {
            return Ok(());
        }
        if stored.login != registration.message.login.as_str() {
            return Err(Failure::new(ProblemCode::Malformed).because("the login is another one"));
        }
        if registration.version != stored.version + 1 {
            return Err(ProblemCode::VersionConflict.into());
        }
        stored.allows(registration)?;
        replace(&tx, registration).await?;
        let about = About::own(registration.account, device);
        audit::append(&tx, AuditKind::PasswordChanged, about, now).await?;
        session::end_others(&tx, session, device, now).await
    });
    changed.await
}

/// Replaces everything that belongs to the password.
///
/// # Errors
/// If the database fails.
pub async fn replace(tx: &Tx<AccountKey>, registration: &Registration) -> Result<(), StoreError> {
    tx.execute(&REPLACE, &registration.columns()).await.map(drop)
}

/// Reads what a sign-in returns.
///
/// # Errors
/// If the database fails.
pub async fn keyset(store: &Store, account: AccountId) -> Result<KeysetReply, Failure> {
    let row = store.account(account).read(|view| async move { view.first(&KEYSET, &[]).await }).await?;
    let row = row.ok_or(ProblemCode::NotFound)?;
    keyset_of(&row).ok_or_else(|| StoreError::Damaged.into())
}

fn keyset_of(row: &Row) -> Option<KeysetReply> {
    Some(KeysetReply {
        kdf: UncheckedKdf { m_kib: row.get(0).ok()?, t: row.get(1).ok()?, p: row.get(2).ok()? },
        keyset: Bytes::new(row.get(3).ok()?).ok()?,
        root_box: Bytes::new(row.get(4).ok()?).ok()?,
        certificate: Bytes::new(row.get(5).ok()?).ok()?,
        statement: Bytes::new(row.get(6).ok()?).ok()?,
    })
}
