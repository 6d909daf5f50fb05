//! AWS: a secret of Secrets Manager, or a key that KMS has encrypted.

use base64ct::{Base64, Encoding as _};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use hyper::http::Request;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::macros::format_description;
use vault_wire::parse_hex;
use zeroize::Zeroizing;

use crate::error::Error;
use crate::https::{self, Answer};
use crate::sigv4::Signer;
use crate::uri::Uri;
use crate::{Key, Surroundings};

/// The media type of both services.
const JSON: &str = "application/x-amz-json-1.1";

/// The name of the encryption context with which KMS encrypts a key of ours.
const CONTEXT: (&str, &str) = ("purpose", "coffer-server");

/// A service, and what is asked of it.
struct Call {
    service: &'static str,
    target: &'static str,
    body: Value,
}

/// Reads a secret of Secrets Manager, 64 hexadecimal digits.
///
/// # Errors
/// See [`Error`].
pub fn read_secret(uri: &Uri, surroundings: &dyn Surroundings) -> Result<Key, Error> {
    let named = [("secret", "SecretId"), ("version", "VersionId"), ("stage", "VersionStage")];
    let members =
        named.iter().filter_map(|(name, member)| Some(((*member).to_owned(), uri.get(name)?.into())));
    let body = Value::Object(members.collect());
    let call = Call { service: "secretsmanager", target: "secretsmanager.GetSecretValue", body };
    let text = text(call.send(uri, surroundings)?, "SecretString")?;
    let malformed = |_| Error::Malformed("the secret is not 64 hexadecimal digits in lower case");
    parse_hex(text.trim()).map(Zeroizing::new).map_err(malformed)
}

/// Lets KMS decrypt a key of 32 bytes.
///
/// # Errors
/// See [`Error`].
pub fn decrypt(uri: &Uri, surroundings: &dyn Surroundings) -> Result<Key, Error> {
    let encrypted = surroundings.secret(uri.required("encrypted"))?;
    // Another file is not sent to AWS.
    Base64::decode_vec(encrypted.trim()).map_err(|_| Error::Malformed("the encrypted key is not Base64"))?;
    let body = json!({
        "CiphertextBlob": encrypted.trim(),
        "KeyId": uri.required("key"),
        "EncryptionContext": { CONTEXT.0: CONTEXT.1 },
    });
    let call = Call { service: "kms", target: "TrentService.Decrypt", body };
    let text = text(call.send(uri, surroundings)?, "Plaintext")?;
    let mut key = Zeroizing::new([0; 32]);
    match Base64::decode(text.as_str(), key.as_mut_slice()) {
        Ok(bytes) if bytes.len() == 32 => Ok(key),
        _ => Err(Error::Malformed("what it decrypts is not a key of 32 bytes")),
    }
}

impl Call {
    fn send(self, uri: &Uri, surroundings: &dyn Surroundings) -> Result<Answer, Error> {
        let Self { service, target, body } = self;
        let body = body.to_string().into_bytes();
        let secret_key = surroundings.secret(uri.required("secret_key"))?;
        let session = uri.get("session_token").map(|place| surroundings.secret(place)).transpose()?;
        let format = format_description!("[year][month][day]T[hour][minute][second]Z");
        let now = OffsetDateTime::now_utc().format(&format);
        let now = now.map_err(|_| Error::Malformed("the clock of this computer is wrong"))?;
        let host = https::authority(uri);
        let mut headers = vec![("content-type", JSON), ("host", host.as_str()), ("x-amz-date", now.as_str())];
        headers.extend(session.as_ref().map(|token| ("x-amz-security-token", token.trim())));
        headers.push(("x-amz-target", target));
        let signer = Signer {
            access_key: uri.required("access_key"),
            secret_key: secret_key.trim(),
            region: uri.required("region"),
            service,
            time: &now,
        };
        let sensitive = |text: &str| {
            let mut value = HeaderValue::from_str(text).map_err(|_| Error::Denied)?;
            value.set_sensitive(true);
            Ok::<_, Error>(value)
        };
        let authorization = sensitive(&signer.authorization(&headers, &body))?;
        let mut request = Request::post("/").header(CONTENT_TYPE, JSON).header(AUTHORIZATION, authorization);
        request = request.header("x-amz-date", &now).header("x-amz-target", target);
        if let Some(token) = session {
            request = request.header("x-amz-security-token", sensitive(token.trim())?);
        }
        https::send(uri, surroundings.tls(uri.get("ca"))?, request, body)
    }
}

/// A text in the answer, or what the error in it means.
fn text(Answer { status, body }: Answer, member: &str) -> Result<Zeroizing<String>, Error> {
    let mut value: Value = serde_json::from_slice(&body).map_err(|_| match status {
        200 => Error::Malformed("its answer is not JSON"),
        401 | 403 => Error::Denied,
        other => Error::Status(other),
    })?;
    if status == 200 {
        return match value.get_mut(member).map(Value::take) {
            Some(Value::String(text)) => Ok(Zeroizing::new(text)),
            _ => Err(Error::Malformed("its answer has no such text: the secret may be binary")),
        };
    }
    let kind = value.get("__type").and_then(Value::as_str).unwrap_or_default();
    // Some services prefix it.
    Err(match kind.rsplit('#').next().unwrap_or_default() {
        "ResourceNotFoundException" | "NotFoundException" => Error::Missing,
        "InvalidCiphertextException" | "IncorrectKeyException" => {
            Error::Malformed("the encrypted key is not one of this key in KMS, or is damaged")
        }
        "AccessDeniedException"
        | "AccessDenied"
        | "AuthFailure"
        | "ExpiredTokenException"
        | "IncompleteSignature"
        | "InvalidClientTokenId"
        | "InvalidSignatureException"
        | "MissingAuthenticationTokenException"
        | "SignatureDoesNotMatch"
        | "UnrecognizedClientException" => Error::Denied,
        _ => Error::Status(status),
    })
}
