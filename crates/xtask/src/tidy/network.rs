//! No dependency of the application is a network client, but those of the one crate that makes its connections.

use super::finding::Finding;
use super::reach::{Kinds, reached_without};
use crate::process::Result;
use serde_json::Value;

/// The package of the application.
const APPLICATION: &str = "coffer-desktop";

/// The crate that makes the application's connections, to the server that the user has named.
const CONNECTIONS: &str = "vault-sync";

/// Network clients. The web view's network stack is blocked by the content security policy.
const CLIENTS: &[&str] = &[
    "attohttpc",
    "curl",
    "h2",
    "h3",
    "hickory-resolver",
    "hyper",
    "isahc",
    "minreq",
    "native-tls",
    "openssl",
    "quinn",
    "reqwest",
    "rustls",
    "surf",
    "tungstenite",
    "ureq",
];

/// Every network client among the run-time dependencies of the application that are needed by others than the crate of its
/// connections.
pub fn clients(metadata: &Value) -> Result<Vec<Finding>> {
    let needed = reached_without(metadata, APPLICATION, CONNECTIONS, Kinds::Normal)?;
    let used = needed.into_iter().filter(|name| CLIENTS.contains(name));
    Ok(used.map(|name| Finding::new(name, "a network client among the application's dependencies")).collect())
}

#[cfg(test)]
mod tests {
    use super::super::reach::example;
    use super::*;
    use serde_json::json;

    fn findings(name: &str, kind: &Value) -> usize {
        clients(&example(APPLICATION, name, kind)).unwrap().len()
    }

    #[test]
    fn a_network_client_below_the_application_is_found() {
        assert_eq!(findings("reqwest", &Value::Null), 1);
        assert_eq!(findings("serde", &Value::Null), 0);
    }

    #[test]
    fn clients_of_the_crate_that_makes_connections_do_not_count() {
        let metadata = |between: &str| {
            let text = example(APPLICATION, "reqwest", &Value::Null).to_string();
            serde_json::from_str::<Value>(&text.replace("between", between)).unwrap()
        };
        assert_eq!(clients(&metadata("vault-sync")).unwrap(), []);
        assert_eq!(clients(&metadata("vault-synch")).unwrap().len(), 1);
    }

    #[test]
    fn dev_and_build_dependencies_do_not_count() {
        assert_eq!(findings("hyper", &json!("dev")), 0);
        assert_eq!(findings("ureq", &json!("build")), 0);
    }

    #[test]
    fn metadata_without_the_application_is_an_error() {
        assert!(clients(&json!({ "packages": [] })).is_err());
    }
}
