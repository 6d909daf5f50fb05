//! An item in the making: the one place where values meet the limits of an item.

use vault_engine::clock::Timestamp;
use vault_engine::item::{
    Field, FieldKind, Item, ItemType, Passkey, PastValue, Role, SecretText, UrlMatch, template,
};

use crate::{
    ImportError, Outcome, ParsedItem,
    code::{self, CodeText},
    folder,
    gather::Gather,
    json::{Json, Object},
    limits,
};

/// Bytes of text in an item; the rest of a payload is for what surrounds each text.
const ROOM: usize = limits::item::PAYLOAD - (1 << 20);
/// Bytes that a text takes beside its own.
const AROUND_A_TEXT: usize = 64;

/// Bytes of a path of names that are told; keys or columns made long on purpose would be copied for each value.
const PATH: usize = 200;

const NO_PLACE: &str = "Coffer has no field of this meaning; the value is kept as a concealed custom field.";
const TOO_LONG: &str = "The text is longer than an item can hold.";
const TOO_MANY: &str = "There are more values than an item can hold.";
const LONG_NAME: &str = "The name of this field is too long; its beginning is kept, with the value.";
const NOT_ONE_LINE: &str = "The text is too long or has line breaks or control characters in it; it is kept whole as a custom field.";

/// An item that takes values one by one.
pub(crate) struct Draft<'g, 'a> {
    gather: &'g mut Gather<'a>,
    position: u32,
    item: Item,
    room: usize,
    extras: usize,
}

impl<'g, 'a> Draft<'g, 'a> {
    pub(crate) fn new(gather: &'g mut Gather<'a>, position: u32, item_type: ItemType) -> Self {
        let item = Item::new(item_type, gather.now);
        Self { gather, position, item, room: ROOM, extras: 0 }
    }

    /// Gives the item its title: one line; a longer text is kept whole beside it. Comes first, for the remarks.
    pub(crate) fn title(&mut self, field: &str, text: SecretText) {
        if text.expose().trim().is_empty() {
            return;
        }
        let one_line = text.expose().replace(char::is_control, " ");
        let title = cut(&one_line, limits::item::TITLE);
        let whole = title == text.expose();
        self.item.title = title.to_owned();
        if !whole {
            self.keep(field, FieldKind::Text, text, NOT_ONE_LINE);
        }
    }

    /// Gives an item without title one that is taken from elsewhere.
    pub(crate) fn title_if_none(&mut self, text: &str) {
        if self.item.title.is_empty() {
            let one_line = text.trim().replace(char::is_control, " ");
            self.item.title = cut(&one_line, limits::item::TITLE).to_owned();
        }
    }

    /// Puts a value into the built-in field of the same meaning.
    pub(crate) fn built_in(&mut self, field: &str, role: Role, value: SecretText) {
        if value.is_empty() {
            return;
        }
        if self.push(field, Some(role), "", kind_of(role), value) {
            self.gather.mapped();
        }
    }

    /// Puts the set-up text of a one-time code into its field, or keeps it aside if no code comes from it.
    pub(crate) fn code(&mut self, field: &str, text: SecretText) {
        match code::read(text) {
            CodeText::None => {}
            CodeText::Usable(address) => self.built_in(field, Role::Code, address),
            CodeText::Unusable(text, error) => {
                let reason = format!(
                    "No code can be made from this: {error}. It is kept as a concealed custom field."
                );
                self.keep(field, FieldKind::Concealed, text, &reason);
            }
        }
    }

    /// Adds a field that was a custom one in the file already. It may be empty: its name says something too.
    pub(crate) fn custom(&mut self, field: &str, label: &str, kind: FieldKind, value: SecretText) {
        if self.push(field, None, label, kind, value) {
            self.gather.mapped();
        }
    }

    /// Keeps a value that has no exact place as a custom field named like the field in the file, and says so.
    pub(crate) fn keep(&mut self, field: &str, kind: FieldKind, value: SecretText, reason: &str) {
        self.keep_as(field, field, kind, value, reason);
    }

    /// Like [`keep`](Self::keep), with another label.
    pub(crate) fn keep_as(
        &mut self,
        field: &str,
        label: &str,
        kind: FieldKind,
        value: SecretText,
        reason: &str,
    ) {
        if !value.is_empty() && self.push(field, None, label, kind, value) {
            self.note(field, Outcome::KeptAsCustomField, reason);
        }
    }

    /// Says that a value is not kept, and why.
    pub(crate) fn lose(&mut self, field: &str, reason: &str) {
        self.note(field, Outcome::NotKept, reason);
    }

    /// Counts a value that is not kept, for one remark on the whole file.
    pub(crate) fn tally(&mut self, field: &'static str, reason: &'static str) {
        self.gather.tally(field, reason);
    }

    /// Keeps the members of an object that nobody took.
    pub(crate) fn rest(&mut self, prefix: &str, object: Object) {
        for (key, value) in object.into_rest() {
            let path = if prefix.is_empty() { key } else { format!("{prefix}.{key}") };
            self.leftover(cut(&path, PATH), value);
        }
    }

    /// Keeps a value that nobody took, part by part.
    pub(crate) fn leftover(&mut self, path: &str, value: Json) {
        match value {
            Json::Object(object) => self.rest(path, object),
            Json::List(values) => {
                for (at, value) in values.into_iter().enumerate() {
                    // One remark for the rest of a long list: a file may hold a hundred million values.
                    if self.extras == limits::EXTRA_FIELDS && !value.is_blank() {
                        return self.lose(path, TOO_MANY);
                    }
                    self.leftover(&format!("{path}[{at}]"), value);
                }
            }
            scalar => self.extra(path, scalar.into_text()),
        }
    }

    /// Keeps a text that nobody knows: concealed, since it may be a secret.
    pub(crate) fn extra(&mut self, field: &str, text: SecretText) {
        if text.is_empty() {
            return;
        }
        if self.extras == limits::EXTRA_FIELDS {
            self.lose(field, TOO_MANY);
        } else {
            self.extras += 1;
            let name = cut(field, PATH);
            if name.len() < field.len() {
                self.lose(name, LONG_NAME);
            }
            self.keep(name, FieldKind::Concealed, text, NO_PLACE);
        }
    }

    /// Adds a web address, and tells whether it stands among the addresses.
    pub(crate) fn url(&mut self, field: &str, text: SecretText) -> bool {
        let address = text.expose().trim();
        if address.is_empty() {
            return false;
        }
        let fits = address.len() <= limits::item::URL
            && !address.contains(char::is_control)
            && self.item.urls.len() < limits::item::URLS;
        let fits = fits && self.take_room(address.len());
        if fits {
            self.item.urls.push(address.to_owned());
            self.gather.mapped();
        } else {
            self.keep(
                field,
                FieldKind::Text,
                text,
                "This is no usable web address; it is kept as a custom field.",
            );
        }
        fits
    }

    /// Says when the address that was added last is meant for a page.
    pub(crate) fn url_rule(&mut self, field: &str, rule: UrlMatch) {
        let Some(url) = self.item.urls.last().cloned() else { return };
        let earlier = self.item.urls.iter().rev().skip(1).any(|other| *other == url);
        if earlier && self.item.url_rule(&url) != rule {
            self.lose(field, "The same address stands there twice, with two rules; the first one is kept.");
        } else {
            self.item.set_url_rule(&url, rule);
            self.gather.mapped();
        }
    }

    /// Adds a passkey, and tells whether there was room.
    pub(crate) fn passkey(&mut self, passkey: Passkey) -> bool {
        /// More than all parts of one that fits the limits.
        const LARGEST: usize =
            limits::item::PASSKEY_KEY + 2 * limits::item::PASSKEY_ID + 4 * limits::item::LABEL;
        let fits = self.item.passkeys.len() < limits::item::PASSKEYS && self.take_room(LARGEST);
        if fits {
            self.item.passkeys.push(passkey);
            self.gather.mapped();
        }
        fits
    }

    /// Has the password asked for before a secret of the item is shown.
    pub(crate) fn reprompt(&mut self) {
        self.item.flags.reprompt = true;
        self.gather.mapped();
    }

    /// Adds free text.
    pub(crate) fn notes(&mut self, field: &str, text: SecretText) {
        if text.is_empty() {
            return;
        }
        if text.expose().len() > limits::item::NOTES || !self.take_room(text.expose().len()) {
            self.lose(field, TOO_LONG);
        } else {
            self.item.notes = text;
            self.gather.mapped();
        }
    }

    /// Puts the item into a folder.
    pub(crate) fn folder(&mut self, field: &str, text: &str) {
        let Some(path) = folder::path(text) else { return };
        if path.len() > limits::item::FOLDER {
            self.lose(field, TOO_LONG);
            return;
        }
        self.gather.folder(&path);
        self.item.folder = Some(path);
    }

    /// Adds a tag.
    pub(crate) fn tag(&mut self, field: &str, text: &str) {
        let tag = text.replace(char::is_control, " ").trim().to_owned();
        if tag.is_empty() {
            return;
        }
        if tag.len() > limits::item::TAG
            || self.item.tags.len() >= limits::item::TAGS
            || !self.take_room(tag.len())
        {
            self.lose(field, TOO_LONG);
        } else {
            self.item.tags.insert(tag);
        }
    }

    /// Marks the item as a favourite.
    pub(crate) fn favourite(&mut self) {
        self.item.flags.favourite = true;
    }

    /// Puts the item aside.
    pub(crate) fn archive(&mut self) {
        self.item.flags.archived = true;
    }

    /// Puts the item into the trash.
    pub(crate) fn trash(&mut self, at: Timestamp) {
        self.item.trashed_at = Some(at);
    }

    /// Says when the item was made and last changed; one stands in for the other.
    pub(crate) fn dates(&mut self, created: Option<Timestamp>, modified: Option<Timestamp>) {
        if let Some(modified) = modified.or(created) {
            self.item.created_at = created.unwrap_or(modified);
            self.item.modified_at = modified;
        }
    }

    /// Reads a date; what is none is kept as text.
    pub(crate) fn date(
        &mut self,
        field: &str,
        text: SecretText,
        read: impl Fn(&str) -> Option<Timestamp>,
    ) -> Option<Timestamp> {
        let date = read(text.expose());
        if date.is_none() {
            self.keep(field, FieldKind::Text, text, "This is not a date; it is kept as a custom field.");
        }
        date
    }

    /// Adds passwords that were used before, in any order.
    pub(crate) fn earlier_passwords(&mut self, field: &str, mut past: Vec<PastValue>) {
        past.sort_by_key(|value| std::cmp::Reverse(value.replaced_at));
        past.retain(|earlier| {
            let length = earlier.value.expose().len();
            let fits = length <= limits::item::VALUE && self.take_room(length);
            if !fits {
                self.lose(field, TOO_LONG);
            }
            fits
        });
        if past.len() > limits::item::PAST_VALUES {
            past.truncate(limits::item::PAST_VALUES);
            self.lose(field, "Only the newest thousand earlier passwords are kept.");
        }
        if past.is_empty() {
            return;
        }
        let nothing = SecretText::new(String::new());
        let has_password = template(self.item.item_type).iter().any(|(role, _)| *role == Role::Password);
        let at = self.item.fields.iter().position(|field| field.role == Some(Role::Password));
        let at = match at {
            Some(at) => at,
            None if has_password => {
                if !self.push(field, Some(Role::Password), "", FieldKind::Concealed, nothing) {
                    return;
                }
                self.item.fields.len() - 1
            }
            None => {
                if !self.push(field, None, field, FieldKind::Concealed, nothing) {
                    return;
                }
                let reason =
                    "This item has no password of its own; earlier ones are kept with a custom field.";
                self.note(field, Outcome::KeptAsCustomField, reason);
                self.item.fields.len() - 1
            }
        };
        if let Some(field) = self.item.fields.get_mut(at) {
            for _ in &past {
                self.gather.mapped();
            }
            field.history = past;
        }
    }

    /// Hands the item over.
    pub(crate) fn finish(self) -> Result<(), ImportError> {
        self.gather.item(ParsedItem { position: self.position, item: self.item })
    }

    fn push(
        &mut self,
        name: &str,
        role: Option<Role>,
        label: &str,
        kind: FieldKind,
        value: SecretText,
    ) -> bool {
        let short = cut(label, limits::item::LABEL);
        if value.expose().len() > limits::item::VALUE {
            self.lose(name, TOO_LONG);
            return false;
        }
        if self.item.fields.len() >= limits::item::FIELDS
            || !self.take_room(value.expose().len() + short.len())
        {
            self.lose(name, TOO_MANY);
            return false;
        }
        if short.len() < label.len() {
            self.lose(name, LONG_NAME);
        }
        let id = self.gather.field_id();
        let label = short.to_owned();
        self.item.fields.push(Field { role, label, ..Field::new(id, kind, value) });
        true
    }

    fn take_room(&mut self, bytes: usize) -> bool {
        match self.room.checked_sub(bytes + AROUND_A_TEXT) {
            Some(rest) => {
                self.room = rest;
                true
            }
            None => false,
        }
    }

    fn note(&mut self, field: &str, outcome: Outcome, reason: &str) {
        self.gather.note(self.position, &self.item.title, field, outcome, reason);
    }
}

/// The kind of the built-in field with a role.
fn kind_of(role: Role) -> FieldKind {
    ItemType::ALL
        .into_iter()
        .flat_map(template)
        .find(|(of, _)| *of == role)
        .map_or(FieldKind::Concealed, |(_, kind)| *kind)
}

/// The longest beginning of a text with at most so many bytes.
fn cut(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}
