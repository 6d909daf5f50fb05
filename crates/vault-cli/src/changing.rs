//! New and changed items.

use vault_agent::protocol::{Reply, Request};
use vault_api::Coffer;
use vault_api::views::{FieldDraft, FieldKindView, FieldView, ItemDraft, ItemScope, ItemTypeView, ItemView};
use zeroize::Zeroizing;

use crate::arguments::{Add, Edit, Several, Values};
use crate::connection::{Connection, Context};
use crate::failure::{Exit, Failure};
use crate::{find, generating, output, password, reading};

/// `add`
pub fn add(context: &Context, what: Add) -> Result<Exit, Failure> {
    let Add { title, item_type, vault, values } = what;
    let item_type = type_of(&item_type)?;
    let mut connection = context.connect()?;
    let vault = reading::chosen(&mut connection, vault.as_deref())?;
    let mut draft = new_draft(item_type, title);
    apply(context, &mut draft, values)?;
    save(context, &mut connection, draft, vault.map(|vault| vault.id))
}

/// The form of a new item.
pub fn new_draft(item_type: ItemTypeView, title: String) -> ItemDraft {
    ItemDraft {
        id: None,
        base_revision: None,
        item_type,
        title,
        fields: Vec::new(),
        urls: Vec::new(),
        notes: String::new(),
        tags: Vec::new(),
        folder: None,
        favourite: false,
        url_rules: Vec::new(),
        removed_passkeys: Vec::new(),
        expires: None,
        reprompt: false,
        template: false,
    }
}

/// `edit`
pub fn edit(context: &Context, what: Edit) -> Result<Exit, Failure> {
    let Edit { one, title, unset, untag, values } = what;
    let mut connection = context.connect()?;
    let item = reading::one(&mut connection, &one)?;
    let mut draft = draft_of(item);
    if let Some(title) = title {
        draft.title = title;
    }
    for name in unset {
        let before = draft.fields.len();
        draft.fields.retain(|field| !has_name(field, &name));
        if draft.fields.len() == before {
            return Err(Failure::new(Exit::NotFound, format!("no field has the name {name}")));
        }
    }
    draft.tags.retain(|tag| !untag.contains(tag));
    apply(context, &mut draft, values)?;
    save(context, &mut connection, draft, None)
}

/// `rm`
pub fn remove(context: &Context, what: &Several) -> Result<Exit, Failure> {
    let mut connection = context.connect()?;
    let vault = reading::chosen(&mut connection, what.vault.as_deref())?;
    let mut items = Vec::new();
    for name in &what.items {
        items.push(find::item(&mut connection, vault.as_ref(), name)?.id);
    }
    changed(context, &mut connection, &Request::Trash { items })
}

/// `restore`
pub fn restore(context: &Context, what: &Several) -> Result<Exit, Failure> {
    let mut connection = context.connect()?;
    let mut items = Vec::new();
    for name in &what.items {
        items.push(find::row(&mut connection, &ItemScope::Trash, name)?.id);
    }
    changed(context, &mut connection, &Request::Restore { items })
}

fn changed(context: &Context, connection: &mut Connection, request: &Request) -> Result<Exit, Failure> {
    let Reply::Changed(changed) = connection.ask_confirmed(request)? else {
        return Err(Connection::unexpected());
    };
    if context.json { output::json("changed", &changed.count) } else { Ok(Exit::Done) }
}

/// Saves, and writes the id of the item.
fn save(
    context: &Context,
    connection: &mut Connection,
    draft: ItemDraft,
    vault: Option<String>,
) -> Result<Exit, Failure> {
    match connection.ask_confirmed(&Request::Save { draft: Box::new(draft), vault })? {
        Reply::Item(item) if context.json => output::json("item", &*item),
        Reply::Item(item) => output::line(&item.id),
        _ => Err(Connection::unexpected()),
    }
}

fn type_of(name: &str) -> Result<ItemTypeView, Failure> {
    serde_json::from_value(serde_json::Value::from(name)).map_err(|_| {
        let names: Vec<String> =
            Coffer::item_templates().iter().map(|known| name_of(known.item_type)).collect();
        Failure::new(Exit::Usage, format!("there is no type {name}")).with(names.join(", "))
    })
}

fn name_of(item_type: ItemTypeView) -> String {
    serde_json::to_value(item_type).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The form of an item whose values are kept.
pub fn draft_of(item: ItemView) -> ItemDraft {
    ItemDraft {
        id: Some(item.id),
        base_revision: Some(item.revision),
        item_type: item.item_type,
        title: item.title,
        fields: item.fields.into_iter().map(kept).collect(),
        urls: item.urls,
        notes: item.notes,
        tags: item.tags,
        folder: item.folder,
        favourite: item.favourite,
        url_rules: item.url_rules,
        removed_passkeys: Vec::new(),
        expires: item.expires,
        reprompt: item.reprompt,
        template: item.template,
    }
}

/// A field that keeps its value.
fn kept(field: FieldView) -> FieldDraft {
    let FieldView { id, role, label, kind, section, .. } = field;
    FieldDraft { id: Some(id), role, label, kind, value: None, section }
}

fn apply(context: &Context, draft: &mut ItemDraft, values: Values) -> Result<(), Failure> {
    let Values { folder, url, tag, set, secret, generate } = values;
    if let Some(folder) = folder {
        draft.folder = Some(folder);
    }
    if !url.is_empty() {
        draft.urls = url;
        draft.url_rules.clear();
    }
    draft.tags.extend(tag);
    for pair in &set {
        let (name, value) = pair
            .split_once('=')
            .ok_or_else(|| Failure::new(Exit::Usage, "--set is followed by FIELD=VALUE"))?;
        if name == "notes" {
            value.clone_into(&mut draft.notes);
            continue;
        }
        let field = field_of(draft, name, FieldKindView::Text);
        if matches!(field.kind, FieldKindView::Concealed | FieldKindView::SecretLines | FieldKindView::Code) {
            return Err(Failure::new(
                Exit::Usage,
                format!("{name} is a secret, which other programs could see here"),
            )
            .with(format!("Use --secret {name}, and give the value on the standard input.")));
        }
        field.value = Some(value.to_owned());
    }
    for (name, value) in secret.iter().zip(password::secrets(&secret)?) {
        if name == "notes" {
            draft.notes = value.to_string();
        } else {
            field_of(draft, name, FieldKindView::Concealed).value = Some(value.to_string());
        }
    }
    if let Some(name) = generate {
        let made: Zeroizing<String> = generating::password(context)?;
        field_of(draft, &name, FieldKindView::Concealed).value = Some(made.to_string());
    }
    Ok(())
}

fn has_name(field: &FieldDraft, name: &str) -> bool {
    let is = |own: &Option<String>| own.as_deref() == Some(name);
    is(&field.id) || is(&field.role) || (field.role.is_none() && field.label == name)
}

/// The field of a name: one of the item, one that its type has, or a new one of a kind.
pub fn field_of<'a>(draft: &'a mut ItemDraft, name: &str, kind: FieldKindView) -> &'a mut FieldDraft {
    let at = draft.fields.iter().position(|field| has_name(field, name)).unwrap_or_else(|| {
        let templates = Coffer::item_templates();
        let of_type = templates
            .iter()
            .filter(|template| template.item_type == draft.item_type)
            .flat_map(|template| &template.fields)
            .find(|field| field.role == name);
        let (role, label, kind) = match of_type {
            Some(field) => (Some(field.role.clone()), String::new(), field.kind),
            None => (None, name.to_owned(), kind),
        };
        draft.fields.push(FieldDraft { id: None, role, label, kind, value: None, section: None });
        draft.fields.len() - 1
    });
    #[expect(clippy::indexing_slicing, reason = "the index was found or made just now")]
    &mut draft.fields[at]
}
