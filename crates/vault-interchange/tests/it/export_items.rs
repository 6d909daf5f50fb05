//! Items to export, and what is checked of every export.

use std::collections::BTreeMap;
use std::io::{self, Write};

use vault_engine::clock::Timestamp;
use vault_engine::item::{
    Attachment, CoseAlgorithm, Field, FieldId, FieldKind, FileKey, Item, ItemType, Passkey, PastValue, Role,
    SecretBytes, SecretText, Superseded, Unknown, decode, encode,
};
use vault_engine::{BlobId, ItemId};
use vault_interchange::export::{ExportFormat, ExportOptions, ExportReport, Exported, ItemSource, export};
use vault_interchange::{Options, Outcome, ParsedFile, detect, fingerprint};

use crate::support::{NOW, rng};

pub const PASSWORD: &str = "päss wörd <&>";
pub const KEY: [u8; 32] = [7; 32];
/// A P-256 private key in PKCS#8.
pub const PASSKEY: &[u8] = b"\x30\x41\x02\x01\x00\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\
    \xce\x3d\x03\x01\x07\x04\x27\x30\x25\x02\x01\x01\x04\x20\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\
    \x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01";

/// Items in memory.
#[derive(Default)]
pub struct Items {
    pub sealed: Vec<Option<Vec<u8>>>,
    pub vault: Option<&'static str>,
    pub documents: BTreeMap<BlobId, Vec<u8>>,
}

impl Items {
    pub fn of(items: impl IntoIterator<Item = Item>) -> Self {
        let sealed = items.into_iter().map(|item| Some(encode(&item).unwrap().to_vec())).collect();
        Self { sealed, ..Self::default() }
    }

    pub fn ids(&self) -> Vec<ItemId> {
        (0..self.sealed.len()).map(|at| ItemId::from_bytes([u8::try_from(at).unwrap(); 16])).collect()
    }

    pub fn write(&mut self, format: ExportFormat) -> (Vec<u8>, ExportReport) {
        let mut file = Vec::new();
        let options = ExportOptions { password: SecretText::from(PASSWORD), now: NOW };
        let report = export(format, &self.ids(), &options, self, &mut file, &mut rng()).unwrap();
        (file, report)
    }
}

impl ItemSource for Items {
    type Error = io::Error;

    fn item(&mut self, id: ItemId) -> io::Result<Option<Exported>> {
        let sealed = &self.sealed[usize::from(id.as_bytes()[0])];
        let item = sealed.as_ref().map(|sealed| decode(sealed).unwrap());
        Ok(item.map(|item| Exported { item, vault: self.vault.map(str::to_owned) }))
    }

    fn has_document(&mut self, _: ItemId, document: &Attachment) -> io::Result<bool> {
        Ok(self.documents.contains_key(&document.blob_id))
    }

    fn document(&mut self, _: ItemId, document: &Attachment, to: &mut dyn Write) -> io::Result<bool> {
        let content = &self.documents[&document.blob_id];
        to.write_all(content)?;
        Ok(content.len() as u64 == document.size)
    }
}

pub fn field(number: u8, role: Option<Role>, label: &str, kind: FieldKind, value: &str) -> Field {
    let mut field = Field::new(FieldId([number; 8]), kind, SecretText::from(value));
    field.role = role;
    label.clone_into(&mut field.label);
    field
}

pub fn past(value: &str, at: u64) -> PastValue {
    PastValue { value: SecretText::from(value), replaced_at: Timestamp(at) }
}

pub fn passkey(user: &str) -> Passkey {
    Passkey {
        credential_id: user.bytes().cycle().take(16).collect(),
        rp_id: "example.com".into(),
        rp_name: "Example".into(),
        user_handle: vec![7; 16],
        user_name: user.into(),
        display_name: user.to_uppercase(),
        private_key: SecretBytes::new(PASSKEY.to_vec()),
        algorithm: CoseAlgorithm::ES256,
        sign_counter: 0,
        discoverable: true,
        created_at: Timestamp(1_700_000_000_000),
        unknown: Unknown::default(),
    }
}

pub fn attachment(number: u8, name: &str, size: usize) -> Attachment {
    Attachment {
        blob_id: BlobId::from_bytes([number; 16]),
        file_key: FileKey::from_bytes(&[number; 32]),
        size: size as u64,
        name: name.into(),
        media_type: "text/plain".into(),
        added_at: Timestamp(1_700_000_000_000),
        unknown: Unknown::default(),
    }
}

/// A login with everything that an item can have.
pub fn login() -> Item {
    let mut item = Item::new(ItemType::Login, Timestamp(1_600_000_000_000));
    item.modified_at = Timestamp(1_700_000_000_000);
    item.title = "Bank <of> \"England\" & Söhne".into();
    item.urls = vec!["https://example.com/a?b=1&c=2".into(), "https://example.org".into()];
    item.notes = SecretText::from("line one\nline \u{b}two\r\n<b>");
    item.tags = ["work".to_owned(), "a,b;c".to_owned()].into();
    item.folder = Some("Money/Banks".into());
    item.flags.favourite = true;
    item.expires = "2031-05-06".parse().ok();
    let mut password = field(2, Some(Role::Password), "", FieldKind::Concealed, "now=\u{1}<&>");
    password.history = vec![past("second", 1_660_000_000_000), past("first", 1_650_000_000_000)];
    let mut pin = field(4, None, "PIN", FieldKind::Concealed, "1234");
    pin.history = vec![past("0000", 1_655_000_000_000)];
    pin.section = Some("Telephone".into());
    let code =
        "otpauth://totp/Bank:mara?secret=JBSWY3DPEHPK3PXP&issuer=Bank&digits=8&period=60&algorithm=SHA256";
    item.fields = vec![
        field(1, Some(Role::Username), "", FieldKind::Text, "mara"),
        password,
        field(3, Some(Role::Code), "", FieldKind::Code, code),
        pin,
        field(5, None, "Title", FieldKind::Text, "not the title"),
        field(6, None, "Second", FieldKind::Code, "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ"),
    ];
    item.passkeys = vec![passkey("mara"), passkey("joint")];
    item.attachments = vec![attachment(1, "ä &.txt", 300_000), attachment(2, "gone.txt", 5)];
    item.superseded = vec![Superseded {
        field: None,
        label: "title".into(),
        value: SecretText::from("Old title"),
        at: Timestamp(1_600_000_000_000),
    }];
    item
}

pub fn document() -> Vec<u8> {
    (0..300_000_u32).map(|at| u8::try_from(at.wrapping_mul(2_654_435_761) >> 24).unwrap()).collect()
}

pub fn all_types() -> Vec<Item> {
    let of = |item_type, title: &str, fields: Vec<(Role, &str)>| {
        let mut item = Item::new(item_type, Timestamp(1_600_000_000_000));
        item.title = title.into();
        for (number, (role, value)) in (1..).zip(fields) {
            item.fields.push(field(number, Some(role), "", FieldKind::Text, value));
        }
        item
    };
    let mut trashed = of(ItemType::Note, "Thrown away", vec![]);
    trashed.trashed_at = Some(Timestamp(1_690_000_000_000));
    trashed.notes = SecretText::from("gone");
    let key = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----";
    vec![
        of(ItemType::Note, "Note", vec![]),
        of(
            ItemType::Card,
            "Card",
            vec![
                (Role::CardHolder, "M. Note"),
                (Role::CardNumber, "4111111111111111"),
                (Role::CardExpiry, "2029-03"),
                (Role::CardVerification, "123"),
                (Role::CardPin, "9876"),
            ],
        ),
        of(
            ItemType::Identity,
            "Identity",
            vec![
                (Role::FirstName, "Mara"),
                (Role::Street, "1 Street\nFlat 2\nRear\nBell 3"),
                (Role::BirthDate, "1990-01-02"),
            ],
        ),
        of(
            ItemType::SshKey,
            "Key",
            vec![
                (Role::PrivateKey, key),
                (Role::PublicKey, "ssh-ed25519 AAAA"),
                (Role::Fingerprint, "SHA256:x"),
                (Role::KeyPassphrase, "phrase"),
            ],
        ),
        of(ItemType::BankAccount, "Account", vec![(Role::Iban, "GB33BUKB20201555555555")]),
        of(
            ItemType::Server,
            "Server",
            vec![(Role::Username, "root"), (Role::Password, "toor"), (Role::Host, "10.0.0.1")],
        ),
        trashed,
    ]
}

pub fn reasons(report: &ExportReport, outcome: Outcome) -> Vec<(&str, &str)> {
    let fits = report.remarks.iter().filter(|remark| remark.outcome == outcome);
    fits.map(|remark| (remark.field.as_str(), remark.reason.as_str())).collect()
}

pub fn remarked(report: &ExportReport, field: &str) -> bool {
    report.remarks.iter().any(|remark| remark.field == field)
}

/// Reads a file with the password of the exports.
pub fn opened(bytes: &[u8]) -> ParsedFile {
    let options = Options { password: Some(SecretText::from(PASSWORD)), ..Options::default() };
    detect(bytes).unwrap().read(bytes, &options, NOW, &mut rng()).unwrap()
}

pub fn same(one: &ParsedFile, other: &ParsedFile) {
    let all =
        |file: &ParsedFile| file.items.iter().map(|one| fingerprint(&one.item, &KEY)).collect::<Vec<_>>();
    assert_eq!(all(one), all(other));
}
