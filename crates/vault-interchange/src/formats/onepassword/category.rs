//! The categories of items, and the fields that their templates have.

use vault_engine::item::{ItemType, Role};

/// A category of items.
pub(super) struct Category {
    /// Its number in 1PUX and OPVault.
    number: &'static str,
    /// Its name in 1PIF.
    type_name: &'static str,
    /// Its name for people, if items of it become notes.
    pub(super) note: Option<&'static str>,
    /// The type of its items.
    pub(super) item_type: ItemType,
    /// The fields of its template that are built in.
    roles: &'static [(&'static str, Role)],
}

/// The ids of template fields with the day on which an item expires.
pub(super) const EXPIRY: [&str; 3] = ["expires", "expiry_date", "expire_date"];

impl Category {
    /// Finds a category by its number or its name in 1PIF.
    pub(super) fn find(name: &str) -> Option<&'static Self> {
        CATEGORIES.iter().find(|category| category.number == name || category.type_name == name)
    }

    /// Returns the role of a field of the template.
    pub(super) fn role(&self, id: &str) -> Option<Role> {
        self.roles.iter().find(|(known, _)| *known == id).map(|(_, role)| *role)
    }
}

const LOGIN: &[(&str, Role)] = &[("username", Role::Username), ("password", Role::Password)];
const CARD: &[(&str, Role)] = &[
    ("cardholder", Role::CardHolder),
    ("ccnum", Role::CardNumber),
    ("cvv", Role::CardVerification),
    ("expiry", Role::CardExpiry),
    ("pin", Role::CardPin),
    ("type", Role::CardBrand),
];
const IDENTITY: &[(&str, Role)] = &[
    ("title", Role::Salutation),
    ("firstname", Role::FirstName),
    ("initial", Role::MiddleName),
    ("lastname", Role::LastName),
    ("birthdate", Role::BirthDate),
    ("company", Role::Company),
    ("defphone", Role::Phone),
    ("email", Role::Email),
];
const LICENCE: &[(&str, Role)] = &[
    ("product_version", Role::ProductVersion),
    ("reg_code", Role::LicenceKey),
    ("reg_name", Role::LicensedTo),
    ("reg_email", Role::Email),
    ("publisher_name", Role::Publisher),
    ("order_date", Role::PurchaseDate),
    ("order_number", Role::OrderNumber),
];
const BANK: &[(&str, Role)] = &[
    ("bankName", Role::BankName),
    ("owner", Role::AccountHolder),
    ("accountType", Role::AccountType),
    ("routingNo", Role::RoutingNumber),
    ("accountNo", Role::AccountNumber),
    ("swift", Role::Bic),
    ("iban", Role::Iban),
    ("telephonePin", Role::AccountPin),
    ("branchPhone", Role::Phone),
];
const DATABASE: &[(&str, Role)] = &[
    ("database_type", Role::DatabaseType),
    ("hostname", Role::Host),
    ("port", Role::Port),
    ("database", Role::DatabaseName),
    ("username", Role::Username),
    ("password", Role::Password),
    ("options", Role::ConnectionOptions),
];
const ROUTER: &[(&str, Role)] = &[
    ("network_name", Role::WifiName),
    ("wireless_password", Role::Password),
    ("wireless_security", Role::WifiSecurity),
];
const SERVER: &[(&str, Role)] = &[
    ("url", Role::Host),
    ("username", Role::Username),
    ("password", Role::Password),
    ("admin_console_url", Role::AdminUrl),
    ("name", Role::Provider),
];
const EMAIL: &[(&str, Role)] = &[("pop_username", Role::Username), ("pop_password", Role::Password)];
const API: &[(&str, Role)] = &[
    ("username", Role::Username),
    ("credential", Role::ApiKey),
    ("type", Role::ApiType),
    ("hostname", Role::Host),
    ("validFrom", Role::ValidFrom),
];
const DRIVER: &[(&str, Role)] = &[("birthdate", Role::BirthDate), ("number", Role::DrivingLicence)];
const PASSPORT: &[(&str, Role)] = &[("birthdate", Role::BirthDate), ("number", Role::Passport)];
const SOCIAL: &[(&str, Role)] = &[("number", Role::NationalId)];

const fn of(
    number: &'static str,
    type_name: &'static str,
    item_type: ItemType,
    roles: &'static [(&'static str, Role)],
) -> Category {
    Category { number, type_name, note: None, item_type, roles }
}

const fn note(number: &'static str, type_name: &'static str, name: &'static str) -> Category {
    Category { number, type_name, note: Some(name), item_type: ItemType::Note, roles: &[] }
}

const CATEGORIES: &[Category] = &[
    of("001", "webforms.WebForm", ItemType::Login, LOGIN),
    of("002", "wallet.financial.CreditCard", ItemType::Card, CARD),
    of("003", "securenotes.SecureNote", ItemType::Note, &[]),
    of("004", "identities.Identity", ItemType::Identity, IDENTITY),
    of("005", "passwords.Password", ItemType::Login, LOGIN),
    of("006", "documents.Document", ItemType::Document, &[]),
    of("100", "wallet.computer.License", ItemType::Licence, LICENCE),
    of("101", "wallet.financial.BankAccountUS", ItemType::BankAccount, BANK),
    of("102", "wallet.computer.Database", ItemType::Database, DATABASE),
    of("103", "wallet.government.DriversLicense", ItemType::Identity, DRIVER),
    note("104", "wallet.government.HuntingLicense", "Outdoor licence"),
    note("105", "wallet.membership.Membership", "Membership"),
    of("106", "wallet.government.Passport", ItemType::Identity, PASSPORT),
    note("107", "wallet.membership.RewardProgram", "Reward programme"),
    of("108", "wallet.government.SsnUS", ItemType::Identity, SOCIAL),
    of("109", "wallet.computer.Router", ItemType::Wifi, ROUTER),
    of("110", "wallet.computer.UnixServer", ItemType::Server, SERVER),
    of("111", "wallet.onlineservices.Email.v2", ItemType::Login, EMAIL),
    of("112", "wallet.computer.ApiCredential", ItemType::ApiCredential, API),
    note("113", "wallet.medical.MedicalRecord", "Medical record"),
    of("114", "wallet.computer.SshKey", ItemType::SshKey, &[]),
    note("115", "wallet.financial.CryptoWallet", "Crypto wallet"),
];
