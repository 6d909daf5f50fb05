//! Servers and accounts: finding a server, opening an account, signing in and out.

use vault_engine::profile::NewProfile;
use vault_engine::session::{DeviceLogin, Handover, NetworkSettings, ServerConnection, Session};
use vault_engine::{ProfileId, SecretText, VaultId};
use vault_sync::SecretKey;
use vault_sync::account::AccountPins;
use vault_sync::connect::{
    Connected, FactorStep, Found, Known, NewAccount, Server, ServerAddress, SignInAs, Step,
};
use vault_sync::message::{
    ContentHash, Credential, Factor, Head, LoginName, LogoutScope, SignUp, server_words,
};

use super::network::{network, pace};
use super::upload::is_to_be_asked;
use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, Result};
use crate::state::{Open, SignInPurpose, WaitingSignIn};
use crate::views::{
    AccountRequest, FactorKind, JoinRequest, ServerChoice, ServerView, SignInView, SignUpView, SyncView,
};

impl Coffer {
    /// Returns the address of a server that the user named. Nothing is sent.
    ///
    /// # Errors
    /// `server_address_invalid`.
    pub fn server_address(choice: &ServerChoice) -> Result<String> {
        Ok(address(choice)?.address().as_str().to_owned())
    }

    /// Asks what answers at an address. Nothing secret is sent.
    ///
    /// # Errors
    /// `server_address_invalid`, or why the server cannot be used.
    pub async fn server_find(&self, choice: ServerChoice) -> Result<ServerView> {
        let network = network(&self.chosen_first(choice.network.as_ref())?)?;
        Ok(match address(&choice)?.find(&network).await? {
            Found::Server(server) => ServerView::Found {
                address: server.address().as_str().to_owned(),
                issuer: server.discovery().issuer.as_str().to_owned(),
                key: server.key().map(ToString::to_string),
                sign_up: match server.sign_up() {
                    _ if server.has_code() => SignUpView::Included,
                    SignUp::Open => SignUpView::Mail,
                    SignUp::Code => SignUpView::Code,
                },
            },
            Found::Unknown(server) => ServerView::Unknown {
                address: server.address.as_str().to_owned(),
                key: server.key.to_string(),
                words: server.words().map(str::to_owned).to_vec(),
            },
        })
    }

    /// Has the server mail a sign-up code. What it answers says nothing of the login.
    ///
    /// # Errors
    /// `login_invalid`, or why the server cannot be used.
    pub async fn account_mail_code(&self, choice: ServerChoice, login: String) -> Result<()> {
        let login = login_name(&login)?;
        let (server, _) = self.trusted(&choice).await?;
        Ok(server.mail_code(login, &mut (self.make_rng)()).await?)
    }

    /// Opens an account for the open profile. What is in it is held until [`Coffer::upload_begin`].
    ///
    /// # Errors
    /// `account_connected`, `wrong_password`, `login_invalid`, `login_taken`, `sign_up_refused`, or why the server cannot be
    /// used. The profile is then unchanged.
    pub async fn account_create(&self, request: AccountRequest) -> Result<SyncView> {
        let AccountRequest { server, login, password, code } = request;
        let (login, password) = (login_name(&login)?, SecretText::new(password));
        let code = sign_up_code(code)?;
        let typed = copied(&password);
        let (parts, costs) = self
            .actor
            .call(move |state| {
                let session = state.session()?;
                if session.connection()?.is_some() {
                    return Err(ErrorCode::AccountConnected.into());
                }
                if let Some(reason) = session.read_only() {
                    return Err(reason.into());
                }
                let parts = state.ask(|session| session.account_parts(&typed))?;
                Ok((parts, state.session()?.password_costs()?))
            })
            .await?;
        let (server, network) = self.trusted(&server).await?;
        let (now, mut rng) = (self.clock.now().0, (self.make_rng)());
        let new = NewAccount { login, password: copied(&password), parts, code, costs, now };
        match server.create_account(new, &mut rng).await? {
            Step::Done(done) => self.use_account(*done, password, Some(network), None).await?,
            // The account exists since an earlier attempt, and was protected since.
            Step::Factor(_) => return Err(ErrorCode::SecondFactorNeeded.into()),
        }
        self.sync_status().await
    }

    /// Makes the profile of an account that exists, and opens it.
    ///
    /// # Errors
    /// `secret_key_mistyped`, `sign_in_refused`, `account_other`, why the server cannot be used, or the disk.
    pub async fn account_join(&self, request: JoinRequest) -> Result<SignInView> {
        let JoinRequest { server, login, password, secret_key, name } = request;
        let (password, secret_key) = (SecretText::new(password), SecretText::new(secret_key));
        let typed = SignInAs {
            login: login_name(&login)?,
            password: copied(&password),
            secret_key: parsed(&secret_key)?,
            known: Known::default(),
            now: self.clock.now().0,
        };
        let (server, network) = self.trusted(&server).await?;
        let heads = Vec::new();
        self.sign_in(server, typed, SignInPurpose::Join { name, password, secret_key, heads, network }).await
    }

    /// Signs the open profile in again. A Secret Key is typed if it was changed on another device; one that this device had made for
    /// the account when it was interrupted is tried, too.
    ///
    /// # Errors
    /// `not_connected`, `secret_key_mistyped`, `sign_in_refused`, `account_other`, or why the server cannot be used;
    /// `account_changed` if the password opens this profile, so that password or Secret Key were changed on another device.
    pub async fn account_sign_in(
        &self,
        password: SecretText,
        secret_key: Option<SecretText>,
    ) -> Result<SignInView> {
        let is_typed = secret_key.is_some();
        let secret_key = match secret_key {
            Some(typed) => Some(parsed(&typed)?),
            None => self.read(|session| Ok(session.offered_secret_key()?)).await?,
        };
        let refused = |error: &ErrorView| error.code == ErrorCode::SignInRefused;
        if !is_typed {
            let (server, typed) = self.known_account(copied(&password)).await?;
            let purpose = SignInPurpose::Open { password: copied(&password), secret_key: None };
            let signed_in = self.sign_in(server, typed, purpose).await;
            if !signed_in.as_ref().is_err_and(refused) {
                return signed_in;
            }
        }
        let signed_in = match secret_key {
            None => Err(ErrorCode::SignInRefused.into()),
            Some(key) => {
                let (server, mut typed) = self.known_account(copied(&password)).await?;
                typed.secret_key = SecretKey::from_bytes(key.expose_bytes());
                let purpose = SignInPurpose::Open { password: copied(&password), secret_key: Some(key) };
                self.sign_in(server, typed, purpose).await
            }
        };
        if is_typed || !signed_in.as_ref().is_err_and(refused) {
            return signed_in;
        }
        let opens = self.actor.call(move |state| state.ask(|session| session.check_password(&password)));
        match opens.await {
            Ok(()) => Err(ErrorCode::AccountChanged.into()),
            Err(_) => signed_in,
        }
    }

    /// Continues a sign-in that asks for a second factor.
    ///
    /// # Errors
    /// `not_found` without such a sign-in; `sign_in_refused` for a wrong code, another may follow.
    pub async fn account_factor(&self, kind: FactorKind, code: SecretText) -> Result<SignInView> {
        let code = Credential::new(&digits(&code)).map_err(|_| ErrorCode::SignInRefused)?;
        let mut rng = (self.make_rng)();
        let mut waiting = self.sign_in.0.lock().await;
        let WaitingSignIn { step, .. } = waiting.as_mut().ok_or(ErrorCode::NotFound)?;
        let done = step.submit(factor(kind), &code, &mut rng).await?;
        let WaitingSignIn { purpose, .. } = waiting.take().ok_or(ErrorCode::NotFound)?;
        drop(waiting);
        self.complete(done, purpose).await
    }

    /// Drops a sign-in that waits for a second factor.
    pub async fn account_cancel(&self) {
        *self.sign_in.0.lock().await = None;
        *self.offer.lock().await = None;
    }

    /// Ends the login session of the open profile, at the server too if it can be reached.
    ///
    /// # Errors
    /// `locked`, or the disk.
    pub async fn account_sign_out(&self) -> Result<SyncView> {
        let session = self.sync.session();
        self.sync.stop();
        if let Some(session) = session {
            // Without the token, which is forgotten next, nobody can use the session.
            let _ = session.log_out(LogoutScope::This).await;
        }
        self.read(|session| Ok(session.sign_out()?)).await?;
        self.sync_status().await
    }

    /// Signs the open profile in for one change that requires a sign-in just now. `code` is that of a second factor.
    pub(super) async fn just_signed_in(
        &self,
        password: &SecretText,
        code: Option<&SecretText>,
    ) -> Result<Connected> {
        let (server, typed) = self.known_account(copied(password)).await?;
        self.signed_in(server, typed, code).await
    }

    /// Signs in to a server with the code of a second factor, if there is one.
    pub(super) async fn signed_in(
        &self,
        server: Server,
        typed: SignInAs,
        code: Option<&SecretText>,
    ) -> Result<Connected> {
        let mut rng = (self.make_rng)();
        match (server.sign_in(typed, &mut rng).await?, code) {
            (Step::Done(done), _) => Ok(*done),
            (Step::Factor(_), None) => Err(ErrorCode::SecondFactorNeeded.into()),
            (Step::Factor(mut step), Some(code)) => {
                let code = digits(code);
                let kind = if code.len() == 6 { Factor::Totp } else { Factor::Recovery };
                let code = Credential::new(&code).map_err(|_| ErrorCode::SignInRefused)?;
                Ok(step.submit(kind, &code, &mut rng).await?)
            }
        }
    }

    /// The server of the open profile, and what signs in to it.
    async fn known_account(&self, password: SecretText) -> Result<(Server, SignInAs)> {
        let now = self.clock.now().0;
        let (connection, typed) = self
            .read(move |session| {
                let connection = session.connection()?.ok_or(ErrorCode::NotConnected)?;
                let login = session.device_login()?;
                let typed = sign_in_to(session, &connection, login, password, now)?;
                Ok((connection, typed))
            })
            .await?;
        Ok((self.known_server(&connection).await?, typed))
    }

    /// The server where the account of a profile is or was.
    pub(super) async fn known_server(&self, connection: &ServerConnection) -> Result<Server> {
        let settings = self.read(|session| Ok(session.network()?)).await?;
        match ServerAddress::of(connection).find(&network(&settings)?).await? {
            Found::Server(server) => Ok(*server),
            Found::Unknown(_) => Err(ErrorCode::ServerUntrusted.into()),
        }
    }

    pub(super) async fn sign_in(
        &self,
        server: Server,
        typed: SignInAs,
        purpose: SignInPurpose,
    ) -> Result<SignInView> {
        let mut rng = (self.make_rng)();
        match server.sign_in(typed, &mut rng).await? {
            Step::Done(done) => self.complete(*done, purpose).await,
            Step::Factor(step) => Ok(self.wait_for_factor(step, purpose).await),
        }
    }

    /// Keeps a sign-in until the code of a second factor is typed.
    pub(super) async fn wait_for_factor(&self, step: Box<FactorStep>, purpose: SignInPurpose) -> SignInView {
        let factors = step.factors().filter_map(kind).collect();
        *self.sign_in.0.lock().await = Some(WaitingSignIn { step, purpose });
        SignInView::Factor { factors }
    }

    pub(super) async fn complete(&self, done: Connected, purpose: SignInPurpose) -> Result<SignInView> {
        match purpose {
            SignInPurpose::Open { password, secret_key } => {
                self.use_account(done, password, None, secret_key).await?;
            }
            SignInPurpose::Move { password } => self.move_to(done, password).await?,
            SignInPurpose::Join { name, password, secret_key, heads, network } => {
                self.make_profile(done, (name, password), &secret_key, heads, network).await?;
            }
        }
        Ok(SignInView::Done)
    }

    /// Connects the open profile with the account that it has just signed in to. A password or Secret Key that was changed on another
    /// device becomes that of the profile. `network` is how the server is reached, if that is new.
    async fn use_account(
        &self,
        done: Connected,
        password: SecretText,
        network: Option<NetworkSettings>,
        secret_key: Option<SecretKey>,
    ) -> Result<()> {
        self.name_device(&done).await;
        let Connected { connection, login, account, certificate, .. } = done;
        self.sync.stop();
        self.actor
            .call(move |state| {
                let Open { session, .. } = state.open.as_mut().ok_or(ErrorCode::Locked)?;
                if session.account() != account.root.account_id() {
                    return Err(ErrorCode::AccountOther.into());
                }
                let known = session.connection()?.map(|known| known.unlock_seed);
                let is_new = known.is_none();
                let is_changed = secret_key.is_some() || session.check_password(&password).is_err();
                match known {
                    Some(known) if is_changed => {
                        let secret_key = secret_key.map_or_else(|| session.secret_key(), Ok)?;
                        let seeds = (&known, &connection.unlock_seed);
                        let (profiles, root) = (&state.profiles, &account.root);
                        profiles.adopt_account(session, &password, root, seeds, &secret_key)?;
                    }
                    _ => session.add_account_slot(&password, &connection.unlock_seed)?,
                }
                // A device of the account may have been lost while it was unlocked.
                session.adopt_identity(&password, account.keyset, certificate)?;
                // The account has one of both.
                session.withdraw_secret_key()?;
                // Once the account was moved, its devices name its server.
                if is_new && session.place()?.is_some() {
                    session.set_place(&connection)?;
                }
                // Whatever waits to be registered: the account and this profile have one password now.
                session.set_reenrolment(None)?;
                if let Some(network) = network {
                    session.set_network(&network)?;
                    if is_to_be_asked(session)? {
                        session.hold_upload()?;
                    }
                }
                store(session, &connection, &login)
            })
            .await?;
        self.start_sync().await
    }

    /// Continues with a session of the same account and device in place of the stored one.
    pub(super) async fn continue_with(&self, done: Connected) -> Result<()> {
        self.sync.stop();
        let login = done.login;
        self.read(move |session| Ok(session.set_device_login(&login)?)).await?;
        self.start_sync().await
    }

    /// Makes a profile of the account on this computer, and opens it. Its logs must contain the heads.
    async fn make_profile(
        &self,
        done: Connected,
        (name, password): (String, SecretText),
        secret_key: &SecretText,
        heads: Vec<(VaultId, Head)>,
        network: NetworkSettings,
    ) -> Result<()> {
        let make_rng = self.make_rng;
        self.name_device(&done).await;
        let (account, connection, login) = done.into_account(parsed(secret_key)?).await?;
        self.lock_without_event().await?;
        self.actor
            .call(move |state| {
                let (kdf, short_of_memory) = state.costs(make_rng);
                let (typed, device) = (copied(&password), state.device.clone());
                let new = NewProfile { name, password, device, kdf };
                let mut session = state.profiles.create_for(new, account, make_rng())?;
                // The account has a Kit already.
                session.set_kit_confirmed()?;
                session.add_account_slot(&typed, &connection.unlock_seed)?;
                if heads.is_empty() {
                    session.begin_replay(Handover::Nothing)?;
                } else {
                    // Before the first contact with the logs.
                    session.confirm_heads(&heads)?;
                }
                session.set_network(&network)?;
                store(&mut session, &connection, &login)?;
                state.begin(Open { short_of_memory, ..Open::new(session, &mut make_rng()) });
                Ok(())
            })
            .await?;
        self.prepare_search();
        self.start_sync().await
    }

    /// Gives the device the name of this computer. Without one it is listed by its times.
    pub(super) async fn name_device(&self, done: &Connected) {
        if let Ok(device) = self.actor.call(|state| Ok(state.device.clone())).await {
            let _ = done.name_device(&SecretText::new(device), &mut (self.make_rng)()).await;
        }
    }

    /// Begins to synchronize the open profile, if it has a server.
    pub(crate) async fn start_sync(&self) -> Result<()> {
        let read = self.read(|session| {
            let connected = session.connection()?.is_some();
            // After an interrupted move; else nothing is to be done. What fails is tried again at the next unlock.
            let _ = session.settle_move();
            Ok((session.profile().id, connected.then(|| session.network()).transpose()?))
        });
        if let (id, Some(settings)) = read.await? {
            let pace = pace(&settings);
            self.sync.start(
                self.actor.clone(),
                id,
                (network(&settings)?, pace),
                self.clock.clone(),
                (self.make_rng)(),
            );
            self.start_reenrolling(id, &settings)?;
        }
        Ok(())
    }

    /// Sends the re-enrolment of the open profile's account, if there is one.
    pub(super) fn start_reenrolling(&self, id: ProfileId, settings: &NetworkSettings) -> Result<()> {
        let network = network(settings)?;
        self.sync.reenrol(self.actor.clone(), id, network, self.clock.clone(), (self.make_rng)());
        Ok(())
    }

    /// The server that the user has chosen and confirmed, and how it is reached.
    pub(super) async fn trusted(&self, choice: &ServerChoice) -> Result<(Server, NetworkSettings)> {
        let settings = self.chosen_first(choice.network.as_ref())?;
        match address(choice)?.find(&network(&settings)?).await? {
            Found::Server(server) => Ok((*server, settings)),
            Found::Unknown(_) => Err(ErrorCode::ServerUntrusted.into()),
        }
    }
}

/// Stores what connects a profile with its server.
fn store(session: &mut Session, connection: &ServerConnection, login: &DeviceLogin) -> Result<()> {
    session.set_connection(connection)?;
    Ok(session.set_device_login(login)?)
}

pub(super) fn address(choice: &ServerChoice) -> Result<ServerAddress> {
    let ServerChoice { server, key, network: _ } = choice;
    let key: Option<ContentHash> =
        key.as_deref().map(str::parse).transpose().map_err(|_| ErrorCode::ServerUntrusted)?;
    Ok(ServerAddress::parse(server, key)?)
}

/// What signs in to a server where the account of a profile is.
pub(super) fn sign_in_to(
    session: &Session,
    connection: &ServerConnection,
    login: Option<DeviceLogin>,
    password: SecretText,
    now: u64,
) -> Result<SignInAs> {
    let account = Some(session.account());
    let pins = AccountPins { account, costs: Some(connection.costs), version: connection.registration };
    let device = login.map(|login| login.device);
    let known = Known { pins, device, recovery: connection.recovery };
    Ok(SignInAs { login: connection.login.clone(), password, secret_key: session.secret_key()?, known, now })
}

/// A sign-up code as typed.
pub(super) fn sign_up_code(code: Option<String>) -> Result<Option<Credential<64>>> {
    let code = code.map(SecretText::new).map(|code| Credential::new(code.expose().trim()));
    Ok(code.transpose().map_err(|_| ErrorCode::SignUpRefused)?)
}

pub(super) fn login_name(text: &str) -> Result<LoginName> {
    LoginName::new(&text.trim().to_lowercase()).map_err(|_| ErrorCode::LoginInvalid.into())
}

fn parsed(secret_key: &SecretText) -> Result<SecretKey> {
    SecretKey::from_text(secret_key.expose()).map_err(|_| ErrorCode::SecretKeyMistyped.into())
}

pub(super) fn copied(text: &SecretText) -> SecretText {
    text.expose().into()
}

/// A code without the spaces that it is shown with.
fn digits(code: &SecretText) -> String {
    code.expose().chars().filter(|c| !c.is_whitespace()).collect()
}

const fn factor(kind: FactorKind) -> Factor {
    match kind {
        FactorKind::Totp => Factor::Totp,
        FactorKind::Recovery => Factor::Recovery,
    }
}

const fn kind(factor: Factor) -> Option<FactorKind> {
    match factor {
        Factor::Totp => Some(FactorKind::Totp),
        Factor::Recovery => Some(FactorKind::Recovery),
        Factor::Unknown => None,
    }
}

/// The words of a server's key, for people.
pub(super) fn words_of(key: ContentHash) -> String {
    server_words(&key).join(" ")
}
