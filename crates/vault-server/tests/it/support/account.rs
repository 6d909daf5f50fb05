//! An account as its owner's program sees it.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use rand_core::UnwrapErr;
use vault_login::{ClientLogin, ClientRegistration};
use vault_server::account::sign_up;
use vault_wire::account::{
    Certificate, CodeStatement, DeviceKeys, Predecessor, Reenrolment, Revocation, SignedCertificate,
    SignedCodeStatement, SignedDeviceKeys, SignedReenrolment, SignedRevocation,
};
use vault_wire::cbor::{Array, Canonical as _};
use vault_wire::message::{
    AddDevice, Bytes, Credential, FixedBytes, LoginFinish, LoginName, LoginParams, LoginParamsReply,
    LoginStart, LoginStartReply, LoginStep, Origin, RegisterFinish, RegisterReply, RegisterStart,
    RegisterStartReply, Tokens, UncheckedKdf,
};
use vault_wire::{AccountId, ContentHash, DeviceId, KemPublicKey, SignPublicKey, Signature};

use super::{Answer, Client, ISSUER, TestServer};

/// The costs of accounts of tests.
pub const KDF: UncheckedKdf = UncheckedKdf { m_kib: 131_072, t: 5, p: 2 };

/// The keys of an account, with its login and what stands for its password.
pub struct Account {
    pub login: LoginName,
    pub password: [u8; 32],
    pub root: Ed25519KeyPair,
    pub identity: Ed25519KeyPair,
    /// The number of the identity.
    pub generation: u32,
}

fn rng() -> UnwrapErr<getrandom::SysRng> {
    UnwrapErr(getrandom::SysRng)
}

fn public(key: &Ed25519KeyPair) -> SignPublicKey {
    SignPublicKey::try_from(key.public_key().as_ref()).unwrap()
}

fn sign(key: &Ed25519KeyPair, message: &Array) -> Signature {
    Signature::try_from(key.sign(&message.encode()).as_ref()).unwrap()
}

fn exact<const N: usize>(bytes: &FixedBytes<N>) -> [u8; N] {
    bytes.as_slice().try_into().unwrap()
}

impl Account {
    pub fn new(number: u8) -> Self {
        let key = |kind: u8| {
            let mut seed = [number; 32];
            seed[0] = kind;
            Ed25519KeyPair::from_seed_unchecked(&seed).unwrap()
        };
        let login = LoginName::new(&format!("user-{number}@example.test")).unwrap();
        Self { login, password: [number; 32], root: key(200), identity: key(201), generation: 1 }
    }

    pub fn id(&self) -> AccountId {
        AccountId::of_root(&public(&self.root))
    }

    /// Opens an account on a server with a code from its operator.
    pub async fn opened(server: &TestServer, number: u8) -> Self {
        let account = Self::new(number);
        account.open(server, number).await;
        account
    }

    /// Opens it on a server with a code from its operator, from a client with this number.
    pub async fn open(&self, server: &TestServer, client: u8) {
        let code = sign_up::issue(&server.app.store, None, server.now()).await.unwrap();
        let mut client = server.client(client);
        let message = self.registration(&mut client, 1, Some(code)).await;
        let reply: RegisterReply = client.anonymous("/v1/auth/register/finish", &message).await.json();
        assert_eq!(reply.version, 1);
    }

    /// Runs OPAQUE's registration and makes its last message.
    pub async fn registration(
        &self,
        client: &mut Client,
        version: u64,
        code: Option<Credential<64>>,
    ) -> RegisterFinish {
        let (registration, request) = ClientRegistration::start(&self.password, &mut rng()).unwrap();
        let start =
            RegisterStart { account_id: self.id(), request: FixedBytes::new(request.to_vec()).unwrap() };
        let reply: RegisterStartReply = client.anonymous("/v1/auth/register/start", &start).await.json();
        let issuer = Origin::new(ISSUER).unwrap();
        let response = exact(&reply.response);
        let registration = registration.finish(&response, &self.id(), &issuer, &mut rng()).unwrap();
        self.finish_message(&registration.record, version, code)
    }

    fn finish_message(
        &self,
        record: &[u8; 192],
        version: u64,
        code: Option<Credential<64>>,
    ) -> RegisterFinish {
        let (keyset, root_box) = (vec![1; 100], vec![2; 80]);
        let statement = Reenrolment {
            root: public(&self.root),
            issuer: ISSUER.to_owned(),
            version,
            record: ContentHash::of(record),
            keyset: ContentHash::of(&keyset),
            root_box: ContentHash::of(&root_box),
        };
        let bytes = statement.encode();
        let by_root = sign(&self.root, &Reenrolment::message(&bytes));
        let statement = SignedReenrolment { bytes, by_root }.encode();
        RegisterFinish {
            login: self.login.clone(),
            kdf: KDF,
            record: FixedBytes::new(record.to_vec()).unwrap(),
            keyset: Bytes::new(keyset).unwrap(),
            root_box: Bytes::new(root_box).unwrap(),
            certificate: Bytes::new(self.certificate().encode()).unwrap(),
            statement: Bytes::new(statement).unwrap(),
            code,
        }
    }

    fn certificate(&self) -> SignedCertificate {
        let certificate = Certificate {
            root: public(&self.root),
            generation: self.generation,
            sign: public(&self.identity),
            kem: Box::new(KemPublicKey::from_bytes([7; 1216])),
            predecessor: Predecessor::Sound,
            made_at: 1,
        };
        let bytes = certificate.encode();
        let by_root = sign(&self.root, &Certificate::root_message(&bytes));
        let by_key = sign(&self.identity, &Certificate::possession_message(&bytes));
        SignedCertificate { bytes, by_root, by_key }
    }

    /// Signs in up to OPAQUE's last message and returns the answer.
    pub async fn log_in(&self, client: &mut Client) -> Answer {
        let params = LoginParams { login: self.login.clone() };
        let params: LoginParamsReply = client.post("/v1/auth/login/params", &params).await.json();
        let issuer = Origin::new(ISSUER).unwrap();
        let (login, ke1) = ClientLogin::start(&self.password, &mut rng()).unwrap();
        let start = LoginStart { account_id: params.account_id, ke1: FixedBytes::new(ke1.to_vec()).unwrap() };
        let answer = client.post("/v1/auth/login/start", &start).await;
        if !answer.status.is_success() {
            return answer;
        }
        let reply: LoginStartReply = answer.json();
        // With a wrong password a client cannot make the message; an attacker sends any.
        let ke3 = login.finish(&exact(&reply.ke2), &params.account_id, &issuer, &mut rng());
        let ke3 = ke3.map_or([9; 64], |finished| finished.ke3);
        let finish = LoginFinish { state: reply.state, ke3: FixedBytes::new(ke3.to_vec()).unwrap() };
        client.post("/v1/auth/login/finish", &finish).await
    }

    /// Signs in on a device, which is added if it must be. The client then has the session.
    pub async fn sign_in(&self, client: &mut Client) -> Tokens {
        let step: LoginStep = self.log_in(client).await.json();
        self.complete(client, step).await
    }

    /// Goes on from a step to the session.
    pub async fn complete(&self, client: &mut Client, step: LoginStep) -> Tokens {
        let step = match step {
            LoginStep::Device { state } => {
                let message = AddDevice { state, device: self.device_keys(client) };
                client.post("/v1/devices", &message).await.json()
            }
            step => step,
        };
        let LoginStep::Done { tokens } = step else { panic!("{step:?}") };
        client.access = Some(tokens.access.expose().to_owned());
        tokens
    }

    /// The signed keys of a client's device.
    pub fn device_keys(&self, client: &Client) -> Bytes<1, { SignedDeviceKeys::MAX_LEN }> {
        let keys = DeviceKeys {
            account: self.id(),
            sign: client.device.public(),
            kem: Box::new(KemPublicKey::from_bytes([8; 1216])),
            made_at: 1,
        };
        let bytes = keys.encode();
        let by_device = sign(&client.device.key, &DeviceKeys::message(&bytes));
        Bytes::new(SignedDeviceKeys { bytes, by_device }.encode()).unwrap()
    }

    /// A statement that revokes a device.
    pub fn revocation(&self, device: DeviceId) -> SignedRevocation {
        let revocation =
            Revocation { account: self.id(), generation: 1, device, compromised: false, made_at: 1 };
        let bytes = revocation.encode();
        let by_account = sign(&self.identity, &Revocation::message(&bytes));
        SignedRevocation { bytes, by_account }
    }

    /// A statement of a recovery code with a box.
    pub fn code_statement(&self, number: u64, code: &Ed25519KeyPair, sealed: &[u8]) -> SignedCodeStatement {
        let statement = CodeStatement {
            root: public(&self.root),
            issuer: ISSUER.to_owned(),
            number,
            code: Some((public(code), ContentHash::of(sealed))),
        };
        let bytes = statement.encode();
        let by_root = sign(&self.root, &CodeStatement::message(&bytes));
        SignedCodeStatement { bytes, by_root }
    }

    /// The signature of the recovery code's key.
    pub fn code_proof(&self, code: &Ed25519KeyPair, challenge: &[u8; 32], client: &Client) -> Signature {
        sign(code, &CodeStatement::proof_message(&self.id(), ISSUER, challenge, &client.device.id()))
    }
}
