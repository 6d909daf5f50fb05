//! An OpenAPI document of the routes, for tools that read such. What the messages are is in `docs/formats/protocol.md`.

use serde_json::{Map, Value, json};

/// How a request shows who it is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Not at all.
    Nothing,
    /// By a proof of the device's key.
    Proof,
    /// By an access token and a proof.
    Session,
    /// By both, or, to open an account, not at all.
    Either,
}

/// What a body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// None.
    None,
    /// A message in JSON.
    Json(&'static str),
    /// A message in CBOR.
    Cbor(&'static str),
    /// A sealed chunk.
    Chunk,
    /// Server-sent events.
    Events,
}

/// A route: method, path, who may use it, the request's body, the answer's, and its status.
#[derive(Clone, Copy, Debug)]
pub struct Route(pub &'static str, pub &'static str, pub Shown, pub Content, pub Content, pub u16);

use Content::{Cbor, Chunk, Events, Json, None as Empty};
use Shown::{Either, Nothing, Proof, Session};

/// The routes. A test compares them with the router and with the table of the protocol.
pub const ROUTES: &[Route] = &[
    Route("GET", "/.well-known/coffer", Nothing, Empty, Json("discovery"), 200),
    Route("GET", "/v1/jwks.json", Nothing, Empty, Json("key set"), 200),
    Route(
        "POST",
        "/v1/auth/register/start",
        Nothing,
        Json("register start"),
        Json("register start reply"),
        200,
    ),
    Route("POST", "/v1/auth/register/finish", Either, Json("register finish"), Json("register reply"), 200),
    Route("POST", "/v1/auth/login/params", Proof, Json("login params"), Json("login params reply"), 200),
    Route("POST", "/v1/auth/login/start", Proof, Json("login start"), Json("login start reply"), 200),
    Route("POST", "/v1/auth/login/finish", Proof, Json("login finish"), Json("login step"), 200),
    Route("POST", "/v1/auth/code/start", Proof, Json("code start"), Json("code start reply"), 200),
    Route("POST", "/v1/auth/code/finish", Proof, Json("code finish"), Json("login step"), 200),
    Route("POST", "/v1/auth/mail", Nothing, Json("mail code"), Empty, 204),
    Route("POST", "/v1/auth/mfa/totp", Proof, Json("factor code"), Json("login step"), 200),
    Route("POST", "/v1/auth/mfa/recovery", Proof, Json("factor code"), Json("login step"), 200),
    Route("POST", "/v1/devices", Proof, Json("add device"), Json("login step"), 200),
    Route("POST", "/v1/auth/approval", Proof, Json("approval request"), Json("approval reply"), 200),
    Route("POST", "/v1/auth/token", Proof, Json("refresh"), Json("tokens"), 200),
    Route("POST", "/v1/auth/logout", Session, Json("logout"), Empty, 204),
    Route("GET", "/v1/devices", Session, Empty, Json("devices"), 200),
    Route("PUT", "/v1/devices/{d}/label", Session, Json("device label"), Empty, 204),
    Route("POST", "/v1/devices/{d}/revoke", Session, Cbor("signed revocation"), Empty, 204),
    Route("GET", "/v1/sessions", Session, Empty, Json("sessions"), 200),
    Route("DELETE", "/v1/sessions", Session, Empty, Empty, 204),
    Route("PUT", "/v1/account/approval", Session, Json("approval offer"), Empty, 204),
    Route("GET", "/v1/account/approval", Session, Empty, Json("approval state"), 200),
    Route("POST", "/v1/account/approval", Session, Json("approval answer"), Empty, 204),
    Route("DELETE", "/v1/account/approval", Session, Empty, Empty, 204),
    Route("GET", "/v1/account/export", Session, Empty, Json("account export"), 200),
    Route("GET", "/v1/account/keyset", Session, Empty, Json("keyset"), 200),
    Route("POST", "/v1/account/reenrol", Nothing, Json("register finish"), Json("register reply"), 200),
    Route("DELETE", "/v1/account/reenrol", Session, Empty, Empty, 204),
    Route("POST", "/v1/account/login", Session, Json("change login"), Empty, 204),
    Route("GET", "/v1/account/usage", Session, Empty, Json("usage"), 200),
    Route("GET", "/v1/account/code", Session, Empty, Json("code box"), 200),
    Route("PUT", "/v1/account/code", Session, Json("code box"), Empty, 204),
    Route("GET", "/v1/accounts/{account}", Session, Empty, Cbor("signed certificate"), 200),
    Route("GET", "/v1/account/factors", Session, Empty, Json("factors"), 200),
    Route("POST", "/v1/account/factors/totp", Session, Empty, Json("totp secret"), 200),
    Route(
        "POST",
        "/v1/account/factors/totp/confirm",
        Session,
        Json("totp confirm"),
        Json("recovery codes"),
        200,
    ),
    Route("DELETE", "/v1/account/factors/totp", Session, Empty, Empty, 204),
    Route("DELETE", "/v1/account", Session, Empty, Empty, 204),
    Route("GET", "/v1/events", Session, Empty, Events, 200),
    Route("GET", "/v1/audit", Session, Empty, Json("audit"), 200),
    Route("GET", "/v1/vaults", Session, Empty, Cbor("vault list"), 200),
    Route("POST", "/v1/vaults", Session, Cbor("entry"), Cbor("vault head"), 201),
    Route("GET", "/v1/vaults/{v}/head", Session, Empty, Cbor("vault head"), 200),
    Route("GET", "/v1/vaults/{v}/log", Session, Empty, Cbor("log page"), 200),
    Route("GET", "/v1/vaults/{v}/log/ranges/{i}", Session, Empty, Cbor("log range"), 200),
    Route("POST", "/v1/vaults/{v}/log", Session, Cbor("push"), Cbor("push reply"), 200),
    Route("POST", "/v1/vaults/{v}/log/heal", Session, Cbor("heal"), Cbor("vault head"), 200),
    Route("GET", "/v1/vaults/{v}/grants", Session, Empty, Cbor("grants lacking"), 200),
    Route("POST", "/v1/vaults/{v}/grants", Session, Cbor("grants"), Empty, 204),
    Route("GET", "/v1/vaults/{v}/grants/{epoch}/{account}", Session, Empty, Cbor("grant"), 200),
    Route("PUT", "/v1/vaults/{v}/grants/{epoch}/{account}", Session, Cbor("grant"), Empty, 204),
    Route("POST", "/v1/vaults/{v}/blobs", Session, Cbor("blob declare"), Cbor("blob missing"), 200),
    Route("PUT", "/v1/vaults/{v}/blobs/{b}/{i}", Session, Chunk, Empty, 204),
    Route("GET", "/v1/vaults/{v}/blobs/{b}/{i}", Session, Empty, Chunk, 200),
    Route("GET", "/v1/vaults/{v}/blobs/{b}", Session, Empty, Cbor("blob chunks"), 200),
    Route("POST", "/v1/vaults/{v}/accepts", Session, Cbor("answer"), Empty, 204),
    Route("GET", "/v1/vaults/{v}/accepts", Session, Empty, Cbor("answers"), 200),
];

/// The document.
#[must_use]
pub fn openapi(issuer: &str) -> Value {
    let mut paths = Map::new();
    for route in ROUTES {
        let item = paths.entry(route.1).or_insert_with(|| json!({}));
        if let Some(item) = item.as_object_mut() {
            item.insert(route.0.to_lowercase(), operation(route));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": { "title": "coffer-server", "version": env!("CARGO_PKG_VERSION") },
        "servers": [{ "url": issuer }],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": { "type": "http", "scheme": "DPoP" },
                "proof": { "type": "apiKey", "in": "header", "name": "DPoP" },
            },
            "schemas": { "problem": {
                "type": "object",
                "required": ["code", "status", "title"],
                "properties": {
                    "code": { "type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": 40 },
                    "status": { "type": "integer", "minimum": 400, "maximum": 599 },
                    "title": { "type": "string", "maxLength": 255 },
                    "detail": { "type": "string", "maxLength": 1024 },
                    "vaults": { "type": "array", "maxItems": 64, "items": { "type": "string" } },
                    "refusal": { "type": "integer" },
                    "retry_after": { "type": "integer" },
                },
            } },
        },
    })
}

fn operation(Route(_, path, shown, request, answer, status): &Route) -> Value {
    let parameters: Vec<_> = path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    let (proof, both) = (json!({ "proof": [] }), json!({ "token": [], "proof": [] }));
    let security = match shown {
        Nothing => json!([]),
        Proof => json!([proof]),
        Session => json!([both]),
        Either => json!([{}, both]),
    };
    let problem = json!({
        "description": "a problem",
        "content": { "application/problem+json": { "schema": { "$ref": "#/components/schemas/problem" } } },
    });
    let mut success = json!({ "description": "success" });
    let mut operation = json!({ "security": security, "parameters": parameters });
    if let Some(members) = operation.as_object_mut() {
        if let (Some(content), Some(success)) = (content(*answer), success.as_object_mut()) {
            success.insert("content".to_owned(), content);
        }
        if let Some(content) = content(*request) {
            members.insert("requestBody".to_owned(), json!({ "required": true, "content": content }));
        }
        let responses = Map::from_iter([(status.to_string(), success), ("default".to_owned(), problem)]);
        members.insert("responses".to_owned(), Value::Object(responses));
    }
    operation
}

fn content(content: Content) -> Option<Value> {
    let (media_type, title) = match content {
        Empty => return None,
        Json(title) => ("application/json", title),
        Cbor(title) => ("application/cbor", title),
        Chunk => ("application/octet-stream", "chunk"),
        Events => ("text/event-stream", "events"),
    };
    let kind = if matches!(content, Json(_)) {
        json!({ "type": "object", "title": title })
    } else {
        json!({ "title": title })
    };
    Some(json!({ media_type: { "schema": kind } }))
}
