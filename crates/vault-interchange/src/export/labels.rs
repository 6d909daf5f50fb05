//! The names of built-in fields in files, in English whatever the language of the program: a file has one reader later, in
//! another program.

use vault_engine::item::{Field, Role};

/// Returns the label of a field: its own, or the name of its role, after the heading it stands under.
pub(super) fn label(field: &Field) -> String {
    let own = match field.role {
        Some(role) => role_label(role),
        None => &field.label,
    };
    match field.section.as_deref() {
        Some(section) if !section.is_empty() && own.is_empty() => section.to_owned(),
        Some(section) if !section.is_empty() => format!("{section}: {own}"),
        _ => own.to_owned(),
    }
}

/// Returns the name of a role.
pub(crate) const fn role_label(role: Role) -> &'static str {
    match role {
        Role::Username => "User name",
        Role::Password => "Password",
        Role::Code => "One-time code",
        Role::CardHolder => "Name on card",
        Role::CardNumber => "Card number",
        Role::CardExpiry => "Valid until",
        Role::CardVerification => "Verification code",
        Role::CardPin | Role::AccountPin => "PIN",
        Role::CardBrand => "Brand",
        Role::Salutation => "Title",
        Role::FirstName => "First name",
        Role::MiddleName => "Middle name",
        Role::LastName => "Last name",
        Role::Email => "Email",
        Role::Phone => "Phone",
        Role::Company => "Company",
        Role::Street => "Street",
        Role::City => "City",
        Role::Region => "State",
        Role::PostalCode => "Postal code",
        Role::Country => "Country",
        Role::BirthDate => "Date of birth",
        Role::NationalId => "National ID",
        Role::Passport => "Passport number",
        Role::DrivingLicence => "Driving licence number",
        Role::PrivateKey => "Private key",
        Role::PublicKey => "Public key",
        Role::Fingerprint => "Fingerprint",
        Role::KeyPassphrase => "Passphrase",
        Role::ApiKey => "API key",
        Role::ApiSecret => "API secret",
        Role::ApiType => "Kind of credential",
        Role::ValidFrom => "Valid from",
        Role::Issuer => "Issuer",
        Role::WifiName => "Network name",
        Role::WifiSecurity => "Security",
        Role::WifiHidden => "Hidden network",
        Role::BankName => "Bank",
        Role::AccountHolder => "Account holder",
        Role::AccountType => "Kind of account",
        Role::AccountNumber => "Account number",
        Role::RoutingNumber => "Routing number",
        Role::Iban => "IBAN",
        Role::Bic => "BIC",
        Role::LicenceKey => "Licence key",
        Role::ProductVersion => "Version",
        Role::LicensedTo => "Licensed to",
        Role::Publisher => "Publisher",
        Role::PurchaseDate => "Date of purchase",
        Role::OrderNumber => "Order number",
        Role::DatabaseType => "Kind of database",
        Role::Host => "Host",
        Role::Port => "Port",
        Role::DatabaseName => "Database",
        Role::ConnectionOptions => "Options",
        Role::AdminUrl => "Administration page",
        Role::Provider => "Provider",
        Role::OperatingSystem => "Operating system",
    }
}
