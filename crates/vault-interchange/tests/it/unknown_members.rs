//! Every member that a reader of JSON does not know is found in an item or named in a remark.

use std::fs;

use serde_json::Value;
use vault_interchange::ParsedFile;

use crate::support::{contains, path, read};

/// Files in which a member is added to each object, and the objects that are only looked at for one value.
const FILES: &[(&str, &[&str])] = &[
    ("onepassword.json", &["attrs", "inputTraits", "surprise"]),
    ("proton.json", &["display", "folders", "surprise"]),
    ("enpass.json", &["folders", "history"]),
    ("dashlane.json", &["EMAIL"]),
    ("keeper.json", &["shared_folders"]),
    ("passman.json", &["icon", "tags"]),
    ("psono.json", &[]),
    ("cxf.json", &["version", "collections", "androidApps", "surprise"]),
    ("authenticators-aegis.json", &["header", "groups"]),
    ("authenticators-2fas.json", &["groups", "icon", "order"]),
    ("authenticators-andotp.json", &[]),
    ("authenticators-raivo.json", &[]),
    ("authenticators-lastpass.json", &["folders", "folderData"]),
    ("authenticators-proton.json", &[]),
    ("authenticators-stratum.json", &["Categories", "AuthenticatorCategories"]),
];

/// Adds a member with a name and a value of its own to each object.
fn mark(value: &mut Value, skipped: &[&str], marks: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members.iter_mut().filter(|(name, _)| !skipped.contains(&name.as_str())) {
                // The value of a field of 1Password has one member, which is its kind.
                let is_value = name == "value" && member.is_object();
                match member {
                    // Its members are vaults.
                    Value::Object(vaults) if name == "vaults" => {
                        vaults.iter_mut().for_each(|(_, vault)| mark(vault, skipped, marks));
                    }
                    member if !is_value => mark(member, skipped, marks),
                    _ => {}
                }
            }
            let number = marks.len();
            let (name, text) = (format!("newThing{number}"), format!("mark-{number}-0"));
            members.insert(name.clone(), Value::String(text.clone()));
            marks.push((name, text));
        }
        Value::Array(values) => values.iter_mut().for_each(|value| mark(value, skipped, marks)),
        _ => {}
    }
}

fn found(parsed: &ParsedFile, name: &str, text: &str) -> bool {
    let in_items = parsed.items.iter().any(|parsed| contains(&parsed.item, text));
    in_items || parsed.remarks.iter().any(|remark| remark.field.contains(name))
}

#[test]
fn unknown_members_of_each_program_survive() {
    let mut losses: Vec<String> = Vec::new();
    for (file, skipped) in FILES {
        let mut value: Value = serde_json::from_slice(&fs::read(path(file)).unwrap()).unwrap();
        let mut marks = Vec::new();
        mark(&mut value, skipped, &mut marks);
        let parsed = read(value.to_string().as_bytes()).unwrap();
        assert!(!marks.is_empty(), "{file}");
        let lost: Vec<String> = marks
            .into_iter()
            .filter(|(name, text)| !found(&parsed, name, text))
            .map(|(name, _)| name)
            .collect();
        losses.extend(lost.iter().map(|name| format!("{file}: {name} in {value}")));
        for remark in &parsed.remarks {
            assert!(!remark.reason.contains("mark-") && !remark.field.contains("mark-"), "{file}");
        }
    }
    assert_eq!(losses, Vec::<String>::new());
}
