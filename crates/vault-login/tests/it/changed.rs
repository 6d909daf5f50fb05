//! Each byte of each message, changed: nothing is accepted and nothing panics.

use vault_login::{ClientLogin, ClientRegistration, LoginError, RegistrationRecord};
use vault_testkit::FixedRng;

use crate::ends::{PASSWORD, Server, Side, finish, sign_in};

/// The message with one byte changed, for each position and two changes.
fn variants<const N: usize>(message: [u8; N]) -> impl Iterator<Item = (usize, [u8; N])> {
    (0..N).flat_map(move |at| {
        [0x01, 0x80].map(|bit| {
            let mut changed = message;
            changed[at] ^= bit;
            (at, changed)
        })
    })
}

#[test]
fn no_byte_of_a_sign_in_may_be_changed() {
    let (mut server, _) = Server::with_registration();
    let side = Side::usual();
    let begin = || ClientLogin::start(&PASSWORD, &mut FixedRng::new(3)).unwrap();
    let (_, ke1) = begin();

    for (at, changed) in variants(ke1) {
        let Ok(started) = server.start(true, &changed, &side) else { continue };
        assert!(finish(begin().0, &started.ke2, &side).is_err(), "byte {at} of the first message");
    }
    let ke2 = server.start(true, &ke1, &side).unwrap().ke2;
    for (at, changed) in variants(ke2) {
        assert!(finish(begin().0, &changed, &side).is_err(), "byte {at} of the second message");
    }
    let started = server.start(true, &ke1, &side).unwrap();
    let ke3 = finish(begin().0, &started.ke2, &side).unwrap().ke3;
    let state = started.state.expose_bytes();
    for (at, changed) in variants(ke3) {
        let refused = vault_login::ServerLogin::from_bytes(&state).finish(&changed).err();
        assert_eq!(refused, Some(LoginError::Refused), "byte {at} of the third message");
    }
}

#[test]
fn no_byte_of_a_registration_may_be_changed() {
    let (mut server, _) = Server::with_registration();
    let side = Side::usual();
    let record = server.record;
    for (at, changed) in variants(record) {
        if RegistrationRecord::parse(&changed).is_err() {
            continue;
        }
        server.record = changed;
        assert!(sign_in(&mut server, &PASSWORD, &side, &side).is_err(), "byte {at} of the record");
    }
    server.record = record;

    let mut rng = FixedRng::new(5);
    let begin = || ClientRegistration::start(&PASSWORD, &mut FixedRng::new(4)).unwrap();
    let response = server.setup.respond(&begin().1, &side.account).unwrap();
    for (at, changed) in variants(response) {
        let finished = begin().0.finish(&changed, &side.account, &side.issuer, &mut rng);
        let Ok(registration) = finished else { continue };
        server.record = registration.record;
        assert!(sign_in(&mut server, &PASSWORD, &side, &side).is_err(), "byte {at} of the response");
    }
}

#[test]
fn what_is_no_element_of_the_group_is_refused() {
    let (mut server, _) = Server::with_registration();
    let side = Side::usual();
    // The identity, and an encoding that is not canonical.
    for element in [[0; 32], [0xff; 32]] {
        assert_eq!(server.setup.respond(&element, &side.account).err(), Some(LoginError::Malformed));
        let (client, mut ke1) = ClientLogin::start(&PASSWORD, &mut FixedRng::new(3)).unwrap();
        let started = server.start(true, &ke1, &side).unwrap();
        let mut ke2 = started.ke2;
        ke2[..32].copy_from_slice(&element);
        assert_eq!(finish(client, &ke2, &side).err(), Some(LoginError::Malformed));
        ke1[64..].copy_from_slice(&element);
        assert_eq!(server.start(true, &ke1, &side).err(), Some(LoginError::Malformed));
    }
    // The client's own element returned.
    let (client, ke1) = ClientLogin::start(&PASSWORD, &mut FixedRng::new(3)).unwrap();
    let mut ke2 = server.start(true, &ke1, &side).unwrap().ke2;
    ke2[..32].copy_from_slice(&ke1[..32]);
    assert_eq!(finish(client, &ke2, &side).err(), Some(LoginError::Refused));
}
