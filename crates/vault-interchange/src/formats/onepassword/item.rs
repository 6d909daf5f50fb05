//! An item, of which the formats have the same two parts: the overview and the details.

use vault_engine::clock::Timestamp;
use vault_engine::item::{FieldKind, ItemType, PastValue, Role, SecretText, UrlMatch, host};

use super::{category::Category, field, files::Files};
use crate::{
    builder::{ImportBuilder, ItemBuilder},
    error::ImportError,
    syntax::{
        date,
        json::{Json, Object},
    },
};

/// An item as the formats have it.
#[derive(Default)]
pub(super) struct Source {
    /// The number or name of its category.
    pub(super) category: String,
    /// Its id, by which files name it.
    pub(super) id: String,
    /// Title, addresses and tags.
    pub(super) overview: Object,
    /// Everything else.
    pub(super) details: Object,
    /// The vault, or the folder in it.
    pub(super) folder: String,
    /// When it was made.
    pub(super) created: Option<Timestamp>,
    /// When it was changed.
    pub(super) updated: Option<Timestamp>,
    /// Whether it is a favourite.
    pub(super) favourite: bool,
    /// Whether it is archived.
    pub(super) archived: bool,
    /// Whether it is in the trash.
    pub(super) trashed: bool,
    /// Members of neither part that are not known.
    pub(super) rest: Object,
}

/// Members of the overview that 1Password makes from the others.
const DERIVED: [&str; 8] =
    ["subtitle", "ainfo", "icons", "ps", "pbe", "pgrng", "watchtowerExclusions", "usernameHash"];
/// Members of the details about the web form that a login was saved from.
const FORM: [&str; 7] =
    ["htmlForm", "htmlMethod", "htmlAction", "htmlID", "htmlName", "autosubmit", "passwordStrength"];

/// Reads an item.
pub(super) fn read(
    import: &mut ImportBuilder<'_>,
    position: u32,
    source: Source,
    files: &mut Files<'_>,
) -> Result<(), ImportError> {
    let Source { mut overview, mut details, .. } = source;
    let category = Category::find(&source.category);
    let mut item =
        ItemBuilder::new(import, position, category.map_or(ItemType::Note, |known| known.item_type));
    item.title("title", overview.take_text("title"));
    let addresses = addresses(&mut overview, &mut details);
    item.default_title(&addresses.first().and_then(|(url, ..)| host(url.expose())).unwrap_or_default());
    match category {
        Some(Category { note: Some(name), .. }) => {
            let reason = "Coffer has no type of this meaning; the item is kept as a note with custom fields.";
            item.keep("category", FieldKind::Text, SecretText::from(*name), reason);
        }
        Some(_) => {}
        None => {
            let reason = "An item of this category is not known; it is kept as a note with custom fields.";
            item.keep("category", FieldKind::Text, SecretText::from(source.category.as_str()), reason);
        }
    }
    read_form_fields(&mut item, &mut details);
    let password = details.take_text("password");
    item.role_or_custom("password", Some(Role::Password), "password", FieldKind::Concealed, password);
    read_addresses(&mut item, addresses);
    item.notes("notesPlain", details.take_text("notesPlain"));
    read_sections(&mut item, category, &mut details, files);
    read_history(&mut item, details.take_list("passwordHistory"));
    if let Some(mut document) = details.take_object("documentAttributes") {
        field::add_file(&mut item, "documentAttributes", &mut document, files);
    }
    files.add_all(&mut item, &source.id);
    for tag in overview.take_list("tags") {
        item.tag("tags", tag.into_text().expose());
    }
    for name in DERIVED {
        if !overview.take(name).is_blank() {
            item.count_dropped("subtitle", "1Password makes this from the other values.");
        }
    }
    for name in FORM {
        if !details.take(name).is_blank() {
            item.count_dropped("htmlForm", "This describes the web page that a login was saved from.");
        }
    }
    item.folder("vault", &source.folder);
    item.dates(source.created, source.updated);
    if source.favourite {
        item.favourite();
    }
    if source.archived {
        item.archive();
    }
    if source.trashed {
        let at = source.updated.unwrap_or_else(|| item.now());
        item.trash(at);
    }
    item.unknown_members("overview", overview);
    item.unknown_members("details", details);
    item.unknown_members("", source.rest);
    item.finish()
}

/// An address with its label and the remaining members.
type Address = (SecretText, SecretText, Object);

/// Takes all addresses out, each once: a list in either part, and the first of them on its own.
fn addresses(overview: &mut Object, details: &mut Object) -> Vec<Address> {
    let mut found: Vec<Address> = Vec::new();
    let mut entries = overview.take_list("urls");
    entries.extend(overview.take_list("URLs"));
    entries.extend(details.take_list("URLs"));
    for entry in entries {
        let (url, label, rest) = match entry {
            Json::Object(mut entry) => {
                let mut either = |name: &str, short: &str| {
                    let text = entry.take_text(name);
                    if text.is_empty() { entry.take_text(short) } else { text }
                };
                let (url, label) = (either("url", "u"), either("label", "l"));
                (url, label, entry)
            }
            other => (other.into_text(), SecretText::from(""), Object::default()),
        };
        if !found.iter().any(|(known, ..)| known.expose() == url.expose()) {
            found.push((url, label, rest));
        }
    }
    let first = overview.take_text("url");
    if !first.is_empty() && !found.iter().any(|(known, ..)| known.expose() == first.expose()) {
        found.insert(0, (first, SecretText::from(""), Object::default()));
    }
    found
}

fn read_addresses(item: &mut ItemBuilder<'_, '_>, addresses: Vec<Address>) {
    for (at, (url, label, mut rest)) in addresses.into_iter().enumerate() {
        let path = format!("urls[{at}]");
        let is_kept = item.url(&path, url);
        if !matches!(label.expose(), "" | "website") {
            item.count_lost("urls.label", "Addresses have no names in Coffer.");
        }
        match rest.take_text("mode").expose() {
            "never" if is_kept => item.url_rule(&path, UrlMatch::Never),
            "host" if is_kept => item.url_rule(&path, UrlMatch::Host),
            "" | "default" => {}
            _ => item.drop_value(&format!("{path}.mode"), "This match rule is not known."),
        }
        item.unknown_members(&path, rest);
    }
}

/// Reads the fields of a web form; two of them are designated as user name and password.
fn read_form_fields(item: &mut ItemBuilder<'_, '_>, details: &mut Object) {
    let mut fields = details.take_list("loginFields");
    fields.extend(details.take_list("fields"));
    for (at, field) in fields.into_iter().enumerate() {
        let path = format!("loginFields[{at}]");
        let mut field = match field {
            Json::Object(field) => field,
            other => {
                item.unknown_value(&path, other);
                continue;
            }
        };
        let value = match field.take("value") {
            // Such as `{"email": …}`, in some exports.
            Json::Object(inner) => {
                let texts = inner.into_rest().map(|(_, value)| value.into_text());
                let texts: Vec<SecretText> = texts.collect();
                SecretText::new(texts.iter().map(SecretText::expose).collect::<Vec<_>>().join(" "))
            }
            other => other.into_text(),
        };
        let (name, id) = (field.take_text("name"), field.take_text("id"));
        let label = if name.is_empty() { id.expose() } else { name.expose() };
        let kind = [field.take_text("fieldType"), field.take_text("type")];
        let kind = kind.iter().map(SecretText::expose).collect::<String>();
        let role = match field.take_text("designation").expose() {
            "username" => Some(Role::Username),
            "password" => Some(Role::Password),
            _ => None,
        };
        match kind.as_str() {
            "P" => item.role_or_custom(&path, role, label, FieldKind::Concealed, value),
            // Buttons and check boxes of the page.
            "B" | "I" | "C" | "R" if role.is_none() && !value.is_empty() => {
                item.count_dropped("htmlForm", "This describes the web page that a login was saved from.");
            }
            _ => item.role_or_custom(&path, role, label, FieldKind::Text, value),
        }
        item.unknown_members(&path, field);
    }
}

fn read_sections(
    item: &mut ItemBuilder<'_, '_>,
    category: Option<&Category>,
    details: &mut Object,
    files: &mut Files<'_>,
) {
    for (at, section) in details.take_list("sections").into_iter().enumerate() {
        let path = format!("sections[{at}]");
        let mut section = match section {
            Json::Object(section) => section,
            other => {
                item.unknown_value(&path, other);
                continue;
            }
        };
        item.section(section.take_text("title").expose());
        let _ = (section.take("name"), section.take("hideAddAnotherField"));
        for (at, field) in section.take_list("fields").into_iter().enumerate() {
            let path = format!("{path}.fields[{at}]");
            match field {
                Json::Object(field) => field::read(item, category, &path, field, files),
                other => item.unknown_value(&path, other),
            }
        }
        item.unknown_members(&path, section);
    }
    item.section("");
}

fn read_history(item: &mut ItemBuilder<'_, '_>, entries: Vec<Json>) {
    let mut past = Vec::new();
    for (at, entry) in entries.into_iter().enumerate() {
        let path = format!("passwordHistory[{at}]");
        let Json::Object(mut entry) = entry else { continue };
        let value = entry.take_text("value");
        let at = entry.take("time").as_i64().and_then(date::from_seconds);
        if !value.is_empty() {
            past.push(PastValue { value, replaced_at: at.unwrap_or(Timestamp::UNKNOWN) });
        }
        item.unknown_members(&path, entry);
    }
    item.password_history("passwordHistory", past);
}
