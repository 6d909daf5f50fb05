//! The forms of LastPass: notes whose text is `NoteType:`, `Language:`, a line `name:value` for each field, and `Notes:`.

use vault_engine::item::{ItemType, Role, SecretText};

use super::cell::named_lines;
use crate::{builder::ItemBuilder, meaning::Meaning};

use Meaning::{Addresses, Expires, Field, FullName, Text};

/// A kind of form, with its fields. Those without a meaning of their own are custom fields.
struct Kind {
    name: &'static str,
    item_type: ItemType,
    fields: &'static [(&'static str, Meaning)],
}

const USERNAME: Meaning = Field(Role::Username);
const PASSWORD: Meaning = Field(Role::Password);

const KINDS: &[Kind] = &[
    Kind {
        name: "Credit Card",
        item_type: ItemType::Card,
        fields: &[
            ("Name on Card", Field(Role::CardHolder)),
            ("Type", Field(Role::CardBrand)),
            ("Number", Field(Role::CardNumber)),
            ("Security Code", Field(Role::CardVerification)),
            ("Start Date", Text),
            ("Expiration Date", Field(Role::CardExpiry)),
        ],
    },
    Kind {
        name: "Bank Account",
        item_type: ItemType::BankAccount,
        fields: &[
            ("Bank Name", Field(Role::BankName)),
            ("Account Type", Field(Role::AccountType)),
            ("Routing Number", Field(Role::RoutingNumber)),
            ("Account Number", Field(Role::AccountNumber)),
            ("SWIFT Code", Field(Role::Bic)),
            ("IBAN Number", Field(Role::Iban)),
            ("Pin", Field(Role::AccountPin)),
            ("Branch Address", Text),
            ("Branch Phone", Field(Role::Phone)),
        ],
    },
    Kind {
        name: "Address",
        item_type: ItemType::Identity,
        fields: &[
            ("Title", Field(Role::Salutation)),
            ("First Name", Field(Role::FirstName)),
            ("Middle Name", Field(Role::MiddleName)),
            ("Last Name", Field(Role::LastName)),
            ("Username", Text),
            ("Gender", Text),
            ("Birthday", Field(Role::BirthDate)),
            ("Company", Field(Role::Company)),
            ("Address 1", Field(Role::Street)),
            ("Address 2", Field(Role::Street)),
            ("Address 3", Field(Role::Street)),
            ("City / Town", Field(Role::City)),
            ("County", Text),
            ("State", Field(Role::Region)),
            ("Zip / Postal Code", Field(Role::PostalCode)),
            ("Country", Field(Role::Country)),
            ("Timezone", Text),
            ("Email Address", Field(Role::Email)),
            ("Phone", Field(Role::Phone)),
            ("Evening Phone", Text),
            ("Mobile Phone", Text),
            ("Fax", Text),
        ],
    },
    Kind {
        name: "SSH Key",
        item_type: ItemType::SshKey,
        fields: &[
            ("Bit Strength", Text),
            ("Format", Text),
            ("Passphrase", Field(Role::KeyPassphrase)),
            ("Private Key", Field(Role::PrivateKey)),
            ("Public Key", Field(Role::PublicKey)),
            ("Hostname", Text),
            ("Date", Text),
        ],
    },
    Kind {
        name: "Wi-Fi Password",
        item_type: ItemType::Wifi,
        fields: &[
            ("SSID", Field(Role::WifiName)),
            ("Password", PASSWORD),
            ("Connection Type", Text),
            ("Connection Mode", Text),
            ("Authentication", Field(Role::WifiSecurity)),
            ("Encryption", Text),
            ("Use 802.1X", Text),
            ("FIPS Mode", Text),
            ("Key Type", Text),
            ("Protected", Text),
            ("Key Index", Text),
        ],
    },
    Kind {
        name: "Database",
        item_type: ItemType::Database,
        fields: &[
            ("Type", Field(Role::DatabaseType)),
            ("Hostname", Field(Role::Host)),
            ("Port", Field(Role::Port)),
            ("Database", Field(Role::DatabaseName)),
            ("Username", USERNAME),
            ("Password", PASSWORD),
            ("SID", Text),
            ("Alias", Text),
        ],
    },
    Kind {
        name: "Server",
        item_type: ItemType::Server,
        fields: &[("Hostname", Field(Role::Host)), ("Username", USERNAME), ("Password", PASSWORD)],
    },
    Kind {
        name: "Email Account",
        item_type: ItemType::Login,
        fields: &[
            ("Username", USERNAME),
            ("Password", PASSWORD),
            ("Server", Text),
            ("Port", Text),
            ("Type", Text),
            ("SMTP Server", Text),
            ("SMTP Port", Text),
        ],
    },
    Kind {
        name: "Instant Messenger",
        item_type: ItemType::Login,
        fields: &[
            ("Type", Text),
            ("Username", USERNAME),
            ("Password", PASSWORD),
            ("Server", Text),
            ("Port", Text),
        ],
    },
    Kind {
        name: "Passport",
        item_type: ItemType::Identity,
        fields: &[
            ("Type", Text),
            ("Name", FullName),
            ("Country", Field(Role::Country)),
            ("Number", Field(Role::Passport)),
            ("Sex", Text),
            ("Nationality", Text),
            ("Issuing Authority", Text),
            ("Date of Birth", Field(Role::BirthDate)),
            ("Issued Date", Text),
            ("Expiration Date", Expires),
        ],
    },
    Kind {
        name: "Driver's License",
        item_type: ItemType::Identity,
        fields: &[
            ("Number", Field(Role::DrivingLicence)),
            ("Expiration Date", Expires),
            ("License Class", Text),
            ("Name", FullName),
            ("Address", Field(Role::Street)),
            ("City / Town", Field(Role::City)),
            ("State", Field(Role::Region)),
            ("ZIP / Postal Code", Field(Role::PostalCode)),
            ("Country", Field(Role::Country)),
            ("Date of Birth", Field(Role::BirthDate)),
            ("Sex", Text),
            ("Height", Text),
        ],
    },
    Kind {
        name: "Social Security",
        item_type: ItemType::Identity,
        fields: &[("Name", FullName), ("Number", Field(Role::NationalId))],
    },
    Kind {
        name: "Insurance",
        item_type: ItemType::Note,
        fields: &[
            ("Company", Text),
            ("Policy Type", Text),
            ("Policy Number", Text),
            ("Expiration", Text),
            ("Agent Name", Text),
            ("Agent Phone", Text),
            ("URL", Addresses),
        ],
    },
    Kind {
        name: "Health Insurance",
        item_type: ItemType::Note,
        fields: &[
            ("Company", Text),
            ("Company Phone", Text),
            ("Policy Type", Text),
            ("Policy Number", Text),
            ("Group ID", Text),
            ("Member Name", Text),
            ("Member ID", Text),
            ("Physician Name", Text),
            ("Physician Phone", Text),
            ("Physician Address", Text),
            ("Co-pay", Text),
        ],
    },
    Kind {
        name: "Membership",
        item_type: ItemType::Login,
        fields: &[
            ("Organization", Text),
            ("Membership Number", USERNAME),
            ("Member Name", Text),
            ("Start Date", Text),
            ("Expiration Date", Text),
            ("Website", Addresses),
            ("Telephone", Text),
            ("Password", PASSWORD),
        ],
    },
    Kind {
        name: "Software License",
        item_type: ItemType::Licence,
        fields: &[
            ("License Key", Field(Role::LicenceKey)),
            ("Licensee", Field(Role::LicensedTo)),
            ("Version", Field(Role::ProductVersion)),
            ("Publisher", Field(Role::Publisher)),
            ("Support Email", Field(Role::Email)),
            ("Website", Addresses),
            ("Price", Text),
            ("Purchase Date", Field(Role::PurchaseDate)),
            ("Order Number", Field(Role::OrderNumber)),
            ("Number of Licenses", Text),
            ("Order Total", Text),
        ],
    },
];

/// The lines of a street.
const STREET: [&str; 4] = ["Address 1", "Address 2", "Address 3", "Address"];

/// A form of a kind that is known, or of the user's own.
pub(super) struct Form(Option<&'static Kind>);

/// Returns the form of a text, or `None` if it is a plain one.
pub(super) fn form(text: &str) -> Option<Form> {
    let name = text.strip_prefix("NoteType:")?.lines().next()?.trim();
    (!name.is_empty()).then(|| Form(KINDS.iter().find(|kind| kind.name == name)))
}

impl Form {
    /// The type of the item.
    pub(super) fn item_type(&self) -> ItemType {
        self.0.map_or(ItemType::Note, |kind| kind.item_type)
    }

    /// Puts the fields of the text into the item.
    pub(super) fn read(&self, item: &mut ItemBuilder<'_, '_>, text: &SecretText) {
        let fields = self.0.map_or(&[][..], |kind| kind.fields);
        let mut at_notes = false;
        let lines = named_lines(text.expose(), |name| {
            // The notes come last and may have lines of any form. In a form of the user's own any name is one.
            let known = self.0.is_none() || matches!(name, "NoteType" | "Language" | "Notes");
            let begins = !at_notes && (known || fields.iter().any(|(field, _)| *field == name));
            at_notes = at_notes || name == "Notes";
            begins
        });
        if item.item_type() == ItemType::Identity {
            let street: Vec<&str> = lines
                .iter()
                .filter(|(name, value)| STREET.contains(name) && !value.is_empty())
                .map(|(_, value)| value.expose())
                .collect();
            item.put("Address 1", Field(Role::Street), SecretText::new(street.join("\n")));
        }
        for (name, value) in lines {
            let value = without_empty_parts(value);
            match name {
                name if item.item_type() == ItemType::Identity && STREET.contains(&name) => {}
                "NoteType" if self.0.is_some() => {}
                "Language" if !value.is_empty() => {
                    item.count_dropped("Language", "It is the language of the form in LastPass.");
                }
                "Notes" => item.put("Notes", Meaning::Notes, value),
                "Phone" | "Evening Phone" | "Mobile Phone" | "Fax" | "Branch Phone" => {
                    let meaning = fields.iter().find(|(field, _)| *field == name).map_or(Text, |(_, of)| *of);
                    let number = phone(item, value);
                    item.put(name, meaning, number);
                }
                _ => match fields.iter().find(|(field, _)| *field == name) {
                    Some((_, meaning)) => item.put(name, *meaning, value),
                    // It may be a secret.
                    None => item.put(name, Meaning::Custom, value),
                },
            }
        }
    }
}

/// An empty date is a comma.
fn without_empty_parts(value: SecretText) -> SecretText {
    if value.expose().trim_matches([',', ' ']).is_empty() { SecretText::from("") } else { value }
}

/// A telephone number, from JSON with number, extension and country, if it is that.
fn phone(item: &mut ItemBuilder<'_, '_>, value: SecretText) -> SecretText {
    let Some(mut parts) = super::cell::object(&value) else { return value };
    let (number, extension) = (parts.take_text("num"), parts.take_text("ext"));
    let country = parts.take_text("cc3l");
    if number.is_empty() || parts.into_rest().next().is_some() {
        return value;
    }
    if !country.is_empty() {
        item.count_dropped("cc3l", "The number begins with the one of the country.");
    }
    let plus = if number.expose().starts_with(['+', '0']) { "" } else { "+" };
    match extension.expose() {
        "" => SecretText::new(format!("{plus}{}", number.expose())),
        extension => SecretText::new(format!("{plus}{} ext. {extension}", number.expose())),
    }
}
