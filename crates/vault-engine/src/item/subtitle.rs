//! The second line of an item in lists.

use vault_text::safe_to_show;

use super::hosts::hosts;
use super::item_type::ItemType;
use super::model::Item;
use super::role::Role;

/// Maximum length of a subtitle, in characters.
const SUBTITLE: usize = 200;

/// Returns the second line of an item in a list, such as the user name, last digits, or kind and size of a file. Never
/// contains a concealed value.
#[must_use]
pub fn subtitle(item: &Item) -> String {
    let line = match item.item_type {
        ItemType::Login => first(item, &[Role::Username]).or_else(|| hosts(item).into_iter().next()),
        ItemType::Card => card_line(item),
        ItemType::Identity => identity_line(item),
        ItemType::Document => item.attachments.first().map(|file| {
            let kind = kind_of_file(&file.name, &file.media_type);
            format!("{kind}{}", human_size(file.size))
        }),
        ItemType::SshKey => first(item, &[Role::Fingerprint]),
        ItemType::ApiCredential => first(item, &[Role::Username, Role::Host, Role::ApiType]),
        ItemType::Passkey => passkey_line(item),
        ItemType::OneTimeCode => first(item, &[Role::Username, Role::Issuer]),
        ItemType::Wifi => first(item, &[Role::WifiName]),
        ItemType::BankAccount => bank_line(item),
        ItemType::Licence => first(item, &[Role::ProductVersion, Role::LicensedTo, Role::Publisher]),
        ItemType::Database => database_line(item),
        ItemType::Server => machine_line(item),
        ItemType::Note => None,
    };
    let line = line.unwrap_or_else(|| item.tags.iter().map(String::as_str).collect::<Vec<_>>().join(", "));
    safe_to_show(&line).chars().take(SUBTITLE).collect()
}

/// Returns the value of the first of the roles that is filled in and not concealed.
fn first(item: &Item, roles: &[Role]) -> Option<String> {
    let open = |role: &Role| item.field(*role).filter(|field| !field.kind.is_concealed());
    let values = roles.iter().filter_map(open).map(|field| field.value.expose().trim());
    values.into_iter().find(|value| !value.is_empty()).map(str::to_owned)
}

/// Returns `user · site` of the first passkey.
fn passkey_line(item: &Item) -> Option<String> {
    let passkey = item.passkeys.first()?;
    let user = Some(&passkey.user_name).filter(|name| !name.is_empty()).unwrap_or(&passkey.display_name);
    let parts = [user.as_str(), passkey.rp_id.as_str()].into_iter().filter(|part| !part.is_empty());
    Some(parts.collect::<Vec<_>>().join(" · ")).filter(|line| !line.is_empty())
}

/// Returns the bank and the last four digits of the account.
fn bank_line(item: &Item) -> Option<String> {
    let account = item.value(Role::Iban).or_else(|| item.value(Role::AccountNumber));
    let last = account.map(|text| text.chars().filter(char::is_ascii_alphanumeric).collect::<Vec<_>>());
    // Four digits of a short number would reveal most of it.
    let last = last.filter(|account| account.len() >= 8);
    let last = last.map(|account| account.iter().skip(account.len() - 4).collect::<String>());
    let parts = first(item, &[Role::BankName]).into_iter().chain(last.map(|last| format!("•••• {last}")));
    let line = parts.collect::<Vec<_>>().join(" ");
    if line.is_empty() { first(item, &[Role::AccountHolder]) } else { Some(line) }
}

/// Returns `name @ host`, as far as it is known.
fn database_line(item: &Item) -> Option<String> {
    let parts = [first(item, &[Role::DatabaseName]), first(item, &[Role::Host])];
    let line = parts.into_iter().flatten().collect::<Vec<_>>().join(" @ ");
    if line.is_empty() { first(item, &[Role::DatabaseType, Role::Username]) } else { Some(line) }
}

/// Returns `user@host`, as for SSH.
fn machine_line(item: &Item) -> Option<String> {
    let parts = [first(item, &[Role::Username]), first(item, &[Role::Host])];
    Some(parts.into_iter().flatten().collect::<Vec<_>>().join("@")).filter(|line| !line.is_empty())
}

fn card_line(item: &Item) -> Option<String> {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    // Four digits of a short number would reveal most of it.
    let number = item.value(Role::CardNumber).map(digits).filter(|digits| digits.len() >= 12);
    let last = number.and_then(|digits| digits.get(digits.len() - 4..).map(|last| format!("•••• {last}")));
    let parts: Vec<String> = item.value(Role::CardBrand).map(str::to_owned).into_iter().chain(last).collect();
    if parts.is_empty() { item.value(Role::CardHolder).map(str::to_owned) } else { Some(parts.join(" ")) }
}

fn identity_line(item: &Item) -> Option<String> {
    let names = [Role::FirstName, Role::LastName].into_iter().filter_map(|role| item.value(role));
    let name = names.collect::<Vec<_>>().join(" ");
    let other =
        || [Role::Email, Role::Company].into_iter().find_map(|role| item.value(role)).map(str::to_owned);
    if name.is_empty() { other() } else { Some(name) }
}

fn kind_of_file(name: &str, media_type: &str) -> String {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    let plain =
        |text: &str| (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let kind = if plain(ending) { ending } else { media_type.rsplit_once('/').map_or("", |(_, kind)| kind) };
    if plain(kind) { format!("{} · ", kind.to_ascii_uppercase()) } else { String::new() }
}

/// Formats a size with a decimal unit (kB, MB, …).
fn human_size(bytes: u64) -> String {
    let (mut tenths, mut unit) = (u128::from(bytes) * 10, "B");
    for larger in ["kB", "MB", "GB", "TB", "PB", "EB"] {
        if tenths < 10_000 {
            break;
        }
        (tenths, unit) = (tenths.div_ceil(1_000), larger);
    }
    if unit == "B" || tenths >= 100 {
        format!("{} {unit}", tenths / 10)
    } else {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::item::field_kind::FieldKind;
    use crate::item::model::tests::item_with;
    use vault_crypto::SecretText;

    #[test]
    fn subtitles_distinguish_items_of_each_type() {
        assert_eq!(subtitle(&item_with(ItemType::Login, &[(Role::Username, "ann")])), "ann");
        let mut login = item_with(ItemType::Login, &[(Role::Username, "")]);
        login.urls = vec!["https://example.com/x".into()];
        assert_eq!(subtitle(&login), "example.com");
        let card = [(Role::CardBrand, "Visa"), (Role::CardNumber, "4111 1111 1111 1234")];
        assert_eq!(subtitle(&item_with(ItemType::Card, &card)), "Visa •••• 1234");
        assert_eq!(subtitle(&item_with(ItemType::Card, &[(Role::CardNumber, "123456")])), "");
        let identity = [(Role::FirstName, "Ann"), (Role::LastName, "Ex\nample\u{202E}")];
        assert_eq!(subtitle(&item_with(ItemType::Identity, &identity)), "Ann Ex ample");
        let mut note = item_with(ItemType::Note, &[]);
        note.notes = SecretText::from("never shown in a list");
        note.tags = ["work".to_owned(), "home".to_owned()].into();
        assert_eq!(subtitle(&note), "home, work");
    }

    #[test]
    fn subtitles_contain_no_concealed_values() {
        for (item_type, values, expected) in [
            (
                ItemType::SshKey,
                &[(Role::PrivateKey, "secret"), (Role::Fingerprint, "SHA256:x")][..],
                "SHA256:x",
            ),
            (
                ItemType::ApiCredential,
                &[(Role::ApiKey, "secret"), (Role::Host, "api.example.com")],
                "api.example.com",
            ),
            (ItemType::OneTimeCode, &[(Role::Code, "secret"), (Role::Username, "ann")], "ann"),
            (ItemType::Wifi, &[(Role::Password, "secret"), (Role::WifiName, "Attic")], "Attic"),
            (
                ItemType::BankAccount,
                &[(Role::BankName, "Bank"), (Role::Iban, "DE89 3704 0044 0532 0130 00")],
                "Bank •••• 3000",
            ),
            (ItemType::BankAccount, &[(Role::AccountNumber, "1234567"), (Role::AccountHolder, "Ann")], "Ann"),
            (ItemType::Licence, &[(Role::LicenceKey, "secret"), (Role::ProductVersion, "7.1")], "7.1"),
            (ItemType::Database, &[(Role::DatabaseName, "shop"), (Role::Host, "db1")], "shop @ db1"),
            (ItemType::Server, &[(Role::Username, "root"), (Role::Host, "10.0.0.1")], "root@10.0.0.1"),
            (ItemType::Server, &[(Role::Password, "secret")], ""),
        ] {
            assert_eq!(subtitle(&item_with(item_type, values)), expected, "{item_type:?}");
        }
        let mut passkey = item_with(ItemType::Passkey, &[]);
        assert_eq!(subtitle(&passkey), "");
        passkey.passkeys.push(crate::item::passkey::tests::passkey(1));
        assert_eq!(subtitle(&passkey), "ann · example.com");
        // The user may conceal a field that is not concealed by default.
        let mut server = item_with(ItemType::Server, &[(Role::Username, "root"), (Role::Host, "db1")]);
        server.fields[0].kind = FieldKind::Concealed;
        assert_eq!(subtitle(&server), "db1");
    }

    #[test]
    fn sizes_have_decimal_units() {
        let shown = [0, 999, 1_000, 1_500, 12_345, 999_950, 4 << 20, u64::MAX].map(human_size);
        assert_eq!(shown, ["0 B", "999 B", "1.0 kB", "1.5 kB", "12 kB", "1.0 MB", "4.2 MB", "18 EB"]);
    }
}
