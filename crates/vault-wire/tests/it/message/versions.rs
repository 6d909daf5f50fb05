//! Tests of unknown versions and of the protection against downgrades.

use vault_wire::cbor::{Canonical, DecodeError};
use vault_wire::message::*;

use super::samples::*;

#[test]
fn t18_message_of_unknown_version_is_rejected_as_such() {
    macro_rules! run {
        ($name:ident: $type:ty = $sample:expr) => {
            for version in [0, 2, 23] {
                // An entry begins with its kind; its header or record has a version.
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
fn ratchet_rejects_versions_below_the_highest_used() {
    let mut ratchet = VersionRatchet::default();
    assert_eq!(ratchet.choose(&[1], &[1, 2]), Ok(1));
    assert_eq!(ratchet.choose(&[2, 1], &[1, 2]), Ok(2));
    assert_eq!(ratchet.choose(&[1], &[1, 2]), Err(RatchetError::Older { offered: 1, used: 2 }));
    // Offering an unknown version does not allow a downgrade.
    assert_eq!(ratchet.choose(&[1, 9], &[1, 2]), Err(RatchetError::Older { offered: 1, used: 2 }));
    assert_eq!(ratchet.used(), 2, "a refused offer changes nothing");
    assert_eq!(VersionRatchet::at(2).choose(&[1], &[1]), Err(RatchetError::Older { offered: 1, used: 2 }));
}

#[test]
fn newer_versions_offered_beside_known_ones_are_ignored() {
    let offered = discovery().versions.format;
    assert_eq!(VersionRatchet::default().choose(&offered, &[1]), Ok(1));
    assert_eq!(VersionRatchet::default().choose(&[7, 8], &[1]), Err(RatchetError::Unknown(8)));
    assert_eq!(VersionRatchet::default().choose(&[], &[1]), Err(RatchetError::None));
}

#[test]
fn discovery_without_versions_is_rejected() {
    for versions in [r#"{"api":[],"format":[1]}"#, r#"{"api":[1],"format":[]}"#] {
        let text = String::from_utf8(discovery().to_json().unwrap()).unwrap();
        let without = text.replace(r#"{"api":[1],"format":[1,2]}"#, versions);
        assert_ne!(text, without);
        assert_eq!(Discovery::from_json(without.as_bytes()).err(), Some(JsonError::Malformed));
    }
}

#[test]
fn problem_of_a_later_version_keeps_its_status() {
    let problem =
        Problem::from_json(br#"{"type":"about:blank","code":"something-new","status":418,"title":"New"}"#)
            .unwrap();
    assert_eq!((problem.code, problem.status), (ProblemCode::Unknown, 418));
}

#[test]
fn audit_event_of_a_later_version_keeps_the_chain_valid() {
    let first = event();
    let mut later = AuditEvent { seq: 2, kind: Slug::new("something-new").unwrap(), ..event() };
    let before = first.hash.as_slice().try_into().unwrap();
    later.hash = Bytes::new(later.hash_after(&before).to_vec()).unwrap();
    let page = |events| AuditPage { events: List::new(events).unwrap(), more: false };
    assert_eq!(AuditKind::from_name(later.kind.as_str()), None);
    assert!(page(vec![first.clone(), later.clone()]).follows(0, &[0; 32]));
    assert!(page(vec![later.clone()]).follows(1, &before));
    assert!(!page(vec![later.clone()]).follows(0, &[0; 32]), "one left out");
    assert!(!page(vec![later, first.clone()]).follows(0, &[0; 32]), "reordered");
    let changed = AuditEvent { address: None, ..first };
    assert!(!page(vec![changed]).follows(0, &[0; 32]), "changed");
}
