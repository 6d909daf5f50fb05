//! A random editor of items. It never types the same text twice, except on purpose.

use vault_crypto::FileKey;
use vault_wire::BlobId;

use crate::clock::Timestamp;
use crate::item::sample_passkey;
use crate::item::{
    Attachment, Day, Field, FieldId, FieldKind, Item, ItemType, Passkey, PastValue, Role, SecretText,
    UrlMatch,
};

/// A seeded random number generator (SplitMix64).
#[derive(Clone)]
pub(super) struct Rng(pub(super) u64);

impl Rng {
    pub(super) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % u64::try_from(end.max(1)).unwrap()).unwrap()
    }

    pub(super) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }
}

pub(super) struct RandomEditor {
    pub(super) rng: Rng,
    pub(super) name: String,
    typed: usize,
    /// Whether this editor simulates a newer program, which writes unknown entries.
    pub(super) is_newer: bool,
}

const ROLES: [Role; 4] = [Role::Username, Role::Password, Role::Code, Role::CardPin];

impl RandomEditor {
    pub(super) fn new(name: &str, seed: u64) -> Self {
        let rng = Rng(name.bytes().fold(seed, |seed, byte| Rng(seed ^ u64::from(byte)).roll()));
        Self { rng, name: name.to_owned(), typed: 0, is_newer: false }
    }

    /// Returns a text: mostly a new one, sometimes one that other editors type too.
    pub(super) fn text(&mut self) -> String {
        if self.rng.one_in(6) {
            return format!("common {}", self.rng.below(3));
        }
        self.typed += 1;
        format!("{} {}", self.name, self.typed)
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| u8::try_from(self.rng.below(256)).unwrap())
    }

    fn file(&mut self) -> Attachment {
        let (blob_id, file_key) = (BlobId::from_bytes(self.bytes()), FileKey::from_bytes(&self.bytes()));
        Attachment {
            blob_id,
            file_key,
            size: self.rng.roll(),
            name: self.text(),
            media_type: "text/plain".into(),
            added_at: Timestamp(self.rng.roll()),
            unknown: Default::default(),
        }
    }

    pub(super) fn item(&mut self) -> Item {
        let item_type = ItemType::ALL[self.rng.below(ItemType::ALL.len())];
        let mut item = Item::new(item_type, Timestamp(self.rng.roll()));
        item.title = self.text();
        if item_type == ItemType::Document {
            item.attachments.push(self.file());
        }
        self.edit(&mut item, 6);
        item
    }

    /// Changes an item `times` times. The timestamps are random.
    pub(super) fn edit(&mut self, item: &mut Item, times: usize) {
        for _ in 0..times {
            if self.is_newer && self.rng.one_in(8) {
                let key = 40 + u64::try_from(self.rng.below(2)).unwrap();
                item.unknown.keep(key, &[0x18, u8::try_from(24 + self.rng.below(200)).unwrap()]);
                continue;
            }
            match self.rng.below(15) {
                0 => item.title = self.text(),
                1 => {
                    let notes = if self.rng.one_in(5) { String::new() } else { self.text() };
                    item.notes = SecretText::new(notes);
                }
                2..=5 => self.edit_fields(item),
                6 => self.edit_urls(&mut item.urls),
                12 => self.edit_rules(item),
                13 => self.edit_passkeys(item),
                14 => {
                    item.expires = (!self.rng.one_in(4)).then(|| Day::of(Timestamp(self.rng.roll() >> 20)));
                }
                7 => self.edit_tags(item),
                8 => self.edit_files(item),
                9 => item.folder = if self.rng.one_in(3) { None } else { Some(self.text()) },
                _ => self.edit_marks(item),
            }
        }
        item.modified_at = Timestamp(self.rng.roll());
        item.device.clone_from(&self.name);
    }

    fn edit_fields(&mut self, item: &mut Item) {
        let at = self.rng.below(item.fields.len());
        let action = self.rng.below(11);
        let Some(field) = item.fields.get_mut(at).filter(|_| action > 1) else {
            let role = ROLES[self.rng.below(ROLES.len())];
            let mut field =
                Field::new(FieldId(self.bytes()), FieldKind::Concealed, SecretText::new(self.text()));
            if self.rng.one_in(2) && item.field(role).is_none() {
                field.role = Some(role);
            } else {
                field.label = self.text();
            }
            item.fields.insert(self.rng.below(item.fields.len() + 1), field);
            return;
        };
        match action {
            2 => drop(item.fields.remove(at)),
            3 => field.label = self.text(),
            4 => field.section = if self.rng.one_in(3) { None } else { Some(self.text()) },
            5 => field.set_meaning(field.role, FieldKind::ALL[self.rng.below(FieldKind::ALL.len())]),
            6 => {
                let field = item.fields.remove(at);
                item.fields.insert(self.rng.below(item.fields.len() + 1), field);
            }
            7 => field.history.truncate(2),
            _ => {
                let value = if self.rng.one_in(6) { String::new() } else { self.text() };
                let old = std::mem::replace(&mut field.value, SecretText::new(value));
                if field.kind.is_concealed() && !old.is_empty() {
                    let replaced_at = Timestamp(self.rng.roll());
                    field.history.insert(0, PastValue { value: old, replaced_at });
                }
            }
        }
    }

    fn edit_urls(&mut self, urls: &mut Vec<String>) {
        let at = self.rng.below(urls.len());
        match self.rng.below(4) {
            0 if !urls.is_empty() => drop(urls.remove(at)),
            1 if !urls.is_empty() => {
                let url = urls.remove(at);
                urls.insert(0, url);
            }
            _ => urls.insert(self.rng.below(urls.len() + 1), self.text()),
        }
    }

    fn edit_rules(&mut self, item: &mut Item) {
        let Some(url) = item.urls.get(self.rng.below(item.urls.len())).cloned() else { return };
        let rules = [UrlMatch::Domain, UrlMatch::Exact, UrlMatch::Never, UrlMatch::Newer(77)];
        item.set_url_rule(&url, rules[self.rng.below(rules.len())]);
    }

    fn edit_passkeys(&mut self, item: &mut Item) {
        let at = self.rng.below(item.passkeys.len());
        match (item.passkeys.get_mut(at), self.rng.below(6)) {
            (Some(_), 0) => drop(item.passkeys.remove(at)),
            (Some(passkey), 1) => passkey.user_name = self.text(),
            (Some(passkey), 2) => {
                passkey.display_name = if self.rng.one_in(3) { String::new() } else { self.text() }
            }
            (Some(passkey), 3) => passkey.sign_counter = passkey.sign_counter.saturating_add(1),
            _ => item.passkeys.push(Passkey {
                credential_id: self.bytes::<16>().to_vec(),
                user_name: self.text(),
                created_at: Timestamp(self.rng.roll()),
                ..sample_passkey(1)
            }),
        }
    }

    fn edit_tags(&mut self, item: &mut Item) {
        let tags = &mut item.tags;
        match tags.iter().nth(self.rng.below(tags.len())).cloned() {
            Some(tag) if self.rng.one_in(3) => drop(tags.remove(&tag)),
            _ => drop(tags.insert(self.text())),
        }
    }

    fn edit_files(&mut self, item: &mut Item) {
        let file = self.file();
        let at = self.rng.below(item.attachments.len());
        let is_content = item.item_type == ItemType::Document && at == 0;
        match (item.attachments.get_mut(at), self.rng.below(4)) {
            (Some(attachment), 0) if is_content => *attachment = file,
            (Some(_), 0) => drop(item.attachments.remove(at)),
            (Some(attachment), 1) => attachment.name = file.name,
            _ => item.attachments.push(file),
        }
    }

    fn edit_marks(&mut self, item: &mut Item) {
        match self.rng.below(7) {
            5 => item.flags.reprompt = !item.flags.reprompt,
            6 => item.flags.template = !item.flags.template,
            0 => item.flags.favourite = !item.flags.favourite,
            1 => item.flags.archived = !item.flags.archived,
            2 if item.trashed_at.is_some() => item.trashed_at = None,
            2 => item.trashed_at = Some(Timestamp(self.rng.roll())),
            3 => item.set_type(ItemType::ALL[self.rng.below(ItemType::ALL.len())]),
            _ => {
                // As `item_superseded_dismiss` does.
                item.flags.edited_in_two_places = false;
                item.superseded.clear();
            }
        }
    }
}
