//! Imports every file below a folder of real exports and compares those listed here with the expected result.
//!
//! Run by `cargo xtask samples DIR`. The folder has a list, `manifest.tsv`, that says what opens each file and how many items
//! it has: each must give exactly that number, or be refused with a reason. Some are compared in more detail. A file that
//! is missing or gives another result is a failure.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use vault_engine::clock::Timestamp;
use vault_engine::item::{ItemType, Role, encode};
use vault_interchange::{
    ImportError, Options, Outcome, ParsedFile, ParsedFileContent, ParsedItem, import_file,
};
use vault_testkit::FixedRng;

mod manifest;

use manifest::Sample;

/// Files that cannot be read yet. One that can is a failure too, so that this list shrinks.
const NOT_YET: &[&str] = &["pass/store"];

/// The part of an item that is compared.
#[derive(Clone, Copy, PartialEq)]
enum Part {
    /// The built-in field with a role.
    BuiltIn(Role),
    /// The custom field with a label.
    Custom(&'static str),
    /// The folder.
    Folder,
    /// The number of addresses, in digits.
    AddressCount,
    /// The first address.
    Address,
    /// The first line of the notes.
    NotesBegin,
    /// The number of passkeys, in digits.
    Passkeys,
    /// The attached files: name and the length that was read.
    Files,
}

use Part::{Address, AddressCount, BuiltIn, Custom, Files, Folder, NotesBegin, Passkeys};

/// The expected result of an import.
struct Import {
    /// The id of the format.
    format: &'static str,
    /// Numbers of logins, notes, cards and identities.
    counts: [usize; 4],
    folders: usize,
    /// Numbers of remarks: kept as a custom field, not kept, row skipped, not needed.
    remarks: [usize; 4],
    /// Title, part, value.
    values: &'static [(&'static str, Part, &'static str)],
}

const NOTE_BEGINS: &str = "This is a multiline note entry. Cube shank petroleum guacamole dart mower";

fn expectations() -> Vec<(&'static str, Import)> {
    let bitwarden: &[_] = &[
        ("aib", BuiltIn(Role::Username), "dpbx@fner.ws"),
        ("aib", BuiltIn(Role::Password), r"ws5T@;_UB[Q|P!8'`~z%XC'JHFUbf#IX _E0}:HF,[{ei0hBg14"),
        ("aib", Custom("pin"), "462916"),
        ("aib", Custom("oldpin"), "489019"),
        ("aib", Folder, "Bank"),
        ("aib", Address, "https://onlinebanking.aib.ie"),
        ("dpbx@fner.ws", Folder, "Emails/WS"),
        ("dpbx@fner.ws", NotesBegin, "For financial purpose only!"),
        ("empty password", BuiltIn(Role::Password), ""),
        ("note", NotesBegin, NOTE_BEGINS),
    ];
    let chrome: &[_] = &[
        ("aib", BuiltIn(Role::Username), "dpbx@fner.ws"),
        ("aib", BuiltIn(Role::Password), r"ws5T@;_UB[Q|P!8'`~z%XC'JHFUbf#IX _E0}:HF,[{ei0hBg14"),
        ("dpbx@klivak.xb", NotesBegin, "This is a garbage address"),
        ("mastodon.social", Address, "https://mastodon.social/"),
        ("note", NotesBegin, NOTE_BEGINS),
    ];
    let firefox: &[_] = &[
        ("news.ycombinator.com", BuiltIn(Role::Username), "ostqxi"),
        ("news.ycombinator.com", Address, "https://news.ycombinator.com"),
        ("mastodon.social", BuiltIn(Role::Password), r"D<INNeT?#?Bf4%`zA/4i!/'$T"),
    ];
    let every_type: &[_] = &[
        ("My Secure Note", NotesBegin, "1st line of secure note"),
        ("My Secure Note", Folder, "My Folder"),
        ("Card Name", BuiltIn(Role::CardNumber), "1234567891011121"),
        ("Card Name", BuiltIn(Role::CardExpiry), "2021-10"),
        ("Card Name", Custom("Hidden Field"), "hidden-field-value"),
        ("My Identity", BuiltIn(Role::Region), "CA"),
        ("My Identity", BuiltIn(Role::NationalId), "123-12-1234"),
        ("My Identity", Custom("Username"), "myusername"),
        ("Login Name", BuiltIn(Role::Username), "myusername@gmail.com"),
        ("Login Name", AddressCount, "3"),
    ];
    let codes: &[_] = &[
        ("Three URLs & TOTP", AddressCount, "3"),
        ("Three URLs & TOTP", Folder, "Bank/Slash"),
        ("Three URLs & TOTP", BuiltIn(Role::Password), "pässwörd \"1\""),
        ("Three URLs & TOTP", Custom("PIN"), "0042"),
        ("Old TOTP convention", BuiltIn(Role::Code), "steam://JBSWY3DPEHPK3PXP"),
        (
            "KeePass 2 TOTP",
            BuiltIn(Role::Code),
            "otpauth://totp/?secret=JBSWY3DPEHPK3PXP&algorithm=SHA512&digits=7&period=45",
        ),
        ("KeeOtp", BuiltIn(Role::Code), "otpauth://totp/?secret=JBSWY3DPEHPK3PXP&digits=8&period=60"),
        ("webauthn.io", Passkeys, "1"),
        ("Three URLs & TOTP", Files, "note.txt 17"),
    ];
    let archive: &[_] = &[("Login with Attachment", Files, "test-document.txt 31")];
    let references: &[_] = &[
        ("foobar_entry - Clone with prefix and suffix", BuiltIn(Role::Password), "AfoobarBC"),
        ("foobar_entry", Files, "foo.txt 0"),
        ("subentry", Folder, "foobar_group/subgroup"),
        ("subentry", Custom("custom_field"), "custom field value"),
    ];
    let lastpass: &[_] = &[
        ("Visa Card", BuiltIn(Role::CardExpiry), "2030-11"),
        ("Unbranded Card ", Folder, "Email/Other"),
        ("Zoë Example", BuiltIn(Role::Phone), "+48404505606 ext. 11"),
        (
            "Deploy Key",
            BuiltIn(Role::PublicKey),
            "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFakeKeyForFixtureOnly alice@example.com",
        ),
        ("Custom Item", NotesBegin, "First line with a trailing quote \""),
        ("Jenkins", BuiltIn(Role::Password), "p@ss,w\"rd\\with\\slashes"),
        ("Local Router", AddressCount, "0"),
        ("Editor License", Custom("Purchase Date"), "April,123,123123"),
    ];
    let keeper: &[_] = &[
        ("Facebook", Folder, "Social Media/Customer2/Subfolder2"),
        ("Google Dev Account", Custom("2FA Phone Number"), "+19165551212"),
    ];
    let proton_table: &[_] = &[
        ("login title", AddressCount, "2"),
        ("credit card title", BuiltIn(Role::CardPin), "1234"),
        (":identity-title:", Custom(":custom-section:: :hidden-section:"), ":hidden-value:"),
    ];
    let mac: &[_] = &[
        ("test card", BuiltIn(Role::CardNumber), "4111111111111111"),
        ("1Password Account", BuiltIn(Role::Username), "email@bitwarden.com"),
    ];
    let pux: &[_] = &[
        ("Login", BuiltIn(Role::Password), "password"),
        ("Login", BuiltIn(Role::Username), "team@keepassxc.org"),
        ("Login", AddressCount, "2"),
        ("Login", NotesBegin, "Note to self"),
        ("UUID 005 Password", BuiltIn(Role::Password), "uuid005password"),
        ("Home Wifi", Custom("base station password"), "12345678"),
        ("Credit Card", BuiltIn(Role::CardExpiry), "2022-06"),
        ("KeePassXC Logo", Files, "keepassxc.png 18422"),
        ("Identity", BuiltIn(Role::PostalCode), "12345"),
        ("Bank Account", BuiltIn(Role::RoutingNumber), "12345678"),
        ("Bank Account", Folder, "Shared"),
    ];
    let opvault: &[_] = &[
        ("KeePassXC", BuiltIn(Role::Password), "opvault"),
        ("KeePassXC", BuiltIn(Role::Code), "otpauth://totp/?secret=JBSWY3DPEHPK3PXP"),
        ("KeePassXC", Files, "attachment.txt 10"),
        ("KeePassXC", AddressCount, "2"),
        ("Complex Password", BuiltIn(Role::Password), "HfgcHjEL}iO}^3N!?*cv~O:9GJZQ0>oC"),
        ("KeePassXC Server", Custom("console password"), "1234"),
        ("My Credit Card", BuiltIn(Role::CardPin), "1234"),
        ("Expired Login", Custom("expires"), "2017-11-01"),
        ("Team KeePassXC", BuiltIn(Role::Street), "123 Password Lane"),
    ];
    let pif: &[_] = &[
        ("aib", BuiltIn(Role::Password), r"ws5T@;_UB[Q|P!8'`~z%XC'JHFUbf#IX _E0}:HF,[{ei0hBg14"),
        ("aib", Custom("pin"), "462916"),
        ("aib", Folder, "Bank"),
        ("dpbx@fner.ws", Folder, "Emails/WS"),
        ("note", NotesBegin, NOTE_BEGINS),
    ];
    let pux_login: &[_] = &[
        ("Example Login", Folder, "Personal"),
        ("Example Login", Custom("Recovery Email"), "recovery@example.com"),
        ("Sample Document", Files, "sample-document.pdf 24"),
        ("My Visa Card", BuiltIn(Role::CardVerification), "123"),
    ];
    let proton: &[_] = &[
        ("Test Login", BuiltIn(Role::Username), "Username"),
        ("Test Login", BuiltIn(Role::Password), "Password"),
        ("Test Login", Custom("hidden field"), "hidden field content"),
        ("Test Login", Custom("Email"), "Email"),
        ("Test Login", Folder, "Personal"),
        ("Test Card", BuiltIn(Role::CardExpiry), "2025-01"),
        ("Other vault login", BuiltIn(Role::Code), "otpauth://totp/?secret=JBSWY3DPEHPK3PXP"),
    ];
    let aegis: &[_] = &[
        (
            "Deno",
            BuiltIn(Role::Code),
            "otpauth://totp/Deno:Mason?secret=4SJHB4GSD43FZBAI7C2HLRJGPQ&issuer=Deno",
        ),
        (
            "WWE",
            BuiltIn(Role::Code),
            "otpauth://hotp/WWE:Mason?secret=5VAML3X35THCEBVRLV24CGBKOY&issuer=WWE&algorithm=SHA512&digits=8&counter=10300",
        ),
        ("Boeing", BuiltIn(Role::Username), "Sophia"),
    ];
    // Without the code of Steam, which FreeOTP lacks.
    let free_otp = first(aegis, 2);
    let cxf: &[_] = &[
        ("GitHub Login", BuiltIn(Role::Password), "securepassword123"),
        ("GitHub Login", Folder, "Work Accounts"),
        ("WebAuthn.io", Passkeys, "1"),
        ("Visa Credit Card", BuiltIn(Role::CardExpiry), "2027-08"),
        ("Passport", BuiltIn(Role::Passport), "A12345678"),
        ("API key", BuiltIn(Role::ApiType), "Bearer"),
    ];
    let records: &[_] = &[
        ("aib", BuiltIn(Role::Username), "dpbx@fner.ws"),
        ("aib", BuiltIn(Role::Password), r"ws5T@;_UB[Q|P!8'`~z%XC'JHFUbf#IX _E0}:HF,[{ei0hBg14"),
    ];
    let kaspersky: &[_] = &[("Note 3", NotesBegin, "Props note"), ("New note title 2", NotesBegin, "line 1")];
    let import =
        |format, counts, folders, remarks, values| Import { format, counts, folders, remarks, values };
    vec![
        ("bitwarden/individual.json", import("bitwarden_json", [12, 2, 0, 0], 6, [0, 0, 0, 1], bitwarden)),
        ("bitwarden/individual.csv", import("bitwarden_csv", [12, 2, 0, 0], 6, [0, 0, 0, 0], bitwarden)),
        (
            "bitwarden/keepassxc-case.json",
            import("bitwarden_json", [1, 1, 1, 1], 2, [1, 0, 0, 1], every_type),
        ),
        ("keepass/made-passkey-codes.kdbx", import("keepass_kdbx", [5, 0, 0, 0], 2, [1, 0, 0, 4], codes)),
        ("keepass/refs-history.kdbx", import("keepass_kdbx", [15, 0, 0, 0], 5, [5, 4, 0, 4], references)),
        ("bitwarden/zip-hand-shaped.zip", import("bitwarden_zip", [2, 1, 1, 1], 2, [2, 0, 0, 1], archive)),
        ("csv/lastpass-all-note-types.csv", import("lastpass_csv", [12, 5, 3, 4], 9, [1, 0, 0, 2], lastpass)),
        ("csv/keeper-commander.csv", import("keeper_csv", [4, 0, 0, 0], 4, [0, 0, 0, 1], keeper)),
        ("csv/buttercup.csv", import("buttercup_csv", [13, 1, 0, 0], 6, [0, 0, 0, 1], first(bitwarden, 3))),
        (
            "csv/nordpass-2023.csv",
            import("nordpass_csv", [13, 1, 0, 0], 6, [0, 0, 0, 0], first(bitwarden, 2)),
        ),
        ("proton/protonpass-email.csv", import("proton_csv", [2, 1, 1, 1], 2, [3, 0, 0, 1], proton_table)),
        ("1password/multiple-items.mac.csv", import("onepassword_csv", [1, 1, 1, 1], 0, [7, 0, 0, 0], mac)),
        ("1password/export.1pux", import("onepassword_1pux", [3, 1, 1, 1], 2, [1, 0, 0, 5], pux)),
        (
            "1password/1pux-hand-shaped.1pux",
            import("onepassword_1pux", [2, 1, 1, 1], 2, [0, 0, 0, 4], pux_login),
        ),
        (
            "1password/keepassxc.opvault",
            import("onepassword_opvault", [4, 1, 1, 1], 0, [0, 1, 0, 2], opvault),
        ),
        ("1password/pass-import.1pif", import("onepassword_1pif", [14, 0, 0, 0], 7, [0, 1, 0, 2], pif)),
        ("proton/data-1.21.json", import("proton_json", [2, 2, 1, 0], 2, [0, 1, 0, 2], proton)),
        ("auth/aegis-plain-7.json", import("authenticators_json", [0; 4], 0, [0, 0, 0, 1], aegis)),
        ("auth/aegis-encrypted-7.json", import("authenticators_json", [0; 4], 0, [0, 0, 0, 1], aegis)),
        ("auth/andotp-encrypted.bin", import("authenticators_backup", [0; 4], 0, [0, 0, 0, 1], aegis)),
        ("auth/stratum-plain.json", import("authenticators_json", [0; 4], 0, [0, 0, 0, 1], aegis)),
        ("auth/ente-plain.txt", import("authenticators_txt", [0; 4], 0, [0; 4], aegis)),
        ("auth/freeotp-plus.json", import("authenticators_json", [0; 4], 0, [0; 4], free_otp)),
        ("auth/google-migration.png", import("authenticators_png", [0; 4], 0, [0, 1, 0, 0], &[])),
        ("cxf/example.json", import("cxf_json", [3, 2, 1, 5], 1, [2, 1, 0, 1], cxf)),
        ("other/dashlane.json", import("dashlane_json", [14, 0, 0, 0], 0, [0, 0, 1, 0], records)),
        ("other/passman.json", import("passman_json", [14, 0, 0, 0], 6, [0, 0, 0, 1], records)),
        ("other/fpm.xml", import("fpm_xml", [14, 0, 0, 0], 6, [0, 0, 0, 0], records)),
        ("other/pwsafe.xml", import("pwsafe_xml", [14, 0, 0, 0], 6, [0, 0, 0, 1], records)),
        ("other/apple-keychain.txt", import("keychain_txt", [13, 1, 0, 0], 0, [0, 0, 0, 1], records)),
        ("other/enpass.json", import("enpass_json", [14, 0, 0, 0], 7, [0, 1, 0, 1], records)),
        ("other/kaspersky.txt", import("kaspersky_txt", [5, 3, 0, 0], 0, [0, 0, 0, 0], kaspersky)),
        ("csv/chrome.csv", import("chrome_csv", [14, 0, 0, 0], 0, [0, 0, 0, 0], chrome)),
        ("csv/firefox.csv", import("firefox_csv", [14, 0, 0, 0], 0, [0, 0, 0, 2], firefox)),
    ]
}

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: samples DIR");
        return ExitCode::FAILURE;
    };
    match check(&folder) {
        Ok(faults) if faults.is_empty() => ExitCode::SUCCESS,
        Ok(faults) => {
            faults.iter().for_each(|fault| eprintln!("{fault}"));
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{}: {error}", folder.display());
            ExitCode::FAILURE
        }
    }
}

/// Imports every file and returns what differs from the expected results.
fn check(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut expectations = expectations();
    let mut faults = Vec::new();
    let samples = Sample::all(folder)?;
    let mut unknown: Vec<&str> = NOT_YET.to_vec();
    for sample in &samples {
        let name = sample.name.as_str();
        let found =
            import_file(&folder.join(name), &sample.options(folder)?, Timestamp(0), &mut FixedRng::new(1));
        println!("{name}: {}", describe(&found));
        let mut fault = |text: String| faults.push(format!("{name}: {text}"));
        let not_yet = NOT_YET.contains(&name);
        unknown.retain(|known| *known != name);
        match (&found, sample.items) {
            (Ok(_), _) if not_yet => fault("can be read now".to_owned()),
            (Err(_), Some(_)) if not_yet => {}
            (Err(_), None) => {}
            (Ok(parsed), Some(items)) if parsed.items.len() == items => {}
            (Ok(parsed), Some(items)) => fault(format!("{} items instead of {items}", parsed.items.len())),
            (Ok(_), None) => fault("should be refused".to_owned()),
            (Err(error), Some(_)) => fault(format!("should be imported: {error}")),
        }
        if let Ok(parsed) = &found {
            let at = expectations.iter().position(|(expected, _)| *expected == name);
            let expected = at.map(|at| expectations.swap_remove(at).1);
            compare(parsed, expected.as_ref()).into_iter().for_each(fault);
        }
    }
    faults.extend(expectations.iter().map(|(name, _)| format!("{name}: the file is missing")));
    faults.extend(unknown.iter().map(|name| format!("{name}: is not in the list of samples")));
    // Everything else has to be refused without harm.
    let mut files = Vec::new();
    list(folder, &mut files)?;
    for file in files {
        let name = file.strip_prefix(folder).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        if !samples.iter().any(|sample| sample.name == name) {
            let found = import_file(&file, &Options::default(), Timestamp(0), &mut FixedRng::new(1));
            println!("{name}: {}", describe(&found));
        }
    }
    Ok(faults)
}

/// The first values of a list that another format shares.
fn first<T>(values: &[T], count: usize) -> &[T] {
    values.get(..count).unwrap_or(values)
}

/// Lists all files below a folder.
fn list(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_export = path.extension().is_some_and(|extension| extension == "opvault");
        if path.is_dir() && !is_export { list(&path, files)? } else { files.push(path) }
    }
    files.sort();
    Ok(())
}

fn describe(found: &Result<ParsedFile, ImportError>) -> String {
    match found {
        Ok(parsed) => {
            let [logins, notes, cards, identities] = counts(parsed);
            let [kept, lost, skipped, noise] = remarks(parsed);
            format!(
                "{}, {logins} logins, {notes} notes, {cards} cards, {identities} identities, {} folders, {} values mapped; \
                 {kept} kept as custom fields, {lost} not kept, {skipped} rows skipped, {noise} not needed",
                parsed.format.name,
                parsed.folders.len(),
                parsed.fields_mapped,
            )
        }
        Err(error) => format!("refused: {error}"),
    }
}

fn counts(parsed: &ParsedFile) -> [usize; 4] {
    [ItemType::Login, ItemType::Note, ItemType::Card, ItemType::Identity]
        .map(|of| parsed.items.iter().filter(|parsed| parsed.item.item_type == of).count())
}

fn remarks(parsed: &ParsedFile) -> [usize; 4] {
    [Outcome::KeptAsCustomField, Outcome::NotKept, Outcome::RowSkipped, Outcome::NotNeeded]
        .map(|of| parsed.remarks.iter().filter(|remark| remark.outcome == of).count())
}

/// Returns the differences from the expected result.
fn compare(parsed: &ParsedFile, expected: Option<&Import>) -> Vec<String> {
    let unfit = parsed.items.iter().filter(|parsed| encode(&parsed.item).is_err());
    let mut faults: Vec<String> =
        unfit.map(|parsed| format!("item {} cannot be encoded", parsed.position)).collect();
    faults.extend(expected.into_iter().flat_map(|expected| compare_import(parsed, expected)));
    faults
}

fn compare_import(parsed: &ParsedFile, expected: &Import) -> Vec<String> {
    let Import { format, counts: by_type, folders, remarks: by_outcome, values } = expected;
    let mut faults = Vec::new();
    let mut check = |what: &str, good: bool| {
        if !good {
            faults.push(format!("{what} differ from the expected result"));
        }
    };
    check("format", parsed.format.id == *format);
    check("counts of items", counts(parsed) == *by_type);
    check("folders", parsed.folders.len() == *folders);
    check("counts of remarks", remarks(parsed) == *by_outcome);
    for (title, part, value) in *values {
        let item = parsed
            .items
            .iter()
            .find(|parsed| parsed.item.title == *title && (*part != Files || !parsed.files.is_empty()));
        let found = item.map(|item| read(item, *part)).unwrap_or_default();
        check(&format!("values of “{title}”"), item.is_some() && found == *value);
    }
    faults
}

fn read(parsed: &ParsedItem, part: Part) -> String {
    let item = &parsed.item;
    match part {
        Passkeys => item.passkeys.len().to_string(),
        Files => {
            let read = |file: &ParsedFileContent| {
                let size = std::io::copy(&mut file.reader(), &mut std::io::sink()).unwrap_or(u64::MAX);
                format!("{} {size}", file.name)
            };
            parsed.files.iter().map(read).collect::<Vec<_>>().join(", ")
        }
        BuiltIn(role) => item.value(role).unwrap_or_default().to_owned(),
        Custom(label) => {
            let field = item.fields.iter().find(|field| field.role.is_none() && field.label == label);
            field.map(|field| field.value.expose().to_owned()).unwrap_or_default()
        }
        Folder => item.folder.clone().unwrap_or_default(),
        AddressCount => item.urls.len().to_string(),
        Address => item.urls.first().cloned().unwrap_or_default(),
        NotesBegin => item.notes.expose().lines().next().unwrap_or_default().to_owned(),
    }
}
