//! Versions: unknown ones say so, older ones do not come back.

use vault_wire::cbor::{Canonical, DecodeError};
use vault_wire::message::*;

use super::samples::*;

#[test]
fn t18_a_message_of_another_version_is_refused_and_says_so() {
    macro_rules! run {
        ($name:ident: $type:ty = $sample:expr) => {
            for version in [0, 2, 23] {
                // An entry begins with its kind, which is as good: headers and records have versions of their own.
                let expected = match stringify!($name) {
                    "entry" | "record" if version == 2 => continue,
                    "entry" | "record" => DecodeError::UnknownKind(version.into()),
                    _ => DecodeError::UnknownVersion(version.into()),
                };
                let mut bytes = <$type>::encode(&$sample);
                bytes[1] = version;
                let refused = <$type>::decode(&bytes).unwrap_err();
                assert_eq!(refused, expected, stringify!($name));
            }
        };
    }
    each_cbor!(run);
}

#[test]
fn t18_nothing_older_is_taken_once_something_newer_was_in_use() {
    let mut ratchet = VersionRatchet::default();
    assert_eq!(ratchet.choose(&[1], &[1, 2]), Ok(1));
    assert_eq!(ratchet.choose(&[2, 1], &[1, 2]), Ok(2));
    assert_eq!(ratchet.choose(&[1], &[1, 2]), Err(RatchetError::Older { offered: 1, used: 2 }));
    // A version that this program does not know cannot be used to push it below one that it does.
    assert_eq!(ratchet.choose(&[1, 9], &[1, 2]), Err(RatchetError::Older { offered: 1, used: 2 }));
    assert_eq!(ratchet.used(), 2, "a refused offer changes nothing");
    assert_eq!(VersionRatchet::at(2).choose(&[1], &[1]), Err(RatchetError::Older { offered: 1, used: 2 }));
}

#[test]
fn a_server_that_speaks_something_newer_too_is_understood() {
    let offered = discovery().versions.format;
    assert_eq!(VersionRatchet::default().choose(&offered, &[1]), Ok(1));
    assert_eq!(VersionRatchet::default().choose(&[7, 8], &[1]), Err(RatchetError::Unknown(8)));
    assert_eq!(VersionRatchet::default().choose(&[], &[1]), Err(RatchetError::None));
}

#[test]
fn a_server_names_its_versions() {
    for versions in [r#"{"api":[],"format":[1]}"#, r#"{"api":[1],"format":[]}"#] {
        let text = String::from_utf8(discovery().to_json().unwrap()).unwrap();
        let without = text.replace(r#"{"api":[1],"format":[1,2]}"#, versions);
        assert_ne!(text, without);
        assert_eq!(Discovery::from_json(without.as_bytes()).err(), Some(JsonError::Malformed));
    }
}

#[test]
fn an_error_of_a_later_version_keeps_its_status() {
    let problem =
        Problem::from_json(br#"{"type":"about:blank","code":"something-new","status":418,"title":"New"}"#)
            .unwrap();
    assert_eq!((problem.code, problem.status), (ProblemCode::Unknown, 418));
}

#[test]
fn an_event_of_a_later_version_keeps_its_place_in_the_chain() {
    let first = event();
    let mut later = AuditEvent { seq: 2, kind: Slug::new("something-new").unwrap(), ..event() };
    let before = first.hash.as_slice().try_into().unwrap();
    later.hash = Bytes::new(later.hash_after(&before).to_vec()).unwrap();
    let page = |events| AuditPage { events: List::new(events).unwrap(), more: false };
    assert_eq!(AuditKind::from_word(later.kind.as_str()), None);
    assert!(page(vec![first.clone(), later.clone()]).follows(0, &[0; 32]));
    assert!(page(vec![later.clone()]).follows(1, &before));
    assert!(!page(vec![later.clone()]).follows(0, &[0; 32]), "one left out");
    assert!(!page(vec![later, first.clone()]).follows(0, &[0; 32]), "reordered");
    let changed = AuditEvent { address: None, ..first };
    assert!(!page(vec![changed]).follows(0, &[0; 32]), "changed");
}
