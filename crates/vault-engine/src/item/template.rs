//! The built-in fields of each item type.

use super::field_kind::FieldKind;
use super::item_type::ItemType;
use super::role::Role;

/// Returns the built-in fields of a type, in display order.
#[must_use]
pub fn template(item_type: ItemType) -> &'static [(Role, FieldKind)] {
    use FieldKind::{
        Code, Concealed, Date, Email, Lines, Month, Number, Phone, SecretLines, Switch, Text, Url,
    };
    match item_type {
        ItemType::Login => &[(Role::Username, Text), (Role::Password, Concealed), (Role::Code, Code)],
        // Passkeys are stored separately from the fields.
        ItemType::Note | ItemType::Document | ItemType::Passkey => &[],
        ItemType::Card => &[
            (Role::CardHolder, Text),
            (Role::CardNumber, Concealed),
            (Role::CardExpiry, Month),
            (Role::CardVerification, Concealed),
            (Role::CardPin, Concealed),
            (Role::CardBrand, Text),
        ],
        ItemType::Identity => &[
            (Role::Salutation, Text),
            (Role::FirstName, Text),
            (Role::MiddleName, Text),
            (Role::LastName, Text),
            (Role::BirthDate, Date),
            (Role::Email, Email),
            (Role::Phone, Phone),
            (Role::Company, Text),
            (Role::Street, Text),
            (Role::PostalCode, Text),
            (Role::City, Text),
            (Role::Region, Text),
            (Role::Country, Text),
            (Role::NationalId, Concealed),
            (Role::Passport, Concealed),
            (Role::DrivingLicence, Concealed),
        ],
        ItemType::SshKey => &[
            (Role::PrivateKey, SecretLines),
            (Role::PublicKey, Lines),
            (Role::Fingerprint, Text),
            (Role::KeyPassphrase, Concealed),
        ],
        ItemType::ApiCredential => &[
            (Role::Username, Text),
            (Role::ApiKey, Concealed),
            (Role::ApiSecret, Concealed),
            (Role::ApiType, Text),
            (Role::Host, Text),
            (Role::ValidFrom, Date),
        ],
        ItemType::OneTimeCode => &[(Role::Issuer, Text), (Role::Username, Text), (Role::Code, Code)],
        ItemType::Wifi => &[
            (Role::WifiName, Text),
            (Role::Password, Concealed),
            (Role::WifiSecurity, Text),
            (Role::WifiHidden, Switch),
        ],
        ItemType::BankAccount => &[
            (Role::BankName, Text),
            (Role::AccountHolder, Text),
            (Role::AccountType, Text),
            (Role::Iban, Text),
            (Role::Bic, Text),
            (Role::AccountNumber, Concealed),
            (Role::RoutingNumber, Text),
            (Role::AccountPin, Concealed),
            (Role::Phone, Phone),
        ],
        ItemType::Licence => &[
            (Role::LicenceKey, SecretLines),
            (Role::ProductVersion, Text),
            (Role::LicensedTo, Text),
            (Role::Email, Email),
            (Role::Publisher, Text),
            (Role::PurchaseDate, Date),
            (Role::OrderNumber, Text),
        ],
        ItemType::Database => &[
            (Role::DatabaseType, Text),
            (Role::Host, Text),
            (Role::Port, Number),
            (Role::DatabaseName, Text),
            (Role::Username, Text),
            (Role::Password, Concealed),
            (Role::ConnectionOptions, Text),
        ],
        ItemType::Server => &[
            (Role::Host, Text),
            (Role::Port, Number),
            (Role::Username, Text),
            (Role::Password, Concealed),
            (Role::OperatingSystem, Text),
            (Role::AdminUrl, Url),
            (Role::Provider, Text),
        ],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    #[test]
    fn every_role_belongs_to_a_type_and_has_one_kind() {
        let mut kinds: BTreeMap<Role, FieldKind> = BTreeMap::new();
        for item_type in ItemType::ALL {
            let fields = template(item_type);
            let roles: BTreeSet<Role> = fields.iter().map(|(role, _)| *role).collect();
            assert_eq!(roles.len(), fields.len(), "{item_type:?} has a field twice");
            for (role, kind) in fields {
                assert_eq!(kinds.insert(*role, *kind).unwrap_or(*kind), *kind, "{role:?}");
            }
        }
        assert_eq!(kinds.len(), Role::ALL.len());
    }
}
