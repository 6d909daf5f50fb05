//! The list of the samples: what opens each file, and how many items it has.

use std::{fs, path::Path};

use vault_engine::item::SecretText;
use vault_interchange::{Options, cost};
use zeroize::Zeroizing;

/// Files that are not in the list, with what opens them and their items; `None` is for those that are to be refused, such as one that has groups only.
const UNLISTED: &[(&str, &str, Option<usize>)] = &[
    ("1password/export.1pux", "", Some(9)),
    ("bitwarden/individual.csv", "", Some(14)),
    ("bitwarden/individual.json", "", Some(14)),
    ("bitwarden/keepassxc-case.json", "", Some(4)),
    ("bitwarden/password-protected-pbkdf2.json", "a", Some(1)),
    ("csv/chrome.csv", "", Some(14)),
    ("csv/firefox.csv", "", Some(14)),
    ("cxf/example.json", "", Some(14)),
    ("keepass/broken-header-hash.kdbx", "a", None),
    ("keepass/format400.kdbx", "t", Some(1)),
    ("keepass/kdbx4-argon2id.kdbx", "demopass", Some(2)),
    ("keepass/kdbx4-totp.kdbx", "test", Some(1)),
    ("keepass/keepass2.xml", "", Some(14)),
    ("keepass/keyfile-xml-v2.kdbx", "(none) + key file keyfile-xml-v2.keyx", None),
    ("keepass/merge-database.kdbx", "a", Some(3)),
    ("other/aegis-plain.json", "", Some(2)),
    ("other/enpass.json", "", Some(14)),
];

/// Files of which the list counts rows that are no items, with the number of items: a row that is left out with a remark, rows that
/// are folders, and values of several lines.
const LESS: &[(&str, usize)] = &[
    ("1password/multiple-items.mac.csv", 4),
    ("csv/buttercup.csv", 14),
    ("csv/firefox-accounts-data.csv", 1),
    ("csv/nordpass-2023.csv", 14),
];

/// A file of the samples.
pub struct Sample {
    /// Its path below the folder.
    pub name: String,
    /// What opens it, as the list says it.
    secret: String,
    /// The number of its items; `None` if it is to be refused.
    pub items: Option<usize>,
}

impl Sample {
    /// Reads the list in the folder.
    pub fn all(folder: &Path) -> std::io::Result<Vec<Self>> {
        let list = fs::read_to_string(folder.join("manifest.tsv"))?;
        let listed = list.lines().skip(1).filter_map(|line| {
            let columns: Vec<&str> = line.split('\t').collect();
            let (name, secret, items) = (columns.first()?, columns.get(5)?, columns.get(6)?);
            // Such as `14 (+7 folders)`; without a number the file is to be refused in words.
            let less = LESS.iter().find(|(known, _)| known == name).map(|(_, items)| *items);
            let number = less.or(items.split(' ').next()?.parse().ok()).filter(|number| *number > 0);
            Some(Self { name: (*name).to_owned(), secret: (*secret).to_owned(), items: number })
        });
        let unlisted = UNLISTED.iter().map(|(name, secret, items)| Self {
            name: (*name).to_owned(),
            secret: (*secret).to_owned(),
            items: *items,
        });
        Ok(listed.chain(unlisted).collect())
    }

    /// Returns what opens the file.
    pub fn options(&self, folder: &Path) -> std::io::Result<Options> {
        let (password, key_file) = match self.secret.split_once(" + key file ") {
            Some((password, file)) => (password, Some(file)),
            None => (self.secret.as_str(), None),
        };
        let password = match password {
            "" | "(none)" | "(none: not openable)" => None,
            "(empty password)" => Some(""),
            password => Some(password),
        };
        let beside = |name: &str| folder.join(&self.name).with_file_name(name);
        let key_file = key_file.map(|name| fs::read(beside(name))).transpose()?.map(Zeroizing::new);
        let password = password.map(SecretText::from);
        Ok(Options { password, key_file, limit: cost::ACCEPTED, ..Options::default() })
    }
}
