//! A profile that is connected with a server: what is stored of it, and what opens the profile.

use std::num::NonZeroU32;
use std::ops::ControlFlow;
use std::sync::Arc;

use vault_crypto::{DeviceSigner, KdfParams, SecretText, UnlockSeed};
use vault_engine::backup::Documents;
use vault_engine::document::Existing;
use vault_engine::profile::UnlockError;
use vault_engine::session::{
    AuthorityFile, DeviceLogin, Freshness, Handover, KeysError, NetworkSettings, ProxySetting, RecoveryAfter,
    Rotation, SecretKeyAfter, ServerConnection, Session, SessionError, UnlockMethod,
};
use vault_wire::cbor::Canonical as _;
use vault_wire::log::RecoveryRatchet;
use vault_wire::message::{Credential, LoginName, Origin, VersionRatchet};

use crate::support::{PASSWORD, World, add, login, rng};

const NEW: &str = "another staple of horses";
const PROXY: &str = "http://name:canary@192.0.2.7:3128";
const TOKEN: &str = "token-of-a-login-session";

fn seed() -> UnlockSeed {
    UnlockSeed::from_bytes(&[5; 32])
}

fn device_keys() -> DeviceSigner {
    DeviceSigner::from_seeds(&[1; 32], &[2; 32])
}

/// Connects a profile with a server that is never asked.
fn connect(session: &mut Session) {
    store_server(session);
    session.add_account_slot(&PASSWORD.into(), &seed()).unwrap();
}

/// Stores a server and a login, without the account's slot in the key file.
pub fn store_server(session: &mut Session) {
    let connection = ServerConnection {
        issuer: Origin::new("https://server.test").unwrap(),
        address: Origin::new("https://192.0.2.1").unwrap(),
        key: None,
        login: LoginName::new("somebody").unwrap(),
        registration: 1,
        costs: KdfParams::TEST,
        api: VersionRatchet::at(1),
        recovery: RecoveryRatchet::default(),
        unlock_seed: seed(),
    };
    session.set_connection(&connection).unwrap();
    store_network(session).unwrap();
    let refresh = Some(Credential::new(TOKEN).unwrap());
    session.set_device_login(&DeviceLogin { device: Arc::new(device_keys()), refresh }).unwrap();
}

/// Stores a proxy, an authority and a limit.
pub fn store_network(session: &mut Session) -> Result<(), SessionError> {
    session.set_network(&NetworkSettings {
        proxy: ProxySetting::At(PROXY.into()),
        authorities: Some(AuthorityFile { name: "ca.pem".to_owned(), pem: b"certificates".to_vec() }),
        upload: NonZeroU32::new(100),
        download: None,
    })
}

fn connected(world: &World) -> Session {
    let mut session = world.create();
    add(&mut session, login("Mail", "ada", "x"));
    assert!(session.connection().unwrap().is_none() && session.device_login().unwrap().is_none());
    connect(&mut session);
    session
}

/// Checks what is stored of the server, and returns whether a login session is.
fn assert_connected(session: &Session) -> bool {
    let connection = session.connection().unwrap().unwrap();
    assert_eq!(connection.login.as_str(), "somebody");
    assert!(connection.unlock_seed.is_same_as(&seed()));
    assert!(session.unlock_methods().unwrap().contains(&UnlockMethod::Account));
    let NetworkSettings { proxy, authorities, upload, download } = session.network().unwrap();
    assert!(matches!(proxy, ProxySetting::At(address) if address.expose() == PROXY));
    assert_eq!(authorities.map(|file| (file.name, file.pem)).unwrap().1, b"certificates");
    assert_eq!((upload, download), (NonZeroU32::new(100), None));
    match session.device_login().unwrap() {
        Some(DeviceLogin { device, refresh }) => {
            assert_eq!(device.id(), device_keys().id());
            refresh.is_some_and(|token| token.expose() == TOKEN)
        }
        None => false,
    }
}

#[test]
fn connection_survives_lock_rotation_of_the_root_key_and_another_password() {
    let world = World::new();
    let session = connected(&world);
    let id = session.profile().id;
    drop(session);
    let session = world.profiles.unlock(id, &PASSWORD.into(), None, rng(2)).unwrap();
    assert!(assert_connected(&session));
    let (password, new) = (SecretText::from(PASSWORD), SecretText::from(NEW));
    let rotation = Rotation {
        password: &password,
        new_password: Some(&new),
        recovery: RecoveryAfter::None,
        secret_key: SecretKeyAfter::New,
    };
    let mut session =
        world.profiles.rotate(session, &rotation, &mut |_| ControlFlow::Continue(())).ok().unwrap();
    assert!(assert_connected(&session));
    session.change_password(&new, &password).unwrap();
    assert!(assert_connected(&session));
}

#[test]
fn account_password_replaces_that_of_the_profile() {
    let world = World::new();
    let mut session = connected(&world);
    let id = session.profile().id;
    let root = session.account_parts(&PASSWORD.into()).ok().unwrap().root;
    let wrong = UnlockSeed::from_bytes(&[6; 32]);
    let refused = session.adopt_account_password(&NEW.into(), &root, (&wrong, &wrong));
    assert_eq!(refused, Err(KeysError::WrongCode));
    session.adopt_account_password(&NEW.into(), &root, (&seed(), &wrong)).unwrap();
    session.adopt_account_password(&NEW.into(), &root, (&wrong, &seed())).unwrap();
    drop(session);
    let old = world.profiles.unlock(id, &PASSWORD.into(), None, rng(2));
    assert!(matches!(old, Err(UnlockError::WrongPassword)));
    world.clock.advance(std::time::Duration::from_secs(60));
    let session = world.profiles.unlock(id, &NEW.into(), None, rng(3)).unwrap();
    assert!(assert_connected(&session));
    assert!(session.account_parts(&NEW.into()).is_ok(), "the root opens with it, too");
}

#[test]
fn signing_out_keeps_the_device_and_forgets_the_session() {
    let world = World::new();
    let mut session = connected(&world);
    session.sign_out().unwrap();
    assert!(!assert_connected(&session));
    assert!(session.device_login().unwrap().is_some());
}

#[test]
fn restored_backup_is_another_device() {
    let (world, other) = (World::new(), World::new());
    let session = connected(&world);
    let backup = world.root().join("home.coffer-backup");
    let mut go_on = |_| ControlFlow::Continue(());
    let snapshot = session.snapshot(&backup, Documents::All, &mut go_on).unwrap();
    snapshot.write(Existing::Keep, &mut go_on).unwrap();
    let secret_key = session.secret_key().unwrap().to_text();
    let restored =
        other.profiles.restore(&backup, &PASSWORD.into(), &secret_key, rng(4), &mut go_on).unwrap();
    assert!(restored.connection().unwrap().is_some());
    assert!(restored.device_login().unwrap().is_none());
    assert!(assert_connected(&session));
}

#[test]
fn t09_restored_profile_is_unverified_like_a_new_device() {
    let world = World::new();
    let mut session = world.create();
    let mut go_on = |_| ControlFlow::Continue(());
    let mut restored = |session: &Session, name: &str| {
        let (other, backup) = (World::new(), world.root().join(name));
        let snapshot = session.snapshot(&backup, Documents::All, &mut go_on).unwrap();
        snapshot.write(Existing::Keep, &mut go_on).unwrap();
        let secret_key = session.secret_key().unwrap().to_text();
        let restored = other.profiles.restore(&backup, &PASSWORD.into(), &secret_key, rng(4), &mut go_on);
        let session = restored.unwrap();
        (other, session)
    };
    // Nobody else writes into a local profile.
    let (_other, local) = restored(&session, "local.coffer-backup");
    assert_eq!(local.freshness(), Ok(Freshness::Verified));
    connect(&mut session);
    assert_eq!(session.freshness(), Ok(Freshness::Verified));
    let (_another, mut connected) = restored(&session, "connected.coffer-backup");
    assert_eq!(connected.freshness(), Ok(Freshness::Replaying));
    connected.replayed().unwrap();
    assert_eq!(connected.freshness(), Ok(Freshness::Unverified));
    // One that another device handed the heads to is verified as soon as it has everything.
    connected.begin_replay(Handover::Heads).unwrap();
    assert_eq!(connected.freshness(), Ok(Freshness::Replaying));
    connected.replayed().unwrap();
    assert_eq!(connected.freshness(), Ok(Freshness::Verified));
    // Without a server there is nothing to be outdated.
    connected.begin_replay(Handover::Nothing).unwrap();
    connected.leave_server().unwrap();
    assert_eq!(connected.freshness(), Ok(Freshness::Verified));
}

#[test]
fn profile_leaves_its_server_after_a_crash_in_between() {
    let world = World::new();
    let mut session = world.create();
    // The account's slot is not in the key file any more, and the server is still stored.
    store_server(&mut session);
    let id = session.profile().id;
    drop(session);
    let mut session = world.unlock(id).unwrap();
    assert!(session.connection().unwrap().is_some());
    session.leave_server().unwrap();
    drop(session);
    let session = world.unlock(id).unwrap();
    assert!(session.connection().unwrap().is_none() && session.device_login().unwrap().is_none());
    let NetworkSettings { proxy, authorities, .. } = session.network().unwrap();
    assert!(matches!(proxy, ProxySetting::Direct) && authorities.is_none());
}

#[test]
fn profile_moves_to_another_server_and_keeps_how_to_return() {
    let world = World::new();
    let mut session = connected(&world);
    let id = session.profile().id;
    let (before, login) = (session.connection().unwrap().unwrap(), session.device_login().unwrap().unwrap());
    let (issuer, unlock_seed) =
        (Origin::new("https://elsewhere.test").unwrap(), UnlockSeed::from_bytes(&[9; 32]));
    let to = ServerConnection { issuer, unlock_seed, ..session.connection().unwrap().unwrap() };
    assert_eq!(session.place(), Ok(None));
    session.set_place(&to).unwrap();
    let place = session.place().unwrap().unwrap();
    assert_eq!((place.number, &place.issuer, &place.login), (1, &to.issuer, &to.login));
    // Saying it again writes nothing.
    let head = session.home_head().unwrap();
    session.set_place(&to).unwrap();
    assert_eq!((session.place().unwrap().unwrap().number, session.home_head().unwrap()), (1, head));

    session.move_server(&to, &login).unwrap();
    drop(session);
    let mut session = world.unlock(id).unwrap();
    assert_eq!(session.connection().unwrap().unwrap().encode(), to.encode());
    let left = session.left_server().unwrap().unwrap();
    assert_eq!(left.connection.encode(), before.encode());
    assert_eq!(left.login.encode(), login.encode());
    // The slot follows: another password at the new server can be taken over, and at the old one no more.
    assert_eq!(session.unlock_methods().unwrap().len(), 2);
    let root = session.account_parts(&PASSWORD.into()).unwrap().root;
    let other = SecretText::from("quite another phrase");
    let wrong = session.adopt_account_password(&other, &root, (&before.unlock_seed, &to.unlock_seed));
    assert!(matches!(wrong, Err(KeysError::WrongCode)));
    session.adopt_account_password(&other, &root, (&to.unlock_seed, &to.unlock_seed)).unwrap();
    assert!(session.sync_status().unwrap().iter().all(|vault| vault.confirmed == 0));
    session.set_place(&before).unwrap();
    assert_eq!(session.place().unwrap().unwrap().number, 2);
    session.forget_left_server().unwrap();
    assert!(session.left_server().unwrap().is_none());
    session.check_log().unwrap();
}
