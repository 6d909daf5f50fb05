//! Pins of other accounts: what a server cannot replace later.

use rusqlite::{Connection, OptionalExtension};
use vault_wire::account::{AccountPin, Certificate, PinVerdict};
use vault_wire::{AccountId, CertificateHash, SignPublicKey};

use crate::session::error::SessionError;

/// What is known of another account.
pub(crate) struct Person {
    pub(crate) pin: AccountPin,
    /// Whether people have compared the words of the pinned certificate.
    pub(crate) is_verified: bool,
    /// Whether they have compared those of an earlier certificate.
    pub(crate) is_renewed: bool,
    /// Whether a certificate contradicts the pin: then nothing is encrypted to the account.
    pub(crate) is_contradicted: bool,
}

/// Reads what is known of an account.
pub(crate) fn find(db: &Connection, account: &AccountId) -> Result<Option<Person>, SessionError> {
    let mut find = db.prepare_cached(
        "SELECT root_pk, generation, certificate, verified, other FROM person WHERE account_id = ?1",
    )?;
    let found = find.query_row([account.as_bytes()], |row| {
        let certificate: [u8; 32] = row.get(2)?;
        let verified: Option<[u8; 32]> = row.get(3)?;
        Ok(Person {
            pin: AccountPin {
                root: SignPublicKey::from_bytes(row.get(0)?),
                generation: row.get(1)?,
                certificate: CertificateHash::from_bytes(certificate),
            },
            is_verified: verified == Some(certificate),
            is_renewed: verified.is_some_and(|verified| verified != certificate),
            is_contradicted: row.get::<_, Option<[u8; 32]>>(4)?.is_some(),
        })
    });
    Ok(found.optional()?)
}

/// Pins a certificate, or compares it with the pin. One that contradicts the pin is kept beside it.
pub(crate) fn see(db: &Connection, certificate: &Certificate) -> Result<(), SessionError> {
    let account = certificate.account_id();
    let verdict = match find(db, &account)? {
        None => Ok(PinVerdict::Newer),
        Some(person) => person.pin.check(certificate),
    };
    match verdict {
        Ok(PinVerdict::Known) => {}
        Ok(PinVerdict::Newer) => {
            let AccountPin { root, generation, certificate } = AccountPin::of(certificate);
            db.prepare_cached(
                "INSERT INTO person (account_id, root_pk, generation, certificate) VALUES (?1, ?2, ?3, ?4)
                 ON CONFLICT (account_id) DO UPDATE SET
                     generation = excluded.generation, certificate = excluded.certificate",
            )?
            .execute((
                account.as_bytes(),
                root.as_bytes(),
                generation,
                certificate.as_bytes(),
            ))?;
        }
        // Another vault, or an invitation, may show a certificate that was replaced since.
        Err(vault_wire::account::PinError::Older) => {}
        Err(_) => {
            db.prepare_cached("UPDATE person SET other = ?2 WHERE account_id = ?1")?
                .execute((account.as_bytes(), certificate.hash().as_bytes()))?;
        }
    }
    Ok(())
}

/// Returns whether something may be encrypted to a certificate: no other one contradicts it, and none of a later generation was
/// seen.
pub(crate) fn is_accepted(db: &Connection, certificate: &Certificate) -> Result<bool, SessionError> {
    let person = find(db, &certificate.account_id())?;
    Ok(person.is_none_or(|person| !person.is_contradicted && person.pin.check(certificate).is_ok()))
}

/// Takes over the pin of another device of this account.
pub(crate) fn raise(
    db: &Connection,
    account: &AccountId,
    root: SignPublicKey,
    generation: u32,
    certificate: &CertificateHash,
) -> Result<(), SessionError> {
    db.prepare_cached(
        "INSERT INTO person (account_id, root_pk, generation, certificate) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (account_id) DO UPDATE SET
             root_pk = excluded.root_pk, generation = excluded.generation, certificate = excluded.certificate",
    )?
    .execute((account.as_bytes(), root.as_bytes(), generation, certificate.as_bytes()))?;
    Ok(())
}

/// Stores that another device of this account has pinned a certificate that contradicts the pin.
pub(crate) fn block(
    db: &Connection,
    account: &AccountId,
    certificate: &CertificateHash,
) -> Result<(), SessionError> {
    db.prepare_cached("UPDATE person SET other = ?2 WHERE account_id = ?1")?
        .execute((account.as_bytes(), certificate.as_bytes()))?;
    Ok(())
}

/// Stores that people have compared the words of a certificate. It becomes the pin, also if it contradicted the former one.
pub(crate) fn verify(db: &Connection, certificate: &Certificate) -> Result<(), SessionError> {
    let account = certificate.account_id();
    let AccountPin { root, generation, certificate } = AccountPin::of(certificate);
    db.prepare_cached(
        "INSERT INTO person (account_id, root_pk, generation, certificate, verified) VALUES (?1, ?2, ?3, ?4, ?4)
         ON CONFLICT (account_id) DO UPDATE SET root_pk = excluded.root_pk, generation = excluded.generation,
             certificate = excluded.certificate, verified = excluded.verified, other = NULL",
    )?
    .execute((account.as_bytes(), root.as_bytes(), generation, certificate.as_bytes()))?;
    // It may lack grants that it did not get before.
    super::seen::ask_again(db)
}
