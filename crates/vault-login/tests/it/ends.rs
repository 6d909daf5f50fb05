//! A server and its clients.

use vault_login::{
    ClientLogin, ClientRegistration, ExportKey, FinishedLogin, KE1_LEN, KE2_LEN, LoginError, RECORD_LEN,
    RegistrationRecord, ServerLogin, ServerSetup, StartedLogin,
};
use vault_testkit::FixedRng;
use vault_wire::AccountId;
use vault_wire::message::Origin;

pub const PASSWORD: [u8; 32] = [7; 32];

pub fn account(byte: u8) -> AccountId {
    AccountId::from_bytes([byte; 16])
}

/// Account and server as one end sees them.
#[derive(Clone)]
pub struct Side {
    pub account: AccountId,
    pub issuer: Origin,
}

impl Side {
    pub fn usual() -> Self {
        Self { account: account(1), issuer: Origin::new("https://vault.example").unwrap() }
    }
}

/// A server with one registration.
pub struct Server {
    pub setup: ServerSetup,
    pub record: [u8; RECORD_LEN],
    pub rng: FixedRng,
}

impl Server {
    /// Registers [`PASSWORD`] for the usual account and returns its export key too.
    pub fn with_registration() -> (Self, ExportKey) {
        let mut rng = FixedRng::new(1);
        let setup = ServerSetup::make(&mut rng);
        let Side { account, issuer } = Side::usual();
        let (client, request) = ClientRegistration::start(&PASSWORD, &mut rng).unwrap();
        let response = setup.respond(&request, &account).unwrap();
        let registration = client.finish(&response, &account, &issuer, &mut rng).unwrap();
        (Self { setup, record: registration.record, rng }, registration.export_key)
    }

    /// Answers a first message, from the registration or, if there is none, from a false record.
    pub fn start(
        &mut self,
        known: bool,
        ke1: &[u8; KE1_LEN],
        side: &Side,
    ) -> Result<StartedLogin, LoginError> {
        let record = known.then(|| RegistrationRecord::parse(&self.record).unwrap());
        self.setup.start_login(record, ke1, &side.account, &side.issuer, &mut self.rng)
    }
}

/// A client's finish, its generator aside.
pub fn finish(client: ClientLogin, ke2: &[u8; KE2_LEN], side: &Side) -> Result<FinishedLogin, LoginError> {
    client.finish(ke2, &side.account, &side.issuer, &mut FixedRng::new(9))
}

/// A whole sign-in in which each end has its own view.
pub fn sign_in(
    server: &mut Server,
    password: &[u8; 32],
    on_client: &Side,
    on_server: &Side,
) -> Result<ExportKey, LoginError> {
    let (client, ke1) = ClientLogin::start(password, &mut FixedRng::new(3)).unwrap();
    let started = server.start(true, &ke1, on_server)?;
    let finished = finish(client, &started.ke2, on_client)?;
    ServerLogin::from_bytes(&started.state.expose_bytes()).finish(&finished.ke3)?;
    Ok(finished.export_key)
}
