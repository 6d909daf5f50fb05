//! The texts of a recovery by guardians.

use serde_json::{Value, json};
use vault_wire::account::{Certificate, Predecessor, SignedCertificate};
use vault_wire::cbor::{Canonical, DecodeError};
use vault_wire::guardians::{AsText, MAX_RECOVERY_BOX, RecoveryAnswer, RecoveryCard, RecoveryOffer};
use vault_wire::message::Origin;
use vault_wire::recovery::{RecoveryRequest, SealedShare, SignedConsent, SignedRelease};
use vault_wire::{ContentHash, KemPublicKey, SignPublicKey, Signature};

/// Reads the text of a vector.
pub fn read(kind: &str, text: &str) -> Result<Value, DecodeError> {
    let hex = |bytes: &[u8]| Value::from(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>());
    let all = |parts: Vec<Vec<u8>>| parts.iter().map(|part| hex(part)).collect::<Value>();
    Ok(match kind {
        "card" => {
            let RecoveryCard { consent, sealed, certificate, guardians, shares } =
                RecoveryCard::from_text(text)?;
            json!({
                "consent": hex(&consent.encode()),
                "box": hex(&sealed),
                "certificate": hex(&certificate.encode()),
                "guardians": all(guardians.iter().map(Canonical::encode).collect()),
                "shares": all(shares.iter().map(Canonical::encode).collect()),
            })
        }
        "offer" => {
            let RecoveryOffer { address, issuer, key, consent, sealed, certificate } =
                RecoveryOffer::from_text(text)?;
            json!({
                "address": address.as_str(),
                "issuer": issuer.as_str(),
                "key": key.map(|key| key.to_string()),
                "consent": hex(&consent.encode()),
                "box": hex(&sealed),
                "certificate": hex(&certificate.encode()),
            })
        }
        "request" => {
            let RecoveryRequest { account, kind, consent, kem, made_at } = RecoveryRequest::from_text(text)?;
            json!({
                "account": account.to_string(),
                "number": kind.number(),
                "consent": consent.to_string(),
                "kem": hex(kem.as_bytes()),
                "made_at": made_at,
            })
        }
        "answer" => {
            let RecoveryAnswer { release, signer, named } = RecoveryAnswer::from_text(text)?;
            json!({
                "release": hex(&release.encode()),
                "signer": hex(&signer.encode()),
                "named": named.map(|named| hex(&named.encode())),
            })
        }
        other => panic!("unknown text {other}"),
    })
}

fn signature() -> Signature {
    Signature::from_bytes([3; 64])
}

fn certificate() -> Certificate {
    Certificate {
        root: SignPublicKey::from_bytes([1; 32]),
        generation: 1,
        sign: SignPublicKey::from_bytes([2; 32]),
        kem: Box::new(KemPublicKey::from_bytes([4; 1216])),
        predecessor: Predecessor::Sound,
        made_at: u64::MAX,
    }
}

fn signed() -> SignedCertificate {
    SignedCertificate { bytes: certificate().encode(), by_root: signature(), by_key: signature() }
}

fn consent() -> SignedConsent {
    SignedConsent { bytes: vec![7; 1400], by_root: signature() }
}

/// As large as a card can be.
fn card() -> RecoveryCard {
    let share = |index| SealedShare {
        consent: ContentHash::from_bytes([8; 32]),
        index,
        encapsulated: Box::new([9; SealedShare::ENCAPSULATED]),
        ciphertext: [10; SealedShare::CIPHERTEXT],
    };
    RecoveryCard {
        consent: consent(),
        sealed: vec![5; MAX_RECOVERY_BOX],
        certificate: signed(),
        guardians: vec![certificate(); 16],
        shares: (1..=16).map(share).collect(),
    }
}

fn offer() -> RecoveryOffer {
    let origin = |length: usize| Origin::new(&format!("https://{}.example", "a".repeat(length))).unwrap();
    RecoveryOffer {
        address: origin(60),
        issuer: origin(50),
        key: Some(ContentHash::from_bytes([6; 32])),
        consent: consent(),
        sealed: vec![5; MAX_RECOVERY_BOX],
        certificate: signed(),
    }
}

fn answer(named: Option<Certificate>) -> RecoveryAnswer {
    let release = SignedRelease { bytes: vec![1; 1300], by_guardian: signature() };
    RecoveryAnswer { release, signer: signed(), named }
}

fn reads_back<T: AsText + PartialEq + std::fmt::Debug>(value: &T) {
    let text = value.to_text();
    assert!(text.starts_with(T::PREFIX));
    assert_eq!(T::from_text(&text).as_ref(), Ok(value));
    // As mail programs leave it, and without its beginning.
    let lines: Vec<_> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    assert_eq!(T::from_text(&format!(" {}\r\n", lines.join("\r\n"))).as_ref(), Ok(value));
    assert_eq!(T::from_text(text.strip_prefix(T::PREFIX).unwrap()).as_ref(), Ok(value));
    for end in [0, 1, text.len() / 2, text.len() - 1] {
        assert!(T::from_text(&text[..end]).is_err(), "{end}");
    }
    assert!(T::from_text(&format!("{text}AA")).is_err());
    let long = " ".repeat(2 * T::MAX_LEN + T::PREFIX.len() + 1);
    assert_eq!(T::from_text(&long), Err(DecodeError::TooLong));
}

#[test]
fn texts_of_a_recovery_read_back_and_are_bounded() {
    reads_back(&card());
    reads_back(&offer());
    reads_back(&RecoveryOffer { key: None, ..offer() });
    reads_back(&answer(None));
    reads_back(&answer(Some(certificate())));
    assert!(RecoveryOffer::from_text(&card().to_text()).is_err());
    assert!(RecoveryAnswer::from_text(&offer().to_text()).is_err());
}

#[test]
fn parts_of_a_recovery_beyond_their_limits_are_refused() {
    let mut longer = card();
    longer.sealed.push(0);
    assert!(RecoveryCard::decode(&longer.encode()).is_err());
    let mut more = card();
    more.guardians.push(certificate());
    assert!(RecoveryCard::decode(&more.encode()).is_err());
}
