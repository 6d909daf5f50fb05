//! Values that a file names itself, and codes and dates of which an item has one.

use serde_json::value::RawValue;
use vault_engine::item::{FieldKind, ItemType, Role, SecretText, template};
use vault_otp::Code;
use zeroize::Zeroizing;

use super::{
    ImportBuilder, ItemBuilder,
    item::{cut, kind_of},
};
use crate::{
    error::ImportError,
    limits,
    report::Outcome,
    syntax::{
        json::{self, Object},
        raw, text,
    },
};

const SECOND_CODE: &str =
    "An item has one one-time code; this further, different one is kept as a custom field.";

impl ItemBuilder<'_, '_> {
    /// Puts the custom fields that follow under a heading; an empty one ends it.
    pub(crate) fn section(&mut self, heading: &str) {
        let heading = heading.replace(char::is_control, " ");
        let heading = cut(heading.trim(), limits::item::LABEL);
        self.heading = (!heading.is_empty()).then(|| heading.to_owned());
    }

    /// Whether a built-in field has a value.
    pub(crate) fn has(&self, role: Role) -> bool {
        self.item().value(role).is_some_and(|value| !value.is_empty())
    }

    /// Whether the item is a login.
    pub(crate) fn is_login(&self) -> bool {
        self.item().item_type == ItemType::Login
    }

    /// Whether the item has a title.
    pub(crate) const fn has_title(&self) -> bool {
        !self.item().title.is_empty()
    }

    /// Whether a text is empty or the title.
    pub(crate) fn is_titled(&self, text: &str) -> bool {
        text.trim().is_empty() || self.item().title == text
    }

    /// Whether the item is a one-time code.
    pub(crate) fn is_code(&self) -> bool {
        self.item().item_type == ItemType::OneTimeCode
    }

    /// Adds to the notes; further ones are separated by an empty line.
    pub(crate) fn add_notes(&mut self, field: &str, text: SecretText) {
        if text.is_empty() || self.item().notes.is_empty() {
            return self.notes(field, text);
        }
        let both = SecretText::new(format!("{}\n\n{}", self.item().notes.expose(), text.expose()));
        self.notes(field, both);
    }

    /// Whether the item is an identity.
    pub(crate) fn is_identity(&self) -> bool {
        self.item().item_type == ItemType::Identity
    }

    /// Adds a value as the built-in field with a role, if items of this type have it and it is free, else as a custom field with the
    /// name that it has in the file. An empty value adds nothing.
    pub(crate) fn role_or_custom(
        &mut self,
        field: &str,
        role: Option<Role>,
        label: &str,
        kind: FieldKind,
        value: SecretText,
    ) {
        if value.is_empty() {
            return;
        }
        let fits = |role: &Role| template(self.item().item_type).iter().any(|(of, _)| of == role);
        match role.filter(fits).filter(|role| !self.has(*role)) {
            Some(Role::Code) => self.one_time_code(field, value),
            Some(role) => self.built_in(field, role, value),
            None => {
                let label = if label.trim().is_empty() { field } else { label };
                // A secret stays one, whatever it is called here.
                let kind = role.filter(|_| kind == FieldKind::Text).map_or(kind, kind_of);
                self.custom(field, label, with_lines(kind, &value), value);
            }
        }
    }

    /// Adds the key of a one-time code under the name that it has in the file. A second one that is equal is the same code; a
    /// different one becomes a custom field.
    pub(crate) fn code(&mut self, field: &str, label: &str, text: SecretText) {
        if text.expose().trim().is_empty() {
            return;
        }
        let label = if label.trim().is_empty() { field } else { label };
        let has_code = template(self.item().item_type).iter().any(|(role, _)| *role == Role::Code);
        match (Code::parse(text.expose()), self.item().value(Role::Code).map(Code::parse)) {
            (Ok(code), Some(Ok(first))) if code.shares_secret(&first) && code.scheme() == first.scheme() => {}
            (Ok(code), Some(_)) => self.keep_as(field, label, FieldKind::Code, code.to_uri(), SECOND_CODE),
            (Ok(code), None) if has_code => self.built_in(field, Role::Code, code.to_uri()),
            (Ok(code), None) => self.custom(field, label, FieldKind::Code, code.to_uri()),
            (Err(error), _) => {
                let reason = format!(
                    "This is not the key of a one-time code: {error}. It is kept as a concealed custom field."
                );
                self.keep_as(field, label, FieldKind::Concealed, text, &reason);
            }
        }
    }
}

impl ImportBuilder<'_> {
    /// Parses an item; one that is too large or is not an object is left out with a remark.
    pub(crate) fn object(&mut self, position: u32, raw: &RawValue) -> Option<Object> {
        let object = raw::object(raw);
        if raw.get().len() > limits::ITEM_BYTES {
            self.skip_row(position, "The item is larger than any that an export has.");
        } else if object.is_none() {
            self.skip_row(position, "This is not an item, or it contains invalid characters.");
        }
        object
    }

    /// Remarks on a part of the file that is not known.
    pub(crate) fn unknown_part(&mut self, name: &str) {
        self.remark(0, "", name, Outcome::NotKept, "This part of the file is not known and is not kept.");
    }

    /// Decodes JSON from inside of a container or an encrypted file.
    ///
    /// # Errors
    /// It is not text or is nested too deep.
    pub(crate) fn inner_json(&mut self, bytes: &[u8]) -> Result<Zeroizing<String>, ImportError> {
        let text = text::decode(bytes)?;
        json::check_depth(&text)?;
        let (halves, whole) = json::with_whole_characters(&text);
        let reason = "Half a character, as of an emoji that was cut, is replaced by a question mark.";
        self.count_lost("", reason, halves);
        Ok(whole.unwrap_or_else(|| Zeroizing::new(text.to_owned())))
    }
}

/// Returns the kind for a text that has several lines.
fn with_lines(kind: FieldKind, value: &SecretText) -> FieldKind {
    match kind {
        FieldKind::Text if value.expose().contains('\n') => FieldKind::Lines,
        FieldKind::Concealed if value.expose().contains('\n') => FieldKind::SecretLines,
        kind => kind,
    }
}
