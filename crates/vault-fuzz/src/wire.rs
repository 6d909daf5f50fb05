//! Decoders of `vault-wire`.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use vault_wire::account::{
    ApprovalAnswer, Certificate, CodeStatement, DeviceKeys, Reenrolment, Revocation, SignedCertificate,
    SignedCodeStatement, SignedDeviceKeys, SignedReenrolment, SignedRevocation, SignedSuccessor, Successor,
    Successors,
};
use vault_wire::blob::{BlobLayout, CHUNK_SIZE, MAX_DOCUMENT, padme};
use vault_wire::cbor::{Array, Canonical, DecodeError, Reader};
use vault_wire::grant::Grant;
use vault_wire::guardians::{AsText, RecoveryAnswer, RecoveryCard, RecoveryOffer};
use vault_wire::invitation::{Answer, InvitationReading};
use vault_wire::message::ConnectCode;
use vault_wire::recovery::{Consent, RecoveryRequest, Release, SealedShare, SignedConsent, SignedRelease};
use vault_wire::revision::RevisionHeader;
use vault_wire::roster::Record;
use vault_wire::{
    AccountId, BlobId, BodyHash, CertificateHash, DeviceId, EntryHash, ItemId, ProfileId, RevHash, SlotId,
    VaultId,
};

use crate::target::{Bound, Outcome, PLAIN, Target, target};

pub(crate) const TARGETS: &[Target] = &[
    target("cbor", cbor, PLAIN, 4 << 10),
    target("ids", ids, PLAIN, 256),
    target("blob_layout", blob_layout, Bound { per_byte: 0, fixed: 0 }, 12),
    target("certificate", certificate, PLAIN, Certificate::MAX_LEN + 100),
    target("signed_certificate", signed_certificate, PLAIN, SignedCertificate::MAX_LEN + 100),
    target("reenrolment", reenrolment, PLAIN, SignedReenrolment::MAX_LEN + 100),
    target("record", record, PLAIN, 8 << 10),
    target("answer", answer, PLAIN, Answer::MAX_LEN + 100),
    target("grant", canonical_only::<Grant>, PLAIN, Grant::MAX_LEN + 100),
    target("consent", consent, PLAIN, SignedConsent::MAX_LEN + 100),
    target("share", canonical_only::<SealedShare>, PLAIN, SealedShare::MAX_LEN + 100),
    target("recovery_request", canonical_only::<RecoveryRequest>, PLAIN, RecoveryRequest::MAX_LEN + 100),
    target("recovery_text", recovery_text, PLAIN, 80 << 10),
    target("release", release, PLAIN, SignedRelease::MAX_LEN + 100),
    target("code_statement", code_statement, PLAIN, SignedCodeStatement::MAX_LEN + 100),
    target("device_keys", device_keys, PLAIN, SignedDeviceKeys::MAX_LEN + 100),
    target("approval_answer", canonical_only::<ApprovalAnswer>, PLAIN, ApprovalAnswer::MAX_LEN + 100),
    target("revocation", revocation, PLAIN, SignedRevocation::MAX_LEN + 100),
    target("successor", successor, PLAIN, SignedSuccessor::MAX_LEN + 100),
    target("reading", reading, PLAIN, InvitationReading::MAX_LEN + 100),
    target("connect_code", connect_code, PLAIN, 1024),
    // A document reference is larger in memory than encoded, due to alignment.
    target("revision_header", canonical_only::<RevisionHeader>, PLAIN, RevisionHeader::MAX_LEN + 100),
];

/// Decodes, and checks the invariants of canonical encodings.
pub(crate) fn canonical<T: Canonical + Debug + PartialEq>(bytes: &[u8]) -> Option<T> {
    let value = T::decode(bytes).ok()?;
    assert!(bytes.len() <= T::MAX_LEN, "longer than the maximum length");
    assert_eq!(value.encode(), bytes, "one encoding per value");
    assert_eq!(T::decode(&value.encode()).as_ref(), Ok(&value), "encoded values decode");
    Some(value)
}

pub(crate) fn canonical_only<T: Canonical + Debug + PartialEq>(bytes: &[u8]) -> Outcome {
    Outcome::of(&canonical::<T>(bytes))
}

fn certificate(bytes: &[u8]) -> Outcome {
    let certificate = canonical::<Certificate>(bytes);
    if let Some(certificate) = &certificate {
        assert_eq!(certificate.account_id(), AccountId::of_root(&certificate.root));
    }
    Outcome::of(&certificate)
}

fn signed_certificate(bytes: &[u8]) -> Outcome {
    let Some(signed) = canonical::<SignedCertificate>(bytes) else { return Outcome::Rejected };
    let verified = signed.verify();
    assert_eq!(verified, signed.verify(), "verification is deterministic");
    if let Ok(certificate) = &verified {
        assert_eq!(certificate.encode(), signed.bytes, "the verified certificate is the signed one");
        assert!(certificate.generation > 0);
    }
    Outcome::of(&verified.ok())
}

fn reenrolment(bytes: &[u8]) -> Outcome {
    let signed = canonical::<SignedReenrolment>(bytes);
    let inner = signed.and_then(|signed| canonical::<Reenrolment>(&signed.bytes));
    Outcome::of(&inner)
}

/// A record without signatures; the `log` target makes signed ones.
fn record(bytes: &[u8]) -> Outcome {
    let record = canonical::<Record>(bytes);
    if let Some(record) = &record {
        assert!(record.ops.len() as u64 <= Record::MAX_OPS);
    }
    Outcome::of(&record)
}

fn answer(bytes: &[u8]) -> Outcome {
    let Some(Answer { certificate, accept, name: _ }) = canonical::<Answer>(bytes) else {
        return Outcome::Rejected;
    };
    let Ok(identity) = certificate.verify() else { return Outcome::Rejected };
    let accepted = accept.verify(&certificate.hash(), &identity.sign);
    assert_eq!(accepted, accept.verify(&certificate.hash(), &identity.sign), "verification is deterministic");
    let other = CertificateHash::from_bytes([0; 32]);
    assert!(accept.verify(&other, &identity.sign).is_err(), "bound to the joining identity");
    if let Ok(accepted) = &accepted {
        assert_eq!(accepted.encode(), accept.bytes, "the verified acceptance is the signed one");
    }
    Outcome::of(&accepted.ok())
}

fn consent(bytes: &[u8]) -> Outcome {
    let signed = canonical::<SignedConsent>(bytes);
    let inner = signed.and_then(|signed| canonical::<Consent>(&signed.bytes));
    Outcome::of(&inner)
}

fn release(bytes: &[u8]) -> Outcome {
    let signed = canonical::<SignedRelease>(bytes);
    let inner = signed.and_then(|signed| canonical::<Release>(&signed.bytes));
    Outcome::of(&inner)
}

/// The first byte selects the text.
fn recovery_text(bytes: &[u8]) -> Outcome {
    let Some((kind, bytes)) = bytes.split_first() else { return Outcome::Rejected };
    let Ok(text) = std::str::from_utf8(bytes) else { return Outcome::Rejected };
    match kind {
        b'c' => text_of::<RecoveryCard>(text),
        b'o' => text_of::<RecoveryOffer>(text),
        b'r' => text_of::<RecoveryRequest>(text),
        b'a' => text_of::<RecoveryAnswer>(text),
        _ => Outcome::Rejected,
    }
}

fn text_of<T: AsText + Debug + PartialEq>(text: &str) -> Outcome {
    let value = T::from_text(text).ok();
    if let Some(value) = &value {
        let written = value.to_text();
        let bare: String = text.split_whitespace().collect();
        assert!(written.ends_with(&bare), "one text, but for white space and its beginning");
        assert_eq!(T::from_text(&written).as_ref(), Ok(value), "written texts are read");
        assert_eq!(canonical::<T>(&value.encode()).as_ref(), Some(value));
    }
    Outcome::of(&value)
}

fn code_statement(bytes: &[u8]) -> Outcome {
    let Some(signed) = canonical::<SignedCodeStatement>(bytes) else { return Outcome::Rejected };
    let Some(inner) = canonical::<CodeStatement>(&signed.bytes) else { return Outcome::Rejected };
    let account = inner.account_id();
    // A box whose hash is stated is not known here, so only a statement without a code can be valid.
    let verified = signed.verify(&account, &inner.issuer, 0, None);
    if let Ok(verified) = verified {
        assert!(verified == inner && verified.code.is_none() && verified.number > 0);
        assert!(signed.verify(&account, &inner.issuer, inner.number, None).is_err(), "a replay");
        assert!(signed.verify(&account, "https://other.example", 0, None).is_err(), "another server");
    }
    Outcome::Accepted
}

fn device_keys(bytes: &[u8]) -> Outcome {
    let Some(signed) = canonical::<SignedDeviceKeys>(bytes) else { return Outcome::Rejected };
    let Some(keys) = canonical::<DeviceKeys>(&signed.bytes) else { return Outcome::Rejected };
    let device = DeviceId::of_key(&keys.sign);
    if let Ok(verified) = signed.verify(&keys.account, &device) {
        assert_eq!(verified, keys, "the verified keys are the signed ones");
        assert!(signed.verify(&keys.account, &DeviceId::from_bytes([0; 32])).is_err(), "another device");
    }
    Outcome::Accepted
}

fn revocation(bytes: &[u8]) -> Outcome {
    let signed = canonical::<SignedRevocation>(bytes);
    let inner = signed.and_then(|signed| canonical::<Revocation>(&signed.bytes));
    Outcome::of(&inner)
}

fn successor(bytes: &[u8]) -> Outcome {
    let Some(signed) = canonical::<SignedSuccessor>(bytes) else { return Outcome::Rejected };
    let Some(inner) = canonical::<Successor>(&signed.bytes) else { return Outcome::Rejected };
    if let Ok(roots) = Successors::verify(&inner.account, std::slice::from_ref(&signed)) {
        assert_eq!(inner.account, AccountId::of_root(&inner.root), "the first root names the account");
        assert_eq!(roots.present_for(&inner.root), Ok(&inner.next));
    }
    let twice = [signed.clone(), signed];
    assert!(Successors::verify(&inner.account, &twice).is_err(), "a root does not follow itself");
    Outcome::Accepted
}

fn reading(bytes: &[u8]) -> Outcome {
    let reading = canonical::<InvitationReading>(bytes);
    if let Some(reading) = &reading {
        let (vault, other) = (VaultId::from_bytes([1; 16]), AccountId::from_bytes([0; 16]));
        assert!(reading.account == other || reading.verify(&vault, &other).is_err(), "another account");
    }
    Outcome::of(&reading)
}

fn connect_code(bytes: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(bytes) else { return Outcome::Rejected };
    let code = text.parse::<ConnectCode>().ok();
    if let Some(code) = &code {
        let written = code.to_string();
        // The prefix is optional in a pasted code.
        assert!(written.ends_with(text.trim()), "one text per code");
        assert_eq!(written.parse::<ConnectCode>().map(|again| again.to_string()), Ok(written));
    }
    Outcome::of(&code)
}

/// The first eight bytes select item types; the others are read as those and written again.
fn cbor(bytes: &[u8]) -> Outcome {
    let Some((asked, bytes)) = bytes.split_first_chunk::<8>() else { return Outcome::Rejected };
    let mut reader = Reader::new(bytes);
    let read = |reader: &mut Reader<'_>| {
        let items = usize::try_from(reader.array_up_to(asked.len() as u64)?).unwrap_or(0);
        let array =
            asked.iter().take(items).try_fold(Array::new(), |array, kind| item(reader, *kind, array))?;
        reader.end().map(|()| array.encode())
    };
    let Ok(again) = read(&mut reader) else { return Outcome::Rejected };
    assert!(again.len() <= bytes.len(), "the canonical encoding is the shortest");
    Outcome::of(&(again == bytes).then_some(()))
}

fn item(reader: &mut Reader<'_>, kind: u8, array: Array) -> Result<Array, DecodeError> {
    let most = usize::from(kind >> 3);
    Ok(match kind & 7 {
        0 => array.uint(reader.uint()?),
        1 => array.uint(reader.uint32()?.into()),
        2 => array.bytes(at_most(most, reader.bytes_up_to(most)?)),
        3 => {
            let text = reader.text_up_to(most)?;
            at_most(most, text.as_bytes());
            array.text(text)
        }
        4 => array.bool(reader.bool()?),
        5 => {
            array.bytes_or_null(reader.fixed_or_null::<ItemId>()?.as_ref().map(|id| id.as_bytes().as_slice()))
        }
        6 => array.bytes(reader.fixed::<RevHash>()?.as_bytes()),
        _ => {
            reader.array(0)?;
            array.array(&Array::new())
        }
    })
}

fn at_most(most: usize, bytes: &[u8]) -> &[u8] {
    assert!(bytes.len() <= most, "longer than the requested maximum");
    bytes
}

fn ids(bytes: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(bytes) else { return Outcome::Rejected };
    let short = [
        reads_back::<ProfileId>(text),
        reads_back::<SlotId>(text),
        reads_back::<AccountId>(text),
        reads_back::<VaultId>(text),
        reads_back::<ItemId>(text),
        reads_back::<BlobId>(text),
    ];
    let long = [
        reads_back::<RevHash>(text),
        reads_back::<EntryHash>(text),
        reads_back::<BodyHash>(text),
        reads_back::<CertificateHash>(text),
    ];
    assert!(short.iter().all(|seen| *seen == short[0]) && long.iter().all(|seen| *seen == long[0]));
    short[0].min(long[0])
}

fn reads_back<T: FromStr + Display>(text: &str) -> Outcome {
    let id = text.parse::<T>().ok();
    if let Some(id) = &id {
        assert_eq!(id.to_string(), text, "one text per id");
    }
    Outcome::of(&id)
}

/// Sizes come from signed headers and from payloads, so they are arbitrary.
fn blob_layout(bytes: &[u8]) -> Outcome {
    let Some((size, rest)) = bytes.split_first_chunk::<8>() else { return Outcome::Rejected };
    let size = u64::from_be_bytes(*size);
    let index = rest.first_chunk::<4>().map_or(u32::MAX, |index| u32::from_be_bytes(*index));
    let Ok(layout) = BlobLayout::new(size) else {
        assert!(size > MAX_DOCUMENT);
        return Outcome::Rejected;
    };
    let padded = layout.padded();
    assert!(size <= padded && padded == padme(padded) && padded <= MAX_DOCUMENT);
    assert!(layout.data_len(index) <= layout.chunk_len(index) && layout.chunk_len(index) <= CHUNK_SIZE);
    assert_eq!(layout.chunk_len(index) > 0, index < layout.chunks());
    let last = layout.chunks() - 1;
    let (sealed, plain) = layout.offsets(last);
    assert_eq!(plain + u64::from(layout.chunk_len(last)), padded);
    assert_eq!(sealed + u64::from(layout.chunk_len(last)) + 16, layout.sealed());
    let (_, plain) = layout.offsets(index);
    assert_eq!(plain / u64::from(CHUNK_SIZE), u64::from(index));
    Outcome::Accepted
}
