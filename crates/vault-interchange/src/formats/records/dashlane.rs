//! Dashlane's old JSON: lists of records, named in capitals after what they are: `{AUTHENTIFIANT: [{title, domain, login, …}], …}`.

use vault_engine::item::{FieldKind, ItemType, Role};

use super::layout::{self, Layout, Meaning};
use crate::{
    builder::ImportBuilder,
    error::ImportError,
    format::{Format, Program, Secret},
    importer::{Importer, Reader},
    report::ParsedFile,
    syntax::raw::{self, Shape},
};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = Importer {
    format: Format {
        id: "dashlane_json",
        name: "Dashlane JSON",
        program: &Program { id: "dashlane", name: "Dashlane" },
        extensions: &["json"],
        secret: Secret::Nothing,
    },
    reader: Reader::Json { recognises, read: |text, _, import| read(text, import) },
};

const LOGIN: Layout = &[
    ("title", Meaning::Title),
    ("domain", Meaning::Url),
    ("url", Meaning::Url),
    ("login", Meaning::Role(Role::Username, "Login")),
    ("email", Meaning::Role(Role::Username, "Email")),
    ("secondaryLogin", Meaning::Role(Role::Username, "Secondary login")),
    ("password", Meaning::Role(Role::Password, "Password")),
    ("otpSecret", Meaning::Code),
    ("otpUrl", Meaning::Code),
    ("note", Meaning::Notes),
    ("category", Meaning::Folder('\0')),
];
const NOTE: Layout = &[
    ("title", Meaning::Title),
    ("content", Meaning::Notes),
    ("note", Meaning::Notes),
    ("category", Meaning::Folder('\0')),
];
const CARD: Layout = &[
    ("name", Meaning::Title),
    ("owner", Meaning::Role(Role::CardHolder, "Owner")),
    ("cardNumber", Meaning::Role(Role::CardNumber, "Number")),
    ("securityCode", Meaning::Role(Role::CardVerification, "Security code")),
    ("bank", Meaning::Role(Role::CardBrand, "Bank")),
];
const BANK: Layout = &[
    ("BankAccountName", Meaning::Title),
    ("BankAccountOwner", Meaning::Role(Role::AccountHolder, "Owner")),
    ("BankAccountIBAN", Meaning::Role(Role::Iban, "IBAN")),
    ("BankAccountBIC", Meaning::Role(Role::Bic, "BIC")),
    ("BankAccountBank", Meaning::Role(Role::BankName, "Bank")),
];
const PERSON: Layout = &[
    ("itemName", Meaning::Title),
    ("title", Meaning::Role(Role::Salutation, "Title")),
    ("firstName", Meaning::Role(Role::FirstName, "First name")),
    ("middleName", Meaning::Role(Role::MiddleName, "Middle name")),
    ("lastName", Meaning::Role(Role::LastName, "Last name")),
    ("birthDate", Meaning::Role(Role::BirthDate, "Birth date")),
    ("email", Meaning::Role(Role::Email, "Email")),
    ("number", Meaning::Role(Role::Phone, "Number")),
    ("addressFull", Meaning::Role(Role::Street, "Address")),
    ("zipCode", Meaning::Role(Role::PostalCode, "Postal code")),
    ("city", Meaning::Role(Role::City, "City")),
    ("country", Meaning::Role(Role::Country, "Country")),
    ("name", Meaning::Role(Role::Company, "Company")),
    ("socialSecurityNumber", Meaning::Role(Role::NationalId, "Social security number")),
    ("website", Meaning::Custom("Website", FieldKind::Url)),
];

/// The lists, their type, and the layout of their records.
const LISTS: &[(&str, ItemType, Layout)] = &[
    ("AUTHENTIFIANT", ItemType::Login, LOGIN),
    ("SECURENOTE", ItemType::Note, NOTE),
    ("PAYMENTMEANS_CREDITCARD", ItemType::Card, CARD),
    ("BANKSTATEMENT", ItemType::BankAccount, BANK),
    ("IDENTITY", ItemType::Identity, PERSON),
    ("ADDRESS", ItemType::Identity, PERSON),
    ("PHONE", ItemType::Identity, PERSON),
    ("COMPANY", ItemType::Identity, PERSON),
    ("PERSONALWEBSITE", ItemType::Identity, PERSON),
    ("SOCIALSECURITYSTATEMENT", ItemType::Identity, PERSON),
    ("PASSPORT", ItemType::Identity, PERSON),
    ("IDCARD", ItemType::Identity, PERSON),
    ("DRIVERLICENCE", ItemType::Identity, PERSON),
];

fn recognises(text: &str) -> Result<bool, ImportError> {
    let Shape::Object(members) = raw::shape(text)? else { return Ok(false) };
    Ok(LISTS.iter().take(4).any(|(name, ..)| members.has(&[name])))
}

fn read(text: &str, mut import: ImportBuilder<'_>) -> Result<ParsedFile, ImportError> {
    let Shape::Object(members) = raw::shape(text)? else { return Err(ImportError::Damaged) };
    let mut position = 0;
    for (list, raw) in members.into_all() {
        if !raw.get().starts_with('[') {
            import.unknown_part(&list);
            continue;
        }
        let known = LISTS.iter().find(|(name, ..)| *name == list);
        let (item_type, layout) =
            known.map_or((ItemType::Note, NOTE), |(_, item_type, layout)| (*item_type, *layout));
        for raw in raw::list(raw)? {
            position += 1;
            let Some(mut record) = import.object(position, raw) else { continue };
            if list == "EMAIL" {
                import.skip_row(position, "An e-mail address on its own is no item: add it to an identity.");
                continue;
            }
            let mut item = layout::start(&mut import, position, item_type, layout, &mut record);
            item.default_title(&list);
            if known.is_none() {
                let reason = "A record of this kind is not known; it is kept as a note with custom fields.";
                item.keep(
                    "kind",
                    FieldKind::Text,
                    vault_engine::item::SecretText::from(list.as_str()),
                    reason,
                );
            }
            item.unknown_members("", record);
            item.finish()?;
        }
    }
    Ok(import.finish())
}
