//! Existing items that get the values of one from a file.

use vault_engine::clock::Timestamp;
use vault_engine::item::{Field, FieldId, FieldKind, Item, ItemType, PastValue, Role, SecretText};
use vault_interchange::{Identity, updated};

use crate::support::{NOW, kind_and_value, value};

const KEY: [u8; 32] = [7; 32];

fn field(id: u8, role: Option<Role>, label: &str, text: &str) -> Field {
    let kind = if role == Some(Role::Username) { FieldKind::Text } else { FieldKind::Concealed };
    let mut field = Field::new(FieldId([id; 8]), kind, SecretText::from(text));
    (field.role, field.label) = (role, label.to_owned());
    field
}

fn login(fields: Vec<Field>) -> Item {
    let mut item = Item::new(ItemType::Login, NOW);
    (item.title, item.fields) = ("Mail".to_owned(), fields);
    item
}

fn past(text: &str, at: u64) -> PastValue {
    PastValue { value: SecretText::from(text), replaced_at: Timestamp(at) }
}

#[test]
fn values_of_the_file_count_and_others_stay() {
    let mut old = login(vec![
        field(1, Some(Role::Username), "", "ann"),
        field(2, Some(Role::Password), "", "kettle-1"),
        field(3, None, "PIN", "1111"),
        field(4, None, "PIN", "2222"),
        field(5, None, "Hint", "kept"),
    ]);
    old.fields[1].history = vec![past("kettle-0", 5)];
    (old.notes, old.folder) = (SecretText::from("mine"), Some("Home".to_owned()));
    old.created_at = Timestamp(900);
    let mut new = login(vec![
        field(11, Some(Role::Password), "", "kettle-2"),
        field(12, None, "PIN", "1111"),
        field(13, None, "PIN", "3333"),
        field(14, None, "Hint", ""),
        field(15, None, "More", "added"),
    ]);
    new.fields[0].history = vec![past("kettle-0", 5), past("kettle-x", 9)];
    (new.folder, new.flags.favourite) = (Some("Imported".to_owned()), true);
    new.created_at = Timestamp(800);
    let item = updated(old, new, NOW);
    assert_eq!((value(&item, Role::Username), value(&item, Role::Password)), ("ann", "kettle-2"));
    let history: Vec<&str> = item.fields[1].history.iter().map(|past| past.value.expose()).collect();
    assert_eq!(history, ["kettle-1", "kettle-x", "kettle-0"], "newest first");
    let ids: Vec<u8> = item.fields.iter().map(|field| field.id.0[0]).collect();
    assert_eq!(ids, [1, 2, 3, 4, 5, 15], "a field keeps its id");
    let pins: Vec<&str> = item.fields[2..4].iter().map(|field| field.value.expose()).collect();
    assert_eq!(pins, ["1111", "3333"], "each is updated once");
    assert_eq!(kind_and_value(&item, "Hint").1, "kept");
    assert_eq!((item.notes.expose(), item.folder.as_deref()), ("mine", Some("Home")));
    assert!(item.flags.favourite && item.created_at == Timestamp(800));
}

#[test]
fn items_are_the_same_by_title_user_and_host() {
    let of = |user: &str, urls: &[&str]| {
        let mut item = login(vec![field(1, Some(Role::Username), "", user)]);
        item.urls = urls.iter().map(|url| (*url).to_owned()).collect();
        item
    };
    let same = |a: &Item, b: &Item| {
        Identity::of(a, &KEY).zip(Identity::of(b, &KEY)).is_some_and(|(a, b)| a.is_same(&b))
    };
    let mail = of("ann", &["https://mail.example/a"]);
    assert!(same(&mail, &of("ann", &["https://other.example", "mail.example"])));
    assert!(same(&mail, &of("ann", &[])));
    assert!(!same(&mail, &of("ann", &["https://other.example"])));
    assert!(!same(&mail, &of("Ann", &["https://mail.example"])));
    let mut other = of("ann", &[]);
    other.title = " MAIL ".to_owned();
    assert!(same(&mail, &other));
    other.trashed_at = Some(NOW);
    assert!(!same(&mail, &other), "what is in the trash is no copy");
    (other.trashed_at, other.title) = (None, " ".to_owned());
    assert!(!same(&other, &other), "without a title nothing tells");
}
