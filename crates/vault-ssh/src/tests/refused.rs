//! Tests of refused files and their errors.

use super::*;

#[test]
fn wrong_and_missing_passphrases_and_damage_are_distinguished() {
    for file in real().iter().filter(|file| file.encrypted) {
        assert_eq!(refused(&file.bytes, None), KeyError::PassphraseNeeded, "{}", file.name);
        assert_eq!(refused(&file.bytes, Some("")), KeyError::PassphraseNeeded, "{}", file.name);
        assert_eq!(refused(&file.bytes, Some("coffer  test")), KeyError::WrongPassphrase, "{}", file.name);
        let cut = &file.bytes[..file.bytes.len() - 40];
        assert_eq!(refused(cut, Some(PASSPHRASE)), KeyError::Damaged, "{}", file.name);
    }
}

#[test]
fn puttys_mac_distinguishes_damage_from_a_wrong_passphrase() {
    for name in ["ed25519.enc.ppk2", "p521.enc.ppk3", "rsa.enc.ppk3"] {
        let changed = text(name).replace(" of the tests", " of nobody");
        assert_eq!(refused(changed.as_bytes(), Some(PASSPHRASE)), KeyError::Damaged, "{name}");
        assert_eq!(refused(changed.as_bytes(), Some("other")), KeyError::WrongPassphrase, "{name}");
    }
    let changed = text("p256.ppk2").replace(" of the tests", " of nobody");
    assert_eq!(refused(changed.as_bytes(), None), KeyError::Damaged);
}

#[test]
fn unsupported_keys_and_encryptions_are_reported() {
    let mut seen = 0;
    for (name, bytes) in files_in("refused") {
        let expected = match name.as_str() {
            "pbes1.pkcs8" => Unsupported::Encryption,
            "rsa768.pem" => Unsupported::Length,
            name if name.starts_with("explicit.") => Unsupported::ExplicitCurve,
            name if name.starts_with("three-primes.") => Unsupported::SeveralPrimes,
            _ => Unsupported::Algorithm,
        };
        assert_eq!(refused(&bytes, Some(PASSPHRASE)), KeyError::Unsupported(expected), "{name}");
        seen += 1;
    }
    assert!(seen >= 13);
    let of =
        |old: &str, new: &str| refused(text("p256.enc.ppk3").replace(old, new).as_bytes(), Some(PASSPHRASE));
    assert_eq!(of("File-3", "File-1"), KeyError::Unsupported(Unsupported::Version));
    assert_eq!(of("File-3", "File-4"), KeyError::Unsupported(Unsupported::Version));
    assert_eq!(of("aes256-cbc", "chacha"), KeyError::Unsupported(Unsupported::Encryption));
    assert_eq!(of("Argon2id", "scrypt"), KeyError::Unsupported(Unsupported::Encryption));
    let old = text("p256.enc.pem").replace("AES-128-CBC", "IDEA-CBC");
    assert_eq!(refused(old.as_bytes(), Some(PASSPHRASE)), KeyError::Unsupported(Unsupported::Encryption));
}

#[test]
fn a_public_key_is_distinguished_from_no_key() {
    for (name, bytes) in files_in("public") {
        assert_eq!(refused(&bytes, None), KeyError::PublicOnly, "{name}");
    }
    for none in ["", "hello", "\u{feff}", "-----BEGIN-----", "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----"] {
        assert_eq!(refused(none.as_bytes(), None), KeyError::NotAKey, "{none}");
    }
    assert_eq!(refused(&[0xff, 0xfe, 0], None), KeyError::NotAKey);
}

#[test]
fn t51_costs_of_a_key_file_are_checked_before_derivation() {
    // 2^32 - 1 KiB is 4 TiB, which must not be allocated.
    for (name, old, new) in [
        ("ed25519.enc.ppk3", "Memory: 64", "Memory: 4294967295"),
        ("ed25519.enc.ppk3", "Memory: 64", "Memory: 1048577"),
        ("ed25519.enc.ppk3", "Passes: 2", "Passes: 4294967295"),
        ("ed25519.enc.ppk3", "Parallelism: 1", "Parallelism: 17"),
    ] {
        let file = text(name).replace(old, new);
        assert_eq!(refused(file.as_bytes(), Some(PASSPHRASE)), KeyError::CostTooHigh, "{new}");
        // Also without a passphrase.
        assert_eq!(refused(file.as_bytes(), None), KeyError::CostTooHigh, "{new}");
    }
    // The number of rounds follows a salt of 16 bytes, iterations and costs a salt of 16 or 8.
    let rounds = [0, 0, 0, 4];
    let cases: [(&str, &[u8], &[u8]); 4] = [
        ("ed25519.enc.openssh", &rounds, &[0, 0, 0x07, 0xd1]),
        ("ed25519.enc.openssh", &rounds, &[0xff, 0xff, 0xff, 0xff]),
        // 3,000 iterations become 100 million: above our limit, but below that of the library.
        ("p256.enc.pkcs8", &[2, 2, 0x0b, 0xb8], &[2, 4, 0x05, 0xf5, 0xe1, 0x00]),
        // N = 2^14 becomes 2^30 with r = 8: 1 TiB.
        ("p256.enc.scrypt.pkcs8", &[2, 2, 0x40, 0], &[2, 4, 0x40, 0, 0, 0]),
    ];
    for (name, old, new) in cases {
        let file = text(name);
        let block = pem::private(&file).unwrap();
        let changed = replaced(block.body.expose(), old, new);
        let label = block.label.to_owned();
        let file = pem::armour(&label, &vault_crypto::SecretBytes::new(changed));
        assert_eq!(refused(file.expose().as_bytes(), Some(PASSPHRASE)), KeyError::CostTooHigh, "{name}");
    }
}

#[test]
fn a_triple_des_vector_of_another_length_is_damaged() {
    let file = text("ed25519.enc.des3.pkcs8");
    let block = pem::private(&file).unwrap();
    // The identifier of triple DES, and its vector.
    let name = [0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x03, 0x07, 0x04];
    let right = [&name[..], &[8]].concat();
    let vector = block.body.expose().windows(12).position(|part| part == right).unwrap() + 12;
    let vector = &block.body.expose()[vector..vector + 8];
    for longer in 1..=4_u8 {
        let new = [&name[..], &[8 + longer], vector, &vec![0; longer.into()]].concat();
        let changed = replaced(block.body.expose(), &[&right[..], vector].concat(), &new);
        let file = pem::armour(block.label, &vault_crypto::SecretBytes::new(changed));
        assert_eq!(refused(file.expose().as_bytes(), Some(PASSPHRASE)), KeyError::Damaged);
    }
    // The last bytes of the vector become an element of their own.
    let start = block.body.expose().windows(8).position(|part| part == vector).unwrap();
    let mut short = block.body.expose().to_vec();
    short[start - 1] = 4;
    short[start + 4..start + 6].copy_from_slice(&[4, 2]);
    let file = pem::armour(block.label, &vault_crypto::SecretBytes::new(short));
    assert_eq!(refused(file.expose().as_bytes(), Some(PASSPHRASE)), KeyError::Damaged);
}

#[test]
fn an_inconsistent_key_is_damaged_whatever_its_encryption() {
    // In counter mode a changed bit of the file is a changed bit of the key: here of the public point at its end.
    let file = text("p256.enc.aes256-ctr.pem");
    let block = pem::private(&file).unwrap();
    let mut bytes = block.body.expose().to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    let changed = pem::armour(block.label, &vault_crypto::SecretBytes::new(bytes));
    let headers: String = block.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect();
    let changed = changed.expose().replacen("-----\n", &format!("-----\n{headers}\n"), 1);
    assert_eq!(refused(changed.as_bytes(), Some(PASSPHRASE)), KeyError::Damaged);
    assert_eq!(refused(changed.as_bytes(), Some("another")), KeyError::WrongPassphrase);
}

/// Replaces the first occurrence, and adjusts the lengths of enclosing DER elements.
fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let at = bytes.windows(old.len()).position(|part| part == old).unwrap();
    let mut changed = [&bytes[..at], new, &bytes[at + old.len()..]].concat();
    let grown = u8::try_from(new.len() - old.len()).unwrap();
    if grown > 0 {
        // Every SEQUENCE that encloses the position.
        let mut starts = Vec::new();
        let mut next = 0;
        while next < at {
            if bytes[next] != 0x30 {
                // Skip an element before it.
                next += 2 + usize::from(bytes[next + 1]);
                continue;
            }
            let (length_at, header) = if bytes[next + 1] == 0x81 { (next + 2, 3) } else { (next + 1, 2) };
            let end = next + header + usize::from(bytes[length_at]);
            if end > at {
                starts.push(length_at);
                next += header;
            } else {
                next = end;
            }
        }
        for start in starts {
            changed[start] += grown;
        }
    }
    changed
}

#[test]
fn t51_files_larger_than_any_key_are_refused() {
    assert_eq!(refused(&vec![b'-'; MAX_FILE + 1], None), KeyError::TooLarge);
    let lines = text("p256.ppk3").replace("Public-Lines: 3", "Public-Lines: 18446744073709551615");
    assert_eq!(refused(lines.as_bytes(), None), KeyError::TooLarge);
}
