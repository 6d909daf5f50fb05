//! The pins of this device, as they are shared.

use rusqlite::params;
use vault_crypto::KdfParams;
use vault_wire::cbor::{Array, Reader};
use vault_wire::log::RecoveryRatchet;
use vault_wire::message::VersionRatchet;
use vault_wire::recovery::{ConsentPin, RecoveryKind};
use vault_wire::{AccountId, CertificateHash, ContentHash, SignPublicKey};

use super::known::{PinKey, issuer_of};
use crate::merge::client_state::{AccountValue, PinKind, PinValue};
use crate::session::connection::ServerConnection;
use crate::session::directory::ConsentPins;
use crate::session::error::SessionError;
use crate::session::state::Session;

/// Returns what the key of a server at an address is of.
pub(super) fn server_of(connection: &ServerConnection) -> PinKey {
    let of = Array::new().text(connection.issuer.as_str()).text(connection.address.as_str());
    (PinKind::Server, of.encode())
}

fn account(id: &AccountId) -> PinKey {
    (PinKind::Account, Array::new().bytes(id.as_bytes()).encode())
}

/// Returns what the pin of a consent to recovery by guardians is of.
fn consent(id: &AccountId) -> PinKey {
    let of = Array::new().bytes(id.as_bytes()).uint(RecoveryKind::Recovery.number());
    (PinKind::Consent, of.encode())
}

/// Reads the pin of a consent; `None` if it is another pin, or of another kind of consent.
pub(super) fn consent_of((kind, of): &PinKey, value: &PinValue) -> Option<(AccountId, ConsentPin)> {
    let (PinKind::Consent, PinValue::Numbered { number, hash }) = (kind, value) else { return None };
    let mut reader = Reader::new(of);
    reader.array(2).ok()?;
    let account = reader.fixed().ok()?;
    if consent(&account).1 != *of {
        return None;
    }
    Some((account, ConsentPin { number: *number, hash: ContentHash::from_bytes(*hash) }))
}

/// Returns the pin of an account's certificate.
pub(super) fn account_pin(
    id: &AccountId,
    root: SignPublicKey,
    generation: u32,
    certificate: CertificateHash,
) -> (PinKey, PinValue) {
    let value = AccountValue { root, generation, certificate, successors: Vec::new() };
    (account(id), PinValue::Account(value))
}

impl Session {
    /// Returns the pins of this device, but for the heads of logs.
    pub(super) fn own_pins(&self) -> Result<Vec<(PinKey, PinValue)>, SessionError> {
        let mut pins = Vec::new();
        let mut find =
            self.db.prepare_cached("SELECT account_id, root_pk, generation, certificate FROM person")?;
        let people = find.query_map(params![], |row| {
            let id = AccountId::from_bytes(row.get(0)?);
            let root = SignPublicKey::from_bytes(row.get(1)?);
            Ok(account_pin(&id, root, row.get(2)?, CertificateHash::from_bytes(row.get(3)?)))
        })?;
        for person in people {
            pins.push(person?);
        }
        for (account, ConsentPin { number, hash }) in ConsentPins::read(&self.db)?.all() {
            let value = PinValue::Numbered { number: *number, hash: *hash.as_bytes() };
            pins.push((consent(account), value));
        }
        let Some(connection) = self.connection()? else { return Ok(pins) };
        let ServerConnection { issuer, key, registration, costs, api, recovery, .. } = &connection;
        let of = |kind| (kind, Array::new().text(issuer.as_str()).encode());
        let numbers = [costs.memory_kib(), costs.passes(), costs.lanes()].map(u64::from);
        pins.push(((PinKind::Costs, Array::new().encode()), PinValue::Highest(numbers.to_vec())));
        pins.push((of(PinKind::Registration), PinValue::Highest(vec![*registration])));
        pins.push((of(PinKind::Api), PinValue::Highest(vec![api.used().into()])));
        if *recovery != RecoveryRatchet::default() {
            let RecoveryRatchet { ended, current } = *recovery;
            pins.push((of(PinKind::Recovery), PinValue::Recovery { ended, current }));
        }
        pins.push((server_of(&connection), PinValue::Server(*key)));
        let audit = self.audit()?;
        if audit.seq > 0 {
            let of = Array::new().text(issuer.as_str()).uint(audit.epoch).encode();
            let value = PinValue::Numbered { number: audit.seq, hash: audit.hash };
            pins.push(((PinKind::AuditHead, of), value));
        }
        Ok(pins)
    }

    /// Raises what this device remembers of its server to a value that own devices have.
    pub(super) fn raise_connection(&mut self, raised: &[(PinKey, PinValue)]) -> Result<(), SessionError> {
        let Some(mut connection) = self.connection()? else { return Ok(()) };
        let mut changed = false;
        for ((kind, of), value) in raised {
            let is_of_server = issuer_of(of).is_ok_and(|issuer| issuer == connection.issuer);
            match (kind, value) {
                (PinKind::Costs, PinValue::Highest(numbers)) => {
                    let numbers: Result<Vec<u32>, _> =
                        numbers.iter().map(|number| u32::try_from(*number)).collect();
                    // Costs that no program derives with are of no use.
                    if let Ok([m, t, p]) = numbers.as_deref()
                        && let Ok(costs) = KdfParams::new(*m, *t, *p)
                    {
                        (connection.costs, changed) = (costs, true);
                    }
                }
                (PinKind::Registration, PinValue::Highest(numbers)) if is_of_server => {
                    if let [version] = numbers.as_slice() {
                        (connection.registration, changed) = (*version, true);
                    }
                }
                (PinKind::Api, PinValue::Highest(numbers)) if is_of_server => {
                    if let [version] = numbers.as_slice()
                        && let Ok(version) = u32::try_from(*version)
                    {
                        (connection.api, changed) = (VersionRatchet::at(version), true);
                    }
                }
                (PinKind::Recovery, PinValue::Recovery { ended, current }) if is_of_server => {
                    connection.recovery = RecoveryRatchet { ended: *ended, current: *current };
                    changed = true;
                }
                _ => {}
            }
        }
        if changed { self.set_connection(&connection) } else { Ok(()) }
    }

    /// Lets the audit be compared with an event that another device has read.
    pub(super) fn expect_audit(
        &mut self,
        of: &[u8],
        number: u64,
        hash: [u8; 32],
    ) -> Result<(), SessionError> {
        let Some(connection) = self.connection()? else { return Ok(()) };
        let mut audit = self.audit()?;
        let expected = Array::new().text(connection.issuer.as_str()).uint(audit.epoch).encode();
        if of != expected || number <= audit.seq || audit.expected == Some((number, hash)) {
            return Ok(());
        }
        audit.expected = Some((number, hash));
        self.write(|tx| audit.store(&tx.db))
    }
}
