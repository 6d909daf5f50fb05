//! Merge of client state: what own devices remember of other accounts and of servers, so that no server can show one of them
//! something older. Kinds, values and rules are those of `docs/formats/client-state.md`.
//!
//! The result depends on the set of values alone: not on their order, nor on how often one of them is there.

use std::collections::BTreeSet;

use vault_wire::account::{SignedSuccessor, Successors};
use vault_wire::cbor::{Array, Canonical, DecodeError, Reader};
use vault_wire::message::Origin;
use vault_wire::{AccountId, CertificateHash, ContentHash, SignPublicKey};

/// The longest description of what a pin is of, in bytes.
pub(crate) const MAX_OF: usize = 320;
/// The longest value, in bytes.
pub(crate) const MAX_VALUE: usize = 4096;

/// Kinds of pins. The number is the one of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum PinKind {
    Account = 1,
    Consent = 2,
    Costs = 3,
    Registration = 4,
    RecoveryCode = 5,
    AuditHead = 6,
    Format = 7,
    Api = 8,
    Recovery = 9,
    Server = 10,
    BlobOrigins = 11,
}

impl PinKind {
    pub(crate) const ALL: [Self; 11] = [
        Self::Account,
        Self::Consent,
        Self::Costs,
        Self::Registration,
        Self::RecoveryCode,
        Self::AuditHead,
        Self::Format,
        Self::Api,
        Self::Recovery,
        Self::Server,
        Self::BlobOrigins,
    ];

    /// Returns the kind with a number; `None` if this program does not know it.
    pub(crate) fn of(number: u64) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u64 == number)
    }
}

/// A pin of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AccountValue {
    /// Its present root.
    pub(crate) root: SignPublicKey,
    pub(crate) generation: u32,
    pub(crate) certificate: CertificateHash,
    /// The statements by which its first root was followed, encoded.
    pub(crate) successors: Vec<Vec<u8>>,
}

/// A value of a pin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PinValue {
    Account(AccountValue),
    /// A number, and the hash of what has it.
    Numbered {
        number: u64,
        hash: [u8; 32],
    },
    /// Numbers, of each of which the higher one counts.
    Highest(Vec<u64>),
    Recovery {
        ended: u64,
        current: Option<(u64, u64)>,
    },
    Server(Option<ContentHash>),
    Origins(BTreeSet<String>),
}

impl PinValue {
    /// Reads a value. Fails if it is not of the kind, or another than what it is of.
    pub(crate) fn decode(kind: PinKind, of: &[u8], bytes: &[u8]) -> Result<Self, DecodeError> {
        if of.len() > MAX_OF || bytes.len() > MAX_VALUE {
            return Err(DecodeError::Malformed);
        }
        let mut reader = Reader::new(bytes);
        let value = Self::read(kind, of, &mut reader)?;
        reader.end()?;
        // Each value has one encoding.
        if value.encode() == bytes { Ok(value) } else { Err(DecodeError::Malformed) }
    }

    fn read(kind: PinKind, of: &[u8], reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const MALFORMED: DecodeError = DecodeError::Malformed;
        let highest = |reader: &mut Reader<'_>, count: u64| {
            reader.array(count)?;
            Ok(Self::Highest((0..count).map(|_| reader.uint()).collect::<Result<_, _>>()?))
        };
        match kind {
            PinKind::Account => {
                reader.array(4)?;
                let (root, generation, certificate) = (reader.fixed()?, reader.uint32()?, reader.fixed()?);
                let mut successors = Vec::new();
                for _ in 0..reader.array_up_to(Successors::MAX as u64)? {
                    successors.push(reader.bytes_up_to(SignedSuccessor::MAX_LEN)?.to_vec());
                }
                let value = AccountValue { root, generation, certificate, successors };
                if value.is_of(&account_of(of)?) { Ok(Self::Account(value)) } else { Err(MALFORMED) }
            }
            PinKind::Consent | PinKind::AuditHead => {
                reader.array(2)?;
                Ok(Self::Numbered { number: reader.uint()?, hash: reader.byte_array()? })
            }
            PinKind::Costs => highest(reader, 3),
            PinKind::Registration | PinKind::RecoveryCode | PinKind::Format | PinKind::Api => {
                highest(reader, 1)
            }
            PinKind::Recovery => {
                reader.array(3)?;
                let ended = reader.uint()?;
                let current = if reader.null()? {
                    if !reader.null()? {
                        return Err(MALFORMED);
                    }
                    None
                } else {
                    Some((reader.uint()?, reader.uint()?))
                };
                Ok(Self::Recovery { ended, current })
            }
            PinKind::Server => {
                reader.array(1)?;
                Ok(Self::Server(reader.fixed_or_null()?))
            }
            PinKind::BlobOrigins => {
                reader.array(1)?;
                let count = reader.array_up_to(MAX_VALUE as u64)?;
                let origins = (0..count).map(|_| Ok(reader.text_up_to(Origin::MAX)?.to_owned()));
                Ok(Self::Origins(origins.collect::<Result<_, DecodeError>>()?))
            }
        }
    }

    /// Returns the encoding of the value.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let null = |array: Array| array.bytes_or_null(None);
        let array = match self {
            Self::Account(AccountValue { root, generation, certificate, successors }) => {
                let list = successors.iter().fold(Array::new(), |list, signed| list.bytes(signed));
                Array::new()
                    .bytes(root.as_bytes())
                    .uint((*generation).into())
                    .bytes(certificate.as_bytes())
                    .array(&list)
            }
            Self::Numbered { number, hash } => Array::new().uint(*number).bytes(hash),
            Self::Highest(numbers) => numbers.iter().fold(Array::new(), |array, number| array.uint(*number)),
            Self::Recovery { ended, current } => {
                let array = Array::new().uint(*ended);
                match current {
                    Some((epoch, until)) => array.uint(*epoch).uint(*until),
                    None => null(null(array)),
                }
            }
            Self::Server(key) => {
                Array::new().bytes_or_null(key.as_ref().map(|key| key.as_bytes().as_slice()))
            }
            Self::Origins(origins) => {
                Array::new().array(&origins.iter().fold(Array::new(), |list, origin| list.text(origin)))
            }
        };
        array.encode()
    }

    /// Merges values of one pin. `None` if they contradict each other, or if there is none.
    pub(crate) fn merge<'a>(values: impl IntoIterator<Item = &'a Self>) -> Option<Self> {
        let values: Vec<&Self> = values.into_iter().collect();
        match *values.first()? {
            Self::Account(_) => AccountValue::merge(&all(&values, |value| match value {
                Self::Account(value) => Some(value),
                _ => None,
            })?)
            .map(Self::Account),
            Self::Numbered { .. } => {
                let heads = all(&values, |value| match value {
                    Self::Numbered { number, hash } => Some((*number, *hash)),
                    _ => None,
                })?;
                let (number, hash) = highest(&heads)?;
                Some(Self::Numbered { number, hash })
            }
            Self::Highest(first) => {
                let lists = all(&values, |value| match value {
                    Self::Highest(numbers) if numbers.len() == first.len() => Some(numbers),
                    _ => None,
                })?;
                let each =
                    (0..first.len()).map(|at| lists.iter().filter_map(|list| list.get(at)).max().copied());
                Some(Self::Highest(each.collect::<Option<_>>()?))
            }
            Self::Recovery { .. } => {
                let ratchets = all(&values, |value| match value {
                    Self::Recovery { ended, current } => Some((*ended, *current)),
                    _ => None,
                })?;
                let ended = ratchets.iter().map(|(ended, _)| *ended).max()?;
                let seen = ratchets.iter().filter_map(|(_, current)| *current);
                // The earlier end of the higher epoch.
                let current = seen.max_by_key(|(epoch, until)| (*epoch, std::cmp::Reverse(*until)));
                Some(Self::Recovery { ended, current })
            }
            Self::Server(key) => {
                let same = values.iter().all(|value| **value == Self::Server(*key));
                same.then_some(Self::Server(*key))
            }
            Self::Origins(_) => {
                let lists = all(&values, |value| match value {
                    Self::Origins(origins) => Some(origins),
                    _ => None,
                })?;
                let (first, rest) = lists.split_first()?;
                let in_all = |origin: &&String| rest.iter().all(|list| list.contains(*origin));
                Some(Self::Origins(first.iter().filter(in_all).cloned().collect()))
            }
        }
    }
}

/// Returns a part of each value; `None` if one is of another kind.
fn all<'a, T>(values: &[&'a PinValue], part: impl Fn(&'a PinValue) -> Option<T>) -> Option<Vec<T>> {
    values.iter().map(|value| part(value)).collect()
}

/// Returns the pair with the highest number; `None` if two of them have other hashes.
fn highest<N: Ord + Copy, H: Eq + Copy>(pairs: &[(N, H)]) -> Option<(N, H)> {
    let number = pairs.iter().map(|(number, _)| *number).max()?;
    let mut hashes = pairs.iter().filter(|(of, _)| *of == number).map(|(_, hash)| *hash);
    let hash = hashes.next()?;
    hashes.all(|other| other == hash).then_some((number, hash))
}

impl AccountValue {
    /// Returns whether the root is one of this account: its first, or the last of its successors.
    fn is_of(&self, account: &AccountId) -> bool {
        if self.successors.is_empty() {
            return AccountId::of_root(&self.root) == *account;
        }
        let signed = self.successors.iter().map(|bytes| SignedSuccessor::decode(bytes));
        let Ok(signed) = signed.collect::<Result<Vec<_>, _>>() else { return false };
        let roots = Successors::verify(account, &signed);
        roots.is_ok_and(|roots| roots.present_for(&self.root) == Ok(&self.root))
    }

    /// The longest list of successors must contain all others. The certificate is that of the highest generation.
    fn merge(values: &[&Self]) -> Option<Self> {
        let longest = values.iter().max_by_key(|value| value.successors.len())?;
        if !values.iter().all(|value| longest.successors.starts_with(&value.successors)) {
            return None;
        }
        let certificates: Vec<_> = values.iter().map(|value| (value.generation, value.certificate)).collect();
        let (generation, certificate) = highest(&certificates)?;
        Some(Self { generation, certificate, ..(*longest).clone() })
    }
}

/// Reads the account that a pin is of.
pub(crate) fn account_of(of: &[u8]) -> Result<AccountId, DecodeError> {
    let mut reader = Reader::new(of);
    reader.array(1)?;
    let account = reader.fixed()?;
    reader.end()?;
    Ok(account)
}

/// Merges two encoded values of a pin of this kind. `None` if they contradict each other, or the kind is unknown.
pub(super) fn merge_values(kind: u64, of: &[u8], values: [&[u8]; 2]) -> Option<Vec<u8>> {
    let kind = PinKind::of(kind)?;
    let values = values.map(|value| PinValue::decode(kind, of, value));
    let [Ok(log), Ok(local)] = values else { return None };
    PinValue::merge([&log, &local]).map(|merged| merged.encode())
}

#[cfg(test)]
#[path = "tests/client_state.rs"]
mod tests;
