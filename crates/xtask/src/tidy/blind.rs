//! No dependency of the server can open what it stores.

use super::finding::Finding;
use super::reach::{Kinds, reached};
use crate::process::Result;
use serde_json::Value;

/// The package of the server.
const SERVER: &str = "vault-server";

/// What holds, derives or uses the users' keys.
const OPENING: &[&str] = &["argon2", "chacha20poly1305", "hpke", "vault-crypto", "vault-engine"];

/// Every such crate that the server or its build needs.
pub fn opening(metadata: &Value) -> Result<Vec<Finding>> {
    let needed = reached(metadata, SERVER, Kinds::NormalAndBuild)?;
    let found = needed.into_iter().filter(|name| OPENING.contains(name));
    Ok(found
        .map(|name| Finding::new(name, "among the server's dependencies, which must not open anything"))
        .collect())
}

#[cfg(test)]
mod tests {
    use super::super::reach::example;
    use super::*;
    use serde_json::json;

    fn findings(name: &str, kind: &Value) -> usize {
        opening(&example(SERVER, name, kind)).unwrap().len()
    }

    #[test]
    fn what_opens_is_found_below_the_server_and_below_its_build() {
        assert_eq!(findings("vault-crypto", &Value::Null), 1);
        assert_eq!(findings("hpke", &json!("build")), 1);
        assert_eq!(findings("vault-wire", &Value::Null), 0);
    }

    #[test]
    fn tests_may_use_it() {
        assert_eq!(findings("vault-engine", &json!("dev")), 0);
    }

    #[test]
    fn metadata_without_the_server_is_an_error() {
        assert!(opening(&json!({ "packages": [] })).is_err());
    }
}
