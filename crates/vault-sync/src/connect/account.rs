//! Opening an account at a server, and signing in to one.

use std::sync::Arc;

use rand_core::CryptoRng;
use vault_crypto::{DeviceSigner, KdfParams, Keyset, OpenedAccount, SecretKey, SecretText, UnlockSeed};
use vault_engine::profile::ExistingAccount;
use vault_engine::session::{AccountParts, DeviceLogin, ServerConnection};
use vault_wire::account::{Predecessor, SignedCertificate};
use vault_wire::log::{RecoveryRatchet, RecoveryState};
use vault_wire::message::{
    Bodies, Credential, DeviceLabel, Factor, FixedBytes, LogEntry, LogQuery, LoginName, MailCode,
    ProblemCode, VersionRatchet,
};
use vault_wire::{AccountId, ContentHash};

use super::address::Server;
use super::tokens::MemoryTokens;
use crate::account::{
    AccountPins, Credentials, Enrolment, EnrolmentError, EnrolmentParts, SecondFactor, SignIn, SignInError,
    SignInStep, SignedIn,
};
use crate::client::Client;
use crate::error::Error;
use crate::session::Session;

/// Why an account could not be opened or signed in to.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The account could not be opened.
    #[error(transparent)]
    Enrolment(#[from] EnrolmentError),
    /// The sign-in failed.
    #[error(transparent)]
    SignIn(#[from] SignInError),
    /// Another account has this login.
    #[error("another account has this login")]
    LoginTaken,
}

impl From<Error> for ConnectError {
    fn from(error: Error) -> Self {
        Self::SignIn(SignInError::Server(error))
    }
}

/// An account for a profile that was only local.
pub struct NewAccount {
    /// The login name.
    pub login: LoginName,
    /// The password of the profile.
    pub password: SecretText,
    /// The account's keys.
    pub parts: AccountParts,
    /// The sign-up code, unless the connect code has one.
    pub code: Option<Credential<64>>,
    /// The costs of the password.
    pub costs: KdfParams,
    /// The time in milliseconds since 1970.
    pub now: u64,
}

/// A sign-in with what the user typed.
pub struct SignInAs {
    /// The login name.
    pub login: LoginName,
    /// The password.
    pub password: SecretText,
    /// The Secret Key.
    pub secret_key: SecretKey,
    /// What the profile knows of the account; nothing on a new computer.
    pub known: Known,
    /// The time in milliseconds since 1970.
    pub now: u64,
}

/// Another password for an account.
pub struct PasswordChange {
    /// The new password.
    pub new: SecretText,
    /// The Secret Key.
    pub secret_key: SecretKey,
    /// The costs of the new password.
    pub costs: KdfParams,
}

/// What an account has after somebody else may have had its keys.
pub struct Renewed {
    /// What the profile stores of the server from then on.
    pub connection: ServerConnection,
    /// The account's keys: another identity, which keeps what opens what was sealed for the earlier ones.
    pub keyset: Keyset,
    /// Its certificate.
    pub certificate: SignedCertificate,
}

/// What a profile knows of its account at a server.
#[derive(Default)]
pub struct Known {
    /// What was seen of the account.
    pub pins: AccountPins,
    /// The keys of this device.
    pub device: Option<Arc<DeviceSigner>>,
    /// The server's recoveries.
    pub recovery: RecoveryRatchet,
}

/// How far a sign-in is.
pub enum Step {
    /// It is complete.
    Done(Box<Connected>),
    /// The account asks for a second factor.
    Factor(Box<FactorStep>),
}

/// A sign-in that waits for the code of a second factor.
pub struct FactorStep {
    factor: SecondFactor,
    place: Place,
}

/// An account that is signed in to. Drop it as soon as possible.
pub struct Connected {
    /// What the profile stores of the server.
    pub connection: ServerConnection,
    /// How this device signs in.
    pub login: DeviceLogin,
    /// The account's keys.
    pub account: OpenedAccount,
    /// Its certificate, as it is passed on.
    pub certificate: SignedCertificate,
    session: Session,
}

/// What is known of server and device before the sign-in is complete.
pub(super) struct Place {
    pub(super) client: Arc<Client>,
    login: LoginName,
    key: Option<ContentHash>,
    api: VersionRatchet,
    recovery: RecoveryRatchet,
    device: Arc<DeviceSigner>,
    tokens: Arc<MemoryTokens>,
}

impl Server {
    /// Opens an account and signs in to it. If it exists already, since an answer was lost or the profile had left the server, it is
    /// signed in to.
    ///
    /// # Errors
    /// See [`ConnectError`].
    pub async fn create_account(
        mut self,
        new: NewAccount,
        rng: &mut (impl CryptoRng + Send),
    ) -> Result<Step, ConnectError> {
        let NewAccount { login, password, parts, code, costs, now } = new;
        let AccountParts { root, keyset, certificate, secret_key } = parts;
        let code = self.take_code().or(code);
        let place = self.place(login.clone(), Known::default(), now, rng);
        let seed = UnlockSeed::make(rng);
        let enrolment = EnrolmentParts {
            login,
            root: &root,
            keyset: &keyset,
            unlock_seed: &seed,
            certificate: &certificate,
            version: 1,
            code,
        };
        let typed = credentials(&password, &secret_key);
        let made = Enrolment::make(&place.client, enrolment, typed, costs, rng).await?;
        let refused = match made.register(&place.client).await {
            Ok(()) => None,
            Err(error)
                if matches!(error.code(), Some(ProblemCode::Exists | ProblemCode::VersionConflict)) =>
            {
                Some(ConnectError::LoginTaken)
            }
            // Without a valid code the server does not say whether the account exists.
            Err(error) if error.code() == Some(ProblemCode::SignUpRefused) => {
                Some(EnrolmentError::Server(error).into())
            }
            Err(error) => return Err(EnrolmentError::Server(error).into()),
        };
        let pins = AccountPins { account: Some(root.account_id()), costs: None, version: 0 };
        let typed = credentials(&password, &secret_key);
        let step = place.sign_in(pins, typed, now, rng).await;
        step.map_err(|error| match (error, refused) {
            (SignInError::Account | SignInError::Refused, Some(refused)) => refused,
            (error, _) => error.into(),
        })
    }

    /// Has the server mail a sign-up code.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn mail_code(self, login: LoginName, rng: &mut (impl CryptoRng + Send)) -> Result<(), Error> {
        let place = self.place(login.clone(), Known::default(), 0, rng);
        place.client.mail_code(&MailCode { login }).await
    }

    /// Signs in. A device that the account does not have yet is added.
    ///
    /// # Errors
    /// See [`SignInError`].
    pub async fn sign_in(
        self,
        typed: SignInAs,
        rng: &mut (impl CryptoRng + Send),
    ) -> Result<Step, SignInError> {
        let SignInAs { login, password, secret_key, known, now } = typed;
        let pins = known.pins;
        let place = self.place(login, known, now, rng);
        place.sign_in(pins, Credentials { password, secret_key }, now, rng).await
    }

    pub(super) fn place(
        self,
        login: LoginName,
        known: Known,
        now: u64,
        rng: &mut (impl CryptoRng + Send),
    ) -> Place {
        let Self { connection, discovery, key, api, .. } = self;
        let Known { pins: _, device, mut recovery } = known;
        let stated = RecoveryState { epoch: discovery.recovery.epoch, until: discovery.recovery.until };
        recovery.observe(stated, now);
        let device = device.unwrap_or_else(|| Arc::new(DeviceSigner::make(rng)));
        let client = Arc::new(Client::new(connection, discovery.issuer, device.clone(), rng));
        Place { client, login, key, api, recovery, device, tokens: Arc::default() }
    }
}

impl Place {
    async fn sign_in(
        self,
        pins: AccountPins,
        typed: Credentials,
        now: u64,
        rng: &mut (impl CryptoRng + Send),
    ) -> Result<Step, SignInError> {
        let (client, store) = (self.client.clone(), self.tokens.clone());
        let sign_in = SignIn { client, store, pins, made_at: now };
        Ok(match sign_in.start(self.login.clone(), typed, rng).await? {
            SignInStep::Done(done) => Step::Done(Box::new(self.connected(*done)?)),
            SignInStep::Factor(factor) => Step::Factor(Box::new(FactorStep { factor: *factor, place: self })),
        })
    }

    fn connected(&self, done: SignedIn) -> Result<Connected, SignInError> {
        let SignedIn { session, account, certificate, pins } = done;
        // A completed sign-in has costs and a token.
        let (Some(costs), Some(refresh)) = (pins.costs, self.tokens.take()) else {
            return Err(Error::NotStored.into());
        };
        let connection = ServerConnection {
            issuer: self.client.issuer().clone(),
            address: self.client.connection().address().clone(),
            key: self.key,
            login: self.login.clone(),
            registration: pins.version,
            costs,
            api: self.api,
            recovery: self.recovery,
            unlock_seed: UnlockSeed::from_bytes(account.unlock_seed.expose_bytes()),
        };
        let login = DeviceLogin { device: self.device.clone(), refresh: Some(refresh) };
        Ok(Connected { connection, login, account, certificate, session })
    }
}

impl FactorStep {
    /// The account's factors; one of them is enough.
    pub fn factors(&self) -> impl Iterator<Item = Factor> {
        self.factor.factors()
    }

    /// Tries a code.
    ///
    /// # Errors
    /// [`SignInError::Refused`] if it is wrong; another may follow. See [`SignInError`].
    pub async fn submit(
        &mut self,
        factor: Factor,
        code: &Credential<32>,
        rng: &mut (impl CryptoRng + Send),
    ) -> Result<Connected, SignInError> {
        let done = self.factor.submit(factor, code, rng).await?;
        self.place.connected(done)
    }
}

impl Connected {
    /// Stores the name of this device for the account's other devices; the server cannot read it.
    ///
    /// # Errors
    /// See [`Error`]. Without it the device has no name there.
    pub async fn name_device(
        &self,
        name: &SecretText,
        rng: &mut (impl CryptoRng + Send),
    ) -> Result<(), Error> {
        self.name_device_for(&self.connection.unlock_seed, name, rng).await
    }

    /// The same after the account got another unlock seed.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn name_device_for(
        &self,
        seed: &UnlockSeed,
        name: &SecretText,
        rng: &mut (impl CryptoRng + Send),
    ) -> Result<(), Error> {
        let (account, device) = (self.account.root.account_id(), self.login.device.id());
        let sealed = seed.seal_device_label(&account, &device, name, rng);
        let label =
            FixedBytes::new(sealed.map_err(|_| Error::OutOfBounds)?).map_err(|_| Error::OutOfBounds)?;
        self.session.label_device(&device, &DeviceLabel { label }).await
    }

    /// Changes the password of the account, which ends all its other sessions. Returns what the profile stores of the server
    /// from then on.
    ///
    /// # Errors
    /// See [`EnrolmentError`]. Unless it is that of a lost answer, the password is unchanged.
    pub async fn change_password(
        &self,
        change: PasswordChange,
        rng: &mut (impl CryptoRng + Send),
    ) -> Result<ServerConnection, EnrolmentError> {
        let account = &self.account;
        self.register(change, (&account.keyset, &self.certificate), &account.unlock_seed, rng).await
    }

    /// Gives the account another identity and another unlock seed with the new password, which ends all its other sessions: somebody
    /// else may have the ones before. `now` is in milliseconds since 1970.
    ///
    /// # Errors
    /// See [`EnrolmentError`]. Unless it is that of a lost answer, nothing is changed.
    pub async fn renew(
        &self,
        change: PasswordChange,
        now: u64,
        rng: &mut (impl CryptoRng + Send),
    ) -> Result<Renewed, EnrolmentError> {
        let OpenedAccount { root, keyset, .. } = &self.account;
        let Keyset { identity, home_vault, home_genesis } = keyset;
        let identity = identity.make_next(self.certificate.hash(), rng).ok_or(EnrolmentError::OutOfBounds)?;
        let certificate = root.certify(&identity, Predecessor::Compromised, now);
        let keyset = Keyset { identity, home_vault: *home_vault, home_genesis: *home_genesis };
        let seed = UnlockSeed::make(rng);
        let connection = self.register(change, (&keyset, &certificate), &seed, rng).await?;
        Ok(Renewed { connection, keyset, certificate })
    }

    async fn register(
        &self,
        change: PasswordChange,
        (keyset, certificate): (&Keyset, &SignedCertificate),
        unlock_seed: &UnlockSeed,
        rng: &mut (impl CryptoRng + Send),
    ) -> Result<ServerConnection, EnrolmentError> {
        let PasswordChange { new, secret_key, costs } = change;
        let version = self.connection.registration + 1;
        let root = &self.account.root;
        let login = self.connection.login.clone();
        let parts = EnrolmentParts { login, root, keyset, unlock_seed, certificate, version, code: None };
        let typed = Credentials { password: new, secret_key };
        let made = Enrolment::make(self.session.client(), parts, typed, costs, rng).await?;
        made.change_password(&self.session).await?;
        let ServerConnection { issuer, address, key, login, api, recovery, .. } = &self.connection;
        Ok(ServerConnection {
            issuer: issuer.clone(),
            address: address.clone(),
            key: *key,
            login: login.clone(),
            registration: version,
            costs,
            api: *api,
            recovery: *recovery,
            unlock_seed: UnlockSeed::from_bytes(unlock_seed.expose_bytes()),
        })
    }

    /// Fetches what makes a profile of the account on this computer.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn into_account(
        self,
        secret_key: SecretKey,
    ) -> Result<(ExistingAccount, ServerConnection, DeviceLogin), Error> {
        let Self { connection, login, account, certificate, session } = self;
        let home = account.keyset.home_vault;
        let query = LogQuery { after: 0, limit: 1, bodies: Bodies::None };
        let page = session.log_page(&home, &query).await?;
        let Some(LogEntry::Record(record)) = page.entries.into_iter().next() else {
            return Err(Error::Malformed);
        };
        let grant = session.grant(&home, 1, &account.root.account_id()).await?;
        let OpenedAccount { root, keyset, .. } = account;
        let parts = AccountParts { root, keyset, certificate, secret_key };
        Ok((ExistingAccount { parts, home: record, grant }, connection, login))
    }

    /// The login session, which is signed in by password just now.
    #[must_use]
    pub const fn session(&self) -> &Session {
        &self.session
    }

    /// Drops all keys but those of the device.
    #[must_use]
    pub fn into_session(self) -> Session {
        self.session
    }

    /// The account.
    #[must_use]
    pub fn account_id(&self) -> AccountId {
        self.account.root.account_id()
    }
}

pub(super) fn credentials(password: &SecretText, secret_key: &SecretKey) -> Credentials {
    Credentials {
        password: password.expose().into(),
        secret_key: SecretKey::from_bytes(secret_key.expose_bytes()),
    }
}
