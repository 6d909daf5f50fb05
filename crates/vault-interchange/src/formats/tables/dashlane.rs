//! Dashlane: a table for each kind of item.

use vault_engine::item::{ItemType, Role, SecretText};

use super::{Layout, csv};
use crate::{
    builder::ItemBuilder, format::Program, importer::Importer, meaning::Meaning, syntax::table::Cells,
};

use Meaning::{Addresses, Expires, Field, Folder, FullName, Notes, Text, Title};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = csv("dashlane_csv", "Dashlane CSV", &PROGRAM, LAYOUTS);

pub(super) const PROGRAM: Program = Program { id: "dashlane", name: "Dashlane" };

/// The tables.
pub(super) const LAYOUTS: &[Layout] = &[CREDENTIALS, PAYMENTS, PERSONAL, IDS, WIFI, NOTES];

const CREDENTIALS: Layout = Layout {
    required: &["username", "username2", "username3", "title", "password", "note", "url", "category"],
    columns: &[
        ("title", Title),
        ("username", Field(Role::Username)),
        ("password", Field(Role::Password)),
        ("otpsecret", Field(Role::Code)),
        ("otpurl", Field(Role::Code)),
        ("url", Addresses),
        ("note", Notes),
        ("category", Folder("/")),
        ("username2", Text),
        ("username3", Text),
    ],
    ..Layout::BASE
};

const PAYMENTS: Layout = Layout {
    required: &[
        "type",
        "account_name",
        "account_holder",
        "cc_number",
        "code",
        "routing_number",
        "account_number",
    ],
    columns: &[
        ("name", Title),
        ("account_name", Title),
        ("account_holder", Field(Role::CardHolder)),
        ("cc_number", Field(Role::CardNumber)),
        ("code", Field(Role::CardVerification)),
        ("routing_number", Field(Role::RoutingNumber)),
        ("account_number", Field(Role::AccountNumber)),
        ("issuing_bank", Field(Role::BankName)),
        ("country", Text),
        ("note", Notes),
    ],
    item_type: |cells| if cells.get("type") == "bank" { ItemType::BankAccount } else { ItemType::Card },
    special: |item, cells| {
        known_type(item, cells, &["bank", "credit_card", "payment_card"]);
        if item.item_type() == ItemType::BankAccount {
            item.put("account_holder", Field(Role::AccountHolder), cells.take("account_holder"));
        }
        let [month, year] = ["expiration_month", "expiration_year"].map(|name| cells.take(name));
        if !month.is_empty() || !year.is_empty() {
            let text = format!("{}/{}", month.expose(), year.expose());
            item.put("expiration_month, expiration_year", Field(Role::CardExpiry), SecretText::new(text));
        }
    },
    ..Layout::BASE
};

/// A row for each name, address, telephone number and so on.
const PERSONAL: Layout = Layout {
    required: &[
        "type",
        "first_name",
        "last_name",
        "date_of_birth",
        "email",
        "item_name",
        "phone_number",
        "address",
    ],
    columns: &[
        ("item_name", Title),
        ("title", Field(Role::Salutation)),
        ("first_name", Field(Role::FirstName)),
        ("middle_name", Field(Role::MiddleName)),
        ("last_name", Field(Role::LastName)),
        ("date_of_birth", Field(Role::BirthDate)),
        ("email", Field(Role::Email)),
        ("phone_number", Field(Role::Phone)),
        ("address", Field(Role::Street)),
        ("zip", Field(Role::PostalCode)),
        ("city", Field(Role::City)),
        ("state", Field(Role::Region)),
        ("country", Field(Role::Country)),
        ("url", Addresses),
        ("login", Text),
        ("place_of_birth", Text),
        ("email_type", Text),
        ("address_recipient", Text),
        ("address_building", Text),
        ("address_apartment", Text),
        ("address_floor", Text),
        ("address_door_code", Meaning::Custom),
        ("job_title", Text),
    ],
    item_type: |_| ItemType::Identity,
    special: |item, cells| {
        known_type(item, cells, &["name", "email", "number", "address", "website", "company"]);
        let name = ["first_name", "middle_name", "last_name"].map(|column| cells.get(column));
        item.default_title(&name.map(str::trim).join(" ").replace("  ", " "));
    },
    ..Layout::BASE
};

const IDS: Layout = Layout {
    required: &["type", "number", "name", "issue_date", "expiration_date", "place_of_issue", "state"],
    columns: &[
        ("name", FullName),
        ("expiration_date", Expires),
        ("issue_date", Text),
        ("place_of_issue", Text),
        ("state", Field(Role::Region)),
    ],
    item_type: |_| ItemType::Identity,
    special: |item, cells| {
        let role = match cells.get("type") {
            "passport" => Role::Passport,
            "license" => Role::DrivingLicence,
            _ => Role::NationalId,
        };
        item.default_title(cells.get("name"));
        item.put("number", Field(role), cells.take("number"));
        known_type(item, cells, &["passport", "license", "social_security"]);
    },
    ..Layout::BASE
};

const WIFI: Layout = Layout {
    required: &["ssid", "passphrase", "name", "note", "hidden"],
    columns: &[
        ("name", Title),
        ("ssid", Field(Role::WifiName)),
        ("passphrase", Field(Role::Password)),
        // Written so by the program.
        ("encription_type", Field(Role::WifiSecurity)),
        ("encryption_type", Field(Role::WifiSecurity)),
        ("hidden", Text),
        ("note", Notes),
    ],
    item_type: |_| ItemType::Wifi,
    ..Layout::BASE
};

const NOTES: Layout = Layout {
    required: &["title", "note"],
    most: 3,
    columns: &[("title", Title), ("note", Notes), ("category", Folder("/"))],
    item_type: |_| ItemType::Note,
    ..Layout::BASE
};

/// Takes the type out; one that says more than the type of the item does is kept.
fn known_type(item: &mut ItemBuilder<'_, '_>, cells: &mut Cells, known: &[&str]) {
    let kind = cells.take("type");
    if !known.contains(&kind.expose()) {
        item.put("type", Text, kind);
    }
}
