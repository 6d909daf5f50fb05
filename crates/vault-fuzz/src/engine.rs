//! Decoders of `vault-engine`.

use vault_engine::backup::reread_manifest;
use vault_engine::clock::Timestamp;
use vault_engine::document::{media_type, type_mismatch};
use vault_engine::generator::History;
use vault_engine::item::{
    Item, ItemType, Role, decode, encode, host, hosts, limits, safe_file_name, safe_to_show, subtitle,
    value_warning,
};
use vault_engine::kit::{Kit, Paper};
use vault_engine::search::{Entry, Index, ItemState, SearchQuery, words};
use vault_engine::search::{Scope, Sort};
use vault_engine::strength::measure;
use vault_engine::{SecretText, VaultId};
use vault_otp::migration::{self, Migration};
use vault_otp::{Code, Scheme, qr};
use vault_ssh::{KeyError, PublicKey};

use crate::target::{Bound, Outcome, PLAIN, Target, slow, target};

pub(crate) const TARGETS: &[Target] = &[
    target("item_payload", item_payload, Bound { per_byte: 256, fixed: 64 << 10 }, 8 << 10),
    target("otpauth", otpauth, PLAIN, 5 << 10),
    target("otpauth_migration", otpauth_migration, Bound { per_byte: 128, fixed: 64 << 10 }, 4 << 10),
    // The unpacked size of a picture is bounded, not the compression ratio.
    slow("qr_picture", qr_picture, Bound { per_byte: 8, fixed: 256 << 20 }, 8 << 10),
    // The numbers of the largest RSA key, and values derived from them.
    slow("ssh_key", ssh_key, Bound { per_byte: 64, fixed: 1 << 20 }, 8 << 10),
    target("ssh_public_line", ssh_public_line, Bound { per_byte: 16, fixed: 64 << 10 }, 4 << 10),
    target("backup_manifest", backup_manifest, Bound { per_byte: 32, fixed: 64 << 10 }, 8 << 10),
    // Mostly the valid archive; SQLite's own memory is not counted.
    slow("backup_archive", crate::backup::archive, Bound { per_byte: 64, fixed: 32 << 20 }, 256),
    target("generator_history", generator_history, Bound { per_byte: 64, fixed: 64 << 10 }, 2 << 10),
    target("search", search, Bound { per_byte: 64, fixed: 128 << 10 }, 2 << 10),
    target("names", names, Bound { per_byte: 16, fixed: 64 << 10 }, 8 << 10),
    target("media_type", media, PLAIN, 1 << 10),
    slow("password_strength", password_strength, Bound { per_byte: 64 << 10, fixed: 16 << 20 }, 128),
    slow("emergency_kit", emergency_kit, Bound { per_byte: 64, fixed: 1 << 20 }, 1 << 10),
];

fn item_payload(bytes: &[u8]) -> Outcome {
    let Ok(item) = decode(bytes) else { return Outcome::Rejected };
    assert!(bytes.len() <= limits::PAYLOAD);
    let written = encode(&item).expect("decoded items encode");
    assert_eq!(written.as_slice(), bytes, "one encoding per item");
    // As shown in lists.
    assert!(subtitle(&item).chars().count() <= 200);
    let indexed = words(&item);
    assert_eq!(indexed.matches('\u{1f}').count(), 2, "three parts");
    for host in hosts(&item) {
        assert!(!host.is_empty());
    }
    for attachment in &item.attachments {
        assert_plain_file(&safe_file_name(&attachment.name));
        let _ = type_mismatch(&attachment.name, &attachment.media_type);
    }
    assert_roles(&item);
    for field in &item.fields {
        let _ = value_warning(&item, field);
    }
    for passkey in &item.passkeys {
        let _ = passkey.looks_wrong();
    }
    for url in &item.urls {
        let _ = item.url_rule(url);
    }
    Outcome::Accepted
}

fn assert_roles(item: &Item) {
    for role in item.fields.iter().filter_map(|field| field.role) {
        assert_eq!(Role::from_name(role.name()), Some(role));
        assert_eq!(Role::from_number(role as u64), Some(role));
    }
}

fn otpauth(bytes: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(bytes) else { return Outcome::Rejected };
    let Ok(code) = Code::parse(text) else { return Outcome::Rejected };
    let shown = one_code(&code);
    let written = code.to_uri();
    let again = Code::parse(written.expose()).expect("formatted addresses parse");
    assert_eq!(again.scheme(), code.scheme());
    assert_eq!((again.issuer(), again.account()), (code.issuer(), code.account()));
    let same = one_code(&again);
    assert_eq!(same.as_ref().map(SecretText::expose), shown.as_ref().map(SecretText::expose), "one secret");
    assert_eq!(again.to_uri().expose(), written.expose(), "one address per code");
    Outcome::Accepted
}

/// Decoded codes are encoded and decode again to the same codes in the same order.
fn otpauth_migration(bytes: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(bytes) else { return Outcome::Rejected };
    let Ok(Migration { entries, part, parts, batch }) = Migration::read(text) else {
        return Outcome::Rejected;
    };
    assert!(part < parts);
    let codes: Vec<Code> = entries.into_iter().filter_map(|entry| entry.code.ok()).collect();
    let written = migration::write(&codes, batch);
    assert!(written.left_out.is_empty(), "decoded codes can be encoded");
    let addresses = written.addresses.iter().map(|address| Migration::read(address.expose()));
    let again = addresses.flat_map(|read| read.expect("encoded addresses decode").entries);
    let again: Vec<Code> = again.map(|entry| entry.code.expect("encoded codes decode")).collect();
    assert_eq!(again.len(), codes.len());
    for (code, again) in codes.iter().zip(&again) {
        assert_eq!(again.scheme(), code.scheme());
        assert_eq!((again.issuer(), again.account()), (code.issuer(), code.account()));
        assert_eq!(again.to_uri().expose(), code.to_uri().expose());
    }
    Outcome::Accepted
}

fn qr_picture(bytes: &[u8]) -> Outcome {
    let Ok(codes) = qr::read(bytes) else { return Outcome::Rejected };
    assert!((1..=16).contains(&codes.len()));
    for code in codes {
        // The capacity of the largest QR code in digits.
        assert!(code.expose().chars().count() <= 7_089);
    }
    Outcome::Accepted
}

/// Without a passphrase, since the KDF of a file may be expensive.
fn ssh_key(bytes: &[u8]) -> Outcome {
    let key = match vault_ssh::read(bytes, None) {
        Ok(key) => key,
        Err(KeyError::WrongPassphrase | KeyError::OutOfMemory) => panic!("no passphrase was given"),
        Err(_) => return Outcome::Rejected,
    };
    assert!(bytes.len() <= vault_ssh::MAX_FILE);
    let written = key.to_openssh();
    let again = vault_ssh::read(written.expose().as_bytes(), None).expect("formatted keys parse");
    assert_eq!(again.public(), key.public());
    assert_eq!(again.to_openssh().expose(), written.expose(), "one text per key");
    assert_eq!(ssh_public_line(key.public().to_line().as_bytes()), Outcome::Accepted);
    Outcome::Accepted
}

fn ssh_public_line(bytes: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(bytes) else { return Outcome::Rejected };
    let Ok(key) = PublicKey::parse_line(text) else { return Outcome::Rejected };
    assert!(key.comment().chars().count() <= 256);
    assert_eq!(PublicKey::parse_line(&key.to_line()).as_ref(), Ok(&key), "one line per key");
    assert!(key.fingerprint().len() == 50 && key.fingerprint_md5().len() == 51);
    Outcome::Accepted
}

fn backup_manifest(bytes: &[u8]) -> Outcome {
    let Ok(again) = reread_manifest(bytes) else { return Outcome::Rejected };
    assert_eq!(again, bytes, "one encoding per manifest");
    Outcome::Accepted
}

fn generator_history(bytes: &[u8]) -> Outcome {
    let Ok(history) = History::decode(bytes) else { return Outcome::Rejected };
    assert!(history.entries().len() <= 100);
    let written = history.encode().expect("decoded histories encode");
    assert_eq!(written.as_slice(), bytes, "one encoding per history");
    Outcome::Accepted
}

/// Returns a code of these parameters; `None` if the counter is exhausted.
fn one_code(code: &Code) -> Option<SecretText> {
    let now = 1_750_000_000_000;
    let shown = code.at(now);
    let digits = match code.scheme() {
        Scheme::Totp { digits, period, .. } => {
            assert!((5..=10).contains(&digits) && (1..=86_400).contains(&period));
            digits
        }
        Scheme::Hotp { digits, counter, .. } => {
            assert!((5..=10).contains(&digits) && shown.is_none());
            let taken = code.take()?;
            let rest = Code::parse(taken.rest.expose()).expect("formatted addresses parse");
            assert!(matches!(rest.scheme(), Scheme::Hotp { counter: next, .. } if next == counter + 1));
            assert_eq!((rest.issuer(), rest.account()), (code.issuer(), code.account()));
            return Some(taken.code);
        }
        Scheme::Steam => 5,
    };
    let shown = shown.expect("time-based codes always exist");
    assert_eq!(shown.code.expose().len(), usize::from(digits));
    assert!(code.scheme() == Scheme::Steam || shown.code.expose().bytes().all(|byte| byte.is_ascii_digit()));
    assert!((1..=shown.period * 1000).contains(&shown.remaining_ms));
    assert_eq!(code.clock_offset(now, &shown.code), Some(0));
    let _ = code.at(u64::MAX);
    Some(shown.code)
}

/// A query, and after line ends the title and the words of one indexed item.
fn search(bytes: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(bytes) else { return Outcome::Rejected };
    let (text, title) = text.split_once('\n').unwrap_or((text, ""));
    let query = SearchQuery::parse(text);
    assert!(!query.is_empty() || query.has_no_words());
    let (title, words) = title.split_once('\n').unwrap_or((title, ""));
    let mut index = Index::default();
    index.put(&Entry {
        key: 1,
        vault: VaultId::from_bytes([1; 16]),
        item_type: ItemType::Login,
        place: ItemState::Listed,
        title,
        words,
        tags: &[title.to_owned()],
        folder: Some(words),
        favourite: true,
        has_code: false,
        has_attachments: false,
        edited_in_two_places: false,
        has_warning: false,
        created_at: Timestamp(0),
        modified_at: Timestamp(0),
        used_at: None,
    });
    let hits = index.search(&query, &Scope::All, Sort::Title, 0, 10, &|| false).expect("nobody cancelled");
    assert_eq!(hits.total, hits.keys.len());
    assert!(hits.total > 0 || !query.is_empty(), "an empty query matches everything");
    Outcome::of(&(hits.total > 0).then_some(()))
}

fn names(bytes: &[u8]) -> Outcome {
    let Ok(name) = std::str::from_utf8(bytes) else { return Outcome::Rejected };
    let safe = safe_file_name(name);
    assert_plain_file(&safe);
    assert_eq!(safe_file_name(&safe), safe, "a safe name is unchanged");
    let shown = safe_to_show(name);
    assert!(!shown.chars().any(|c| c.is_control() || ('\u{202A}'..='\u{202E}').contains(&c)));
    assert_eq!(safe_to_show(&shown), shown);
    if let Some(role) = Role::from_name(name) {
        assert_eq!(role.name(), name);
    }
    let host = host(name);
    if let Some(host) = &host {
        assert!(!host.is_empty() && !host.contains(['/', '\\', '?', '#', '@']));
        assert!(!host.chars().any(|c| c.is_control() || c.is_whitespace()));
    }
    Outcome::of(&host)
}

fn assert_plain_file(name: &str) {
    assert!(!name.is_empty() && name.len() <= 200);
    assert!(!name.starts_with('.') && !name.ends_with(['.', ' ']));
    assert!(!name.chars().any(|c| c.is_control() || "<>:\"|?*/\\".contains(c)));
}

fn media(bytes: &[u8]) -> Outcome {
    let found = media_type(bytes);
    assert!(found.contains('/'));
    Outcome::of(&(found != "application/octet-stream").then_some(()))
}

/// A password, and after a line end the profile's name.
fn password_strength(bytes: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(bytes) else { return Outcome::Rejected };
    let (text, own_word) = text.split_once('\n').unwrap_or((text, "Ann"));
    let strength = measure(text, &[own_word]);
    assert!(strength.score <= 4 && strength.bits.is_finite() && strength.bits >= 0.0);
    Outcome::of(&strength.acceptable.then_some(()))
}

fn emergency_kit(bytes: &[u8]) -> Outcome {
    let Ok(name) = std::str::from_utf8(bytes) else { return Outcome::Rejected };
    let secret_key = SecretText::from("C1-0000-0000-0000-0000-0000-0000-0000");
    let kit = Kit {
        profile_name: name,
        secret_key: &secret_key,
        made_at: Timestamp(bytes.len() as u64),
        server: None,
    };
    let page = kit.to_pdf(Paper::A4).expect("a Secret Key fits on the page");
    assert!(page.starts_with(b"%PDF-"));
    Outcome::Accepted
}
