//! Programs whose tables need no code.

use vault_engine::item::Role;

use super::{Layout, Rest, csv};
use crate::{format::Program, importer::Importer, meaning::Meaning, syntax::table::Cells};

use Meaning::{
    Addresses, Archived, Created, Favourite, Field, Folder, Modified, NotNeeded, Notes, Tags, Title,
};

const USERNAME: Meaning = Field(Role::Username);
const PASSWORD: Meaning = Field(Role::Password);
const CODE: Meaning = Field(Role::Code);
const ID: Meaning = NotNeeded("Coffer gives its items ids of their own.");
const ICON: Meaning = NotNeeded("Coffer shows icons of its own.");

/// `Group,Title,Username,Password,URL,Notes`, newer with `TOTP,Icon,Last Modified,Created`. A group is a path from the outermost one.
pub(in crate::formats) const KEEPASSXC: Importer = csv(
    "keepassxc_csv",
    "KeePassXC CSV",
    &crate::formats::keepass::PROGRAM,
    &[Layout {
        required: &["group", "title", "username", "password", "url", "notes"],
        most: 10,
        columns: &[
            ("title", Title),
            ("username", USERNAME),
            ("password", PASSWORD),
            ("totp", CODE),
            ("url", Addresses),
            ("notes", Notes),
            ("group", Folder("/")),
            ("icon", ICON),
            ("created", Created),
            ("last modified", Modified),
        ],
        prepare: |cells, _| without_root(cells),
        ..Layout::BASE
    }],
);

/// The outermost group of a database has this name unless it was renamed.
const ROOT: &str = "Root";

/// Removes the outermost group, which is in every path and would be one folder around all.
fn without_root(cells: &mut Cells) {
    cells.replace(|column, value| {
        let below = value.strip_prefix(ROOT).filter(|_| column.eq_ignore_ascii_case("group"))?;
        if below.is_empty() { Some("".into()) } else { below.strip_prefix('/').map(Into::into) }
    });
}

/// KeePass 1, and KeePass 2 in that form.
pub(in crate::formats) const KEEPASS_1: Importer = csv(
    "keepass_csv",
    "KeePass CSV",
    &crate::formats::keepass::PROGRAM,
    &[Layout {
        required: &["account", "login name", "password", "web site", "comments"],
        columns: &[
            ("account", Title),
            ("login name", USERNAME),
            ("password", PASSWORD),
            ("web site", Addresses),
            ("comments", Notes),
        ],
        backslashes: true,
        ..Layout::BASE
    }],
);

/// Passwords of Safari, macOS and iOS: a row for each address of an account.
pub(in crate::formats) const APPLE: Importer = csv(
    "apple_csv",
    "Apple Passwords CSV",
    &Program { id: "apple", name: "Apple Passwords, Safari" },
    &[Layout {
        required: &["title", "url", "username", "password"],
        closed: true,
        columns: &[
            ("title", Title),
            ("username", USERNAME),
            ("password", PASSWORD),
            ("otpauth", CODE),
            ("url", Addresses),
            ("notes", Notes),
        ],
        ..Layout::BASE
    }],
);

/// SafeInCloud.
pub(in crate::formats) const SAFEINCLOUD: Importer = csv(
    "safeincloud_csv",
    "SafeInCloud CSV",
    &Program { id: "safeincloud", name: "SafeInCloud" },
    &[Layout {
        required: &["title", "login", "password", "url", "notes", "otp"],
        columns: &[
            ("title", Title),
            ("login", USERNAME),
            ("password", PASSWORD),
            ("otp", CODE),
            ("url", Addresses),
            ("notes", Notes),
        ],
        rest: Rest::Custom,
        ..Layout::BASE
    }],
);

/// Padlock and Padloc; further columns are fields of the user.
pub(in crate::formats) const PADLOCK: Importer = csv(
    "padlock_csv",
    "Padlock CSV",
    &Program { id: "padlock", name: "Padlock, Padloc" },
    &[Layout {
        required: &["name", "tags", "url", "username", "password", "notes"],
        columns: &[
            ("name", Title),
            ("username", USERNAME),
            ("password", PASSWORD),
            ("url", Addresses),
            ("notes", Notes),
            ("tags", Tags),
        ],
        rest: Rest::Custom,
        ..Layout::BASE
    }],
);

/// Synology C2 Password.
pub(in crate::formats) const SYNOLOGY: Importer = csv(
    "synology_csv",
    "Synology C2 Password CSV",
    &Program { id: "synology", name: "Synology C2 Password" },
    &[Layout {
        required: &["display_name", "login_username", "login_password", "login_urls"],
        columns: &[
            ("display_name", Title),
            ("login_username", USERNAME),
            ("login_password", PASSWORD),
            ("login_totp", CODE),
            ("login_urls", Addresses),
            ("notes", Notes),
            ("favorite", Favourite),
        ],
        ..Layout::BASE
    }],
);

/// Password Gorilla; a dot stands between levels of groups.
pub(in crate::formats) const GORILLA: Importer = csv(
    "gorilla_csv",
    "Password Gorilla CSV",
    &Program { id: "gorilla", name: "Password Gorilla" },
    &[Layout {
        required: &["uuid", "group", "title", "url", "user", "password", "notes"],
        columns: &[
            ("title", Title),
            ("user", USERNAME),
            ("password", PASSWORD),
            ("url", Addresses),
            ("notes", Notes),
            ("group", Folder(".")),
            ("uuid", ID),
        ],
        ..Layout::BASE
    }],
);

/// Blur, which writes `undefined` where there is nothing.
pub(in crate::formats) const BLUR: Importer = csv(
    "blur_csv",
    "Blur CSV",
    &Program { id: "blur", name: "Blur" },
    &[Layout {
        required: &["domain", "label", "username", "email", "password"],
        closed: true,
        columns: &[
            ("label", Title),
            ("username", USERNAME),
            ("email", USERNAME),
            ("password", PASSWORD),
            ("domain", Addresses),
        ],
        prepare: |cells, _| cells.replace(|_, value| (value == "undefined").then(|| "".into())),
        ..Layout::BASE
    }],
);

/// FF Password Exporter, for Firefox.
pub(in crate::formats) const FF_PASSWORD_EXPORTER: Importer = csv(
    "ff_password_exporter_csv",
    "FF Password Exporter CSV",
    &Program { id: "ff_password_exporter", name: "FF Password Exporter" },
    &[Layout {
        required: &["hostname", "username", "password"],
        closed: true,
        columns: &[
            ("hostname", Addresses),
            ("username", USERNAME),
            ("password", PASSWORD),
            ("formsubmiturl", Meaning::Text),
            ("httprealm", Meaning::Text),
            ("guid", ID),
            ("timecreated", Created),
            ("timelastused", NotNeeded("Coffer does not record when an item was last used.")),
            ("timepasswordchanged", Modified),
        ],
        ..Layout::BASE
    }],
);

/// 1Password 8; `onepassword.rs` has the older ones.
pub(super) const ONEPASSWORD_8: Layout = Layout {
    required: &["title", "url", "username", "password", "otpauth", "favorite", "archived", "tags", "notes"],
    columns: &[
        ("title", Title),
        ("username", USERNAME),
        ("password", PASSWORD),
        ("otpauth", CODE),
        ("url", Addresses),
        ("notes", Notes),
        ("tags", Tags),
        ("favorite", Favourite),
        ("archived", Archived),
    ],
    ..Layout::BASE
};
