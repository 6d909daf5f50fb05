//! The roles of built-in fields. The numbers are those of the payload.

use super::numbered::numbered;

numbered! {
    /// The role of a built-in field; custom fields have none.
    ///
    /// User name, password, one-time code, e-mail, telephone, host and port have the same meaning in every type.
    Role, 59:
    /// The user name or e-mail address for signing in.
    Username = 1, "username";
    /// The password.
    Password = 2, "password";
    /// The one-time code.
    Code = 3, "code";
    /// Card: the name on it.
    CardHolder = 10, "card_holder";
    /// Card: the number.
    CardNumber = 11, "card_number";
    /// Card: the month it expires.
    CardExpiry = 12, "card_expiry";
    /// Card: the verification code.
    CardVerification = 13, "card_verification";
    /// Card: the PIN.
    CardPin = 14, "card_pin";
    /// Card: the brand or bank.
    CardBrand = 15, "card_brand";
    /// Identity: title or form of address.
    Salutation = 20, "salutation";
    /// Identity: first name.
    FirstName = 21, "first_name";
    /// Identity: middle name.
    MiddleName = 22, "middle_name";
    /// Identity: last name.
    LastName = 23, "last_name";
    /// E-mail address.
    Email = 24, "email";
    /// Telephone number.
    Phone = 25, "phone";
    /// Identity: company.
    Company = 26, "company";
    /// Identity: street and number, one or more lines.
    Street = 27, "street";
    /// Identity: town.
    City = 28, "city";
    /// Identity: state or province.
    Region = 29, "region";
    /// Identity: post code.
    PostalCode = 30, "postal_code";
    /// Identity: country.
    Country = 31, "country";
    /// Identity: date of birth.
    BirthDate = 32, "birth_date";
    /// Identity: national or social security number.
    NationalId = 33, "national_id";
    /// Identity: passport number.
    Passport = 34, "passport";
    /// Identity: driving licence number.
    DrivingLicence = 35, "driving_licence";
    /// SSH key: the private key, as in the file.
    PrivateKey = 40, "private_key";
    /// SSH key: the public key, one line as in `authorized_keys`.
    PublicKey = 41, "public_key";
    /// SSH key: the fingerprint, `SHA256:…`.
    Fingerprint = 42, "fingerprint";
    /// SSH key: the passphrase of the private key, if the file is encrypted.
    KeyPassphrase = 43, "key_passphrase";
    /// API credential: the key, token or client secret that is sent with requests.
    ApiKey = 50, "api_key";
    /// API credential: a second secret, such as a signing key.
    ApiSecret = 51, "api_secret";
    /// API credential: the kind, such as `Bearer` or `OAuth 2`.
    ApiType = 52, "api_type";
    /// API credential: the first day on which it is valid.
    ValidFrom = 53, "valid_from";
    /// One-time code: the issuer.
    Issuer = 60, "issuer";
    /// Wi-Fi: the name of the network (SSID).
    WifiName = 70, "wifi_name";
    /// Wi-Fi: how it is secured, such as `WPA2`.
    WifiSecurity = 71, "wifi_security";
    /// Wi-Fi: whether the network hides its name.
    WifiHidden = 72, "wifi_hidden";
    /// Bank account: the bank.
    BankName = 80, "bank_name";
    /// Bank account: the holder.
    AccountHolder = 81, "account_holder";
    /// Bank account: the kind, such as savings.
    AccountType = 82, "account_type";
    /// Bank account: the number.
    AccountNumber = 83, "account_number";
    /// Bank account: the bank's number, such as a sort code or routing number.
    RoutingNumber = 84, "routing_number";
    /// Bank account: the IBAN.
    Iban = 85, "iban";
    /// Bank account: the BIC or SWIFT code.
    Bic = 86, "bic";
    /// Bank account: the PIN.
    AccountPin = 87, "account_pin";
    /// Licence: the key or serial number.
    LicenceKey = 90, "licence_key";
    /// Licence: the version it is for.
    ProductVersion = 91, "product_version";
    /// Licence: the licensee.
    LicensedTo = 92, "licensed_to";
    /// Licence: the publisher of the program.
    Publisher = 93, "publisher";
    /// Licence: when it was bought.
    PurchaseDate = 94, "purchase_date";
    /// Licence: the number of the order.
    OrderNumber = 95, "order_number";
    /// Database: the kind, such as PostgreSQL.
    DatabaseType = 100, "database_type";
    /// The name or address of a machine.
    Host = 101, "host";
    /// The port of a service.
    Port = 102, "port";
    /// Database: the name of the database.
    DatabaseName = 103, "database_name";
    /// Database: further options of the connection.
    ConnectionOptions = 104, "connection_options";
    /// Server: the address of its administration page.
    AdminUrl = 110, "admin_url";
    /// Server: the hosting provider.
    Provider = 111, "provider";
    /// Server: the operating system.
    OperatingSystem = 112, "operating_system";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::item::field_kind::FieldKind;
    use crate::item::item_type::ItemType;

    #[test]
    fn names_and_numbers_round_trip() {
        for role in Role::ALL {
            assert_eq!(Role::from_name(role.name()), Some(role));
            assert_eq!(Role::from_number(role as u64), Some(role));
        }
        for item_type in ItemType::ALL {
            assert_eq!(ItemType::from_name(item_type.name()), Some(item_type));
            assert_eq!(ItemType::from_number(item_type as u64), Some(item_type));
            assert!((item_type as u8) < 64);
        }
        for kind in FieldKind::ALL {
            assert_eq!(FieldKind::from_name(kind.name()), Some(kind));
            assert_eq!(FieldKind::from_number(kind as u64), Some(kind));
        }
        assert_eq!(Role::ALL.iter().map(|role| role.name()).collect::<BTreeSet<_>>().len(), Role::ALL.len());
        assert_eq!((Role::from_name("Username"), Role::from_number(0)), (None, None));
    }
}
