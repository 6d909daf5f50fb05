//! Tests that a modified file contains no key or the same one.

use super::*;

#[test]
fn a_changed_byte_never_yields_another_key() {
    for file in real().into_iter().filter(|file| !file.encrypted) {
        // This file has no redundancy: every 32-byte seed is a valid key.
        if file.name == "ed25519.pkcs8" {
            continue;
        }
        let expected = public(file.key);
        // Every byte of small files, and samples of large ones.
        let step = file.bytes.len() / 80 + 1;
        for at in (0..file.bytes.len()).step_by(step) {
            let mut bytes = file.bytes.clone();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            if let Ok(key) = read(&bytes, None) {
                assert_eq!(key.public().blob(), expected.blob(), "{} at {at}", file.name);
            }
        }
    }
}

#[test]
fn a_truncated_file_contains_no_key() {
    for file in real().into_iter().filter(|file| !file.encrypted) {
        let whole = String::from_utf8(file.bytes.clone()).unwrap();
        let step = whole.len() / 50 + 1;
        for len in (0..whole.trim_end().len()).step_by(step) {
            assert!(read(&file.bytes[..len], None).is_err(), "{} cut to {len}", file.name);
        }
    }
}

/// Returns an OpenSSH file of the given public and private parts.
fn forged(public: &[u8], private: wire::Writer) -> Vec<u8> {
    let mut body = wire::Writer::new().u32(7).u32(7).raw(private.secret().expose());
    for count in 1..=8 {
        if body.len().is_multiple_of(8) {
            break;
        }
        body = body.raw(&[count]);
    }
    let file = wire::Writer::new().raw(b"openssh-key-v1\0").string(b"none").string(b"none").string(&[]);
    let file = file.u32(1).string(public).string(body.secret().expose());
    pem::armour("OPENSSH PRIVATE KEY", &file.secret()).expose().as_bytes().to_vec()
}

#[test]
fn mismatched_halves_are_refused() {
    let seed = [7; 32];
    let key = PrivateKey::ed25519(&seed, "").unwrap();
    let own = &key.public().blob()[key.public().blob().len() - 32..];
    let other = public("ed25519");
    let others = &other.blob()[other.blob().len() - 32..];
    let private = |inside: &[u8], pair: &[u8]| {
        let pair = [&seed[..], pair].concat();
        wire::Writer::new().string(b"ssh-ed25519").string(inside).string(&pair).string(b"x")
    };
    assert!(
        read(&forged(key.public().blob(), private(own, own)), None).is_ok(),
        "the unmodified file is valid"
    );
    // Each occurrence of the public half.
    assert_eq!(refused(&forged(other.blob(), private(own, own)), None), KeyError::Damaged);
    assert_eq!(refused(&forged(key.public().blob(), private(others, own)), None), KeyError::Damaged);
    assert_eq!(refused(&forged(key.public().blob(), private(own, others)), None), KeyError::Damaged);
    assert_eq!(refused(&forged(other.blob(), private(others, others)), None), KeyError::Damaged);
}

#[test]
fn inconsistent_rsa_numbers_are_refused() {
    let key = one("rsa.openssh").read().unwrap();
    let key::Secret::Rsa(rsa) = &key.secret else { panic!("not an RSA key") };
    let right: Vec<Vec<u8>> = vec![
        rsa.modulus.clone(),
        rsa.exponent.clone(),
        rsa.private.expose().to_vec(),
        rsa.inverse.expose().to_vec(),
        rsa.primes[0].expose().to_vec(),
        rsa.primes[1].expose().to_vec(),
    ];
    let file = |numbers: &[Vec<u8>]| {
        let private =
            numbers.iter().fold(wire::Writer::new().string(b"ssh-rsa"), |to, number| to.number(number));
        let public = PublicKey::rsa(&numbers[1], &numbers[0], "");
        read(&forged(public.blob(), private.string(b"x")), None).map(drop)
    };
    assert_eq!(file(&right), Ok(()));
    for (at, number) in right.iter().enumerate() {
        for change in [vec![1], vec![0], vec![], right[(at + 1) % 6].clone(), {
            let mut other = number.clone();
            let last = other.len() - 1;
            other[last] ^= 2;
            other
        }] {
            let mut numbers = right.clone();
            numbers[at] = change;
            assert!(file(&numbers).is_err(), "number {at}");
        }
    }
    // Another factorization: 1 and the modulus.
    let mut numbers = right;
    numbers[4] = vec![1];
    numbers[5] = numbers[0].clone();
    assert!(file(&numbers).is_err());
}

#[test]
fn several_keys_in_one_file_are_unsupported() {
    let file = text("ed25519.openssh");
    let mut bytes = pem::private(&file).unwrap().body.expose().to_vec();
    // After the signature, "none" twice and empty options: the number of keys.
    bytes[15 + 8 + 8 + 4 + 3] = 2;
    let file = pem::armour("OPENSSH PRIVATE KEY", &vault_crypto::SecretBytes::new(bytes));
    assert_eq!(refused(file.expose().as_bytes(), None), KeyError::Unsupported(Unsupported::SeveralKeys));
}
