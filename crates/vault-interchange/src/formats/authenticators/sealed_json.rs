//! Encrypted JSON of Aegis, 2FAS, Ente Auth and Proton Authenticator.

use argon2::{Algorithm, Version};
use vault_engine::item::SecretText;
use zeroize::Zeroizing;

use crate::{
    cost::Cost,
    error::ImportError,
    options::Options,
    sealed::{
        aead,
        kdf::{self, Argon2Costs},
    },
    syntax::{
        base32::{bytes_of_base64, bytes_of_hex},
        json::{Json, Object},
        raw::{self, Members},
    },
};

const DAMAGED: ImportError = ImportError::Damaged;
/// The password slots of an Aegis file that are tried.
const SLOTS: usize = 16;

/// Whose file it is.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// A key for each slot, opened with scrypt; AES-GCM.
    Aegis,
    /// `content:salt:vector`, PBKDF2, AES-GCM.
    TwoFas,
    /// Argon2id, a stream of XChaCha20-Poly1305.
    Ente,
    /// Argon2id, AES-GCM.
    Proton,
}

/// Finds whose file it is, if it is encrypted.
pub(super) fn kind(members: &Members<'_>) -> Option<Kind> {
    let is_text = |name: &str| members.get(name).is_some_and(|raw| raw.get().starts_with('"'));
    if members.has(&["header"]) && is_text("db") {
        Some(Kind::Aegis)
    } else if is_text("servicesEncrypted") {
        Some(Kind::TwoFas)
    } else if members.has(&["kdfParams", "encryptedData", "encryptionNonce"]) {
        Some(Kind::Ente)
    } else if is_text("salt") && is_text("content") && members.has(&["version"]) {
        Some(Kind::Proton)
    } else {
        None
    }
}

/// Decrypts the content.
pub(super) fn open(
    kind: Kind,
    members: &Members<'_>,
    options: &Options,
) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let password = options.password.as_ref().ok_or(ImportError::SecretNeeded)?.expose().as_bytes();
    match kind {
        Kind::Aegis => open_aegis(members, password, options.limit),
        Kind::TwoFas => {
            let sealed = text(members, "servicesEncrypted")?;
            let mut parts = sealed.expose().split(':').map(|part| bytes_of_base64(part).ok_or(DAMAGED));
            let mut next = || parts.next().ok_or(DAMAGED)?;
            let (content, salt, vector) = (next()?, next()?, next()?);
            let key = kdf::pbkdf2_sha256(password, &salt, 10_000, options.limit)?;
            aead::open_aes_gcm(&*key, &vector, &content, b"")
        }
        Kind::Ente => open_ente(members, password, options.limit),
        Kind::Proton => {
            let bytes = |name| bytes_of_base64(text(members, name)?.expose()).ok_or(DAMAGED);
            let (salt, content) = (bytes("salt")?, bytes("content")?);
            let key = kdf::argon2(password, &salt, &argon2id(19 << 10, 2, 1), options.limit)?;
            let (nonce, content) = content.split_at_checked(12).ok_or(DAMAGED)?;
            aead::open_aes_gcm(&*key, nonce, content, b"proton.authenticator.export.v1")
        }
    }
}

/// Argon2id of the current version.
pub(super) const fn argon2id(memory_kib: u64, passes: u64, lanes: u32) -> Argon2Costs {
    Argon2Costs { algorithm: Algorithm::Argon2id, version: Version::V0x13, memory_kib, passes, lanes }
}

fn text(members: &Members<'_>, name: &str) -> Result<SecretText, ImportError> {
    // The content may be larger than an item.
    let raw = members.get(name).ok_or(DAMAGED)?;
    match serde_json::from_str(raw.get()) {
        Ok(Json::Text(text)) => Ok(text),
        _ => Err(DAMAGED),
    }
}

fn hex(members: &mut Object, name: &str) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    bytes_of_hex(members.take_text(name).expose()).ok_or(DAMAGED)
}

/// Takes nonce and tag of a value that Aegis sealed, and opens it.
fn open_parts(key: &[u8], params: &mut Object, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let (nonce, tag) = (hex(params, "nonce")?, hex(params, "tag")?);
    let whole = Zeroizing::new([sealed, &tag].concat());
    aead::open_aes_gcm(key, &nonce, &whole, b"")
}

fn open_aegis(
    members: &Members<'_>,
    password: &[u8],
    limit: Cost,
) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let mut header = members.get("header").and_then(raw::object).ok_or(DAMAGED)?;
    let mut params = header.take_object("params").ok_or(DAMAGED)?;
    let content = bytes_of_base64(text(members, "db")?.expose()).ok_or(DAMAGED)?;
    // The other kinds of slots belong to fingerprints on the telephone.
    let is_password = |slot: &Object| slot.get_scalar("type").ok().flatten().as_deref() == Some("1");
    let slots = header.take_list("slots").into_iter().filter_map(|slot| match slot {
        Json::Object(slot) => Some(slot),
        _ => None,
    });
    for mut slot in slots.filter(is_password).take(SLOTS) {
        let mut number = |name: &str| slot.take_number(name).ok_or(DAMAGED);
        let (n, r, p) = (number("n")?, number("r")?, number("p")?);
        let (salt, sealed) = (hex(&mut slot, "salt")?, hex(&mut slot, "key")?);
        let key = kdf::scrypt(password, &salt, [n, r, p], limit)?;
        let mut key_params = slot.take_object("key_params").ok_or(DAMAGED)?;
        if let Ok(master) = open_parts(&*key, &mut key_params, &sealed) {
            return open_parts(&master, &mut params, &content).map_err(|_| DAMAGED);
        }
    }
    Err(ImportError::WrongSecret)
}

fn open_ente(members: &Members<'_>, password: &[u8], limit: Cost) -> Result<Zeroizing<Vec<u8>>, ImportError> {
    let mut params = members.get("kdfParams").and_then(raw::object).ok_or(DAMAGED)?;
    let mut number = |name: &str| params.take_number(name).ok_or(DAMAGED);
    let costs = argon2id(number("memLimit")? / 1024, number("opsLimit")?, 1);
    let salt = bytes_of_base64(params.take_text("salt").expose()).ok_or(DAMAGED)?;
    let bytes = |name| bytes_of_base64(text(members, name)?.expose()).ok_or(DAMAGED);
    let (header, content) = (bytes("encryptionNonce")?, bytes("encryptedData")?);
    let key = kdf::argon2(password, &salt, &costs, limit)?;
    aead::open_secret_stream(&key, &header, &content)
}
