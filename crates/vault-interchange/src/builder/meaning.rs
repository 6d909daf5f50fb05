//! Puts values into an item by their meaning.

use vault_engine::item::{FieldKind, ItemType, Role, SecretText, template};

use super::item::ItemBuilder;
use crate::{
    meaning::Meaning,
    syntax::{addresses::addresses, date, json::Object},
};

const SECOND: &str = "There is another value of this meaning already; this one is kept as a custom field.";
const OTHER_TYPE: &str = "Items of this type have no such field; the value is kept as a custom field.";
const NO_DATE: &str = "This is not a date; it is kept as a custom field.";

impl ItemBuilder<'_, '_> {
    /// Puts a value into the part of the item that has its meaning; one that does not fit there becomes a custom field.
    pub(crate) fn put(&mut self, field: &str, meaning: Meaning, value: SecretText) {
        if value.is_empty() {
            return;
        }
        match meaning {
            Meaning::Title if self.has_title() => self.keep(field, FieldKind::Text, value, SECOND),
            Meaning::Title => self.title(field, value),
            // Read before the item is begun; what is left is not known.
            Meaning::Type => self.keep(
                field,
                FieldKind::Text,
                value,
                "A type of this name is not known; it is kept as a custom field.",
            ),
            Meaning::Field(role) => self.put_role(field, role, value),
            Meaning::FullName => self.full_name(field, value),
            Meaning::Addresses => {
                for address in value.expose().lines().flat_map(addresses) {
                    self.url(field, SecretText::from(address));
                }
            }
            Meaning::Notes if self.has_notes() => self.keep(field, FieldKind::Lines, value, SECOND),
            Meaning::Notes => self.notes(field, value),
            Meaning::Folder(_) if self.has_folder() => self.keep(field, FieldKind::Text, value, SECOND),
            Meaning::Folder(separator) => self.folder(field, &value.expose().replace(separator, "/")),
            Meaning::Tags => {
                value.expose().split([',', ';', '\n']).for_each(|tag| self.tag(field, tag));
            }
            Meaning::Favourite => self.put_flag(field, value, Self::favourite),
            Meaning::Archived => self.put_flag(field, value, Self::archive),
            Meaning::Reprompt => self.put_flag(field, value, Self::reprompt),
            Meaning::Created => {
                let date = self.read_date(field, value, date::from_any);
                self.set_created(date);
            }
            Meaning::Modified => {
                let date = self.read_date(field, value, date::from_any);
                self.set_modified(date);
            }
            Meaning::Expires => {
                let day = date::day(value.expose()).map_or(value, SecretText::new);
                self.expires(field, day);
            }
            Meaning::Custom => self.own_text(field, FieldKind::Concealed, value),
            Meaning::Text => self.own_text(field, FieldKind::Lines, value),
            Meaning::NotNeeded(reason) => self.keep(field, FieldKind::Text, value, reason),
        }
    }

    /// Takes the members of an object out that have a meaning, and puts them into the item.
    pub(crate) fn put_members(&mut self, path: &str, object: &mut Object, members: &[(&str, Meaning)]) {
        for (name, meaning) in members {
            self.put(&format!("{path}.{name}"), *meaning, object.take_text(name));
        }
    }

    fn put_role(&mut self, field: &str, role: Role, value: SecretText) {
        let kind = template(self.item_type()).iter().find(|(of, _)| *of == role).map(|(_, kind)| *kind);
        let any = ItemType::ALL.into_iter().flat_map(template).find(|(of, _)| *of == role);
        let kept_as = any.map_or(FieldKind::Concealed, |(_, kind)| match kind {
            FieldKind::Concealed | FieldKind::SecretLines | FieldKind::Code => FieldKind::Concealed,
            FieldKind::Lines => FieldKind::Lines,
            _ => FieldKind::Text,
        });
        let as_day = |value: &SecretText| date::day(value.expose());
        let as_month = |value: &SecretText| date::month_of(value.expose());
        match kind {
            None => self.keep(field, kept_as, value, OTHER_TYPE),
            Some(_) if self.has(role) => self.keep(field, kept_as, value, SECOND),
            Some(FieldKind::Code) => self.one_time_code(field, value),
            Some(FieldKind::Date) => match as_day(&value) {
                Some(day) => self.built_in(field, role, SecretText::new(day)),
                None => self.keep(field, kept_as, value, NO_DATE),
            },
            Some(FieldKind::Month) => match as_month(&value) {
                Some(month) => self.built_in(field, role, SecretText::new(month)),
                None => self.keep(field, kept_as, value, NO_DATE),
            },
            Some(_) => self.built_in(field, role, value),
        }
    }

    /// The last word is the last name.
    fn full_name(&mut self, field: &str, value: SecretText) {
        let taken =
            self.item_type() != ItemType::Identity || self.has(Role::FirstName) || self.has(Role::LastName);
        match value.expose().trim().rsplit_once(' ') {
            _ if taken => self.keep(field, FieldKind::Text, value, SECOND),
            Some((first, last)) => {
                self.built_in(field, Role::FirstName, SecretText::from(first.trim()));
                self.built_in(field, Role::LastName, SecretText::from(last));
            }
            None => self.built_in(field, Role::LastName, value),
        }
    }

    /// Does `set` for a yes. What is neither yes nor no becomes a custom field.
    pub(crate) fn put_flag(&mut self, field: &str, value: SecretText, set: impl FnOnce(&mut Self)) {
        match value.expose().trim().to_lowercase().as_str() {
            "1" | "true" | "yes" => set(self),
            "" | "0" | "false" | "no" => {}
            _ => self.unknown_text(field, value),
        }
    }
}
