//! An account's owner: what the program made, and what the user knows.

use std::sync::Arc;

use vault_crypto::{Identity, KdfParams, Keyset, NewVault, RootSigner, SecretKey, UnlockSeed, make_vault};
use vault_sync::Client;
use vault_sync::account::{
    AccountPins, Credentials, Enrolment, EnrolmentParts, SignIn, SignInError, SignInStep, SignedIn,
};
use vault_testkit::FixedRng;
use vault_wire::account::{Predecessor, SignedCertificate};
use vault_wire::message::{Credential, LoginName};

use super::{Kept, NOW, TestServer, rng};

/// An account that is or will be on a server.
pub struct Owner {
    pub login: LoginName,
    pub password: String,
    pub secret_key: [u8; 16],
    pub root: RootSigner,
    pub keyset: Keyset,
    pub certificate: SignedCertificate,
    pub home: NewVault,
    pub unlock_seed: UnlockSeed,
}

impl Owner {
    pub fn new(number: u8) -> Self {
        let rng = &mut FixedRng::new(1_000_000 + u64::from(number));
        let (root, identity) = (RootSigner::make(rng), Identity::make_first(rng));
        let certificate = root.certify(&identity, Predecessor::Sound, NOW);
        let home = make_vault(&root.account_id(), &identity, &certificate, NOW, rng);
        let keyset = Keyset { identity, home_vault: home.vault_id, home_genesis: home.genesis_hash };
        Self {
            login: LoginName::new(&format!("user-{number}@example.test")).unwrap(),
            password: format!("canary password {number}"),
            secret_key: [number; 16],
            root,
            keyset,
            certificate,
            home,
            unlock_seed: UnlockSeed::make(rng),
        }
    }

    /// Opens an account on a server.
    pub async fn opened(server: &TestServer, number: u8) -> Self {
        let owner = Self::new(number);
        let client = super::device(server.origin(), &server.trust());
        let enrolment = owner.enrol(&client, 1, Some(server.sign_up_code().await)).await;
        enrolment.register(&client).await.unwrap();
        owner
    }

    pub fn credentials(&self) -> Credentials {
        Credentials {
            password: self.password.as_str().into(),
            secret_key: SecretKey::from_bytes(&self.secret_key),
        }
    }

    /// Makes a registration with the password.
    pub async fn enrol(&self, client: &Client, version: u64, code: Option<Credential<64>>) -> Enrolment {
        let parts = EnrolmentParts {
            login: self.login.clone(),
            root: &self.root,
            keyset: &self.keyset,
            unlock_seed: &self.unlock_seed,
            certificate: &self.certificate,
            version,
            code,
        };
        Enrolment::make(client, parts, self.credentials(), KdfParams::TEST, &mut rng()).await.unwrap()
    }

    /// Signs in as a device that has seen nothing.
    pub async fn sign_in(&self, client: &Arc<Client>, kept: &Arc<Kept>) -> Result<SignInStep, SignInError> {
        self.sign_in_with(client, kept, AccountPins::default()).await
    }

    /// Signs in as a device that has seen this.
    pub async fn sign_in_with(
        &self,
        client: &Arc<Client>,
        kept: &Arc<Kept>,
        pins: AccountPins,
    ) -> Result<SignInStep, SignInError> {
        let sign_in = SignIn { client: client.clone(), store: kept.clone(), pins, made_at: NOW };
        sign_in.start(self.login.clone(), self.credentials(), &mut rng()).await
    }
}

/// A sign-in that is complete.
pub fn done(step: Result<SignInStep, SignInError>) -> SignedIn {
    match step.unwrap() {
        SignInStep::Done(signed_in) => *signed_in,
        SignInStep::Factor(_) => panic!("a second factor is asked for"),
    }
}
