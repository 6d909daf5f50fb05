//! The built-in fields of each item type, and the names of roles.

use super::{FieldKind, ItemType, Role};

/// Every role.
const ROLES: [Role; 25] = [
    Role::Username,
    Role::Password,
    Role::Code,
    Role::CardHolder,
    Role::CardNumber,
    Role::CardExpiry,
    Role::CardVerification,
    Role::CardPin,
    Role::CardBrand,
    Role::Salutation,
    Role::FirstName,
    Role::MiddleName,
    Role::LastName,
    Role::Email,
    Role::Phone,
    Role::Company,
    Role::Street,
    Role::City,
    Role::Region,
    Role::PostalCode,
    Role::Country,
    Role::BirthDate,
    Role::NationalId,
    Role::Passport,
    Role::DrivingLicence,
];

/// The name of a role in snake_case, such as `card_number`.
#[must_use]
pub fn role_name(role: Role) -> &'static str {
    match role {
        Role::Username => "username",
        Role::Password => "password",
        Role::Code => "code",
        Role::CardHolder => "card_holder",
        Role::CardNumber => "card_number",
        Role::CardExpiry => "card_expiry",
        Role::CardVerification => "card_verification",
        Role::CardPin => "card_pin",
        Role::CardBrand => "card_brand",
        Role::Salutation => "salutation",
        Role::FirstName => "first_name",
        Role::MiddleName => "middle_name",
        Role::LastName => "last_name",
        Role::Email => "email",
        Role::Phone => "phone",
        Role::Company => "company",
        Role::Street => "street",
        Role::City => "city",
        Role::Region => "region",
        Role::PostalCode => "postal_code",
        Role::Country => "country",
        Role::BirthDate => "birth_date",
        Role::NationalId => "national_id",
        Role::Passport => "passport",
        Role::DrivingLicence => "driving_licence",
    }
}

/// The role with a name.
#[must_use]
pub fn role_from_name(name: &str) -> Option<Role> {
    ROLES.into_iter().find(|role| role_name(*role) == name)
}

impl Role {
    /// The role with a number.
    #[must_use]
    pub fn from_number(number: u64) -> Option<Self> {
        ROLES.into_iter().find(|role| *role as u64 == number)
    }
}

/// The built-in fields of a type, in the order they are shown.
#[must_use]
pub fn template(item_type: ItemType) -> &'static [(Role, FieldKind)] {
    match item_type {
        ItemType::Login => &[
            (Role::Username, FieldKind::Text),
            (Role::Password, FieldKind::Concealed),
            (Role::Code, FieldKind::Code),
        ],
        ItemType::Note | ItemType::Document => &[],
        ItemType::Card => &[
            (Role::CardHolder, FieldKind::Text),
            (Role::CardNumber, FieldKind::Concealed),
            (Role::CardExpiry, FieldKind::Month),
            (Role::CardVerification, FieldKind::Concealed),
            (Role::CardPin, FieldKind::Concealed),
            (Role::CardBrand, FieldKind::Text),
        ],
        ItemType::Identity => &[
            (Role::Salutation, FieldKind::Text),
            (Role::FirstName, FieldKind::Text),
            (Role::MiddleName, FieldKind::Text),
            (Role::LastName, FieldKind::Text),
            (Role::BirthDate, FieldKind::Date),
            (Role::Email, FieldKind::Email),
            (Role::Phone, FieldKind::Phone),
            (Role::Company, FieldKind::Text),
            (Role::Street, FieldKind::Text),
            (Role::PostalCode, FieldKind::Text),
            (Role::City, FieldKind::Text),
            (Role::Region, FieldKind::Text),
            (Role::Country, FieldKind::Text),
            (Role::NationalId, FieldKind::Concealed),
            (Role::Passport, FieldKind::Concealed),
            (Role::DrivingLicence, FieldKind::Concealed),
        ],
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_and_numbers_lead_back_to_their_role() {
        for role in ROLES {
            assert_eq!(role_from_name(role_name(role)), Some(role));
            assert_eq!(Role::from_number(role as u64), Some(role));
        }
        assert_eq!(ROLES.iter().map(|role| role_name(*role)).collect::<BTreeSet<_>>().len(), ROLES.len());
        assert_eq!(role_from_name("Username"), None);
        assert_eq!(Role::from_number(0), None);
    }

    #[test]
    fn every_role_belongs_to_exactly_one_type() {
        let listed: Vec<Role> = ItemType::ALL.into_iter().flat_map(template).map(|(role, _)| *role).collect();
        assert_eq!(listed.len(), ROLES.len());
        assert_eq!(listed.into_iter().collect::<BTreeSet<_>>().len(), ROLES.len());
    }
}
