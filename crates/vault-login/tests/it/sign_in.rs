//! Who can sign in, and what an unknown account looks like.

use vault_login::{ClientLogin, LoginError, RegistrationRecord, ServerSetup};
use vault_testkit::FixedRng;
use vault_wire::message::Origin;

use crate::ends::{PASSWORD, Server, Side, account, finish, sign_in};

#[test]
fn the_password_signs_in_and_returns_the_same_export_key() {
    let (mut server, registered) = Server::with_registration();
    let side = Side::usual();
    for _ in 0..2 {
        let key = sign_in(&mut server, &PASSWORD, &side, &side).unwrap();
        assert_eq!(key.expose_bytes(), registered.expose_bytes());
    }
}

#[test]
fn two_registrations_of_one_password_have_other_keys() {
    let (_, first) = Server::with_registration();
    let mut rng = FixedRng::new(2);
    let Side { account, issuer } = Side::usual();
    let setup = ServerSetup::make(&mut rng);
    let (client, request) = vault_login::ClientRegistration::start(&PASSWORD, &mut rng).unwrap();
    let response = setup.respond(&request, &account).unwrap();
    let second = client.finish(&response, &account, &issuer, &mut rng).unwrap();
    assert_ne!(first.expose_bytes(), second.export_key.expose_bytes());
}

#[test]
fn a_restarted_server_still_knows_its_registrations() {
    let (mut server, _) = Server::with_registration();
    server.setup = ServerSetup::from_bytes(&server.setup.expose_bytes()).unwrap();
    let side = Side::usual();
    assert!(sign_in(&mut server, &PASSWORD, &side, &side).is_ok());
    server.setup = ServerSetup::make(&mut server.rng);
    assert_eq!(sign_in(&mut server, &PASSWORD, &side, &side).err(), Some(LoginError::Refused));
}

#[test]
fn another_password_is_refused() {
    let (mut server, _) = Server::with_registration();
    let side = Side::usual();
    let mut password = PASSWORD;
    password[31] ^= 1;
    assert_eq!(sign_in(&mut server, &password, &side, &side).err(), Some(LoginError::Refused));
}

#[test]
fn another_account_or_issuer_at_either_end_is_refused() {
    let (mut server, _) = Server::with_registration();
    let usual = Side::usual();
    let other_account = Side { account: account(2), ..usual.clone() };
    let other_issuer = Side { issuer: Origin::new("https://vault.example:8443").unwrap(), ..usual.clone() };
    for other in [other_account, other_issuer] {
        for (client, on_server) in [(&usual, &other), (&other, &usual), (&other, &other)] {
            let refused = sign_in(&mut server, &PASSWORD, client, on_server).err();
            assert_eq!(refused, Some(LoginError::Refused));
        }
    }
}

#[test]
fn an_unknown_account_is_refused_at_the_same_step_by_a_message_of_the_same_form() {
    let (mut server, _) = Server::with_registration();
    let side = Side::usual();
    let wrong = [8; 32];
    for known in [true, false] {
        let (client, ke1) = ClientLogin::start(&wrong, &mut FixedRng::new(3)).unwrap();
        let started = server.start(known, &ke1, &side).unwrap();
        assert_eq!(finish(client, &started.ke2, &side).err(), Some(LoginError::Refused));
        assert_eq!(started.state.finish(&[0; 64]).err(), Some(LoginError::Refused));
    }
    // What depends on the account and not on the attempt is the same in each answer, also for an unknown one.
    for known in [true, false] {
        let (_, ke1) = ClientLogin::start(&wrong, &mut FixedRng::new(3)).unwrap();
        let [first, second] = [(); 2].map(|()| server.start(known, &ke1, &side).unwrap().ke2);
        assert_eq!(first[..32], second[..32], "the element that the key of the account makes");
        assert!(first[32..].iter().zip(&second[32..]).filter(|(a, b)| a == b).count() < 20);
    }
}

#[test]
fn damaged_secrets_and_records_are_told_from_wrong_passwords() {
    let (server, _) = Server::with_registration();
    let mut bytes = server.setup.expose_bytes();
    bytes[64..96].fill(0xff);
    assert_eq!(ServerSetup::from_bytes(&bytes).err(), Some(LoginError::Damaged));
    let mut record = server.record;
    record[..32].fill(0xff);
    assert_eq!(RegistrationRecord::parse(&record).err(), Some(LoginError::Malformed));
}
