//! Keys that are made here, and what other programs make of them.

use vault_testkit::FixedRng;

use super::*;

fn make(kind: NewKey, seed: u64) -> PrivateKey {
    PrivateKey::make(kind, &format!("{kind:?}"), &mut FixedRng::new(seed), &|| true).unwrap()
}

const KINDS: [(&str, NewKey); 6] = [
    ("ed25519", NewKey::Ed25519),
    ("p256", NewKey::Ecdsa(Curve::P256)),
    ("p384", NewKey::Ecdsa(Curve::P384)),
    ("p521", NewKey::Ecdsa(Curve::P521)),
    ("rsa3072", NewKey::Rsa3072),
    ("rsa4096", NewKey::Rsa4096),
];

/// `ssh-keygen -y` read the files in `ours`, and wrote the public line beside each; see the README there.
#[test]
fn what_is_made_is_what_ssh_keygen_has_read() {
    for (name, kind) in KINDS {
        let key = make(kind, 1);
        let (plain, encrypted) =
            (key.to_openssh(), key.to_openssh_encrypted(&passphrase(), &mut FixedRng::new(2)).unwrap());
        if std::env::var_os("COFFER_WRITE_SSH").is_some() {
            fs::write(folder("ours").join(format!("{name}.openssh")), plain.expose()).unwrap();
            fs::write(folder("ours").join(format!("{name}.enc.openssh")), encrypted.expose()).unwrap();
            continue;
        }
        assert_eq!(plain.expose(), text(&format!("ours/{name}.openssh")), "{name}");
        assert_eq!(encrypted.expose(), text(&format!("ours/{name}.enc.openssh")), "{name}");
        assert_eq!(key.public().to_line(), text(&format!("ours/{name}.pub")).trim(), "{name}");
        let bits = match kind {
            NewKey::Ed25519 => 256,
            NewKey::Rsa3072 => 3_072,
            NewKey::Rsa4096 => 4_096,
            NewKey::Ecdsa(curve) => curve.bits(),
        };
        assert_eq!(key.public().kind().bits(), bits);
        for (file, passphrase) in [(plain, None), (encrypted, Some(passphrase()))] {
            let again = read(file.expose().as_bytes(), passphrase.as_ref()).unwrap();
            assert_eq!(again.public(), key.public());
            assert_eq!(again.to_openssh().expose(), key.to_openssh().expose(), "one key, one text");
        }
    }
}

#[test]
fn every_key_is_another() {
    for (name, kind) in KINDS.into_iter().take(4) {
        assert_ne!(make(kind, 3).public().blob(), make(kind, 4).public().blob(), "{name}");
    }
}

#[test]
fn making_a_long_key_can_be_stopped() {
    let asked = std::cell::Cell::new(0);
    let go_on = || {
        asked.set(asked.get() + 1);
        asked.get() < 5
    };
    let stopped = PrivateKey::make(NewKey::Rsa4096, "", &mut FixedRng::new(5), &go_on);
    assert_eq!(stopped.err(), Some(Stopped));
    assert!(asked.get() < 10, "asked {} times", asked.get());
}

#[test]
fn a_key_is_not_encrypted_under_nothing() {
    let key = make(NewKey::Ed25519, 6);
    let refused = key.to_openssh_encrypted(&SecretText::from(""), &mut FixedRng::new(7));
    assert_eq!(refused.err(), Some(KeyError::PassphraseNeeded));
}
