//! PKCS#11: a key that an AES key in a token has wrapped (RFC 3394), so that without the token the file is worth nothing.

use std::sync::{Mutex, PoisonError};

use base64ct::{Base64, Encoding as _};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error as TokenError, RvError};
use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeType, KeyType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session, UserType};
use cryptoki::slot::Slot;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::uri::Parameters;
use crate::{Key, Surroundings};

/// The length of a wrapped key, in bytes: eight more than the key.
const WRAPPED: usize = 40;

/// A process initializes a module once, so one key is read at a time.
static ONE: Mutex<()> = Mutex::new(());

/// Lets the token unwrap a key. Its module runs in this process; it alone bounds the time.
///
/// # Errors
/// See [`Error`]. A PIN of which the token takes one more try only is not tried.
pub fn read_key(uri: &Parameters, surroundings: &dyn Surroundings) -> Result<Key, Error> {
    let pin = surroundings.secret(uri.required("pin-source"))?;
    let text = surroundings.secret(uri.required("wrapped"))?;
    let malformed = Error::Malformed("the wrapped key is not 40 bytes in Base64");
    let wrapped = Base64::decode_vec(text.trim()).ok().filter(|wrapped| wrapped.len() == WRAPPED);
    let wrapped = wrapped.ok_or(malformed)?;
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let module = Pkcs11::new(uri.required("module-path")).map_err(unusable)?;
    module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)).map_err(unusable)?;
    let key = token(&module, uri.required("token")).and_then(|slot| {
        let session = module.open_ro_session(slot).map_err(unusable)?;
        session.login(UserType::User, Some(&pin.trim().into())).map_err(unusable)?;
        unwrap(&session, uri.required("object"), &wrapped)
    });
    // The module goes away in any case.
    let _ = module.finalize();
    key
}

/// The slot of the token with this label.
fn token(module: &Pkcs11, label: &str) -> Result<Slot, Error> {
    let mut found = Vec::new();
    for slot in module.get_slots_with_token().map_err(unusable)? {
        let token = module.get_token_info(slot).map_err(unusable)?;
        if token.label() == label {
            found.push((slot, token.user_pin_final_try()));
        }
    }
    match found.as_slice() {
        [] => Err(Error::Missing),
        [(_, true)] => Err(Error::Malformed("the token takes one more try of the PIN, which is not used up")),
        [(slot, false)] => Ok(*slot),
        _ => Err(Error::Malformed("more than one token has this label")),
    }
}

fn unwrap(session: &Session, label: &str, wrapped: &[u8]) -> Result<Key, Error> {
    let template = [
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::AES),
        Attribute::Label(label.as_bytes().to_vec()),
    ];
    let wrapping = match session.find_objects(&template).map_err(unusable)?.as_slice() {
        [] => return Err(Error::Missing),
        [one] => *one,
        _ => return Err(Error::Malformed("more than one AES key in the token has this label")),
    };
    let unwrapped = [
        Attribute::Class(ObjectClass::SECRET_KEY),
        Attribute::KeyType(KeyType::GENERIC_SECRET),
        Attribute::Token(false),
        Attribute::Sensitive(false),
        Attribute::Extractable(true),
    ];
    let refused =
        |_| Error::Malformed("the key in the token does not unwrap this: it is another's, or damaged");
    let object =
        session.unwrap_key(&Mechanism::AesKeyWrap, wrapping, wrapped, &unwrapped).map_err(refused)?;
    let key = value(session, object);
    session.destroy_object(object).map_err(unusable)?;
    key
}

fn value(session: &Session, object: ObjectHandle) -> Result<Key, Error> {
    let values = session.get_attributes(object, &[AttributeType::Value]).map_err(unusable)?;
    let Some(Attribute::Value(bytes)) = values.into_iter().next() else {
        return Err(Error::Malformed("the token does not show what it unwraps"));
    };
    let bytes = Zeroizing::new(bytes);
    let key = bytes.as_slice().try_into().map(Zeroizing::new);
    key.map_err(|_| Error::Malformed("what the token unwraps is not a key of 32 bytes"))
}

fn unusable(error: TokenError) -> Error {
    match error {
        TokenError::Pkcs11(
            RvError::PinIncorrect
            | RvError::PinInvalid
            | RvError::PinLenRange
            | RvError::PinExpired
            | RvError::PinLocked
            | RvError::UserPinNotInitialized,
            _,
        ) => Error::Denied,
        other => Error::Unreachable(other.to_string()),
    }
}
