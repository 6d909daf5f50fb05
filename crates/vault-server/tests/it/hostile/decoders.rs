//! The server's own decoders, on texts that were changed at random: none panics, what is accepted has one spelling, and what
//! was sealed or signed is accepted unchanged only.

use std::env;
use std::fmt::Display;
use std::str::FromStr;

use vault_server::account::refresh::RefreshToken;
use vault_server::auth::{AccessToken, Method, Nonces, Proof, Request, State, Step, Tokens};
use vault_server::chunks::Bucket;
use vault_server::setup::{
    Config, KeyEncryptionKey, Network, Overrides, Passing, Sealer, Secrets, Source, open, seal,
};
use vault_server::store::DatabaseUrl;
use vault_testkit::FixedRng;
use vault_wire::message::{ConnectCode, Credential, Origin};
use vault_wire::{AccountId, ContentHash, DeviceId, SessionId};
use zeroize::Zeroizing;

use super::text::changed;
use crate::support::{Device, ISSUER};

const NOW: u64 = 1_000_000_000;

/// Calls a check with changed texts, many in a soak. A panic names the seed.
fn with_changed(text: &str, check: impl Fn(&str)) {
    let all = env::var_os("COFFER_SOAK_ALL").is_some();
    let seed: u64 = env::var("COFFER_SOAK_SEED").map_or(1, |seed| seed.parse().unwrap());
    for number in 0..if all { 20_000 } else { 1500 } {
        let other = changed(text, &mut FixedRng::new(seed.wrapping_add(number)));
        if other != text {
            check(&other);
        }
    }
}

/// What is parsed is written in one way, or reads as the same again.
fn assert_stable<T: FromStr + Display>(text: &str) {
    if let Ok(parsed) = text.parse::<T>() {
        let written = parsed.to_string();
        assert_eq!(written.parse::<T>().ok().unwrap().to_string(), written, "{text}");
    }
}

const CONFIG: &str =
    "issuer = 'https://a.test'\naddresses = ['https://b.test:1', 'https://c.test']\nlisten = '[::]:8443'
trusted_proxies = ['10.0.0.0/8']\ndatabase = 'postgres://a:canary@db.test/x'\nstreams = 100\nconnections = 200
key_encryption_key = 'env:KEY'\nsign_up = 'code'\nmail_language = 'de'\n";

#[test]
fn changed_configurations_are_read_or_refused() {
    assert!(Config::parse(CONFIG, &Overrides::default()).is_ok());
    with_changed(CONFIG, |text| {
        if let Ok(config) = Config::parse(text, &Overrides::default()) {
            assert!(!format!("{config:?}").contains("canary"), "{text}");
            assert!(!config.addresses.is_empty() && config.connections > 0, "{text}");
        }
        let mut overrides = Overrides::default();
        overrides.set("addresses", text);
        overrides.set("streams", text);
        let _ = Config::parse(CONFIG, &overrides);
    });
}

#[test]
fn changed_texts_of_addresses_and_places_are_read_or_refused() {
    for text in ["10.0.0.0/8", "2001:db8::/32", "192.0.2.7"] {
        with_changed(text, assert_stable::<Network>);
    }
    let aws = "aws-kms://h:1?region=r&key=k&encrypted=file:e&access_key=A&secret_key=env:S";
    let vault = "vault://[::1]:1/secret/data/a?token=env:T&version=2";
    let pkcs11 = "pkcs11:token=t;object=o?module-path=/m.so&pin-source=env:P&wrapped=env:W";
    for text in ["file:/run/secrets/key", "env:KEY", "credential:database", "key.hex", vault, aws, pkcs11] {
        with_changed(text, assert_stable::<Source>);
    }
    with_changed("postgres://user:canary@db.test:5432,other.test/coffer?sslmode=require", |text| {
        if let Err(error) = DatabaseUrl::parse(text) {
            assert!(!error.to_string().contains("canary"));
        }
    });
    with_changed("s3://bucket-1/some/prefix", |text| drop(Bucket::parse(text)));
    let code = ConnectCode {
        address: Origin::new("https://a.test:8443").unwrap(),
        issuer: Origin::new(ISSUER).unwrap(),
        key: Some(ContentHash::from_bytes([7; 32])),
        code: Some(Credential::new("ABCD-EFGH").unwrap()),
    };
    with_changed(&code.to_string(), |text| {
        if let Ok(parsed) = text.parse::<ConnectCode>() {
            // With or without its beginning and space around.
            assert!(parsed.to_string().ends_with(text.trim()), "{text}");
        }
    });
}

#[test]
fn changed_files_with_secrets_are_refused_or_the_same() {
    let plain = Secrets::make().unwrap().to_text().unwrap();
    with_changed(&plain, |text| {
        if let Ok(secrets) = Secrets::parse(text) {
            let written = secrets.to_text().unwrap();
            assert_eq!(*Secrets::parse(&written).unwrap().to_text().unwrap(), *written);
        }
    });
    let (key, other): (KeyEncryptionKey, KeyEncryptionKey) = ([1; 32].into(), [2; 32].into());
    let sealed = seal(&plain, &[&key, &other]).unwrap();
    with_changed(&sealed, |text| {
        for key in [&key, &other] {
            assert!(open(text, key).is_none_or(|opened| *opened == *plain), "{text}");
        }
    });
}

#[test]
fn changed_credentials_are_refused() {
    let secrets = Secrets::make().unwrap();
    let tokens = Tokens::new(&Origin::new(ISSUER).unwrap(), &secrets).unwrap();
    let device = Device::new(1);
    let content = AccessToken {
        account: AccountId::from_bytes([1; 16]),
        session: SessionId::from_bytes([2; 16]),
        device: device.id(),
    };
    let token = tokens.issue(&content, NOW).unwrap();
    assert_eq!(tokens.verify(token.expose(), NOW), Some(content));
    with_changed(token.expose(), |text| assert_eq!(tokens.verify(text, NOW), None, "{text}"));

    let nonces = Nonces::new(&secrets.passing(Passing::Nonce));
    let request = Request { method: "GET", htu: ISSUER, access: Some((token.expose(), device.id())) };
    let proof = device.prove("GET", ISSUER, &nonces.current(NOW), Some(token.expose()));
    assert!(Proof::verify(&proof, &request, &nonces, NOW).is_ok());
    with_changed(&proof, |text| assert!(Proof::verify(text, &request, &nonces, NOW).is_err(), "{text}"));
    with_changed(&nonces.current(NOW), |text| assert_eq!(nonces.valid_until(text, NOW), None, "{text}"));

    let states = Sealer::new(&secrets.passing(Passing::State)).unwrap();
    let begin =
        |device| State::begin(content.account, device, Method::Password, Zeroizing::new(vec![5; 64]), NOW);
    let state = begin(device.id()).unwrap().seal(Step::Factor, &states).unwrap();
    let opens = |text: &str, device: &DeviceId| {
        Credential::new(text)
            .is_ok_and(|text| State::open(&text, Step::Factor, device, &states, NOW).is_some())
    };
    assert!(opens(state.expose(), &device.id()) && !opens(state.expose(), &Device::new(2).id()));
    with_changed(state.expose(), |text| assert!(!opens(text, &device.id()), "{text}"));

    let refresh = "AQEBAQEBAQEBAQEBAQEBAQICAgICAgICAgICAgICAgIDAwMDAwMDAwMDAwMDAwMD";
    with_changed(refresh, |text| {
        let parsed = Credential::new(text).ok().and_then(|text| RefreshToken::parse(&text));
        // There is one spelling.
        assert!(parsed.is_none_or(|token| token.to_text().unwrap().expose() == text), "{text}");
    });
}
