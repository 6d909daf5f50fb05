use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;

/// The comparable parts of an entry: secret, scheme, issuer, account.
type Seen = (Vec<u8>, Scheme, String, String);

fn seen(code: &Code) -> Seen {
    (code.secret.to_vec(), code.scheme, code.issuer.clone(), code.account.clone())
}

fn only(text: &str) -> Entry {
    let mut migration = Migration::read(text).unwrap();
    assert_eq!(migration.entries.len(), 1);
    migration.entries.remove(0)
}

fn of_message(message: &[u8]) -> Result<Migration, MigrationError> {
    let mut base64 = vec![0; message.len() * 2 + 4];
    let text = base64ct::Base64::encode(message, &mut base64).unwrap().replace('+', "%2B");
    Migration::read(&format!("otpauth-migration://offline?data={text}"))
}

const USUAL: Scheme = Scheme::Totp { algorithm: Algorithm::Sha1, digits: 6, period: 30 };

#[test]
fn a_uri_of_another_program_is_parsed() {
    let data = "CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU6YWxpY2VAZ29vZ2xlLmNvbRoHRXhhbXBsZTAC";
    for address in [
        format!("otpauth-migration://offline?data={data}"),
        format!(" OTPAUTH-MIGRATION://offline/?x=y&data={data}%3D \n"),
    ] {
        let entry = only(&address);
        let code = entry.code.unwrap();
        let expected =
            (b"Hello!\xde\xad\xbe\xef".to_vec(), USUAL, "Example".to_owned(), "alice@google.com".to_owned());
        assert_eq!(seen(&code), expected);
        assert_eq!((entry.issuer, entry.account), (code.issuer.clone(), code.account.clone()));
        let uri = code.to_uri();
        assert_eq!(
            uri.expose(),
            "otpauth://totp/Example:alice@google.com?secret=JBSWY3DPEHPK3PXP&issuer=Example"
        );
    }
}

#[test]
fn invalid_entries_are_kept_with_their_error() {
    let with = |more: &[u8]| {
        let entry = [&[0x0a, 1, 7, 0x12, 1, b'a'], more].concat();
        let message = [&[0x0a, u8::try_from(entry.len()).unwrap()], entry.as_slice()].concat();
        of_message(&message).unwrap().entries.remove(0).code.map(|code| code.scheme)
    };
    assert_eq!(with(&[0x30, 2]), Ok(USUAL));
    assert_eq!(with(&[0x30, 2, 0x20, 4]), Err(CodeError::Algorithm));
    assert_eq!(with(&[0x30, 2, 0x28, 3]), Err(CodeError::Digits));
    assert_eq!(with(&[]), Err(CodeError::NotACode));
    assert_eq!(with(&[0x30, 3]), Err(CodeError::NotACode));
    assert_eq!(with(&[0x30, 2, 0x0a, 0]), Err(CodeError::Secret), "the last secret wins");
    let counter = |counter| Ok(Scheme::Hotp { algorithm: Algorithm::Sha512, digits: 8, counter });
    assert_eq!(with(&[0x30, 1, 0x20, 3, 0x28, 2, 0x38, 0x85, 0x01]), counter(133));
    let negative = [0x30, 1, 0x38, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    assert_eq!(with(&negative), Err(CodeError::Counter));
}

#[test]
fn damaged_and_oversized_uris_are_refused() {
    let refused = |text: &str| Migration::read(text).err();
    for text in ["", "x", "otpauth://totp/a?secret=MZXW6", "http://x?data=CgA"] {
        assert_eq!(refused(text), Some(MigrationError::NotAMigration), "{text}");
    }
    for rest in [
        "offline",
        "offline?",
        "offline?data=",
        "offline?data=C",
        "offline?data=%",
        "offline?data=CgA.",
        "offline?data=CgA&data=CgE",
        "offline?data=CgE",
        "offline?data=CgMSAf8",
    ] {
        assert_eq!(refused(&format!("otpauth-migration://{rest}")), Some(MigrationError::Damaged), "{rest}");
    }
    let long = format!("otpauth-migration://offline?data={}", "A".repeat(TEXT));
    assert_eq!(refused(&long), Some(MigrationError::TooLong));
    assert_eq!(of_message(&[0x0a, 0].repeat(ENTRIES)).unwrap().entries.len(), ENTRIES);
    assert_eq!(of_message(&[0x0a, 0].repeat(ENTRIES + 1)).err(), Some(MigrationError::TooLong));
    for parts in
        [&[0x18, 2, 0x20, 2][..], &[0x20, 1], &[0x18, 0xe9, 0x07], &[0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 1]]
    {
        assert_eq!(of_message(parts).err(), Some(MigrationError::Damaged), "{parts:x?}");
    }
}

#[test]
fn codes_outside_the_format_are_left_out_and_reported() {
    let parse = |text: &str| Code::parse(text).unwrap();
    let codes = [
        parse("steam://MZXW6YTBOI"),
        parse("otpauth://totp/a?secret=MZXW6YTBOI&digits=7"),
        parse("otpauth://totp/a?secret=MZXW6YTBOI"),
        parse("otpauth://totp/a?secret=MZXW6YTBOI&period=60"),
    ];
    let written = write(&codes, 1);
    assert_eq!((written.addresses.len(), written.left_out), (1, vec![0, 1, 3]));
    assert!(write(&codes[..1], 1).addresses.is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig {
        rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn written_codes_round_trip_in_order(
        set_ups in prop::collection::vec((
            prop::collection::vec(any::<u8>(), 1..65), "[^\\s:]{0,12}", "[^\\s]{0,12}", 0..3_usize,
            any::<bool>(), prop::option::of(0..=LAST_COUNTER),
        ), 0..25),
        batch in any::<i32>(),
    ) {
        let codes: Vec<Code> = set_ups.into_iter().map(|(secret, issuer, account, hash, long, counter)| {
            let algorithm = [Algorithm::Sha1, Algorithm::Sha256, Algorithm::Sha512][hash];
            let digits = if long { 8 } else { 6 };
            let scheme = match counter {
                Some(counter) => Scheme::Hotp { algorithm, digits, counter },
                None => Scheme::Totp { algorithm, digits, period: 30 },
            };
            Code { secret: Zeroizing::new(secret), scheme, issuer, account, more: Zeroizing::default() }
        }).collect();
        let written = write(&codes, batch);
        prop_assert!(written.left_out.is_empty() && written.addresses.len() <= codes.len());
        let mut read = Vec::new();
        for (part, address) in (0..).zip(&written.addresses) {
            prop_assert!(address.expose().len() <= 2_953, "fits a QR code");
            let migration = Migration::read(address.expose()).unwrap();
            let parts = u32::try_from(written.addresses.len()).unwrap();
            prop_assert_eq!((migration.part, migration.parts, migration.batch), (part, parts, batch));
            prop_assert!(migration.entries.len() <= 10);
            read.extend(migration.entries.into_iter().map(|entry| seen(&entry.code.unwrap())));
        }
        prop_assert_eq!(read, codes.iter().map(seen).collect::<Vec<_>>());
    }

    #[test]
    fn any_bytes_are_decoded_without_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..200), text in any::<String>(),
    ) {
        let _ = of_message(&bytes);
        let _ = of_message(&[&[0x0a, u8::try_from(bytes.len()).unwrap()], bytes.as_slice()].concat());
        let _ = Migration::read(&format!("otpauth-migration://offline?data={text}"));
    }
}
