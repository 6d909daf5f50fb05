//! Moving the account to another server, and following it there.

use vault_engine::session::{LeftServer, ServerConnection, Session};
use vault_engine::{AccountId, SecretText};
use vault_sync::account::AccountPins;
use vault_sync::connect::{Connected, Found, Known, NewAccount, Server, ServerAddress, SignInAs, Step};

use super::account::{leave, leaving};
use super::network::network;
use super::server::{address, copied, login_name, sign_in_to, sign_up_code};
use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};
use crate::state::SignInPurpose;
use crate::views::{AccountRequest, LeavingView, ServerChoice, SignInView, SyncView};

impl Coffer {
    /// Moves the open profile and its account to another server: opens the account there, tells the other devices through the
    /// present server if it can be reached, and sends everything to the new one. If the server is the present one at another address,
    /// only the address changes; if the account is there already, moved by another device, this one follows.
    ///
    /// It may end anywhere and be repeated. Until the profile is moved, it is connected as before.
    ///
    /// # Errors
    /// `not_connected`; `move_shared` if a vault has other members, `move_incomplete` if something is only at the present server;
    /// `wrong_password`, `login_invalid`, `login_taken`, `sign_up_refused`, `sign_in_refused`, or why the server cannot be used.
    pub async fn account_move(&self, request: AccountRequest) -> Result<SignInView> {
        let AccountRequest { server: choice, login, password, code } = request;
        let (login, password) = (login_name(&login)?, SecretText::new(password));
        let code = sign_up_code(code)?;
        let server = self.found(address(&choice)?).await?;
        let to = server.discovery().issuer.clone();
        let (connection, place) = self
            .read(|session| Ok((session.connection()?.ok_or(ErrorCode::NotConnected)?, session.place()?)))
            .await?;
        if connection.issuer == to {
            return self.change_address(&choice, connection, password).await;
        }
        self.expect_movable().await?;
        if place.is_some_and(|place| place.issuer == to) {
            let now = self.clock.now().0;
            let typed = copied(&password);
            let typed = self.read(move |session| {
                let pins = AccountPins { account: Some(session.account()), costs: None, version: 0 };
                let known = Known { pins, ..Known::default() };
                Ok(SignInAs { login, password: typed, secret_key: session.secret_key()?, known, now })
            });
            return self.sign_in(server, typed.await?, SignInPurpose::Move { password }).await;
        }
        let typed = copied(&password);
        let (parts, costs) = self
            .actor
            .call(move |state| {
                let parts = state.ask(|session| session.account_parts(&typed))?;
                Ok((parts, state.session()?.password_costs()?))
            })
            .await?;
        let now = self.clock.now().0;
        let new = NewAccount { login, password: copied(&password), parts, code, costs, now };
        match server.create_account(new, &mut (self.make_rng)()).await? {
            Step::Done(done) => self.complete(*done, SignInPurpose::Move { password }).await,
            // It exists since an earlier attempt, and was protected since.
            Step::Factor(step) => Ok(self.wait_for_factor(step, SignInPurpose::Move { password }).await),
        }
    }

    /// Returns to the server that the profile was moved from. What was written since is sent there.
    ///
    /// # Errors
    /// `not_found` if there is none; `move_shared`, `move_incomplete`, `wrong_password`, or the disk.
    pub async fn account_move_back(&self, password: SecretText) -> Result<SyncView> {
        let typed = copied(&password);
        let left = self
            .actor
            .call(move |state| {
                state.ask(|session| session.check_password(&typed))?;
                let session = state.session()?;
                Ok((session.left_server()?.ok_or(ErrorCode::NotFound)?, session.account()))
            })
            .await?;
        self.expect_movable().await?;
        let (LeftServer { connection, login, secret_key: _ }, account) = left;
        let connection = self.tell_others(connection, account).await?;
        self.sync.stop();
        self.read(move |session| {
            same_account(session, account)?;
            Ok(session.move_server(&connection, &login)?)
        })
        .await?;
        self.start_sync().await?;
        self.sync_status().await
    }

    /// Leaves the account at the server that the profile was moved from as it is.
    ///
    /// # Errors
    /// `not_found` if there is none, `move_unfinished` before everything is at the new server, or the disk.
    pub async fn account_move_keep(&self) -> Result<SyncView> {
        self.left_for_good().await?;
        self.read(|session| Ok(session.forget_left_server()?)).await?;
        self.sync_status().await
    }

    /// Deletes the account at the server that the profile was moved from. `login` is the account's there, typed to confirm it, `code`
    /// that of a second factor.
    ///
    /// # Errors
    /// `not_found` if there is none, `move_unfinished` before everything is at the new server, `login_invalid` if another one was
    /// typed; `sign_in_refused`, `second_factor_needed`, or why the server cannot be used.
    pub async fn account_move_delete(
        &self,
        login: String,
        password: SecretText,
        code: Option<SecretText>,
    ) -> Result<SyncView> {
        let LeftServer { connection, login: device, secret_key } = self.left_for_good().await?;
        if connection.login.as_str() != login.trim().to_lowercase() {
            return Err(ErrorCode::LoginInvalid.into());
        }
        let server = self.known_server(&connection).await?;
        let (now, device) = (self.clock.now().0, Some(device));
        let typed = self.read(move |session| {
            let known = sign_in_to(session, &connection, device, password, now)?;
            // The account there has the Secret Key that the profile had then.
            Ok(SignInAs { secret_key: secret_key.unwrap_or(known.secret_key), ..known })
        });
        let typed = typed.await?;
        let done = self.signed_in(server, typed, code.as_ref()).await?;
        if let Err(error) = done.session().delete_account().await {
            leave(done.session()).await;
            return Err(error.into());
        }
        self.account_move_keep().await
    }

    /// Moves the open profile to the server where its account has just been signed in to.
    pub(super) async fn move_to(&self, done: Connected, password: SecretText) -> Result<()> {
        self.name_device(&done).await;
        let Connected { connection, login, account, certificate, .. } = done;
        let id = account.root.account_id();
        let connection = self.tell_others(connection, id).await?;
        self.sync.stop();
        self.read(move |session| {
            same_account(session, id)?;
            if let (Err(_), Some(known)) = (session.check_password(&password), session.connection()?) {
                // It was changed at the new server since.
                let seeds = (&known.unlock_seed, &connection.unlock_seed);
                session.adopt_account_password(&password, &account.root, seeds)?;
            }
            session.adopt_identity(&password, account.keyset, certificate)?;
            Ok(session.move_server(&connection, &login)?)
        })
        .await?;
        self.start_sync().await
    }

    /// Writes for the account's other devices where it is from now on, and sends it through the present server if that can be
    /// reached.
    async fn tell_others(&self, to: ServerConnection, account: AccountId) -> Result<ServerConnection> {
        let told = self.read(move |session| {
            same_account(session, account)?;
            Ok(session.set_place(&to).map(|()| to)?)
        });
        let to = told.await?;
        let mut attempts = self.sync.attempts();
        while !self.is_home_sent().await? && self.sync.attempted(&mut attempts).await {}
        Ok(to)
    }

    async fn is_home_sent(&self) -> Result<bool> {
        self.read(|session| {
            let home = session.sync_status()?.into_iter().next();
            Ok(home.is_none_or(|home| home.unsent == 0))
        })
        .await
    }

    /// The server that was left, once the present one has everything.
    async fn left_for_good(&self) -> Result<LeftServer> {
        self.read(|session| {
            let left = session.left_server()?.ok_or(ErrorCode::NotFound)?;
            let whole = session.sync_status()?.iter().all(|vault| vault.unsent == 0 && vault.confirmed > 0);
            if whole { Ok(left) } else { Err(ErrorCode::MoveUnfinished.into()) }
        })
        .await
    }

    /// Refuses to move what cannot be moved.
    async fn expect_movable(&self) -> Result<()> {
        self.read(|session| {
            if let Some(reason) = session.read_only() {
                return Err(reason.into());
            }
            let LeavingView { documents, vaults, shared, owned: _ } = leaving(session)?;
            if !shared.is_empty() {
                return Err(ErrorCode::MoveShared.into());
            }
            if documents > 0 || vaults > 0 { Err(ErrorCode::MoveIncomplete.into()) } else { Ok(()) }
        })
        .await
    }

    /// A server, reached as the present one is.
    async fn found(&self, at: ServerAddress) -> Result<Server> {
        let settings = self.read(|session| Ok(session.network()?)).await?;
        match at.find(&network(&settings)?).await? {
            Found::Server(server) => Ok(*server),
            Found::Unknown(_) => Err(ErrorCode::ServerUntrusted.into()),
        }
    }

    /// Signs in to the present server at another address, which it has from then on.
    async fn change_address(
        &self,
        choice: &ServerChoice,
        connection: ServerConnection,
        password: SecretText,
    ) -> Result<SignInView> {
        let known: ServerAddress = address(choice)?.of_known(&connection);
        let server = self.found(known).await?;
        let (now, typed) = (self.clock.now().0, copied(&password));
        let typed = self.read(move |session| {
            let login = session.device_login()?;
            sign_in_to(session, &connection, login, typed, now)
        });
        self.sign_in(server, typed.await?, SignInPurpose::Open { password, secret_key: None }).await
    }
}

/// Fails if another profile was opened meanwhile: a sign-in takes long, and nothing keeps the user from locking.
fn same_account(session: &Session, account: AccountId) -> Result<()> {
    if session.account() == account { Ok(()) } else { Err(ErrorCode::AccountOther.into()) }
}
