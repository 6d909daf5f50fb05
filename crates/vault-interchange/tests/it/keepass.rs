//! KeePass databases and their XML.

use std::{fs, io::Read};

use vault_engine::item::{FieldKind, Item, ItemType, Role, UrlMatch};
use vault_engine::{SecretText, clock::Timestamp};
use vault_interchange::{Cost, ImportError, Options, Outcome, ParsedFile, cost, detect, limits};
use zeroize::Zeroizing;

use crate::kdbx_writer::{Cipher, Inner, Kdbx, Kdf, PASSWORD, sha256};
use crate::support::{NOW, contains, custom, import, kind_and_value, path, remarks_on, rng, titled, value};

const XML: &str = include_str!("../../testdata/keepass.xml");
/// The entry of [`small`] that each kind of file is tested with.
const SMALL: &str = r#"<KeePassFile><Root><Group><Name>R</Name><Entry>
    <String><Key>Title</Key><Value>One</Value></String>
    <String><Key>Password</Key><Value Protected="True">first</Value></String>
    <String><Key>Pin</Key><Value Protected="True">séc&ond</Value></String>
    <Binary><Key>a.txt</Key><Value Ref="0"/></Binary></Entry></Group></Root></KeePassFile>"#;

fn password(password: &str) -> Options {
    Options { password: Some(SecretText::from(password)), ..Options::default() }
}

fn open(bytes: &[u8], options: &Options) -> Result<ParsedFile, ImportError> {
    detect(bytes)?.read(bytes, options, NOW, &mut rng())
}

/// A small file whose attached file is where its version has it.
fn small(change: impl FnOnce(&mut Kdbx)) -> Kdbx {
    let mut file = Kdbx::new(SMALL);
    file.files.push(b"attached".to_vec());
    change(&mut file);
    if file.major == 3 {
        let pool = "<KeePassFile><Meta><Binaries><Binary ID=\"0\" Protected=\"True\">attached</Binary></Binaries></Meta>";
        file.xml = SMALL.replace("<KeePassFile>", pool);
    }
    file
}

fn assert_small(parsed: &ParsedFile) {
    let item = titled(parsed, "One");
    assert_eq!(value(item, Role::Password), "first");
    assert_eq!(kind_and_value(item, "Pin"), (FieldKind::Concealed, "séc&ond"));
    assert_eq!(files(parsed, 0), [("a.txt".to_owned(), b"attached".to_vec())]);
}

fn files(parsed: &ParsedFile, at: usize) -> Vec<(String, Vec<u8>)> {
    let content = |file: &vault_interchange::ParsedFileContent| {
        let mut bytes = Vec::new();
        file.reader().read_to_end(&mut bytes).unwrap();
        assert_eq!(bytes.len() as u64, file.size);
        (file.name.clone(), bytes)
    };
    parsed.items[at].files.iter().map(content).collect()
}

fn history(item: &Item, label: &str) -> Vec<(String, u64)> {
    let field = item.fields.iter().find(|field| match field.role {
        Some(Role::Password) => label == "Password",
        role => role.is_none() && field.label == label,
    });
    field.unwrap().history.iter().map(|past| (past.value.expose().to_owned(), past.replaced_at.0)).collect()
}

#[test]
fn an_entry_keeps_everything_that_it_has() {
    let parsed = import("keepass.xml").unwrap();
    assert_eq!(parsed.format.id, "keepass_xml");
    let item = titled(&parsed, "Mail");
    assert_eq!((value(item, Role::Username), value(item, Role::Password)), ("ana", "newest-secret"));
    assert_eq!(item.urls, ["https://mail.example/", "https://two.example/", "androidapp://org.example.mail"]);
    assert_eq!(item.url_rule("https://mail.example/"), UrlMatch::Exact);
    assert_eq!(item.notes.expose(), "one & two\nthree");
    assert!(item.flags.favourite && item.tags.iter().eq(["work"]));
    assert_eq!(item.expires.unwrap().to_string(), "2031-05-06");
    assert_eq!((item.created_at.0, item.modified_at.0), (1_577_934_245_000, 1_672_628_645_000));
    assert_eq!(kind_and_value(item, "Pin"), (FieldKind::Concealed, "pin-secret"));
    assert_eq!(kind_and_value(item, "pin"), (FieldKind::Text, "another"));
    assert_eq!(custom(item, "Auto-type").value.expose(), "{PASSWORD}{ENTER}\nMail*: {USERNAME}");
    assert_eq!(kind_and_value(item, "plugin"), (FieldKind::Concealed, "of-plugin"));
    assert_eq!(kind_and_value(item, "NewThing.Part"), (FieldKind::Concealed, "unheard-of"));
    assert_eq!(kind_and_value(item, "OverrideURL"), (FieldKind::Concealed, "cmd://ssh mail"));
    assert!(!contains(item, "1000"), "the time of another program's key derivation is of no use");
}

#[test]
fn equal_codes_merge_and_unequal_ones_are_both_kept() {
    let parsed = import("keepass.xml").unwrap();
    let item = titled(&parsed, "Mail");
    assert!(value(item, Role::Code).contains("secret=JBSWY3DPEHPK3PXP"));
    let (kind, other) = kind_and_value(item, "TOTP Seed");
    assert_eq!(kind, FieldKind::Code);
    assert!(other.contains("GEZDGNBVGY3TQOJQ") && other.contains("digits=8") && other.contains("period=60"));
    assert!(item.fields.iter().all(|field| !field.label.starts_with("TimeOtp")));
    assert!(remarks_on(&parsed, 1).contains(&("TOTP Seed", Outcome::KeptAsCustomField)));
}

#[test]
fn each_convention_of_codes_is_read() {
    let texts = |texts: &[(&str, &str)]| {
        let texts = texts
            .iter()
            .map(|(key, value)| format!("<String><Key>{key}</Key><Value>{value}</Value></String>"));
        let entry: String = texts.collect();
        let xml = format!(
            "<KeePassFile><Root><Group><Entry><String><Key>Title</Key><Value>x</Value></String>{entry}</Entry></Group></Root></KeePassFile>"
        );
        let parsed = open(xml.as_bytes(), &Options::default()).unwrap();
        value(titled(&parsed, "x"), Role::Code).to_owned()
    };
    let all = |uri: &str, parts: &[&str]| {
        parts.iter().for_each(|part| assert!(uri.contains(part), "{part} in {uri}"));
    };
    let steam = texts(&[("otp", "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&amp;encoder=steam")]);
    // Its account stays.
    assert_eq!(steam, "otpauth://totp/a?secret=JBSWY3DPEHPK3PXP&encoder=steam");
    let query = texts(&[("otp", "key=JBSWY3DPEHPK3PXP&amp;step=60&amp;size=8&amp;otpHashMode=Sha256")]);
    all(&query, &["totp/", "JBSWY3DPEHPK3PXP", "period=60", "digits=8", "SHA256"]);
    assert_eq!(
        texts(&[("TOTP Seed", "JBSWY3DPEHPK3PXP"), ("TOTP Settings", "30;S")]),
        "steam://JBSWY3DPEHPK3PXP"
    );
    let named = texts(&[
        ("TimeOtp-Secret-Hex", "48656c6c6f21deadbeef"),
        ("TimeOtp-Length", "7"),
        ("TimeOtp-Period", "45"),
        ("TimeOtp-Algorithm", "HMAC-SHA-512"),
    ]);
    all(&named, &["secret=JBSWY3DPEHPK3PXP", "period=45", "digits=7", "SHA512"]);
    all(&texts(&[("TimeOtp-Secret", "12345678901234567890")]), &["GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"]);
    all(&texts(&[("TimeOtp-Secret-Base64", "SGVsbG8h3q2+7w==")]), &["JBSWY3DPEHPK3PXP"]);
    let counter = texts(&[("HmacOtp-Secret-Base32", "JBSWY3DPEHPK3PXP"), ("HmacOtp-Counter", "7")]);
    all(&counter, &["hotp/", "counter=7"]);
    assert_eq!(texts(&[("otp", "no code")]), "");
}

#[test]
fn earlier_versions_become_earlier_values() {
    let parsed = import("keepass.xml").unwrap();
    let item = titled(&parsed, "Mail");
    let (second, now) = (1_609_556_645_000, 1_672_628_645_000);
    let expected = [("second-secret".to_owned(), now), ("oldest-secret".to_owned(), second)];
    assert_eq!(history(item, "Password"), expected);
    assert_eq!(history(item, "gone"), [("gone-value".to_owned(), second)]);
    assert_eq!(custom(item, "Earlier titles").value.expose(), "Old mail");
}

#[test]
fn files_are_kept_and_missing_ones_are_named() {
    let parsed = import("keepass.xml").unwrap();
    let expected = [("note.txt".to_owned(), b"hello file".to_vec()), ("empty.bin".to_owned(), Vec::new())];
    assert_eq!(files(&parsed, 0), expected);
    let reasons: Vec<&str> = parsed
        .remarks
        .iter()
        .filter(|remark| remark.field == "Binary" && remark.outcome == Outcome::NotKept)
        .map(|remark| remark.reason.as_str())
        .collect();
    assert!(reasons.len() == 2 && reasons[0].contains("missing.bin") && reasons[1].contains("gone.txt"));
}

#[test]
fn references_are_replaced_and_those_that_lead_nowhere_stay() {
    let parsed = import("keepass.xml").unwrap();
    let item = titled(&parsed, "Linked");
    assert_eq!((value(item, Role::Username), value(item, Role::Password)), ("ana", "xnewest-secrety"));
    assert_eq!(custom(item, "by title").value.expose(), "ana");
    assert_eq!(custom(item, "self").value.expose(), "xnewest-secrety {REF:O@T:x}");
    assert!(remarks_on(&parsed, 2).contains(&("self", Outcome::NotKept)));
    let circle = r"<KeePassFile><Root><Group><Entry><UUID>EBAQEBAQEBAQEBAQEBAQEA==</UUID>
        <String><Key>Password</Key><Value>{REF:P@I:10101010101010101010101010101010}</Value></String>
        </Entry></Group></Root></KeePassFile>";
    let parsed = open(circle.as_bytes(), &Options::default()).unwrap();
    assert!(value(&parsed.items[0].item, Role::Password).starts_with("{REF:"));
}

#[test]
fn groups_are_folders_and_the_recycle_bin_is_the_trash() {
    let parsed = import("keepass.xml").unwrap();
    let linked = titled(&parsed, "Linked");
    assert_eq!(linked.folder.as_deref(), Some("Work/A/B"));
    assert!(linked.tags.iter().eq(["team"]));
    let thrown = titled(&parsed, "Thrown away");
    assert_eq!((thrown.item_type, thrown.folder.as_deref()), (ItemType::Note, None));
    assert_eq!(thrown.trashed_at, Some(Timestamp(1_643_767_322_000)));
    let unused = XML.replace("<RecycleBinEnabled>True", "<RecycleBinEnabled>False");
    let parsed = open(unused.as_bytes(), &Options::default()).unwrap();
    let kept = titled(&parsed, "Thrown away");
    assert_eq!((kept.trashed_at, kept.folder.as_deref()), (None, Some("Recycle Bin")));
}

#[test]
fn passkeys_are_read_and_broken_ones_kept_whole() {
    let entry = |key: &str| {
        let texts = [
            ("KPEX_PASSKEY_USERNAME", "ana"),
            ("KPEX_PASSKEY_CREDENTIAL_ID", "AQIDBA"),
            ("KPEX_PASSKEY_PRIVATE_KEY_PEM", key),
            ("KPEX_PASSKEY_RELYING_PARTY", "site.example"),
            ("KPEX_PASSKEY_USER_HANDLE", "BQYH"),
        ];
        let texts =
            texts.map(|(key, value)| format!("<String><Key>{key}</Key><Value>{value}</Value></String>"));
        let xml = format!(
            "<KeePassFile><Root><Group><Entry>{}</Entry></Group></Root></KeePassFile>",
            texts.concat()
        );
        open(xml.as_bytes(), &Options::default()).unwrap()
    };
    // The key of RFC 8410, section 10.3.
    let key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----";
    let parsed = entry(key);
    let passkey = &parsed.items[0].item.passkeys[0];
    assert_eq!((passkey.rp_id.as_str(), passkey.algorithm.0), ("site.example", -8));
    assert_eq!(
        (passkey.credential_id.as_slice(), passkey.user_handle.as_slice()),
        (&[1, 2, 3, 4][..], &[5, 6, 7][..])
    );
    let broken = entry("no key");
    assert!(broken.items[0].item.passkeys.is_empty());
    assert_eq!(custom(&broken.items[0].item, "KPEX_PASSKEY_PRIVATE_KEY_PEM").value.expose(), "no key");
}

#[test]
fn every_kind_of_container_opens() {
    for cipher in [Cipher::Aes, Cipher::Twofish, Cipher::ChaCha20] {
        for inner in [Inner::Salsa20, Inner::ChaCha20] {
            for (major, kdf) in [
                (3, Kdf::Aes(3)),
                (4, Kdf::Aes(3)),
                (4, Kdf::Argon2(false, 64)),
                (4, Kdf::Argon2(true, 64)),
                // A version that does not exist yet.
                (5, Kdf::Aes(1)),
            ] {
                for compressed in [false, true] {
                    let file = small(|file| {
                        (file.major, file.kdf, file.cipher, file.inner) = (major, kdf, cipher, inner);
                        file.compressed = compressed;
                    });
                    assert_small(&open(&file.write(), &password(PASSWORD)).unwrap());
                }
            }
        }
    }
}

#[test]
fn bytes_after_the_end_are_ignored() {
    let mut bytes = small(|_| ()).write();
    bytes.extend_from_slice(b"more");
    assert_small(&open(&bytes, &password(PASSWORD)).unwrap());
}

#[test]
fn a_wrong_or_missing_password_is_asked_for() {
    for major in [3, 4] {
        let bytes = small(|file| file.major = major).write();
        assert_eq!(open(&bytes, &Options::default()).err(), Some(ImportError::SecretNeeded));
        assert_eq!(open(&bytes, &password("other")).err(), Some(ImportError::WrongSecret));
    }
}

#[test]
fn every_kind_of_key_file_opens_its_file() {
    let raw = [7_u8; 32];
    let hex = "07".repeat(32);
    let check: String = sha256(&raw)[..4].iter().map(|byte| format!("{byte:02X}")).collect();
    let xml_1 = "\u{feff}<?xml version=\"1.0\"?><KeyFile><Meta><Version>1.00</Version></Meta><Key><Data>BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=</Data></Key></KeyFile>";
    let xml_2 = |hash: &str| {
        format!(
            "<KeyFile><Meta><Version>2.0</Version></Meta><Key><Data Hash=\"{hash}\">\n{} {}\n</Data></Key></KeyFile>",
            &hex[..32],
            &hex[32..]
        )
    };
    let hashed = b"any file".to_vec();
    for (file, key) in [
        (raw.to_vec(), raw),
        (hex.clone().into_bytes(), raw),
        (xml_1.as_bytes().to_vec(), raw),
        (xml_2(&check).into_bytes(), raw),
        (hashed.clone(), sha256(&hashed)),
    ] {
        let of_password = sha256(PASSWORD.as_bytes());
        for (parts, password) in [
            (vec![of_password, key], Some(PASSWORD)),
            (vec![key], None),
            (vec![key], Some("")),
            (vec![sha256(b""), key], Some("")),
        ] {
            let bytes = small(|container| container.parts = parts).write();
            let options = Options {
                password: password.map(SecretText::from),
                key_file: Some(Zeroizing::new(file.clone())),
                ..Options::default()
            };
            assert_small(&open(&bytes, &options).unwrap());
        }
    }
    let damaged = Zeroizing::new(xml_2("00000000").into_bytes());
    let options = Options { key_file: Some(damaged), ..Options::default() };
    assert_eq!(open(&small(|_| ()).write(), &options).err(), Some(ImportError::KeyFileDamaged));
}

#[test]
fn an_empty_password_is_a_password() {
    let bytes = small(|file| file.parts = vec![sha256(b"")]).write();
    assert_small(&open(&bytes, &password("")).unwrap());
    assert_eq!(open(&bytes, &Options::default()).err(), Some(ImportError::SecretNeeded));
}

#[test]
fn t51_the_cost_of_opening_a_file_is_asked_about() {
    let refused = |kdf, limit| {
        let bytes = small(|file| file.kdf = kdf).write();
        open(&bytes, &Options { limit, ..password(PASSWORD) }).err()
    };
    let price = Cost { memory_mib: 2048, seconds: 4 };
    assert_eq!(refused(Kdf::Argon2(true, 2 << 20), cost::DEFAULT), Some(ImportError::Costly(price)));
    let rounds = Some(ImportError::Costly(Cost { memory_mib: 0, seconds: 100 }));
    assert_eq!(refused(Kdf::Aes(1_500_000_000), cost::DEFAULT), rounds);
    for absurd in [Kdf::Aes(u64::MAX), Kdf::Argon2(false, u64::MAX >> 10)] {
        assert_eq!(refused(absurd, cost::ACCEPTED), Some(ImportError::CostTooHigh));
    }
    // With the price accepted the file opens.
    let dear = small(|file| file.kdf = Kdf::Argon2(true, 64)).write();
    let nothing = Cost { memory_mib: 0, seconds: 0 };
    let asked = open(&dear, &Options { limit: nothing, ..password(PASSWORD) }).err();
    assert_eq!(asked, Some(ImportError::Costly(Cost { memory_mib: 1, seconds: 0 })));
    assert_small(&open(&dear, &Options { limit: cost::ACCEPTED, ..password(PASSWORD) }).unwrap());
}

#[test]
fn t51_a_bomb_in_a_container_is_refused() {
    let bomb = small(|file| {
        file.compressed = true;
        file.files.push(vec![0; limits::UNPACKED_ANYWAY + (8 << 20)]);
    });
    assert_eq!(open(&bomb.write(), &password(PASSWORD)).err(), Some(ImportError::TooLargeUnpacked));
}

#[test]
fn damage_anywhere_in_a_container_is_found() {
    for major in [3, 4] {
        let bytes = small(|file| file.major = major).write();
        for at in (12..bytes.len()).step_by(7) {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            // What is not covered by a check in version 3 is a comment at the end of its header.
            let read = open(&damaged, &password(PASSWORD));
            assert!(read.is_err() || major == 3, "byte {at} of version {major}");
        }
        for end in (0..bytes.len()).step_by(11) {
            assert!(open(&bytes[..end], &password(PASSWORD)).is_err(), "cut at {end}");
        }
    }
}

#[test]
fn one_damaged_value_costs_only_itself() {
    let mut file = small(|_| ());
    file.xml = file.xml.replace(
        "<Entry>",
        "<Entry><String><Key>bad</Key><Value Protected=\"true\">no base64</Value></String>",
    );
    let parsed = open(&file.write(), &password(PASSWORD)).unwrap();
    assert_small(&parsed);
    assert!(remarks_on(&parsed, 0).contains(&("Value", Outcome::NotKept)));
}

/// The files of the test data, which fuzzing starts from, are those of the writer.
#[test]
fn written_test_files_are_up_to_date() {
    for (name, major, cipher) in [("keepass-3.kdbx", 3, Cipher::Twofish), ("keepass-4.kdbx", 4, Cipher::Aes)]
    {
        let bytes = small(|file| (file.major, file.cipher) = (major, cipher)).write();
        if std::env::var_os("COFFER_WRITE_CORPUS").is_some() {
            fs::write(path(name), &bytes).unwrap();
        }
        assert_eq!(fs::read(path(name)).unwrap(), bytes, "{name}");
    }
}
