//! The messages of OPAQUE between a client and a server.

use rand_core::CryptoRng;
use vault_crypto::{AccountUnlockKey, StretchedAccountPassword};
use vault_login::{ClientLogin, ClientRegistration, LoginError};
use vault_wire::AccountId;
use vault_wire::message::{FixedBytes, LoginFinish, LoginStart, LoginStep, ProblemCode, RegisterStart};

use super::error::{EnrolmentError, SignInError};
use crate::client::Client;
use crate::error::Error;

/// What a registration yields: the server's record, and the key of the account's boxes.
pub(super) struct Registered {
    pub(super) record: [u8; 192],
    pub(super) key: AccountUnlockKey,
}

/// Registers a password for an account.
pub(super) async fn register(
    client: &Client,
    account: AccountId,
    stretched: &StretchedAccountPassword,
    rng: &mut (impl CryptoRng + Send),
) -> Result<Registered, EnrolmentError> {
    let malformed = |_: LoginError| Error::Malformed;
    let password = stretched.derive_opaque_password();
    let (registration, request) =
        ClientRegistration::start(password.expose_bytes(), rng).map_err(malformed)?;
    let start = RegisterStart { account_id: account, request: fixed(&request)? };
    let reply = client.register_start(&start).await?;
    let response = exact(&reply.response)?;
    let finished = registration.finish(&response, &account, client.issuer(), rng).map_err(malformed)?;
    let key = stretched.derive_account_unlock_key(&account, finished.export_key.expose_bytes());
    Ok(Registered { record: finished.record, key })
}

/// Signs in with a password. Returns the server's next step, and the key of the account's boxes.
pub(super) async fn log_in(
    client: &Client,
    account: AccountId,
    stretched: &StretchedAccountPassword,
    rng: &mut (impl CryptoRng + Send),
) -> Result<(LoginStep, AccountUnlockKey), SignInError> {
    let refused = |error| match error {
        LoginError::Refused => SignInError::Refused,
        LoginError::Malformed | LoginError::Damaged => Error::Malformed.into(),
    };
    let password = stretched.derive_opaque_password();
    let (login, ke1) = ClientLogin::start(password.expose_bytes(), rng).map_err(refused)?;
    let start = LoginStart { account_id: account, ke1: fixed(&ke1)? };
    let reply = client.login_start(&start).await.map_err(wrong)?;
    let ke2 = exact(&reply.ke2)?;
    let finished = login.finish(&ke2, &account, client.issuer(), rng).map_err(refused)?;
    let finish = LoginFinish { state: reply.state, ke3: fixed(&finished.ke3)? };
    let step = client.login_finish(&finish).await.map_err(wrong)?;
    let key = stretched.derive_account_unlock_key(&account, finished.export_key.expose_bytes());
    Ok((step, key))
}

/// Distinguishes what the user typed from everything else that a server refuses.
pub(super) fn wrong(error: Error) -> SignInError {
    match error.code() {
        Some(ProblemCode::SignInRefused) => SignInError::Refused,
        _ => error.into(),
    }
}

fn fixed<const N: usize>(bytes: &[u8]) -> Result<FixedBytes<N>, Error> {
    FixedBytes::new(bytes.to_vec()).map_err(|_| Error::OutOfBounds)
}

fn exact<const N: usize>(bytes: &FixedBytes<N>) -> Result<[u8; N], Error> {
    bytes.as_slice().try_into().map_err(|_| Error::Malformed)
}
