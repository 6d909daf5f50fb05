//! Sign-in, step by step. What an account has or not shows in no answer before the end: for one that does not exist, the same
//! statements run and the answers have the same form.

use std::sync::Arc;

use vault_login::{RegistrationRecord, ServerLogin, ServerSetup};
use vault_wire::account::{CodeStatement, SignedDeviceKeys};
use vault_wire::cbor::Canonical as _;
use vault_wire::message::{
    AuditKind, CodeStartReply, Credential, Factor, FixedBytes, LoginName, LoginParamsReply, LoginStartReply,
    Origin, ProblemCode, UncheckedKdf,
};
use vault_wire::{AccountId, DeviceId, SignPublicKey, Signature};
use zeroize::Zeroizing;

use super::decoy::Decoy;
use super::delay::Delay;
use super::refresh::Successor;
use super::session::{self, Continued};
use super::{device, factor, name};
use crate::audit::{self, About, AuditAddress};
use crate::auth::{Method, Sealer, State, Step};
use crate::failure::Failure;
use crate::setup::SecretsError;
use crate::store::{AccountKey, Sql, Store, StoreError, Tx};
use crate::values;

const PARAMS: Sql<AccountKey> =
    Sql::new("SELECT kdf_m_kib, kdf_t, kdf_p FROM account WHERE account_id = $1 AND login = $2");
const RECORD: Sql<AccountKey> = Sql::new("SELECT record FROM account WHERE account_id = $1");
const CODE_KEY: Sql<AccountKey> = Sql::new("SELECT code_pk FROM code_box WHERE account_id = $1");
const SPEND: Sql<AccountKey> = Sql::new(
    "INSERT INTO spent_state (account_id, state_id, expires_at) VALUES ($1, $2, $3)
     ON CONFLICT (account_id, state_id) DO NOTHING",
);
const ACCOUNT: Sql<AccountKey> = Sql::new(
    "SELECT (SELECT count(*) FROM account WHERE account_id = $1 AND locked = 0),
            (SELECT count(*) FROM totp WHERE account_id = $1)",
);

/// What a sign-in needs of the server.
pub struct SignIn<'a> {
    /// The database.
    pub store: &'a Store,
    /// OPAQUE's keys.
    pub opaque: &'a ServerSetup,
    /// The server's identity.
    pub issuer: &'a Origin,
    /// Seals states.
    pub states: Arc<Sealer>,
    /// Opens secrets of second factors.
    pub factors: &'a Sealer,
    /// Derives refresh tokens.
    pub successor: &'a Successor,
    /// Answers for unknown names.
    pub decoy: &'a Decoy,
    /// The client's network address.
    pub address: Option<AuditAddress>,
    /// The time, in milliseconds since 1970.
    pub now: u64,
}

/// What follows a step.
#[derive(Debug)]
pub enum Next {
    /// A second factor.
    Factor(Credential<2048>),
    /// The device must be added.
    Device(Credential<2048>),
    /// The session has begun.
    Done(AccountId, Continued),
}

/// What a step checks within its transaction.
enum Check<'a> {
    /// The outcome is known.
    Known(bool),
    /// The recovery code's signature.
    Code([u8; 32], Signature),
    /// A code of a second factor.
    Factor(Factor, &'a Credential<32>),
    /// The keys of a new device.
    Device(&'a [u8]),
}

impl SignIn<'_> {
    /// Returns account and costs of a name.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn params(&self, login: &LoginName) -> Result<LoginParamsReply, Failure> {
        let (decoy, kdf) = self.decoy.of(login);
        let holder = name::holder(self.store, login).await?.unwrap_or(decoy);
        let shard = self.store.account(holder);
        let row =
            shard.read(|view| async move { view.first(&PARAMS, values![login.as_str()]).await }).await?;
        Ok(match row {
            Some(row) => LoginParamsReply {
                account_id: holder,
                kdf: UncheckedKdf { m_kib: row.get(0)?, t: row.get(1)?, p: row.get(2)? },
            },
            None => LoginParamsReply { account_id: decoy, kdf },
        })
    }

    /// Answers OPAQUE's first message.
    ///
    /// # Errors
    /// [`ProblemCode::Malformed`], [`ProblemCode::RateLimited`] while the account's delay lasts, and if the database fails.
    pub async fn start(
        &self,
        account: AccountId,
        ke1: &[u8; 96],
        device: DeviceId,
    ) -> Result<LoginStartReply, Failure> {
        let now = self.now;
        let record = self.store.account(account).read(|view| async move {
            Delay::read(&view, device, now).await?.refuse(now)?;
            let row = view.first(&RECORD, &[]).await?;
            Ok::<_, Failure>(row.map(|row| row.get::<[u8; 192]>(0)).transpose()?)
        });
        let record = record.await?.map(|record| RegistrationRecord::parse(&record)).transpose();
        let record = record.map_err(|_| StoreError::Damaged)?;
        let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
        let started = self
            .opaque
            .start_login(record, ke1, &account, self.issuer, &mut rng)
            .map_err(|_| ProblemCode::Malformed)?;
        let content = Zeroizing::new(started.state.expose_bytes().to_vec());
        let state = State::begin(account, device, Method::Password, content, now)?;
        Ok(LoginStartReply {
            ke2: FixedBytes::new(started.ke2.to_vec()).map_err(|_| ProblemCode::Internal)?,
            state: state.seal(Step::Login, &self.states)?,
        })
    }

    /// Checks OPAQUE's last message.
    ///
    /// # Errors
    /// [`ProblemCode::SignInRefused`], whatever is wrong, and the errors of every step.
    pub async fn finish(
        &self,
        text: &Credential<2048>,
        ke3: &[u8; 64],
        device: DeviceId,
    ) -> Result<Next, Failure> {
        let mut state = self.open(text, Step::Login, device)?;
        let content = state.content.as_slice().try_into().map_err(|_| ProblemCode::SignInExpired)?;
        let valid = ServerLogin::from_bytes(content).finish(ke3).is_ok();
        state.content = Zeroizing::default();
        self.step(state, Check::Known(valid)).await
    }

    /// Begins a sign-in with the recovery code.
    ///
    /// # Errors
    /// If the database or the system's randomness fails.
    pub async fn start_code(&self, login: &LoginName, device: DeviceId) -> Result<CodeStartReply, Failure> {
        let account_id = self.params(login).await?.account_id;
        let mut challenge = Zeroizing::new(vec![0; 32]);
        getrandom::fill(&mut challenge).map_err(|_| SecretsError::Randomness)?;
        let reply = FixedBytes::new(challenge.to_vec()).map_err(|_| ProblemCode::Internal)?;
        let state = State::begin(account_id, device, Method::RecoveryCode, challenge, self.now)?;
        Ok(CodeStartReply { account_id, challenge: reply, state: state.seal(Step::Code, &self.states)? })
    }

    /// Checks the signature of the recovery code's key.
    ///
    /// # Errors
    /// As for [`Self::finish`].
    pub async fn finish_code(
        &self,
        text: &Credential<2048>,
        proof: Signature,
        device: DeviceId,
    ) -> Result<Next, Failure> {
        let mut state = self.open(text, Step::Code, device)?;
        let challenge = state.content.as_slice().try_into().map_err(|_| ProblemCode::SignInExpired)?;
        state.content = Zeroizing::default();
        self.step(state, Check::Code(challenge, proof)).await
    }

    /// Checks a second factor.
    ///
    /// # Errors
    /// As for [`Self::finish`].
    pub async fn factor(
        &self,
        text: &Credential<2048>,
        kind: Factor,
        code: &Credential<32>,
        device: DeviceId,
    ) -> Result<Next, Failure> {
        let state = self.open(text, Step::Factor, device)?;
        self.step(state, Check::Factor(kind, code)).await
    }

    /// Adds the device.
    ///
    /// # Errors
    /// As for [`Self::finish`], and [`ProblemCode::Malformed`] if the keys are not this device's.
    pub async fn add_device(
        &self,
        text: &Credential<2048>,
        signed: &[u8],
        device: DeviceId,
    ) -> Result<Next, Failure> {
        let state = self.open(text, Step::Device, device)?;
        let keys = SignedDeviceKeys::decode(signed).map_err(|_| ProblemCode::Malformed)?;
        keys.verify(&state.account, &device).map_err(|_| ProblemCode::Malformed)?;
        self.step(state, Check::Device(signed)).await
    }

    fn open(&self, text: &Credential<2048>, step: Step, device: DeviceId) -> Result<State, Failure> {
        State::open(text, step, &device, &self.states, self.now).ok_or(ProblemCode::SignInExpired.into())
    }

    /// Runs one step: uses the state up, checks, counts failures, and decides what follows.
    ///
    /// # Errors
    /// [`ProblemCode::SignInExpired`] if the state was used; [`ProblemCode::RateLimited`] while the account's delay lasts;
    /// [`ProblemCode::SignInRefused`]; and if the database fails.
    async fn step(&self, state: State, check: Check<'_>) -> Result<Next, Failure> {
        let (state, check, now) = (&state, &check, self.now);
        let outcome = self.store.account(state.account).run(|tx| async move {
            if tx.execute(&SPEND, values![state.id, state.expires_at]).await? == 0 {
                return Err(Failure::new(ProblemCode::SignInExpired));
            }
            let delay = Delay::read(&tx, state.device, now).await?;
            delay.refuse(now)?;
            let row = tx.first(&ACCOUNT, &[]).await?.ok_or(ProblemCode::Internal)?;
            let (exists, has_factor) = (row.get::<u64>(0)? > 0, row.get::<u64>(1)? > 0);
            let valid = self.check(&tx, state, check).await? && exists;
            if !valid {
                delay.count(&tx, false, now).await?;
                let about = About { device: delay.known.then_some(state.device), ..About::default() };
                let about = about.from(self.address);
                audit::append(&tx, AuditKind::SignInRefused, about, now).await?;
                return Ok(None);
            }
            let factor = state.factor || matches!(check, Check::Factor(..));
            if has_factor && !factor {
                return Ok(Some(Decided::Factor));
            }
            if !delay.known && !matches!(check, Check::Device(_)) {
                return Ok(Some(Decided::Device { factor }));
            }
            delay.count(&tx, true, now).await?;
            if state.method == Method::RecoveryCode {
                let about = About::own(state.account, state.device).from(self.address);
                audit::append(&tx, AuditKind::CodeUsed, about, now).await?;
            }
            let State { device, method, .. } = *state;
            let begun = session::begin(&tx, device, method, factor, self.successor, self.address, now);
            Ok(Some(Decided::Done(begun.await?)))
        });
        self.next(state, outcome.await?.ok_or(ProblemCode::SignInRefused)?)
    }

    async fn check(&self, tx: &Tx<AccountKey>, state: &State, check: &Check<'_>) -> Result<bool, Failure> {
        match check {
            Check::Known(valid) => Ok(*valid),
            Check::Code(challenge, proof) => {
                let row = tx.first(&CODE_KEY, &[]).await?;
                let key: Option<SignPublicKey> = row.map(|row| row.get(0)).transpose()?.flatten();
                let message = CodeStatement::proof_message(
                    &state.account,
                    self.issuer.as_str(),
                    challenge,
                    &state.device,
                );
                Ok(key.is_some_and(|key| key.verify(&message, proof).is_ok()))
            }
            Check::Factor(kind, code) => {
                factor::check(tx, *kind, code, state.device, self.factors, self.now).await
            }
            Check::Device(signed) => device::add(tx, state.device, signed, self.address, self.now).await,
        }
    }

    fn next(&self, state: &State, decided: Decided) -> Result<Next, Failure> {
        let sealed = |step, factor| {
            let State { account, device, method, .. } = *state;
            let next =
                State { factor, ..State::begin(account, device, method, Zeroizing::default(), self.now)? };
            Ok::<_, Failure>(next.seal(step, &self.states)?)
        };
        Ok(match decided {
            Decided::Factor => Next::Factor(sealed(Step::Factor, false)?),
            Decided::Device { factor } => Next::Device(sealed(Step::Device, factor)?),
            Decided::Done(begun) => Next::Done(state.account, begun),
        })
    }
}

/// What a transaction decided.
enum Decided {
    Factor,
    Device { factor: bool },
    Done(Continued),
}
