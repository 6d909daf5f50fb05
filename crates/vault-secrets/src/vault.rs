//! HashiCorp Vault and OpenBao: a field of a secret in a key/value store of version 2.

use hyper::header::HeaderValue;
use hyper::http::Request;
use serde_json::Value;
use vault_wire::parse_hex;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::https::{self, Answer};
use crate::uri::Uri;
use crate::{Key, Surroundings};

/// The field of a secret, unless the URI names one.
const FIELD: &str = "key";

/// Reads a key, 64 hexadecimal digits.
///
/// # Errors
/// See [`Error`].
pub fn read_key(uri: &Uri, surroundings: &dyn Surroundings) -> Result<Key, Error> {
    let token = surroundings.secret(uri.required("token"))?;
    let mut token = HeaderValue::from_str(token.trim()).map_err(|_| Error::Denied)?;
    token.set_sensitive(true);
    let version = uri.get("version").map(|number| format!("?version={number}")).unwrap_or_default();
    let mut request = Request::get(format!("/v1{}{version}", uri.path)).header("X-Vault-Token", token);
    if let Some(namespace) = uri.get("namespace") {
        request = request.header("X-Vault-Namespace", namespace);
    }
    let answer = https::send(uri, surroundings.tls(uri.get("ca"))?, request, Vec::new())?;
    key(answer, uri.get("field").unwrap_or(FIELD))
}

fn key(Answer { status, body }: Answer, field: &str) -> Result<Key, Error> {
    match status {
        200 => {}
        // 400 is the answer to a token of another form.
        400 | 403 => return Err(Error::Denied),
        404 => return Err(Error::Missing),
        other => return Err(Error::Status(other)),
    }
    let mut value: Value =
        serde_json::from_slice(&body).map_err(|_| Error::Malformed("its answer is not JSON"))?;
    let Some(Value::String(text)) =
        value.pointer_mut("/data/data").and_then(|data| data.get_mut(field)).map(Value::take)
    else {
        return Err(Error::Malformed("the secret has no such field, or it is no text"));
    };
    let text = Zeroizing::new(text);
    let malformed = |_| Error::Malformed("the field is not 64 hexadecimal digits in lower case");
    parse_hex(text.trim()).map(Zeroizing::new).map_err(malformed)
}
