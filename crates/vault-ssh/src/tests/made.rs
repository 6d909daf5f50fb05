//! Tests of generated keys and their compatibility with other programs.

use base64ct::{Base64, Encoding as _};
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

/// `ssh-keygen -y` read the files in `ours` and wrote the public line of each; see the README there.
#[test]
fn generated_keys_are_read_by_ssh_keygen() {
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
            assert_eq!(again.to_openssh().expose(), key.to_openssh().expose(), "the output is deterministic");
        }
    }
}

#[test]
fn generated_keys_differ() {
    for (name, kind) in KINDS.into_iter().take(4) {
        assert_ne!(make(kind, 3).public().blob(), make(kind, 4).public().blob(), "{name}");
    }
}

#[test]
fn generating_a_long_key_can_be_cancelled() {
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
fn an_empty_passphrase_is_refused() {
    let key = make(NewKey::Ed25519, 6);
    let refused = key.to_openssh_encrypted(&SecretText::from(""), &mut FixedRng::new(7));
    assert_eq!(refused.err(), Some(KeyError::PassphraseNeeded));
}

#[test]
fn keys_are_written_as_openssl_writes_them() {
    for key in KEYS {
        let file = one(&format!("{key}.pkcs8"));
        let written = file.read().unwrap().to_pkcs8();
        let body: String = text(&file.name).lines().filter(|line| !line.starts_with('-')).collect();
        assert_eq!(Base64::decode_vec(&body).unwrap(), written.expose(), "{key}");
    }
    // An RSA key of another program, with a comment.
    let read = one("rsa.ppk3").read().unwrap();
    assert_eq!(read.to_pkcs8().expose(), one("rsa.pkcs8").read().unwrap().to_pkcs8().expose());
    let named = read.with_comment("ann@laptop");
    assert!(named.public().to_line().ends_with(" ann@laptop"));
}
