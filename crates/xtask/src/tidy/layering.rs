//! The dependencies that each crate may have.

use super::finding::Finding;
use crate::process::{Error, Result};
use serde_json::Value;

/// Our crates with those of our crates that each may use.
const LAYERS: &[(&str, &[&str])] = &[
    ("vault-wire", &[]),
    ("vault-crypto", &["vault-wire"]),
    ("vault-login", &["vault-wire"]),
    ("vault-text", &[]),
    ("vault-otp", &["vault-crypto", "vault-text"]),
    ("vault-ssh", &["vault-crypto", "vault-text"]),
    ("vault-engine", &["vault-crypto", "vault-otp", "vault-text", "vault-wire"]),
    ("vault-interchange", &["vault-engine", "vault-otp", "vault-ssh", "vault-text"]),
    ("vault-preview", &[]),
    (
        "vault-api",
        &[
            "vault-engine",
            "vault-interchange",
            "vault-otp",
            "vault-preview",
            "vault-ssh",
            "vault-sync",
            "vault-text",
        ],
    ),
    ("vault-agent", &["vault-api", "vault-text"]),
    ("vault-cli", &["vault-agent", "vault-api", "vault-text"]),
    // The preview worker is a program of its own.
    ("coffer-desktop", &["vault-agent", "vault-api", "vault-preview"]),
    ("vault-testkit", &["vault-wire", "vault-crypto"]),
    (
        "vault-fuzz",
        &[
            "vault-agent",
            "vault-wire",
            "vault-crypto",
            "vault-engine",
            "vault-interchange",
            "vault-otp",
            "vault-preview",
            "vault-ssh",
        ],
    ),
    ("vault-sync", &["vault-crypto", "vault-engine", "vault-login", "vault-wire"]),
    ("vault-secrets", &["vault-wire"]),
    ("vault-server", &["vault-login", "vault-secrets", "vault-wire"]),
    ("vault-bench", &["vault-api", "vault-crypto", "vault-engine", "vault-wire"]),
    ("acceptance", &[]),
    (
        "integration",
        &["vault-api", "vault-crypto", "vault-engine", "vault-server", "vault-sync", "vault-wire"],
    ),
    ("xtask", &[]),
];

/// Crates that the tests of another may use besides.
const IN_TESTS: &[(&str, &str)] = &[("vault-server", "vault-crypto"), ("vault-cli", "vault-engine")];

/// A crate for dev-dependencies only.
const TESTS_ONLY: &str = "vault-testkit";

/// Crates that consist of tests.
const TESTS: &[&str] = &["acceptance", "integration", "vault-fuzz"];

/// Third-party crates that only some of ours may use.
const RESERVED: &[(&str, &[&str])] = &[
    ("tauri", &["coffer-desktop"]),
    // The measurements compare with it, bare and with its full-text search.
    ("rusqlite", &["vault-engine", "vault-bench", "vault-server"]),
    // The program's connections are made by one crate, and no other client can be brought in.
    ("reqwest", &["vault-sync"]),
    ("rustls-platform-verifier", &["vault-sync"]),
    // All others are made and accepted by the server, and for it.
    ("async-nats", &["vault-server"]),
    ("axum", &["vault-server"]),
    ("hyper", &["vault-secrets", "vault-server"]),
    ("hyper-util", &["vault-secrets", "vault-server"]),
    ("rustls", &["vault-secrets", "vault-server", "vault-sync"]),
    ("tokio-postgres", &["vault-server"]),
    ("tokio-rustls", &["vault-secrets", "vault-server"]),
    ("aws-lc-rs", &["vault-secrets", "vault-server"]),
    ("cryptoki", &["vault-secrets"]),
    ("mimalloc", &["vault-server"]),
    // Decoders of untrusted files run in the sandboxed worker only.
    ("hayro", &["vault-preview"]),
    ("image", &["vault-preview"]),
    // `vault-ssh` and `vault-interchange` open other programs' files with it, never a profile.
    ("argon2", &["vault-crypto", "vault-interchange", "vault-ssh"]),
    // The measurements compare with it; the fuzz targets write the envelope a second time.
    ("chacha20poly1305", &["vault-crypto", "vault-bench", "vault-fuzz"]),
    ("aead-stream", &["vault-crypto"]),
    ("hkdf", &["vault-crypto", "vault-fuzz", "vault-interchange"]),
    ("hpke", &["vault-crypto"]),
    // With it comes an older generation of the primitives.
    ("opaque-ke", &["vault-login"]),
    // In `vault-ssh` for people's SSH keys.
    ("ed25519-dalek", &["vault-wire", "vault-crypto", "vault-ssh", "vault-bench"]),
];

/// Every dependency that the tables above do not allow.
pub fn violations(metadata: &Value) -> Result<Vec<Finding>> {
    let packages =
        metadata["packages"].as_array().ok_or_else(|| Error::new("cargo metadata lists no packages"))?;
    let mut findings = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let Some((_, allowed)) = LAYERS.iter().find(|(known, _)| *known == name) else {
            findings.push(Finding::new(name, "is missing in the table of crates/xtask/src/tidy/layering.rs"));
            continue;
        };
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            let used = dependency["name"].as_str().unwrap_or_default();
            // Null for a normal dependency, else "dev" or "build".
            let in_tests = dependency["kind"] == "dev";
            if let Some(text) = violation(name, allowed, used, in_tests) {
                findings.push(Finding::new(name, text));
            }
        }
    }
    Ok(findings)
}

/// The reason why one crate must not use another, if there is one.
fn violation(name: &str, allowed: &[&str], used: &str, in_tests: bool) -> Option<String> {
    if used == TESTS_ONLY {
        return (!in_tests && !TESTS.contains(&name)).then(|| format!("{used} is for dev-dependencies only"));
    }
    if LAYERS.iter().any(|(ours, _)| *ours == used) {
        let test = in_tests && IN_TESTS.contains(&(name, used));
        return (!test && !allowed.contains(&used)).then(|| format!("may not use {used}"));
    }
    let (_, users) = RESERVED.iter().find(|(reserved, _)| *reserved == used)?;
    (!in_tests && !users.contains(&name))
        .then(|| format!("may not use {used}; only {} may", users.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn findings(package: &str, dependency: &str, kind: &Value) -> usize {
        let metadata = json!({ "packages": [
            { "name": package, "dependencies": [{ "name": dependency, "kind": kind }] }
        ]});
        violations(&metadata).unwrap().len()
    }

    #[test]
    fn only_dependencies_of_the_table_are_allowed() {
        assert_eq!(findings("vault-engine", "vault-crypto", &Value::Null), 0);
        assert_eq!(findings("vault-crypto", "vault-engine", &Value::Null), 1);
        assert_eq!(findings("coffer-desktop", "vault-engine", &Value::Null), 1);
    }

    #[test]
    fn dev_dependencies_follow_the_table_too() {
        assert_eq!(findings("vault-wire", "vault-crypto", &json!("dev")), 1);
        // With one exception, for tests only.
        assert_eq!(findings("vault-server", "vault-crypto", &json!("dev")), 0);
        assert_eq!(findings("vault-server", "vault-crypto", &Value::Null), 1);
        assert_eq!(findings("vault-server", "vault-crypto", &json!("build")), 1);
    }

    #[test]
    fn the_testkit_is_for_dev_dependencies() {
        assert_eq!(findings("vault-engine", "vault-testkit", &json!("dev")), 0);
        assert_eq!(findings("vault-engine", "vault-testkit", &Value::Null), 1);
        assert_eq!(findings("vault-engine", "vault-testkit", &json!("build")), 1);
        assert_eq!(findings("vault-fuzz", "vault-testkit", &Value::Null), 0);
    }

    #[test]
    fn reserved_crates_are_for_their_users() {
        assert_eq!(findings("vault-crypto", "argon2", &Value::Null), 0);
        assert_eq!(findings("vault-api", "argon2", &Value::Null), 1);
        assert_eq!(findings("vault-api", "tauri", &Value::Null), 1);
        assert_eq!(findings("vault-engine", "serde", &Value::Null), 0);
    }

    #[test]
    fn a_crate_outside_the_table_is_found() {
        assert_eq!(findings("vault-new", "serde", &Value::Null), 1);
    }
}
