//! Decoders of `vault-crypto`: header files, codes, links, boxes, padding.

use vault_crypto::{
    ApprovalCode, CodeTextError, HeaderFile, InviteLink, Keyset, KitCode, LocalKey, MAX_HEADER, MAX_PAYLOAD,
    RecoveryCode, RootKey, SecretKey, SecretText, VaultKey, open_body,
};
use vault_testkit::FixedRng;
use vault_wire::cbor::{Array, Canonical};
use vault_wire::revision::{RevisionHeader, RevisionKind, SignedRevision};
use vault_wire::{BodyHash, Label, Root, Signature};

use crate::envelope;
use crate::fixture::{ACCOUNT, ITEM, KEY, NONCE, PROFILE, VAULT};
use crate::target::{Bound, Outcome, PLAIN, Target, slow, target};

/// Every secret uses a memory page of its own.
const KEYS: Bound = Bound { per_byte: 8, fixed: 256 << 10 };

pub(crate) const TARGETS: &[Target] = &[
    target("profile_header", profile_header, KEYS, MAX_HEADER + 100),
    target("code_text", code_text, KEYS, 300),
    target("invite_link", invite_link, KEYS, 700),
    target("approval_code", approval_code, KEYS, 1000),
    target("kit_code", kit_code, KEYS, 1300),
    target("sealed_box", sealed_box, KEYS, 4 << 10),
    slow("keyset", keyset, KEYS, 1 << 10),
    slow("item_body", item_body, PLAIN, 4 << 10),
];

fn profile_header(bytes: &[u8]) -> Outcome {
    let Ok(file) = HeaderFile::parse(bytes) else { return Outcome::Rejected };
    assert!(bytes.len() <= MAX_HEADER);
    let header = file.unverified();
    assert!((1..=16).contains(&header.slots().len()));
    // The MAC is valid exactly if the file equals the one written with this key.
    let root_key = RootKey::from_bytes(&KEY);
    let written = header.to_file(&root_key);
    assert_eq!(file.is_authentic(&root_key), written == bytes);
    let again = HeaderFile::parse(&written).expect("encoded headers decode");
    assert!(again.unverified() == header && again.is_authentic(&root_key));
    Outcome::Accepted
}

/// A typed code; at most one of the two kinds accepts it.
fn code_text(bytes: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(bytes) else { return Outcome::Rejected };
    let written = match (SecretKey::from_text(text), RecoveryCode::from_text(text)) {
        (Ok(_), Ok(_)) => panic!("a text is both kinds of code"),
        (Ok(key), Err(error)) => {
            assert_eq!(error, CodeTextError::OtherKind);
            let written = key.to_text();
            assert!(SecretKey::from_text(written.expose()).expect("formatted keys parse").is_same_as(&key));
            written
        }
        (Err(error), Ok(code)) => {
            assert_eq!(error, CodeTextError::OtherKind);
            let written = code.to_text();
            assert!(
                RecoveryCode::from_text(written.expose()).expect("formatted codes parse").is_same_as(&code)
            );
            written
        }
        (Err(_), Err(_)) => return Outcome::Rejected,
    };
    assert_eq!(written.expose().len(), 37);
    Outcome::Accepted
}

fn invite_link(bytes: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(bytes) else { return Outcome::Rejected };
    let Ok(link) = InviteLink::from_text(&SecretText::from(text)) else { return Outcome::Rejected };
    assert!(text.trim().len() <= InviteLink::MAX_TEXT && link.server.len() <= InviteLink::MAX_SERVER);
    let written = link.to_text();
    // The prefix is optional in a pasted link.
    assert!(written.expose().ends_with(text.trim()), "one encoding per invitation");
    let again = InviteLink::from_text(&written).ok().map(|again| again.to_text());
    assert!(again.is_some_and(|again| again.expose() == written.expose()));
    Outcome::Accepted
}

/// The code that a device shows for a new one.
fn approval_code(bytes: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(bytes) else { return Outcome::Rejected };
    let Ok(code) = ApprovalCode::from_text(&SecretText::from(text)) else { return Outcome::Rejected };
    let written = code.to_text();
    assert!(written.expose().ends_with(text.trim()), "one text per code");
    let again = ApprovalCode::from_text(&written).ok().map(|again| again.to_text());
    assert!(again.is_some_and(|again| again.expose() == written.expose()));
    Outcome::Accepted
}

/// The QR code of a Kit.
fn kit_code(bytes: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(bytes) else { return Outcome::Rejected };
    let Ok(code) = KitCode::from_text(&SecretText::from(text)) else { return Outcome::Rejected };
    let written = code.to_text();
    assert!(written.expose().ends_with(text.trim()), "one text per code");
    let again = KitCode::from_text(&written).ok().map(|again| again.to_text());
    assert!(again.is_some_and(|again| again.expose() == written.expose()));
    Outcome::Accepted
}

/// A box from the database; the first byte selects its kind.
fn sealed_box(bytes: &[u8]) -> Outcome {
    let Some((kind, sealed)) = bytes.split_first() else { return Outcome::Rejected };
    let local = LocalKey::from_bytes(&KEY);
    let (context, length, opened) = match kind % 3 {
        0 => (
            Array::labelled(Label::LOCAL_DRAFT).bytes(PROFILE.as_bytes()).bytes(b"name"),
            None,
            local.open_draft(&PROFILE, b"name", sealed).map(|draft| draft.expose().to_vec()),
        ),
        1 => (
            Array::labelled(Label::LOCAL_VAULT_KEY).bytes(VAULT.as_bytes()).uint(1),
            Some(32),
            local.open_vault_key(&VAULT, 1, sealed).map(|key| key.expose_bytes().to_vec()),
        ),
        _ => (
            Array::labelled(Label::LOCAL_SECRET_KEY).bytes(PROFILE.as_bytes()),
            Some(16),
            local.open_secret_key(&PROFILE, sealed).map(|key| key.expose_bytes().to_vec()),
        ),
    };
    let expected = envelope::open(&KEY, &context, sealed)
        .filter(|content| length.is_none_or(|length| content.len() == length));
    assert_eq!(opened.as_ref().ok(), expected.as_ref(), "both implementations agree");
    Outcome::of(&expected)
}

/// The content of a validly sealed keyset box.
fn keyset(bytes: &[u8]) -> Outcome {
    let root_key = RootKey::from_bytes(&KEY);
    let key = envelope::derive(&[], &KEY, &Array::labelled(Label::KEYSET_LOCAL));
    let context = Array::labelled(Label::KEYSET).bytes(ACCOUNT.as_bytes());
    let sealed = envelope::seal(&key, &context, NONCE, bytes);
    let Ok(keyset) = Keyset::open_local(&sealed, &root_key, &ACCOUNT) else { return Outcome::Rejected };
    let again = keyset.seal_local(&root_key, &ACCOUNT, &mut FixedRng::new(1));
    let again = envelope::open(&key, &context, &again).expect("sealed boxes open");
    assert_eq!(again, bytes, "one encoding per keyset");
    Outcome::Accepted
}

/// The padded payload of an item, validly sealed and with a valid header.
fn item_body(bytes: &[u8]) -> Outcome {
    let header = RevisionHeader {
        vault_id: VAULT,
        item_id: ITEM,
        kind: RevisionKind::Put,
        parent: None,
        author: ACCOUNT,
        generation: 1,
        epoch: 1,
        base_seq: 1,
        base_root: Root::from_bytes([0; 32]),
        blobs: Vec::new(),
    }
    .encode();
    let body = envelope::seal(&KEY, &Array::labelled(Label::ITEM).bytes(&header), NONCE, bytes);
    let signature = Signature::from_bytes([0; 64]);
    let revision = SignedRevision { header, body_hash: BodyHash::of(&body), signature };
    let Ok(payload) = open_body(&revision, &body, &VaultKey::from_bytes(&KEY)) else {
        return Outcome::Rejected;
    };
    let payload = payload.expose();
    assert!(payload.len() <= MAX_PAYLOAD);
    let (content, padding) = bytes.split_at(payload.len());
    assert_eq!(content, payload);
    assert_eq!(padding.first(), Some(&0x80));
    assert!(padding.iter().skip(1).all(|byte| *byte == 0));
    assert_eq!(bytes.len(), (payload.len() + 1).next_power_of_two().max(1024), "one padding per payload");
    Outcome::Accepted
}
