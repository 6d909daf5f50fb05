//! Tests of the syntax of names, origins, credentials and queries.

use vault_wire::ContentHash;
use vault_wire::cbor::{Array, Canonical};
use vault_wire::message::*;

#[test]
fn origins_have_one_canonical_form() {
    for text in [
        "https://coffer.example",
        "https://coffer.example:8443",
        "https://10.0.0.1:1",
        "https://[2001:db8::1]",
        "https://[::1]:65535",
        "https://xn--mnchen-3ya.example",
    ] {
        assert_eq!(Origin::new(text).map(|origin| origin.as_str().to_owned()).as_deref(), Ok(text));
    }
    for text in [
        "",
        "https://",
        "http://coffer.example",
        "HTTPS://coffer.example",
        "https://Coffer.example",
        "https://coffer.example/",
        "https://coffer.example/path",
        "https://user@coffer.example",
        "https://coffer.example?x",
        "https://coffer.example:",
        "https://coffer.example:0",
        "https://coffer.example:080",
        "https://coffer.example:+80",
        "https://coffer.example:65536",
        "https://:443",
        "https://[]",
        "https://[::1",
        "https://2001:db8::1",
        "https://münchen.example",
        "https://a b",
    ] {
        assert_eq!(Origin::new(text), Err(TextError), "{text}");
    }
    let long = |n: usize| format!("https://{}", "a".repeat(n - 8));
    assert!(Origin::new(&long(255)).is_ok());
    assert_eq!(Origin::new(&long(256)), Err(TextError));
}

#[test]
fn login_names_have_one_canonical_form() {
    assert!(LoginName::new("anna@example.org").is_ok() && LoginName::new("müller").is_ok());
    for text in ["", "Anna", "anna ", " anna", "an\u{a0}na", "an\nna", "an\0na", "an\u{85}na"] {
        assert_eq!(LoginName::new(text), Err(TextError), "{text:?}");
    }
    assert!(LoginName::new(&"a".repeat(254)).is_ok());
    assert_eq!(LoginName::new(&"a".repeat(255)), Err(TextError));
}

#[test]
fn slugs_contain_only_lower_case_letters_digits_and_hyphens() {
    assert!(Slug::new("k-2026-11").is_ok() && Slug::new(&"a".repeat(40)).is_ok());
    for text in ["", "-", "a-", "-a", "a--b", "A", "a_b", "../a", "é", &"a".repeat(41)] {
        assert_eq!(Slug::new(text), Err(TextError), "{text}");
    }
}

#[test]
fn credentials_and_texts_have_no_control_characters() {
    assert!(Credential::<8>::new("abc.~+/=").is_ok());
    for text in ["", "a b", "a\"", "a\\", "a\n", "é", "123456789"] {
        assert!(Credential::<8>::new(text).is_err(), "{text}");
    }
    assert!(Text::<4>::new("é é").is_err() && Text::<5>::new("é é").is_ok() && Text::<4>::new("").is_ok());
    assert!(Text::<4>::new("a\u{7f}").is_err() && Text::<4>::new("a\r\n").is_err());
}

#[test]
fn bytes_outside_their_length_bounds_are_rejected() {
    let read = |text: &str| serde_json::from_str::<Bytes<2, 4>>(&format!("\"{text}\"")).is_ok();
    let cases = [("AQ", false), ("AQI", true), ("AQID", true), ("AQIDBA", true), ("AQIDBAU", false)];
    assert!(cases.into_iter().all(|(text, fits)| read(text) == fits));
    for wrong in ["AQI=", "AQJ", "AQ+D", "AQ/D", "AQ D", "A", "AQ-"] {
        assert!(!read(wrong), "{wrong}");
    }
    assert!(read("_-_-"));
    assert!(Bytes::<2, 4>::new(vec![1]).is_err() && Bytes::<2, 4>::new(vec![1; 5]).is_err());
}

#[test]
fn queries_round_trip_and_apply_defaults() {
    let query = LogQuery { after: u64::MAX, limit: 1, bodies: Bodies::None };
    assert_eq!(query.to_string(), "after=18446744073709551615&limit=1&bodies=none");
    assert_eq!(query.to_string().parse(), Ok(query));
    let default = LogQuery { after: 0, limit: 1000, bodies: Bodies::Live };
    assert_eq!(
        ("".parse(), "bodies=all&after=7".parse()),
        (Ok(default), Ok(LogQuery { after: 7, bodies: Bodies::All, ..default }))
    );
    for wrong in [
        "after",
        "after=",
        "after=-1",
        "after=+1",
        "after=01",
        "after=18446744073709551616",
        "after=1&after=1",
        "limit=0",
        "limit=1001",
        "bodies=Live",
        "bodies=",
        "x=1",
        "after=1&limit=1&bodies=all&after=1",
        "after=1;limit=1",
    ] {
        assert_eq!(wrong.parse::<LogQuery>(), Err(QueryError), "{wrong}");
    }
}

#[test]
fn connect_code_that_was_changed_names_no_other_server() {
    let origin = |text| Origin::new(text).unwrap();
    let code = ConnectCode {
        address: origin("https://10.0.0.7:8443"),
        issuer: origin("https://coffer.example"),
        key: Some(ContentHash::from_bytes([7; 32])),
        code: Some(Credential::new("K7-WELCOME").unwrap()),
    };
    let text = code.to_string();
    let read = |text: &str| text.parse::<ConnectCode>().map(|code| code.to_string());
    assert_eq!(read(&text), Ok(text.clone()));
    // As it is pasted: without the prefix, with space around it.
    let bare = text.strip_prefix("coffer://connect#").unwrap();
    assert_eq!(read(&format!(" {bare}\n")), Ok(text.clone()));
    // Each character that is changed makes another text, or none: no two texts are one code.
    for at in 0..bare.len() {
        for other in ["A", "z", "-", "=", "\u{e9}"].into_iter().filter(|other| bare[at..=at] != **other) {
            let changed = format!("{}{other}{}", &bare[..at], &bare[at + 1..]);
            assert_ne!(read(&changed), Ok(text.clone()), "{at} {other}");
        }
    }
    for end in 0..bare.len() {
        assert!(read(&bare[..end]).is_err(), "cut off after {end}");
    }
    // Addresses to which a client would send nothing encrypted, or something else than to an origin.
    let made = |address: &str, issuer: &str| {
        Array::new().uint(1).text(address).text(issuer).bytes_or_null(None).bytes_or_null(None).encode()
    };
    let good = "https://coffer.example";
    assert!(ConnectCode::decode(&made(good, good)).is_ok());
    for bad in
        ["http://coffer.example", "https://coffer.example/", "https://a@coffer.example", "coffer.example", ""]
    {
        assert!(ConnectCode::decode(&made(bad, good)).is_err(), "{bad}");
        assert!(ConnectCode::decode(&made(good, bad)).is_err(), "{bad}");
    }
    // A text that is far too long is refused before it is decoded.
    assert_eq!(read(&"A".repeat(10_000)), Err(ConnectCodeError::NotACode));
}

#[test]
fn an_origin_has_a_host_and_perhaps_a_port() {
    for (text, host, port) in [
        ("https://a.example", "a.example", None),
        ("https://10.0.0.1:8443", "10.0.0.1", Some(8443)),
        ("https://[::1]", "::1", None),
        ("https://[::1]:1", "::1", Some(1)),
    ] {
        let origin = Origin::new(text).unwrap();
        assert_eq!((origin.host(), origin.port()), (host, port), "{text}");
    }
}
