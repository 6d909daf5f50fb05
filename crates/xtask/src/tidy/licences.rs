//! Every dependency has an accepted licence.
//!
//! The accepted licences are those of `.cargo/deny.toml`, which cargo-deny reads before a release.

use super::finding::Finding;
use crate::{
    process::{Error, Result},
    source::{self, File},
};
use serde_json::Value;
use spdx::{Expression, ParseMode};

/// The list of accepted licences.
const CONFIG: &str = ".cargo/deny.toml";

/// The interface's lock file, which names each package's licence.
const INTERFACE: &str = "ui/package-lock.json";

/// npm packages that name their licence only in a file, checked by hand.
const BY_FILE: &[(&str, &str)] = &[("svelte-toolbelt", "MIT")];

/// Packages whose licence is not accepted, missing or malformed.
pub fn refused(metadata: &Value, files: &[File]) -> Result<Vec<Finding>> {
    let config = source::text(files, CONFIG)?;
    let config: toml::Table = config.parse().map_err(|error| Error::new(format!("{CONFIG}: {error}")))?;
    let rules = Rules::read(&config);
    let lock: Value = serde_json::from_str(source::text(files, INTERFACE)?)
        .map_err(|error| Error::new(format!("{INTERFACE}: {error}")))?;
    let findings = crates(metadata)
        .chain(packages(&lock))
        .filter_map(|(name, licence)| rules.objection(name, licence).map(|text| Finding::new(name, text)));
    Ok(findings.collect())
}

/// The accepted licences.
#[derive(Default)]
struct Rules {
    /// For every package.
    allow: Vec<String>,
    /// In addition, for one package.
    exceptions: Vec<(String, Vec<String>)>,
}

impl Rules {
    /// Reads `[licenses]` as cargo-deny does.
    fn read(config: &toml::Table) -> Self {
        let names = |value: Option<&toml::Value>| -> Vec<String> {
            let list = value.and_then(toml::Value::as_array).into_iter().flatten();
            list.filter_map(toml::Value::as_str).map(str::to_owned).collect()
        };
        let Some(section) = config.get("licenses") else { return Self::default() };
        let exceptions = section.get("exceptions").and_then(toml::Value::as_array).into_iter().flatten();
        Self {
            allow: names(section.get("allow")),
            exceptions: exceptions
                .filter_map(|row| Some((row.get("crate")?.as_str()?.to_owned(), names(row.get("allow")))))
                .collect(),
        }
    }

    /// The reason why a package's licence is not accepted, if there is one.
    fn objection(&self, name: &str, licence: Option<&str>) -> Option<String> {
        let Some(text) = licence else { return Some("has no licence".to_owned()) };
        let Ok(expression) = Expression::parse_mode(text, ParseMode::LAX) else {
            return Some(format!("`{text}` is no licence expression"));
        };
        let extra = self.exceptions.iter().filter(|(package, _)| package == name).flat_map(|(_, more)| more);
        let accepted: Vec<&String> = self.allow.iter().chain(extra).collect();
        let fits = expression.evaluate(|wanted| {
            let wanted = wanted.to_string();
            accepted.iter().any(|known| **known == wanted)
        });
        (!fits).then(|| format!("licence `{text}` is not in {CONFIG}"))
    }
}

/// Third-party crates with their licences.
fn crates(metadata: &Value) -> impl Iterator<Item = (&str, Option<&str>)> {
    let packages = metadata["packages"].as_array().into_iter().flatten();
    packages
        .filter(|package| !package["source"].is_null())
        .filter_map(|package| Some((package["name"].as_str()?, package["license"].as_str())))
}

/// The npm packages with their licences.
fn packages(lock: &Value) -> impl Iterator<Item = (&str, Option<&str>)> {
    let packages = lock["packages"].as_object().into_iter().flatten();
    packages.filter_map(|(path, package)| {
        // Nested packages too; the empty path is the interface itself.
        let (_, name) = path.rsplit_once("node_modules/")?;
        let by_file = || BY_FILE.iter().find(|(known, _)| *known == name).map(|(_, licence)| *licence);
        Some((name, package["license"].as_str().or_else(by_file)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rules() -> Rules {
        Rules::read(
            &"[licenses]\nallow = ['MIT', 'Apache-2.0', 'Apache-2.0 WITH LLVM-exception', 'Unicode-3.0']\n\
              exceptions = [{ crate = 'odd', allow = ['MPL-2.0'] }]"
                .parse()
                .unwrap(),
        )
    }

    #[test]
    fn one_alternative_is_enough_and_every_conjunct_is_needed() {
        assert_eq!(rules().objection("a", Some("GPL-3.0-only OR MIT")), None);
        assert_eq!(rules().objection("a", Some("(MIT OR Apache-2.0) AND Unicode-3.0")), None);
        assert_eq!(rules().objection("a", Some("Apache-2.0 WITH LLVM-exception")), None);
        assert!(rules().objection("a", Some("MIT AND GPL-3.0-only")).is_some());
    }

    #[test]
    fn the_old_form_of_or_parses() {
        assert_eq!(rules().objection("a", Some("MIT/Apache-2.0")), None);
    }

    #[test]
    fn an_exception_applies_to_one_package() {
        assert_eq!(rules().objection("odd", Some("MPL-2.0")), None);
        assert!(rules().objection("even", Some("MPL-2.0")).is_some());
    }

    #[test]
    fn a_missing_and_an_invented_licence_are_refused() {
        assert!(rules().objection("a", None).is_some());
        assert!(rules().objection("a", Some("SEE LICENSE IN x")).is_some());
    }

    #[test]
    fn our_crates_are_left_out_and_nested_npm_packages_are_not() {
        let metadata = json!({ "packages": [
            { "name": "vault-wire", "source": null }, { "name": "x", "source": "registry", "license": "MIT" }
        ]});
        assert_eq!(crates(&metadata).collect::<Vec<_>>(), [("x", Some("MIT"))]);
        let lock = json!({ "packages": {
            "": { "license": "MIT" },
            "node_modules/a/node_modules/@b/c": { "license": "ISC" }
        }});
        assert_eq!(packages(&lock).collect::<Vec<_>>(), [("@b/c", Some("ISC"))]);
    }
}
