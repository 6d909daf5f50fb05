//! The values of an item that are still to be written.

use vault_engine::item::{Field, FieldKind, Item, Role};

/// The filled fields of an item. A format takes those that it has a place for; the others become custom fields.
pub(super) struct Rest<'i> {
    fields: Vec<&'i Field>,
}

impl<'i> Rest<'i> {
    /// All fields with a value or a label of their own. Fields that name a file belong to the file.
    pub(super) fn of(item: &'i Item) -> Self {
        let is_filled = |field: &&Field| {
            let named = field.role.is_none() && !field.label.is_empty();
            field.kind != FieldKind::File && (named || !field.value.is_empty() || !field.history.is_empty())
        };
        Self { fields: item.fields.iter().filter(is_filled).collect() }
    }

    /// Whether nothing is left.
    pub(super) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Takes the first filled field with a role.
    pub(super) fn take(&mut self, role: Role) -> Option<&'i Field> {
        self.take_if(|field| field.role == Some(role) && !field.value.is_empty())
    }

    /// Takes the first filled field with a role, if it fits.
    pub(super) fn take_where(&mut self, role: Role, fits: impl Fn(&&'i Field) -> bool) -> Option<&'i Field> {
        let field = self.fields.iter().find(|field| field.role == Some(role) && !field.value.is_empty())?;
        if fits(field) { self.take(role) } else { None }
    }

    /// Takes the value of the first filled field with a role.
    pub(super) fn value(&mut self, role: Role) -> Option<&'i str> {
        self.take(role).map(|field| field.value.expose())
    }

    /// Takes the first one-time code, whatever its role.
    pub(super) fn code(&mut self) -> Option<&'i Field> {
        self.take(Role::Code)
            .or_else(|| self.take_if(|field| field.kind == FieldKind::Code && !field.value.is_empty()))
    }

    /// Takes the first field with a role, filled or not.
    pub(super) fn take_empty(&mut self, role: Role) -> Option<&'i Field> {
        self.take_if(|field| field.role == Some(role))
    }

    /// Takes all further one-time codes.
    pub(super) fn codes(&mut self) -> Vec<&'i Field> {
        std::iter::from_fn(|| self.code()).collect()
    }

    fn take_if(&mut self, fits: impl Fn(&Field) -> bool) -> Option<&'i Field> {
        let at = self.fields.iter().position(|field| fits(field))?;
        Some(self.fields.remove(at))
    }
}

impl<'i> IntoIterator for Rest<'i> {
    type Item = &'i Field;
    type IntoIter = std::vec::IntoIter<&'i Field>;

    fn into_iter(self) -> Self::IntoIter {
        self.fields.into_iter()
    }
}
