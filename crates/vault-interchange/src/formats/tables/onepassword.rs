//! 1Password: `Title,Url,Username,Password,OTPAuth,Favorite,Archived,Tags,Notes` of version 8 (`programs.rs`); of version 7 a column
//! for each field of any type, named `label`, or `label(id)` on a Mac, where backslashes escape quotation marks.

use vault_engine::item::{ItemType, Role};

use super::{Layout, csv, login_or_note, programs::ONEPASSWORD_8};
use crate::{
    builder::ItemBuilder, format::Program, importer::Importer, meaning::Meaning, syntax::table::Cells,
};

use Meaning::{Addresses, Created, Field, Modified, NotNeeded, Notes, Title};

/// Registration of the format.
pub(in crate::formats) const IMPORTER: Importer = csv(
    "onepassword_csv",
    "1Password CSV",
    &Program { id: "onepassword", name: "1Password" },
    &[ONEPASSWORD_8, MAC, ONEPASSWORD_7],
);

const ONEPASSWORD_7: Layout = Layout {
    required: &["title", "type", "url", "username", "password", "notes"],
    backslashes: false,
    ..MAC
};

const MAC: Layout = Layout {
    required: &["title", "type", "created date", "modified date", "number(ccnum)"],
    columns: COLUMNS,
    backslashes: true,
    item_type,
    special,
    label: |name| name.split_once('(').map_or(name, |(label, _)| label),
    ..Layout::BASE
};

const SCOPE: Meaning = NotNeeded("It says where 1Password offers to fill a login.");

const COLUMNS: &[(&str, Meaning)] = &[
    ("title", Title),
    ("username", Field(Role::Username)),
    ("username(username)", Field(Role::Username)),
    ("password", Field(Role::Password)),
    ("password(password)", Field(Role::Password)),
    ("one-time password", Field(Role::Code)),
    ("url", Addresses),
    ("urls", Addresses),
    ("website", Addresses),
    ("website(website)", Addresses),
    ("notes", Notes),
    ("cardholder name(cardholder)", Field(Role::CardHolder)),
    ("number(ccnum)", Field(Role::CardNumber)),
    ("type(type)", Field(Role::CardBrand)),
    ("verification number(cvv)", Field(Role::CardVerification)),
    ("expiry date(expiry)", Field(Role::CardExpiry)),
    ("pin(pin)", Field(Role::CardPin)),
    ("first name", Field(Role::FirstName)),
    ("first name(firstname)", Field(Role::FirstName)),
    ("initial", Field(Role::MiddleName)),
    ("initial(initial)", Field(Role::MiddleName)),
    ("last name", Field(Role::LastName)),
    ("last name(lastname)", Field(Role::LastName)),
    ("birth date", Field(Role::BirthDate)),
    ("birth date(birthdate)", Field(Role::BirthDate)),
    ("company", Field(Role::Company)),
    ("company(company)", Field(Role::Company)),
    ("address", Field(Role::Street)),
    ("address(address)", Field(Role::Street)),
    ("default phone", Field(Role::Phone)),
    ("default phone(defphone)", Field(Role::Phone)),
    ("email", Field(Role::Email)),
    ("email(email)", Field(Role::Email)),
    ("bank name(bankname)", Field(Role::BankName)),
    ("name on account(owner)", Field(Role::AccountHolder)),
    ("type(accounttype)", Field(Role::AccountType)),
    ("routing number(routingno)", Field(Role::RoutingNumber)),
    ("account number(accountno)", Field(Role::AccountNumber)),
    ("swift(swift)", Field(Role::Bic)),
    ("iban(iban)", Field(Role::Iban)),
    ("pin(telephonepin)", Field(Role::AccountPin)),
    ("license key(reg_code)", Field(Role::LicenceKey)),
    ("version(product_version)", Field(Role::ProductVersion)),
    ("licensed to(reg_name)", Field(Role::LicensedTo)),
    ("registered email(reg_email)", Field(Role::Email)),
    ("publisher(publisher_name)", Field(Role::Publisher)),
    ("purchase date(order_date)", Field(Role::PurchaseDate)),
    ("order number(order_number)", Field(Role::OrderNumber)),
    ("network name(network_name)", Field(Role::WifiName)),
    ("wireless security(wireless_security)", Field(Role::WifiSecurity)),
    ("wireless network password(wireless_password)", Field(Role::Password)),
    ("type(database_type)", Field(Role::DatabaseType)),
    ("server(hostname)", Field(Role::Host)),
    ("port(port)", Field(Role::Port)),
    ("database(database)", Field(Role::DatabaseName)),
    ("created date", Created),
    ("modified date", Modified),
    ("scope", SCOPE),
    ("scope(scope)", SCOPE),
    ("autosubmit", SCOPE),
    ("autosubmit(autosubmit)", SCOPE),
    ("uuid", NotNeeded("Coffer gives its items ids of their own.")),
    ("uuid(uuid)", NotNeeded("Coffer gives its items ids of their own.")),
];

/// Names of types of version 7.
fn known_type(name: &str) -> Option<ItemType> {
    Some(match name {
        "Login" | "Password" | "Email Account" => ItemType::Login,
        "Secure Note" => ItemType::Note,
        "Credit Card" => ItemType::Card,
        "Identity" | "Driver License" | "Passport" | "Social Security Number" => ItemType::Identity,
        "Bank Account" => ItemType::BankAccount,
        "Software License" => ItemType::Licence,
        "Database" => ItemType::Database,
        "Server" => ItemType::Server,
        "Wireless Router" => ItemType::Wifi,
        _ => return None,
    })
}

fn item_type(cells: &Cells) -> ItemType {
    known_type(cells.get("type")).unwrap_or_else(|| login_or_note(cells))
}

fn special(item: &mut ItemBuilder<'_, '_>, cells: &mut Cells) {
    let name = cells.take("type");
    // A name that means the type of the item says nothing more only if that is all it says.
    if known_type(name.expose()).is_none() {
        item.put("Type", Meaning::Type, name);
    } else if matches!(
        name.expose(),
        "Driver License" | "Passport" | "Social Security Number" | "Email Account"
    ) {
        item.put("Type", Meaning::Text, name);
    }
    // A list as Apple's programs print it: `{(` line, a line for each, `)}`.
    let tags = cells.take("tags");
    for line in tags.expose().lines() {
        let tag = line.trim().trim_end_matches(',').trim_matches('"');
        if !matches!(tag, "{(" | ")}" | "(" | ")") {
            tag.split([',', ';']).for_each(|tag| item.tag("tags", tag));
        }
    }
}
