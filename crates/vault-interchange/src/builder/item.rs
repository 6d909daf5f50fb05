//! Builds one item within the limits of an item.

use vault_engine::clock::Timestamp;
use vault_engine::item::{
    Field, FieldKind, Item, ItemType, NotADay, Passkey, PastValue, Role, SecretText, UrlMatch, template,
};

use super::import::ImportBuilder;
use crate::{
    content::ParsedFileContent,
    error::ImportError,
    limits,
    report::{Outcome, ParsedItem},
    syntax::{
        folder,
        otp::{self, OtpText},
    },
};

/// Bytes of text in an item; the rest of a payload is for the encoding of the texts.
const TEXT_BUDGET: usize = limits::item::PAYLOAD - (1 << 20);
/// Bytes that the encoding adds to a text, at most.
const TEXT_OVERHEAD: usize = 64;

const TOO_LONG: &str = "The text is longer than an item can hold.";
pub(super) const TOO_MANY: &str = "There are more values than an item can hold.";
pub(super) const LONG_NAME: &str =
    "The name of this field is too long; its beginning is kept, with the value.";
const NOT_ONE_LINE: &str =
    "The text is too long or contains line breaks or control characters; it is kept whole as a custom field.";

/// Builds an item from values of the file; each value that has no matching field, or does not fit, gets a remark.
///
/// In all methods `field` is the name of the value in the file, for the remark.
pub(crate) struct ItemBuilder<'g, 'a> {
    import: &'g mut ImportBuilder<'a>,
    position: u32,
    item: Item,
    files: Vec<ParsedFileContent>,
    budget: usize,
    /// The heading of the custom fields that follow.
    pub(super) heading: Option<String>,
    /// The number of values of unknown meaning that are kept.
    pub(super) unknown_values: usize,
    /// When it was made and changed, as far as values said so.
    put_dates: [Option<Timestamp>; 2],
}

impl<'g, 'a> ItemBuilder<'g, 'a> {
    /// Starts an item; `position` is its place in the file, from 1.
    pub(crate) fn new(import: &'g mut ImportBuilder<'a>, position: u32, item_type: ItemType) -> Self {
        let item = Item::new(item_type, import.now);
        Self {
            import,
            position,
            item,
            files: Vec::new(),
            budget: TEXT_BUDGET,
            heading: None,
            unknown_values: 0,
            put_dates: [None; 2],
        }
    }

    /// Returns the item as it is so far.
    pub(super) const fn item(&self) -> &Item {
        &self.item
    }

    /// Sets the title to one line; a text that is longer is also kept whole as a custom field.
    ///
    /// Call it first, since remarks contain the title.
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

    /// Sets the title if there is none yet.
    pub(crate) fn default_title(&mut self, text: &str) {
        if self.item.title.is_empty() {
            let one_line = text.trim().replace(char::is_control, " ");
            self.item.title = cut(&one_line, limits::item::TITLE).to_owned();
        }
    }

    /// Adds a value as the built-in field with a role.
    pub(crate) fn built_in(&mut self, field: &str, role: Role, value: SecretText) {
        if value.is_empty() {
            return;
        }
        if self.push_field(field, Some(role), "", kind_of(role), value) {
            self.import.count_mapped();
        }
    }

    /// Adds the key of a one-time code; a text that is none is kept as a custom field.
    pub(crate) fn one_time_code(&mut self, field: &str, text: SecretText) {
        match otp::read(text) {
            OtpText::Absent => {}
            OtpText::Valid(address) => self.built_in(field, Role::Code, address),
            OtpText::Invalid(text, error) => {
                let reason = format!(
                    "This is not the key of a one-time code: {error}. It is kept as a concealed custom field."
                );
                self.keep(field, FieldKind::Concealed, text, &reason);
            }
        }
    }

    /// Adds a field that is a custom one in the file too. It may be empty, since its name alone can matter.
    pub(crate) fn custom(&mut self, field: &str, label: &str, kind: FieldKind, value: SecretText) {
        if self.push_field(field, None, label, kind, value) {
            self.import.count_mapped();
        }
    }

    /// Keeps a value without a matching field as a custom field named after it, with a remark.
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
        if !value.is_empty() && self.push_field(field, None, label, kind, value) {
            self.remark(field, Outcome::KeptAsCustomField, reason);
        }
    }

    /// Adds a remark on a value that is not kept.
    pub(crate) fn drop_value(&mut self, field: &str, reason: &str) {
        self.remark(field, Outcome::NotKept, reason);
    }

    /// Counts a value that has a meaning in the other program only, for one remark on the file.
    pub(crate) fn count_dropped(&mut self, field: &'static str, reason: &'static str) {
        self.import.count_dropped(field, reason);
    }

    /// Counts a value that is lost, for one remark on the file.
    pub(crate) fn count_lost(&mut self, field: &'static str, reason: &'static str) {
        self.import.count_lost(field, reason, 1);
    }

    /// Adds a web address and returns true; one that is unusable is kept as a custom field.
    pub(crate) fn url(&mut self, field: &str, text: SecretText) -> bool {
        let address = text.expose().trim();
        if address.is_empty() {
            return false;
        }
        let fits = address.len() <= limits::item::URL
            && !address.contains(char::is_control)
            && self.item.urls.len() < limits::item::URLS;
        let fits = fits && self.reserve(address.len());
        if fits {
            self.item.urls.push(address.to_owned());
            self.import.count_mapped();
        } else {
            self.keep(
                field,
                FieldKind::Text,
                text,
                "This is not a usable web address; it is kept as a custom field.",
            );
        }
        fits
    }

    /// Sets the match rule of the address that was added last.
    pub(crate) fn url_rule(&mut self, field: &str, rule: UrlMatch) {
        let Some(url) = self.item.urls.last().cloned() else { return };
        let earlier = self.item.urls.iter().rev().skip(1).any(|other| *other == url);
        if earlier && self.item.url_rule(&url) != rule {
            self.drop_value(field, "The same address has two match rules; the first is kept.");
        } else {
            self.item.set_url_rule(&url, rule);
            self.import.count_mapped();
        }
    }

    /// Adds a passkey; returns false if the item has no room for it.
    pub(crate) fn passkey(&mut self, passkey: Passkey) -> bool {
        /// More bytes than a passkey within the limits has.
        const LARGEST: usize =
            limits::item::PASSKEY_KEY + 2 * limits::item::PASSKEY_ID + 4 * limits::item::LABEL;
        let fits = self.item.passkeys.len() < limits::item::PASSKEYS && self.reserve(LARGEST);
        if fits {
            self.item.passkeys.push(passkey);
            self.import.count_mapped();
        }
        fits
    }

    /// Requires the master password before a secret of the item is shown.
    pub(crate) fn reprompt(&mut self) {
        self.item.flags.reprompt = true;
        self.import.count_mapped();
    }

    /// Sets the notes.
    pub(crate) fn notes(&mut self, field: &str, text: SecretText) {
        if text.is_empty() {
            return;
        }
        if text.expose().len() > limits::item::NOTES || !self.reserve(text.expose().len()) {
            self.drop_value(field, TOO_LONG);
        } else {
            self.item.notes = text;
            self.import.count_mapped();
        }
    }

    /// Sets the folder.
    pub(crate) fn folder(&mut self, field: &str, text: &str) {
        let Some(path) = folder::path(text) else { return };
        if path.len() > limits::item::FOLDER {
            self.drop_value(field, TOO_LONG);
            return;
        }
        self.import.add_folder(&path);
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
            || !self.reserve(tag.len())
        {
            self.drop_value(field, TOO_LONG);
        } else {
            self.item.tags.insert(tag);
        }
    }

    /// Marks the item as a favourite.
    pub(crate) fn favourite(&mut self) {
        self.item.flags.favourite = true;
    }

    /// Archives the item.
    pub(crate) fn archive(&mut self) {
        self.item.flags.archived = true;
    }

    /// Moves the item to the trash.
    pub(crate) fn trash(&mut self, at: Timestamp) {
        self.item.trashed_at = Some(at);
    }

    /// Sets the times of creation and last change; either stands in for the other.
    pub(crate) fn dates(&mut self, created: Option<Timestamp>, modified: Option<Timestamp>) {
        let [created, modified] = [created, modified].map(|date| date.and_then(Timestamp::known));
        if let Some(modified) = modified.or(created) {
            self.item.created_at = created.unwrap_or(modified);
            self.item.modified_at = modified;
        }
    }

    /// Sets the day on which the item expires; a text that is no day is kept as a custom field.
    pub(crate) fn expires(&mut self, field: &str, text: SecretText) {
        match text.expose().parse() {
            Ok(day) => {
                self.item.expires = Some(day);
                self.import.count_mapped();
            }
            Err(NotADay) => {
                self.keep(field, FieldKind::Text, text, "This is not a date; it is kept as a custom field.");
            }
        }
    }

    /// Reads a date; a text that is none is kept as a custom field.
    pub(crate) fn read_date(
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

    /// The time of the import.
    pub(crate) fn now(&self) -> Timestamp {
        self.import.now
    }

    /// Adds an attached file.
    pub(crate) fn file(&mut self, field: &str, mut content: ParsedFileContent) {
        /// More bytes than what an item stores for a file, apart from its name.
        const RECORD: usize = 512;
        content.name = cut(&content.name, limits::item::FILE_NAME).to_owned();
        if self.files.len() < limits::item::ATTACHMENTS && self.reserve(RECORD + content.name.len()) {
            self.files.push(content);
            self.import.count_mapped();
        } else {
            self.drop_value(field, TOO_MANY);
        }
    }

    /// Sets the earlier values of a built-in field, or of the custom field with a label, which is made if it is missing.
    pub(crate) fn field_history(
        &mut self,
        field: &str,
        role: Option<Role>,
        label: &str,
        past: Vec<PastValue>,
    ) {
        let past = self.fitting(field, past);
        if past.is_empty() {
            return;
        }
        let is_it = |known: &Field| known.role == role && (role.is_some() || known.label == label);
        let at = match self.item.fields.iter().position(is_it) {
            Some(at) => at,
            None => {
                let kind = role.map_or(FieldKind::Concealed, kind_of);
                if !self.push_field(field, role, label, kind, SecretText::new(String::new())) {
                    return;
                }
                self.item.fields.len() - 1
            }
        };
        self.set_history(at, past);
    }

    /// Keeps the earlier values of a part that has none in Coffer: the last as a custom field, the others as its history.
    pub(crate) fn earlier_values(&mut self, field: &str, label: &str, past: Vec<PastValue>) {
        let mut past = self.fitting(field, past).into_iter();
        let Some(last) = past.next() else { return };
        if self.push_field(field, None, label, FieldKind::Lines, last.value) {
            let reason = "Coffer has no earlier values of this part; they are kept as a custom field.";
            self.remark(field, Outcome::KeptAsCustomField, reason);
            self.set_history(self.item.fields.len() - 1, past.collect());
        }
    }

    fn set_history(&mut self, at: usize, past: Vec<PastValue>) {
        if let Some(field) = self.item.fields.get_mut(at) {
            for _ in &past {
                self.import.count_mapped();
            }
            field.history = past;
        }
    }

    /// Sets the previous passwords, given in any order.
    pub(crate) fn password_history(&mut self, field: &str, past: Vec<PastValue>) {
        let past = self.fitting(field, past);
        if past.is_empty() {
            return;
        }
        self.set_password_history(field, past);
    }

    /// Returns the past values that fit into the item, newest first.
    fn fitting(&mut self, field: &str, mut past: Vec<PastValue>) -> Vec<PastValue> {
        past.sort_by_key(|value| std::cmp::Reverse(value.replaced_at));
        past.retain(|earlier| {
            let length = earlier.value.expose().len();
            let fits = length <= limits::item::VALUE && self.reserve(length);
            if !fits {
                self.drop_value(field, TOO_LONG);
            }
            fits
        });
        if past.len() > limits::item::PAST_VALUES {
            past.truncate(limits::item::PAST_VALUES);
            self.drop_value(field, "Only the newest thousand earlier values are kept.");
        }
        past
    }

    fn set_password_history(&mut self, field: &str, past: Vec<PastValue>) {
        let nothing = SecretText::new(String::new());
        let has_password = template(self.item.item_type).iter().any(|(role, _)| *role == Role::Password);
        let at = self.item.fields.iter().position(|field| field.role == Some(Role::Password));
        let at = match at {
            Some(at) => at,
            None if has_password => {
                if !self.push_field(field, Some(Role::Password), "", FieldKind::Concealed, nothing) {
                    return;
                }
                self.item.fields.len() - 1
            }
            None => {
                if !self.push_field(field, None, field, FieldKind::Concealed, nothing) {
                    return;
                }
                let reason =
                    "Items of this type have no password; previous ones are kept with a custom field.";
                self.remark(field, Outcome::KeptAsCustomField, reason);
                self.item.fields.len() - 1
            }
        };
        self.set_history(at, past);
    }

    /// The type of the item.
    pub(crate) const fn item_type(&self) -> ItemType {
        self.item.item_type
    }

    /// Whether items of this type have a built-in field, and there is no value of it yet.
    pub(crate) fn accepts(&self, role: Role) -> bool {
        template(self.item.item_type).iter().any(|(of, _)| *of == role) && !self.has(role)
    }

    /// Whether there are notes.
    pub(crate) fn has_notes(&self) -> bool {
        !self.item.notes.is_empty()
    }

    /// Whether there is a folder.
    pub(crate) const fn has_folder(&self) -> bool {
        self.item.folder.is_some()
    }

    /// Sets when it was made, if it is known.
    pub(crate) const fn set_created(&mut self, at: Option<Timestamp>) {
        if let Some(at) = at {
            self.put_dates[0] = Some(at);
        }
    }

    /// Sets when it was changed, if it is known.
    pub(crate) const fn set_modified(&mut self, at: Option<Timestamp>) {
        if let Some(at) = at {
            self.put_dates[1] = Some(at);
        }
    }

    /// Adds the item to the import.
    pub(crate) fn finish(mut self) -> Result<(), ImportError> {
        let [created, modified] = self.put_dates;
        self.dates(created, modified);
        self.import.push(ParsedItem { position: self.position, item: self.item, files: self.files })
    }

    fn push_field(
        &mut self,
        name: &str,
        role: Option<Role>,
        label: &str,
        kind: FieldKind,
        value: SecretText,
    ) -> bool {
        let short = cut(label, limits::item::LABEL);
        if value.expose().len() > limits::item::VALUE {
            self.drop_value(name, TOO_LONG);
            return false;
        }
        if self.item.fields.len() >= limits::item::FIELDS
            || !self
                .reserve(value.expose().len() + short.len() + self.heading.as_ref().map_or(0, String::len))
        {
            self.drop_value(name, TOO_MANY);
            return false;
        }
        if short.len() < label.len() {
            self.drop_value(name, LONG_NAME);
        }
        let id = self.import.new_field_id();
        let label = short.to_owned();
        let section = self.heading.clone().filter(|_| role.is_none());
        self.item.fields.push(Field { role, label, section, ..Field::new(id, kind, value) });
        true
    }

    fn reserve(&mut self, bytes: usize) -> bool {
        match self.budget.checked_sub(bytes + TEXT_OVERHEAD) {
            Some(rest) => {
                self.budget = rest;
                true
            }
            None => false,
        }
    }

    fn remark(&mut self, field: &str, outcome: Outcome, reason: &str) {
        self.import.remark(self.position, &self.item.title, field, outcome, reason);
    }
}

/// Returns the kind of the built-in field with a role.
pub(super) fn kind_of(role: Role) -> FieldKind {
    ItemType::ALL
        .into_iter()
        .flat_map(template)
        .find(|(of, _)| *of == role)
        .map_or(FieldKind::Concealed, |(_, kind)| *kind)
}

/// Returns the longest beginning of a text with at most so many bytes.
pub(super) fn cut(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or(text)
}
