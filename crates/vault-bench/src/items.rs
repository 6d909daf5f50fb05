//! Invented logins, the same in every run.

use vault_engine::SecretText;
use vault_engine::clock::Timestamp;
use vault_engine::item::{Field, FieldId, FieldKind, Item, ItemType, Role};

const SYLLABLES: [&str; 32] = [
    "ba", "ber", "bo", "ca", "co", "da", "den", "dor", "el", "en", "fa", "fi", "ga", "gen", "hal", "in",
    "ka", "kor", "la", "lin", "lo", "ma", "mer", "mi", "na", "no", "or", "pa", "per", "ra", "ri", "sa",
];

/// Characters of titles in scripts without spaces between words.
const CJK: [&str; 32] = [
    "銀", "行", "東", "京", "電", "力", "会", "社", "郵", "便", "図", "書", "館", "大", "学", "病", "院",
    "한", "국", "은", "행", "서", "울", "우", "체", "中", "国", "邮", "局", "医", "工", "作",
];
/// The number of tags and folders that the items share.
const TAGS: u64 = 300;

/// Items written in one transaction: an import writes all of its items in one.
pub const BATCH: usize = 100_000;

/// A generator of logins from a fixed xorshift sequence.
pub struct Samples(u64);

impl Samples {
    /// Starts the sequence.
    pub fn new() -> Self {
        Self(88_172_645_463_325_252)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// Makes a word of two to four syllables.
    pub fn word(&mut self) -> String {
        self.word_of(&SYLLABLES)
    }

    fn word_of(&mut self, syllables: &[&str; 32]) -> String {
        let mut bits = self.next() >> 8;
        let mut word = String::new();
        for _ in 0..2 + self.next() % 3 {
            word.push_str(
                syllables.get(usize::try_from(bits % 32).unwrap_or(0)).copied().unwrap_or_default(),
            );
            bits >>= 5;
        }
        word
    }

    /// Makes a login with user name, password, URL, tag and notes; every twentieth has a title without spaces.
    pub fn login(&mut self, number: usize) -> Item {
        let site = self.word();
        let mut item = Item::new(ItemType::Login, Timestamp(1_700_000_000_000));
        item.title = if number % 20 == 19 { self.word_of(&CJK) } else { format!("{site} {number}") };
        item.urls = vec![format!("https://www.{site}.example/login")];
        item.notes = SecretText::new(format!("Made for {} and {}.", self.word(), self.word()));
        let shared = self.next() % TAGS;
        item.tags.insert(format!("tag{shared}"));
        item.folder =
            number.is_multiple_of(3).then(|| format!("Folder {}/Part {}", shared / 10, shared % 10));
        let mut field = |id: u8, role, kind, value: String| {
            let mut field = Field::new(FieldId([id; 8]), kind, SecretText::new(value));
            field.role = Some(role);
            item.fields.push(field);
        };
        field(1, Role::Username, FieldKind::Text, format!("{}@example.net", self.word()));
        field(2, Role::Password, FieldKind::Concealed, format!("{}-{}-{number}", self.word(), self.word()));
        item
    }
}
