//! Programs that keep one-time codes only.

use vault_engine::SecretText;
use vault_engine::item::{ItemType, Role};
use vault_interchange::{Cost, ImportError, Options, Outcome, ParsedFile, detect};

use crate::support::{NOW, custom, import, path, read, remarks_on, rng, titled, value};

/// Returns the code of an item.
fn code<'p>(parsed: &'p ParsedFile, title: &str) -> &'p str {
    value(titled(parsed, title), Role::Code)
}

/// Each file, with items of it: title, account, and parts of the address of the code.
const CODES: &[(&str, &str, &str, &[&str])] = &[
    ("authenticators-aegis.json", "Shop", "anna", &["totp", "algorithm=SHA256", "digits=8", "period=60"]),
    ("authenticators-aegis.json", "Bank", "bob", &["hotp", "counter=41"]),
    ("authenticators-aegis.json", "Steam", "eve", &["encoder=steam"]),
    ("authenticators-aegis-sealed.json", "Shop", "anna", &["algorithm=SHA256", "digits=8", "period=60"]),
    ("authenticators-2fas.json", "Shop", "anna", &["algorithm=SHA512", "digits=7", "period=60"]),
    ("authenticators-2fas.json", "By hand", "", &["hotp", "counter=9"]),
    ("authenticators-2fas-sealed.json", "Shop", "anna", &["algorithm=SHA512", "digits=7"]),
    ("authenticators-andotp.json", "Shop", "anna", &["algorithm=SHA512", "digits=8", "period=50"]),
    ("authenticators-andotp.json", "Steam", "eve", &["encoder=steam"]),
    ("authenticators-andotp.backup", "Bank", "bob", &["hotp", "counter=50", "digits=7"]),
    // The counter in the file is the one that was used last.
    ("authenticators-freeotp.json", "Bank", "bob", &["hotp", "counter=50", "secret=74AH7AA"]),
    ("authenticators.xml", "Shop", "anna", &["totp", "secret=JBSWY3DP"]),
    ("authenticators-lastpass.json", "Shop", "anna", &["algorithm=SHA512", "digits=8", "period=60"]),
    ("authenticators-proton.json", "Shop", "anna", &["totp", "JBSWY3DPEHPK3PXP"]),
    ("authenticators-proton.json", "Steam", "Steam", &["encoder=steam"]),
    ("authenticators-raivo.json", "Shop", "anna", &["algorithm=SHA256", "digits=8", "period=60"]),
    ("authenticators-raivo.json", "Bank", "bob", &["hotp", "counter=7"]),
    (
        "authenticators-steam.json",
        "Steam",
        "eve",
        &["encoder=steam", "secret=OR3WK3TUPEQGE6LUMVZSA43FMNZGK5BB"],
    ),
    ("authenticators-stratum.json", "Shop", "anna", &["algorithm=SHA512", "digits=8", "period=60"]),
    ("authenticators-stratum.json", "Bank", "bob", &["hotp", "algorithm=SHA256", "counter=50"]),
    ("authenticators.txt", "Shop", "anna", &["totp", "digits=8"]),
    ("authenticators.txt", "raspberrypi", "pi@raspberrypi", &["secret=7KSQL2JTUDIS5EF65KLMRQIIGY"]),
    ("authenticators.zip", "WinAuth", "anna", &["totp", "JBSWY3DPEHPK3PXP"]),
    ("authenticators.png", "Shop", "ann@example.com", &["totp", "secret=MZXW6YTBOI"]),
];

#[test]
fn codes_of_each_authenticator_survive() {
    for (file, title, account, parts) in CODES {
        let parsed = import(file).unwrap();
        let item = titled(&parsed, title);
        assert_eq!(item.item_type, ItemType::OneTimeCode, "{file}");
        assert_eq!(value(item, Role::Username), *account, "{file}");
        for part in *parts {
            assert!(code(&parsed, title).contains(part), "{file}: {} lacks {part}", code(&parsed, title));
        }
    }
}

#[test]
fn groups_notes_and_marks_survive() {
    let parsed = import("authenticators-aegis.json").unwrap();
    let shop = titled(&parsed, "Shop");
    assert_eq!((shop.folder.as_deref(), shop.notes.expose()), (Some("Work"), "a note"));
    assert!(shop.tags.contains("Both") && shop.flags.favourite);
    assert_eq!(titled(&parsed, "Bank").folder.as_deref(), Some("Old group"));
    for file in ["authenticators-2fas.json", "authenticators-lastpass.json", "authenticators-stratum.json"] {
        assert_eq!(titled(&import(file).unwrap(), "Shop").folder.as_deref(), Some("Work"), "{file}");
    }
    let parsed = import("authenticators.txt").unwrap();
    let shop = titled(&parsed, "Shop");
    assert!(shop.tags.contains("Work") && shop.flags.favourite && shop.trashed_at.is_some());
    assert_eq!(shop.notes.expose(), "ente note");
    assert!(!code(&parsed, "Shop").contains("codeDisplay"));
    assert_eq!(titled(&import("authenticators-proton.json").unwrap(), "Shop").notes.expose(), "kept note");
}

#[test]
fn a_bad_entry_costs_only_itself() {
    let parsed = import("authenticators-aegis.json").unwrap();
    assert_eq!(custom(titled(&parsed, "Motp"), "secret").value.expose(), "ABCDEFGH");
    assert_eq!(custom(titled(&parsed, "Motp"), "pin").value.expose(), "1234-pin");
    assert!(custom(titled(&parsed, "Bad"), "secret").value.expose().contains("not base 32!"));
    assert_eq!(custom(titled(&parsed, "New"), "newThing").value.expose(), "new-value");
    assert_eq!(remarks_on(&parsed, 6), [("", Outcome::RowSkipped)]);
    assert_eq!(remarks_on(&import("authenticators-freeotp.json").unwrap(), 3), [("", Outcome::RowSkipped)]);
    assert_eq!(remarks_on(&import("authenticators.txt").unwrap(), 4), [("", Outcome::RowSkipped)]);
    assert_eq!(remarks_on(&import("authenticators.xml").unwrap(), 2), [("", Outcome::RowSkipped)]);
    let steam = import("authenticators-steam.json").unwrap();
    assert_eq!(custom(titled(&steam, "Steam"), "revocation_code").value.expose(), "R1234");
}

#[test]
fn sealed_files_ask_for_their_password() {
    for file in [
        "authenticators-aegis-sealed.json",
        "authenticators-2fas-sealed.json",
        "authenticators-andotp.backup",
        "authenticators.zip",
    ] {
        let bytes = std::fs::read(path(file)).unwrap();
        let open = |password: Option<&str>| {
            let options = Options { password: password.map(SecretText::from), ..Options::default() };
            detect(&bytes).unwrap().read(&bytes, &options, NOW, &mut rng()).err()
        };
        assert_eq!(open(None), Some(ImportError::SecretNeeded), "{file}");
        assert_eq!(open(Some("wrong")), Some(ImportError::WrongSecret), "{file}");
        assert_eq!(open(Some("fuzz")), None, "{file}");
    }
}

#[test]
fn t51_costs_of_authenticators_are_asked_about() {
    let open = |text: &str| {
        detect(text.as_bytes()).unwrap().read(text.as_bytes(), &options(), NOW, &mut rng()).err()
    };
    let aegis = |n: u64| {
        let slot = format!(
            r#"{{"type":1,"n":{n},"r":8,"p":1,"salt":"00","key":"00","key_params":{{"nonce":"00","tag":"00"}}}}"#
        );
        format!(
            r#"{{"version":1,"header":{{"slots":[{slot}],"params":{{"nonce":"00","tag":"00"}}}},"db":"AAAA"}}"#
        )
    };
    let costly = Cost { memory_mib: 1024, seconds: 4 };
    assert_eq!(open(&aegis(1 << 20)), Some(ImportError::Costly(costly)));
    assert_eq!(open(&aegis(1 << 62)), Some(ImportError::CostTooHigh));
    let ente = |memory: u64, passes: u64| {
        format!(
            r#"{{"version":1,"kdfParams":{{"memLimit":{memory},"opsLimit":{passes},"salt":"AAAAAAAAAAAAAAAAAAAAAA=="}},"encryptedData":"AAAA","encryptionNonce":"AAAA"}}"#
        )
    };
    let costly = Cost { memory_mib: 1024, seconds: 8 };
    assert_eq!(open(&ente(1 << 30, 4)), Some(ImportError::Costly(costly)));
    assert_eq!(open(&ente(1 << 50, 4)), Some(ImportError::CostTooHigh));
}

fn options() -> Options {
    Options { password: Some(SecretText::from("fuzz")), ..Options::default() }
}

#[test]
fn missing_parts_of_an_export_are_named() {
    // Part 2 of 3.
    let file = "otpauth-migration://offline?data=CigKEPqlBekzoNEukL7qlsjBCDYSDnBpQHJhc3BiZXJyeXBpIAEoATACEAEYAyABKLzjp5n4%2F%2F%2F%2F%2FwE%3D";
    let parsed = read(file.as_bytes()).unwrap();
    assert_eq!(parsed.items.len(), 1);
    let remark = parsed.remarks.iter().find(|remark| remark.outcome == Outcome::NotKept).unwrap();
    assert!(remark.reason.contains("1 of 3, 3 of 3"), "{}", remark.reason);
}

#[test]
fn a_picture_without_a_code_is_refused() {
    let mut bytes = std::fs::read(path("authenticators.png")).unwrap();
    bytes.truncate(60);
    assert!(read(&bytes).is_err());
}
