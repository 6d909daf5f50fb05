//! The connect code.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use vault_wire::cbor::Array;
use vault_wire::message::{Credential, Origin};

/// Makes the text by which a client finds the server: its address, its issuer, the hash of its public key if no authority
/// vouches for it, and perhaps a sign-up code.
#[must_use]
pub fn connect_code(
    address: &Origin,
    issuer: &Origin,
    pin: Option<&[u8; 32]>,
    sign_up: Option<&Credential<64>>,
) -> String {
    let code = Array::new().uint(1).text(address.as_str()).text(issuer.as_str());
    let code = code.bytes_or_null(pin.map(<[u8; 32]>::as_slice));
    let code = match sign_up {
        Some(sign_up) => code.text(sign_up.expose()),
        None => code.bytes_or_null(None),
    };
    ["coffer://connect#", &Base64UrlUnpadded::encode_string(&code.encode())].concat()
}
