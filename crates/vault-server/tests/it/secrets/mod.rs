//! The key-encryption key from managers of secrets, by the real program. `cargo xtask soak` builds them and runs all of it.

#[cfg(feature = "secrets-aws")]
mod aws;
#[cfg(feature = "secrets-pkcs11")]
mod pkcs11;
#[cfg(feature = "secrets-vault")]
mod vault;

use std::fs;
#[cfg(any(feature = "secrets-aws", feature = "secrets-pkcs11", feature = "secrets-vault"))]
use std::path::Path;

use crate::cli::{command, configure, init, refusal};

/// URIs of all managers, of the right form, each with the feature that reads it, if it is not built.
const NOT_BUILT: &[(&str, &str)] = &[
    #[cfg(not(feature = "secrets-vault"))]
    ("vault://127.0.0.1:1/secret/data/coffer?token=env:T", "secrets-vault"),
    #[cfg(not(feature = "secrets-pkcs11"))]
    ("pkcs11:token=t;object=o?module-path=/none.so&pin-source=env:P&wrapped=env:W", "secrets-pkcs11"),
    #[cfg(not(feature = "secrets-aws"))]
    ("aws-kms://127.0.0.1:1?region=r&key=k&encrypted=env:E&access_key=A&secret_key=env:S", "secrets-aws"),
    #[cfg(not(feature = "secrets-aws"))]
    ("aws-secretsmanager://127.0.0.1:1?region=r&secret=s&access_key=A&secret_key=env:S", "secrets-aws"),
];

/// Configures a key-encryption key.
#[cfg(any(feature = "secrets-aws", feature = "secrets-pkcs11", feature = "secrets-vault"))]
fn use_key(data: &Path, source: &str) {
    configure(data, "key_encryption_key", Some(&format!("'{source}'")));
}

/// Writes a file that others may not read.
#[cfg(any(feature = "secrets-aws", feature = "secrets-pkcs11", feature = "secrets-vault"))]
fn write_private(data: &Path, name: &str, text: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::write(data.join(name), text).unwrap();
    fs::set_permissions(data.join(name), fs::Permissions::from_mode(0o600)).unwrap();
}

#[test]
fn a_server_without_the_feature_of_a_manager_says_so_and_changes_nothing() {
    let temporary = tempfile::tempdir().unwrap();
    let data = temporary.path().join("data");
    init(&data);
    let secrets = fs::read(data.join("secrets.toml")).unwrap();
    for (uri, feature) in NOT_BUILT {
        configure(&data, "key_encryption_key", Some(&format!("'{uri}'")));
        for arguments in [["serve"], ["check"]] {
            let error = refusal(&data, &arguments);
            assert!(error.contains(&format!("build with the feature {feature}")), "{error}");
        }
    }
    configure(&data, "key_encryption_key", Some("'vault://h/secret/coffer?token=env:T'"));
    assert!(refusal(&data, &["serve"]).contains("not a URI of the form vault://"));
    assert_eq!(fs::read(data.join("secrets.toml")).unwrap(), secrets);
    // Another secret than a key does not come from there.
    configure(&data, "key_encryption_key", None);
    configure(&data, "certificate", Some("'tls.pem'"));
    configure(&data, "certificate_key", Some("'vault://h/secret/data/coffer?token=env:T'"));
    let error = refusal(&data, &["serve"]);
    assert!(error.contains("here another secret is needed"), "{error}");
    configure(&data, "certificate", None);
    configure(&data, "certificate_key", None);
    command(&data, &["check"]);
}
