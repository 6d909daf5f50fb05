//! The test vectors of RFC 9807, appendix C, for this configuration with identities: real vector 2, fake vector 1.

use serde_json::Value;
use vault_testkit::ByteRng;

use crate::names::Names;
use crate::{ClientLogin, ClientRegistration, RegistrationRecord, ServerLogin, ServerSetup};

struct Vector(Value);

impl Vector {
    fn read(text: &str) -> Self {
        Self(serde_json::from_str(text).unwrap())
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        let text = self.0[name].as_str().unwrap_or_else(|| panic!("no {name}"));
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    }

    fn array<const N: usize>(&self, name: &str) -> [u8; N] {
        self.bytes(name).try_into().unwrap()
    }

    /// A generator that returns these values one after the other. A scalar is drawn as 64 bytes, of which the vector
    /// has the lower half.
    fn rng(&self, names: &[&str]) -> ByteRng {
        let drawn = names.iter().flat_map(|name| {
            let mut bytes = self.bytes(name);
            if name.starts_with("blind_") {
                bytes.resize(64, 0);
            }
            bytes
        });
        ByteRng::new(drawn.collect())
    }

    fn setup(&self) -> ServerSetup {
        let parts = ["oprf_seed", "server_private_key", "client_public_key"].map(|name| self.bytes(name));
        ServerSetup::from_bytes(&parts.concat().try_into().unwrap()).unwrap()
    }
}

/// Calls `run` with the names of a vector.
fn with_names<T>(vector: &Vector, run: impl FnOnce(&Names<'_>) -> T) -> T {
    let [credential, client, server, context] =
        ["credential_identifier", "client_identity", "server_identity", "context"]
            .map(|name| vector.bytes(name));
    run(&Names { credential: &credential, client: &client, server: &server, context: &context })
}

#[test]
fn registration_and_sign_in_give_the_messages_of_the_rfc() {
    let vector = Vector::read(include_str!("../testdata/rfc9807/real-2.json"));
    with_names(&vector, |names| {
        let password = vector.bytes("password");
        let setup = vector.setup();

        let (client, request) =
            ClientRegistration::begin(&password, &mut vector.rng(&["blind_registration"])).unwrap();
        assert_eq!(request, vector.array("registration_request"));
        let response = setup.respond_to(&request, names.credential).unwrap();
        assert_eq!(response, vector.array("registration_response"));
        let registration = client.complete(&response, names, &mut vector.rng(&["envelope_nonce"])).unwrap();
        assert_eq!(registration.record, vector.array("registration_upload"));
        assert_eq!(*registration.export_key.expose_bytes(), vector.array("export_key"));

        let mut rng = vector.rng(&["blind_login", "client_keyshare_seed", "client_nonce"]);
        let (client, ke1) = ClientLogin::begin(&password, &mut rng).unwrap();
        assert_eq!(ke1, vector.array("ke1"));
        let record = RegistrationRecord::parse(&registration.record).unwrap();
        // A false record is drawn whether or not it is used: 64 bytes, any.
        let drawn = ["export_key", "masking_nonce", "server_keyshare_seed", "server_nonce"];
        let started = setup.begin_login(Some(record), &ke1, names, &mut vector.rng(&drawn)).unwrap();
        assert_eq!(started.ke2, vector.array("ke2"));
        let finished = client.complete(&started.ke2, names, &mut ByteRng::new(Vec::new())).unwrap();
        assert_eq!(finished.ke3, vector.array("ke3"));
        assert_eq!(*finished.export_key.expose_bytes(), vector.array("export_key"));
        assert_eq!(started.state.expose_bytes()[..64], vector.bytes("session_key"));
        ServerLogin::from_bytes(&started.state.expose_bytes()).finish(&finished.ke3).unwrap();
    });
}

#[test]
fn an_unknown_account_gets_the_answer_of_the_rfc() {
    let vector = Vector::read(include_str!("../testdata/rfc9807/fake-1.json"));
    with_names(&vector, |names| {
        let mut rng = vector.rng(&["masking_key", "masking_nonce", "server_keyshare_seed", "server_nonce"]);
        let started = vector.setup().begin_login(None, &vector.array("ke1"), names, &mut rng).unwrap();
        assert_eq!(started.ke2, vector.array("ke2"));
    });
}
