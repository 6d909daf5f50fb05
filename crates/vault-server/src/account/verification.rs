//! Verification of the registrations: each by itself, and that they were made with this server's secrets.

use rand_core::UnwrapErr;
use vault_login::{ClientLogin, ClientRegistration, LoginError, RegistrationRecord, ServerSetup};
use vault_wire::AccountId;
use vault_wire::account::{SignedCertificate, SignedReenrolment};
use vault_wire::cbor::Canonical as _;
use vault_wire::message::{Origin, ProblemCode};

use crate::failure::Failure;
use crate::store::{ListingKey, Row, ServerKey, Sql, Store, StoreError};
use crate::values;

/// The name of the row, the account, and the password of the registration that the server makes itself. It is no account:
/// nobody can sign in with it.
const NAME: &str = "self";
const ACCOUNT: AccountId = AccountId::from_bytes([0; 16]);
const PASSWORD: [u8; 32] = [0; 32];

const READ: Sql<ServerKey> = Sql::new("SELECT record FROM registration_check WHERE name = $1");
const WRITE: Sql<ServerKey> =
    Sql::new("INSERT INTO registration_check (name, record) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING");
const ACCOUNTS: Sql<ListingKey> = Sql::new(
    "SELECT account_id, record, keyset, root_box, certificate, statement FROM account
     WHERE account_id > $1 ORDER BY account_id LIMIT 256",
);

/// What is stored of an account does not belong together, or not to this server.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unregistered {
    /// The registration of an account is invalid.
    #[error("account {0}: its registration is not valid")]
    Account(AccountId),
    /// The secrets are not those under which accounts were registered: nobody could sign in.
    #[error("the secrets are not those of this database: no account could sign in with them")]
    OtherSecrets,
    /// It cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Registers the server's own password, once.
///
/// # Errors
/// If the database or the system's randomness fails.
pub async fn prepare(store: &Store, opaque: &ServerSetup, issuer: &Origin) -> Result<(), Failure> {
    let shard = store.server(NAME);
    if shard.read(|view| async move { view.first(&READ, &[]).await }).await?.is_some() {
        return Ok(());
    }
    let record = register(opaque, issuer).map_err(|_| ProblemCode::Internal)?;
    shard.run(|tx| async move { tx.execute(&WRITE, values![record]).await }).await?;
    Ok(())
}

fn register(opaque: &ServerSetup, issuer: &Origin) -> Result<[u8; 192], LoginError> {
    let mut rng = UnwrapErr(getrandom::SysRng);
    let (registration, request) = ClientRegistration::start(&PASSWORD, &mut rng)?;
    let response = opaque.respond(&request, &ACCOUNT)?;
    Ok(registration.finish(&response, &ACCOUNT, issuer, &mut rng)?.record)
}

/// Opens that registration as a client would, and checks those of all accounts. Returns their number.
///
/// # Errors
/// See [`Unregistered`].
pub async fn verify(store: &Store, opaque: &ServerSetup, issuer: &Origin) -> Result<u64, Unregistered> {
    let row = store.server(NAME).read(|view| async move { view.first(&READ, &[]).await }).await?;
    if let Some(row) = row {
        sign_in(opaque, issuer, &row.get(0)?).map_err(|_| Unregistered::OtherSecrets)?;
    }
    let (mut count, mut after) = (0, None);
    loop {
        let rows = store.listing(after).read(|view| async move { view.query(&ACCOUNTS, &[]).await }).await?;
        let Some(last) = rows.last() else { return Ok(count) };
        after = Some(*last.get::<AccountId>(0)?.as_bytes());
        for row in &rows {
            let account: AccountId = row.get(0)?;
            registered(row, account, issuer).ok_or(Unregistered::Account(account))?;
            count += 1;
        }
    }
}

fn sign_in(opaque: &ServerSetup, issuer: &Origin, record: &[u8; 192]) -> Result<(), LoginError> {
    let mut rng = UnwrapErr(getrandom::SysRng);
    let (login, ke1) = ClientLogin::start(&PASSWORD, &mut rng)?;
    let record = RegistrationRecord::parse(record)?;
    let started = opaque.start_login(Some(record), &ke1, &ACCOUNT, issuer, &mut rng)?;
    let finished = login.finish(&started.ke2, &ACCOUNT, issuer, &mut rng)?;
    started.state.finish(&finished.ke3)
}

/// Whether the root signed what is stored.
fn registered(row: &Row, account: AccountId, issuer: &Origin) -> Option<()> {
    let bytes = |at| row.get::<Vec<u8>>(at).ok();
    let (record, keyset, root_box) = (bytes(1)?, bytes(2)?, bytes(3)?);
    RegistrationRecord::parse(record.as_slice().try_into().ok()?).ok()?;
    let certificate = SignedCertificate::decode(&bytes(4)?).ok()?.verify().ok()?;
    let statement = SignedReenrolment::decode(&bytes(5)?).ok()?;
    let statement = statement.verify(&account, issuer.as_str(), 0).ok()?;
    let sound = certificate.account_id() == account && statement.covers(&record, &keyset, &root_box);
    sound.then_some(())
}
