//! The account's audit: what its server recorded about it, in a chain of hashes.
//!
//! The last event that was read is pinned, and read again each time: a server that has changed or dropped events before it
//! cannot show it at its place. One row of `meta`; its layout is in `docs/formats/profile.md`.

use rusqlite::Connection;
use vault_wire::cbor::{Array, Canonical, DecodeError, Reader};
use vault_wire::message::{AuditEvent, AuditKind, AuditPage};

use super::connection::recoveries;
use super::error::SessionError;
use super::rows::meta;
use super::state::Session;
use crate::clock::Timestamp;

/// What an account's audit says, up to the last event that was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// The server's recovery when the chain was begun: each recovery may begin another one.
    pub(crate) epoch: u64,
    /// The number of the last event; 0 before the first one was read.
    pub(crate) seq: u64,
    /// Its hash.
    pub(crate) hash: [u8; 32],
    /// What it says of re-enrolments.
    pub reset: AuditedReset,
    /// An event that another device of the account has read, and this one has not: its number and hash.
    pub(crate) expected: Option<(u64, [u8; 32])>,
    /// Why it is not to be trusted.
    pub trouble: Option<AuditTrouble>,
}

/// What the audit says of re-enrolments. It is unverified: a server may hide one, or invent one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuditedReset {
    /// None waits.
    #[default]
    None,
    /// One waits.
    Waits {
        /// Since when, by the server's clock.
        since: u64,
    },
    /// The last one was deleted.
    Cancelled,
}

/// A contradiction between an audit and what the server had shown of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditTrouble {
    /// What is wrong.
    pub kind: AuditTroubleKind,
    /// The number of the event that shows it.
    pub seq: u64,
    /// When it was noticed, by this computer's clock.
    pub noticed: Timestamp,
}

/// What is wrong with an audit. The number is the one in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditTroubleKind {
    /// It ends before an event that the server had shown.
    Shortened = 1,
    /// An event is another one than before, or does not continue the one before it.
    Changed = 2,
    /// The server states that it was restored, and its audit is another one than before.
    Restored = 3,
}

/// What a page of an audit shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditRead {
    /// It continues what was read before, and another page follows.
    More,
    /// It continues what was read before, up to the end.
    End,
    /// It contradicts what was read before. Nothing of it was stored.
    Contradicts(AuditTrouble),
}

impl Audit {
    /// Returns the number after which the server is asked for events: the last one that was read is read again.
    #[must_use]
    pub const fn asked_after(&self) -> u64 {
        self.seq.saturating_sub(1)
    }

    /// Compares a page with what was read before, and continues from it. Returns what is wrong and where.
    fn follow(&mut self, page: &AuditPage) -> Result<(), (AuditTroubleKind, u64)> {
        let mut events = page.events.iter();
        if self.seq > 0 {
            let Some(again) = events.next() else { return Err((AuditTroubleKind::Shortened, self.seq)) };
            if again.seq != self.seq || again.hash.as_slice() != self.hash {
                return Err((AuditTroubleKind::Changed, self.seq));
            }
        }
        for event in events {
            let (seq, hash) = (self.seq.saturating_add(1), event.hash_after(&self.hash));
            if event.seq != seq || event.hash.as_slice() != hash {
                return Err((AuditTroubleKind::Changed, seq));
            }
            if self.expected.is_some_and(|(of, expected)| of == seq && expected != hash) {
                return Err((AuditTroubleKind::Changed, seq));
            }
            (self.seq, self.hash) = (seq, hash);
            self.take(event);
        }
        match self.expected {
            Some((seq, _)) if seq <= self.seq => self.expected = None,
            Some((seq, _)) if !page.more => return Err((AuditTroubleKind::Shortened, seq)),
            _ => {}
        }
        Ok(())
    }

    fn take(&mut self, event: &AuditEvent) {
        self.reset = match event.kind.as_str() {
            kind if kind == AuditKind::ReenrolWaiting.as_str() => AuditedReset::Waits { since: event.at },
            kind if kind == AuditKind::ReenrolCancelled.as_str() => AuditedReset::Cancelled,
            kind if kind == AuditKind::Reenrolled.as_str() => AuditedReset::None,
            _ => return,
        };
    }

    pub(super) fn read_row(db: &Connection) -> Result<Self, SessionError> {
        let Some(stored) = meta::get(db, meta::AUDIT)? else { return Ok(Self::default()) };
        Self::decode(&stored).map_err(|_| SessionError::DatabaseDamaged)
    }

    pub(super) fn store(&self, db: &Connection) -> Result<(), SessionError> {
        meta::set(db, meta::AUDIT, &self.encode())
    }
}

impl Session {
    /// Returns what the account's audit says, as far as it was read.
    ///
    /// # Errors
    /// Fails if the database cannot be read.
    pub fn audit(&self) -> Result<Audit, SessionError> {
        Audit::read_row(&self.db)
    }

    /// Compares a page of the audit, that after [`Audit::asked_after`], with what was read before, and stores how far it was
    /// read. An audit that has again what the server had shown is trusted again.
    ///
    /// If the server states another recovery than before, an audit that contradicts the last event is read from its beginning,
    /// and the loss is noted.
    ///
    /// # Errors
    /// Fails if the profile cannot be read or written.
    pub fn receive_audit(&mut self, page: &AuditPage) -> Result<AuditRead, SessionError> {
        let before = self.audit()?;
        let epoch = self.connection()?.map_or(0, |connection| recoveries(&connection.recovery));
        let mut after = before;
        let now = self.clock.now();
        let read = match after.follow(page) {
            Ok(()) => {
                after.epoch = epoch;
                let is_past = |trouble: &AuditTrouble| trouble.kind != AuditTroubleKind::Restored;
                after.trouble = before.trouble.filter(|trouble| !is_past(trouble));
                let more = page.more && after.seq > before.seq;
                if more { AuditRead::More } else { AuditRead::End }
            }
            Err((_, seq)) if seq == before.seq && epoch > before.epoch => {
                let kind = AuditTroubleKind::Restored;
                let trouble = Some(AuditTrouble { kind, seq, noticed: now });
                after = Audit { epoch, trouble, ..Audit::default() };
                AuditRead::More
            }
            Err((kind, seq)) => {
                return Ok(AuditRead::Contradicts(AuditTrouble { kind, seq, noticed: now }));
            }
        };
        if after != before {
            self.write(|tx| after.store(&tx.db))?;
        }
        Ok(read)
    }

    /// Stores that the audit contradicts what the server had shown of it, unless that is known.
    ///
    /// # Errors
    /// Fails if the profile cannot be read or written.
    pub fn distrust_audit(&mut self, trouble: AuditTrouble) -> Result<(), SessionError> {
        let before = self.audit()?;
        if before.trouble.is_some_and(|known| known.kind != AuditTroubleKind::Restored) {
            return Ok(());
        }
        self.write(|tx| Audit { trouble: Some(trouble), ..before }.store(&tx.db))
    }
}

const VERSION: u64 = 1;

impl AuditTroubleKind {
    const ALL: [Self; 3] = [Self::Shortened, Self::Changed, Self::Restored];
}

impl Canonical for Audit {
    const MAX_LEN: usize = 128;

    fn write(&self) -> Array {
        let Self { epoch, seq, hash, reset, expected, trouble } = self;
        let (step, since) = match reset {
            AuditedReset::None => (0, 0),
            AuditedReset::Waits { since } => (1, *since),
            AuditedReset::Cancelled => (2, 0),
        };
        let (kind, entry, noticed) =
            trouble.map_or((0, 0, 0), |trouble| (trouble.kind as u64, trouble.seq, trouble.noticed.0));
        let numbers = [step, since, kind, entry, noticed];
        let head = Array::new().uint(VERSION).uint(*epoch).uint(*seq).bytes(hash);
        let (number, hash) = expected.map_or((0, None), |(number, hash)| (number, Some(hash)));
        let head = head.uint(number).bytes_or_null(hash.as_ref().map(<[u8; 32]>::as_slice));
        numbers.into_iter().fold(head, Array::uint)
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const MALFORMED: DecodeError = DecodeError::Malformed;
        reader.array(11)?;
        reader.version(VERSION)?;
        let (epoch, seq, hash) = (reader.uint()?, reader.uint()?, reader.byte_array()?);
        let expected = match (reader.uint()?, reader.null()?) {
            (0, true) => None,
            (number @ 1.., false) => Some((number, reader.byte_array()?)),
            _ => return Err(MALFORMED),
        };
        let reset = match (reader.uint()?, reader.uint()?) {
            (0, 0) => AuditedReset::None,
            (1, since) => AuditedReset::Waits { since },
            (2, 0) => AuditedReset::Cancelled,
            _ => return Err(MALFORMED),
        };
        let (number, entry, noticed) = (reader.uint()?, reader.uint()?, reader.uint()?);
        let trouble = match number {
            0 if (entry, noticed) == (0, 0) => None,
            number => {
                let kind = AuditTroubleKind::ALL.into_iter().find(|kind| *kind as u64 == number);
                let (kind, noticed) = (kind.ok_or(MALFORMED)?, Timestamp(noticed));
                Some(AuditTrouble { kind, seq: entry, noticed })
            }
        };
        Ok(Self { epoch, seq, hash, reset, expected, trouble })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn audit_reads_back_as_it_was_written() {
        let trouble = |kind| Some(AuditTrouble { kind, seq: u64::MAX, noticed: Timestamp(u64::MAX) });
        let kinds = AuditTroubleKind::ALL.map(trouble).into_iter().chain([None]);
        for trouble in kinds {
            for reset in
                [AuditedReset::None, AuditedReset::Waits { since: u64::MAX }, AuditedReset::Cancelled]
            {
                for expected in [None, Some((u64::MAX, [8; 32]))] {
                    let (epoch, seq, hash) = (u64::MAX, u64::MAX, [7; 32]);
                    let audit = Audit { epoch, seq, hash, reset, expected, trouble };
                    assert_eq!(Audit::decode(&audit.encode()), Ok(audit));
                }
            }
        }
    }
}
