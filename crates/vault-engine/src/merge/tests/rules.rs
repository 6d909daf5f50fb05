//! Tests of the merge rules, one by one.

use vault_crypto::FileKey;
use vault_wire::BlobId;

use super::{into_one, merged};
use crate::clock::Timestamp;
use crate::item::sample_passkey;
use crate::item::{
    Attachment, Field, FieldId, FieldKind, Item, ItemType, PastValue, Role, SecretText, Superseded, Unknown,
    UrlMatch,
};
use crate::merge::{Merged, Sides, State, copy, merge};

fn login() -> Item {
    let mut item = Item::new(ItemType::Login, Timestamp(10));
    item.title = "Mail".into();
    item.fields.push(field(1, Some(Role::Username), "ann"));
    item.fields.push(field(2, Some(Role::Password), "old"));
    item.urls = vec!["a.example".into(), "b.example".into()];
    item.tags = ["home".to_owned(), "post".to_owned()].into();
    item
}

fn field(id: u8, role: Option<Role>, value: &str) -> Field {
    Field { role, ..Field::new(FieldId([id; 8]), FieldKind::Concealed, SecretText::from(value)) }
}

fn file(id: u8, name: &str) -> Attachment {
    Attachment {
        blob_id: BlobId::from_bytes([id; 16]),
        file_key: FileKey::from_bytes(&[id; 32]),
        size: 1,
        name: name.into(),
        media_type: String::new(),
        added_at: Timestamp(1),
        unknown: Default::default(),
    }
}

/// Edits an item on both sides and merges them; the local edit has the later timestamp.
fn both(base: &Item, log: impl FnOnce(&mut Item), local: impl FnOnce(&mut Item)) -> Item {
    let (mut in_log, mut edited) = (copy::item(base), copy::item(base));
    log(&mut in_log);
    local(&mut edited);
    (in_log.modified_at, edited.modified_at) = (Timestamp(20), Timestamp(30));
    into_one(Some(base), &in_log, &edited)
}

fn change(item: &mut Item, id: u8, value: &str) {
    let field = item.fields.iter_mut().find(|field| field.id.0[0] == id).unwrap();
    let old = std::mem::replace(&mut field.value, SecretText::from(value));
    field.history.insert(0, PastValue { value: old, replaced_at: Timestamp(15) });
}

/// Returns the label and value of each superseded value, in order.
fn superseded(item: &Item) -> Vec<(&str, &str)> {
    item.superseded.iter().map(|superseded| (superseded.label.as_str(), superseded.value.expose())).collect()
}

fn values(item: &Item) -> Vec<(u8, &str)> {
    item.fields.iter().map(|field| (field.id.0[0], field.value.expose())).collect()
}

#[test]
fn changes_of_different_fields_are_combined() {
    let merged = both(&login(), |log| change(log, 1, "bea"), |local| change(local, 2, "new"));
    assert_eq!(values(&merged), [(1, "bea"), (2, "new")]);
    assert!(merged.superseded.is_empty() && !merged.flags.edited_in_two_places);
}

#[test]
fn a_secret_changed_on_both_sides_supersedes_the_local_one() {
    let merged = both(&login(), |log| change(log, 2, "logged"), |local| change(local, 2, "typed here"));
    assert_eq!(values(&merged), [(1, "ann"), (2, "logged")]);
    assert_eq!(superseded(&merged), [("password", "typed here")]);
    assert_eq!((merged.superseded[0].field, merged.superseded[0].at), (Some(FieldId([2; 8])), Timestamp(30)));
    assert!(merged.flags.edited_in_two_places);
    let past: Vec<&str> = merged.fields[1].history.iter().map(|past| past.value.expose()).collect();
    assert_eq!(past, ["old"]);
}

#[test]
fn title_notes_folder_label_and_heading_are_merged_as_texts() {
    let mut base = login();
    base.folder = Some("Old".into());
    let write = |item: &mut Item, who: &str| {
        item.title = format!("{who} title");
        item.notes = SecretText::new(format!("{who} notes"));
        item.folder = Some(format!("{who} folder"));
        item.fields[0].label = format!("{who} label");
        item.fields[0].section = Some(format!("{who} heading"));
    };
    let merged = both(&base, |log| write(log, "log"), |local| write(local, "local"));
    assert_eq!((merged.title.as_str(), merged.notes.expose()), ("log title", "log notes"));
    assert_eq!(
        (merged.folder.as_deref(), merged.fields[0].label.as_str()),
        (Some("log folder"), "log label")
    );
    assert_eq!(merged.fields[0].section.as_deref(), Some("log heading"));
    let expected = [
        ("title", "local title"),
        ("log label", "local label"),
        ("log label", "local heading"),
        ("notes", "local notes"),
        ("folder", "local folder"),
    ];
    assert_eq!(superseded(&merged), expected);
}

#[test]
fn a_changed_text_wins_over_a_cleared_one() {
    let clear = |item: &mut Item| (item.title.clear(), change(item, 2, "")).1;
    let write = |item: &mut Item| (item.title = "New".into(), change(item, 2, "new")).1;
    for merged in [both(&login(), clear, write), both(&login(), write, clear)] {
        assert_eq!((merged.title.as_str(), values(&merged)[1]), ("New", (2, "new")));
        assert!(merged.superseded.is_empty());
    }
}

#[test]
fn tags_and_addresses_are_merged_as_sets() {
    let merged = both(
        &login(),
        |log| {
            log.tags = ["home".to_owned(), "work".to_owned()].into();
            log.urls = vec!["b.example".into(), "c.example".into()];
        },
        |local| {
            local.tags.insert("new".into());
            local.urls = ["z.example", "a.example", "d.example", "b.example"].map(String::from).into();
        },
    );
    assert_eq!(merged.tags.iter().collect::<Vec<_>>(), ["home", "new", "work"]);
    assert_eq!(merged.urls, ["z.example", "d.example", "b.example", "c.example"]);
}

#[test]
fn the_logs_new_main_address_stays_first() {
    let first = |url: &'static str| move |item: &mut Item| item.urls.insert(0, url.into());
    let merged = both(&login(), first("log.example"), first("local.example"));
    assert_eq!(merged.urls, ["log.example", "local.example", "a.example", "b.example"]);
    // A new order of either side is kept, together with the other side's additions.
    let swap = |item: &mut Item| item.urls.swap(0, 1);
    let append = |item: &mut Item| item.urls.push("c.example".into());
    assert_eq!(both(&login(), append, swap).urls, ["b.example", "c.example", "a.example"]);
    assert_eq!(both(&login(), swap, append).urls, ["b.example", "c.example", "a.example"]);
}

#[test]
fn repeated_addresses_keep_their_number() {
    let mut base = login();
    base.urls = vec!["a.example".into()];
    let again = |item: &mut Item| item.urls.push("a.example".into());
    let remove = |item: &mut Item| item.urls.clear();
    for merged in [both(&base, again, again), both(&base, remove, again), both(&base, again, remove)] {
        assert_eq!(merged.urls, ["a.example", "a.example"]);
    }
    assert_eq!(both(&base, remove, |_| ()).urls, [""; 0]);
}

#[test]
fn a_removed_field_stays_if_the_other_side_edited_it() {
    let remove = |item: &mut Item| drop(item.fields.remove(0));
    let edit = |item: &mut Item| change(item, 1, "bea");
    for merged in [both(&login(), remove, edit), both(&login(), edit, remove)] {
        assert_eq!(values(&merged), [(1, "bea"), (2, "old")]);
    }
    assert_eq!(values(&both(&login(), remove, |item| change(item, 2, "new"))), [(2, "new")]);
}

#[test]
fn fields_added_on_both_sides_keep_their_position() {
    let merged = both(
        &login(),
        |log| log.fields.insert(1, field(3, None, "from the log")),
        |local| local.fields.push(field(4, None, "typed here")),
    );
    assert_eq!(values(&merged), [(1, "ann"), (3, "from the log"), (2, "old"), (4, "typed here")]);
}

#[test]
fn built_in_fields_added_on_both_sides_become_one() {
    let code = |id, value| move |item: &mut Item| item.fields.push(field(id, Some(Role::Code), value));
    let merged = both(&login(), code(3, "log"), code(4, "local"));
    assert_eq!(values(&merged), [(1, "ann"), (2, "old"), (3, "log")]);
    assert_eq!(superseded(&merged), [("code", "local")]);
    let merged = both(&login(), code(3, ""), code(4, "local"));
    assert_eq!(values(&merged)[2], (3, "local"));
    assert!(merged.superseded.is_empty());
}

#[test]
fn the_logs_type_and_kind_win_a_conflict() {
    let make = |item_type, kind| {
        move |item: &mut Item| {
            item.set_type(item_type);
            item.fields[0].set_meaning(None, kind);
        }
    };
    let merged = both(&login(), make(ItemType::Note, FieldKind::Url), make(ItemType::Card, FieldKind::Email));
    assert_eq!((merged.item_type, merged.fields[0].kind), (ItemType::Note, FieldKind::Url));
    let merged = both(&login(), |_| (), make(ItemType::Card, FieldKind::Email));
    assert_eq!((merged.item_type, merged.fields[0].kind), (ItemType::Card, FieldKind::Email));
    // Without a base it is unknown which side changed them.
    let (mut log, mut local) = (login(), login());
    log.fields[0].set_meaning(None, FieldKind::Concealed);
    make(ItemType::Card, FieldKind::Email)(&mut local);
    let merged = into_one(None, &log, &local);
    assert_eq!((merged.item_type, merged.fields[0].kind), (ItemType::Login, FieldKind::Concealed));
}

#[test]
fn flags_and_trash_are_merged() {
    let merged = both(
        &login(),
        |log| (log.trashed_at, log.flags.favourite) = (Some(Timestamp(19)), true),
        |local| local.flags.archived = true,
    );
    assert_eq!(merged.trashed_at, Some(Timestamp(19)));
    assert!(merged.flags.favourite && merged.flags.archived && !merged.flags.edited_in_two_places);
    let mut trashed = login();
    trashed.trashed_at = Some(Timestamp(11));
    let merged = both(&trashed, |log| change(log, 1, "bea"), |local| local.trashed_at = None);
    assert_eq!((merged.trashed_at, values(&merged)[0]), (None, (1, "bea")));
}

#[test]
fn files_are_merged_as_a_set_and_their_names_as_texts() {
    let mut base = login();
    base.attachments = vec![file(1, "one"), file(2, "two")];
    let merged = both(
        &base,
        |log| (log.attachments.remove(1), log.attachments[0].name = "log".into()).1,
        |local| (local.attachments.push(file(3, "three")), local.attachments[0].name = "local".into()).1,
    );
    let names: Vec<&str> = merged.attachments.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["log", "three"]);
    assert_eq!(superseded(&merged), [("attachments", "local")]);
}

#[test]
fn a_document_replaced_on_both_sides_keeps_both_files() {
    let mut base = Item::new(ItemType::Document, Timestamp(1));
    base.attachments = vec![file(1, "scan.pdf"), file(9, "annex.pdf")];
    let replace = |id, name| move |item: &mut Item| item.attachments[0] = file(id, name);
    let merged = both(&base, replace(2, "log.pdf"), replace(3, "local.pdf"));
    let names: Vec<&str> = merged.attachments.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["log.pdf", "local.pdf", "annex.pdf"]);
    assert_eq!(superseded(&merged), [("attachments", "local.pdf")]);
    assert!(merged.flags.edited_in_two_places);
    // Replaced on one side only, with additions on the other.
    let add = |item: &mut Item| (item.attachments.remove(1), item.attachments.push(file(8, "more.pdf"))).1;
    for merged in [both(&base, replace(2, "new.pdf"), add), both(&base, add, replace(2, "new.pdf"))] {
        let names: Vec<&str> = merged.attachments.iter().map(|file| file.name.as_str()).collect();
        assert_eq!(names, ["new.pdf", "more.pdf"]);
        assert!(merged.superseded.is_empty());
    }
}

#[test]
fn dismissing_removes_only_the_visible_superseded_values() {
    let mut base = login();
    let seen = |value: &str| Superseded {
        field: None,
        label: "title".into(),
        value: SecretText::from(value),
        at: Timestamp(1),
    };
    base.superseded = vec![seen("first")];
    base.flags.edited_in_two_places = true;
    let dismiss = |item: &mut Item| {
        item.superseded.clear();
        item.flags.edited_in_two_places = false;
    };
    for merged in [both(&base, dismiss, |_| ()), both(&base, |_| (), dismiss)] {
        assert!(merged.superseded.is_empty() && !merged.flags.edited_in_two_places);
    }
    let more = |item: &mut Item| item.superseded.push(seen("second"));
    for merged in [both(&base, dismiss, more), both(&base, more, dismiss)] {
        assert_eq!(superseded(&merged), [("title", "second")]);
        assert!(merged.flags.edited_in_two_places);
    }
}

#[test]
fn creation_is_the_earliest_time_and_modification_the_latest() {
    let from =
        |device: &'static str| move |item: &mut Item| (item.device = device.into(), item.title += device).1;
    let merged = both(&login(), from("log"), from("local"));
    assert_eq!((merged.created_at, merged.modified_at), (Timestamp(10), Timestamp(30)));
    assert_eq!((merged.title.as_str(), merged.device.as_str()), ("Maillog", "local"));
    let made = |at| move |item: &mut Item| item.created_at = Timestamp(at);
    for (log, local) in [(8, 9), (9, 8)] {
        assert_eq!(both(&login(), made(log), made(local)).created_at, Timestamp(8));
    }
}

#[test]
fn unknown_entries_are_merged_by_key_or_split_the_item() {
    fn levels(item: &mut Item) -> [&mut Unknown; 3] {
        [&mut item.unknown, &mut item.fields[0].unknown, &mut item.attachments[0].unknown]
    }
    let set = |key, number: u8| {
        move |item: &mut Item| levels(item).into_iter().for_each(|unknown| unknown.keep(key, &[number]))
    };
    let mut base = login();
    base.attachments = vec![file(1, "one")];
    set(40, 1)(&mut base);
    let mut merged = both(&base, set(41, 2), set(40, 3));
    for unknown in levels(&mut merged) {
        assert_eq!(unknown.entries().collect::<Vec<_>>(), [(40, &[3][..]), (41, &[2][..])]);
    }
    // Neither entry can be dropped and one item cannot contain both, at any level.
    for level in 0..3 {
        let (mut log, mut local) = (copy::item(&base), copy::item(&base));
        levels(&mut log)[level].keep(40, &[2]);
        levels(&mut local)[level].keep(40, &[3]);
        let (kept, second) = super::merged(Some(&base), &log, &local);
        let (mut kept, mut second) = (kept.unwrap(), second.unwrap());
        assert_eq!(levels(&mut kept)[level].entry(40), Some(&[2][..]));
        assert_eq!(levels(&mut second)[level].entry(40), Some(&[3][..]));
        assert_eq!(second.title, "Mail (2)");
    }
}

#[test]
fn an_unknown_kind_stays_with_its_side() {
    use crate::item::key::field::KIND;
    let mut base = login();
    base.fields[0].unknown.keep(KIND, &[77]);
    let merged = both(&base, |log| change(log, 1, "bea"), |local| local.fields[0].label = "Name".into());
    assert_eq!(merged.fields[0].unknown.entry(KIND), Some(&[77][..]));
    let choose = |item: &mut Item| item.fields[0].set_meaning(None, FieldKind::Email);
    let merged = both(&base, |log| change(log, 1, "bea"), choose);
    assert!(merged.fields[0].unknown.is_empty() && merged.fields[0].kind == FieldKind::Email);
}

#[test]
fn a_stream_with_two_keys_splits_the_item() {
    let mut base = login();
    base.attachments = vec![file(1, "one")];
    let other_key = |id| Attachment { file_key: FileKey::from_bytes(&[id; 32]), ..file(1, "one") };
    let (mut log, mut local) = (copy::item(&base), copy::item(&base));
    log.attachments = vec![other_key(2)];
    local.attachments = vec![other_key(3)];
    let (kept, second) = merged(Some(&base), &log, &local);
    let key = |item: Option<Item>| *item.unwrap().attachments[0].file_key.expose_bytes();
    assert_eq!((key(kept), key(second)), ([2; 32], [3; 32]));
}

#[test]
fn a_deletion_removes_unedited_and_trashed_items() {
    let base = login();
    let outcome = |in_log, local| merge(&Sides { base: Some(&base), in_log, local });
    assert!(matches!(outcome(State::Deleted, State::Deleted), Merged::Unchanged));
    let mut trashed = login();
    trashed.trashed_at = Some(Timestamp(12));
    assert!(matches!(outcome(State::Put(&trashed), State::Deleted), Merged::Deleted));
    assert!(matches!(outcome(State::Deleted, State::Put(&trashed)), Merged::Unchanged));
    let restored = |in_log, local| merge(&Sides { base: Some(&trashed), in_log, local });
    assert!(matches!(restored(State::Put(&base), State::Deleted), Merged::Unchanged));
    assert!(matches!(restored(State::Deleted, State::Put(&base)), Merged::Item(_)));
    // Without a base an item counts as edited.
    let unsure = |in_log, local| merge(&Sides { base: None, in_log, local });
    assert!(matches!(unsure(State::Put(&base), State::Deleted), Merged::Unchanged));
    assert!(matches!(unsure(State::Deleted, State::Put(&base)), Merged::Item(_)));
}

#[test]
fn the_logs_address_rule_wins_a_conflict() {
    let choose = |url: &'static str, rule| move |item: &mut Item| item.set_url_rule(url, rule);
    let base = login();
    let merged = both(&base, choose("a.example", UrlMatch::Exact), choose("b.example", UrlMatch::Never));
    assert_eq!(merged.url_rule("a.example"), UrlMatch::Exact);
    assert_eq!(merged.url_rule("b.example"), UrlMatch::Never);
    let merged = both(&base, choose("a.example", UrlMatch::Exact), choose("a.example", UrlMatch::Never));
    assert_eq!((merged.url_rule("a.example"), merged.superseded.len()), (UrlMatch::Exact, 0));
    // Returning to the default is a choice like any other.
    let merged = both(&merged, choose("a.example", UrlMatch::Domain), |_| ());
    assert!(merged.url_rules.is_empty());
}

#[test]
fn a_conflicting_expiry_is_superseded_and_flags_are_merged() {
    let expire = |day: &'static str| move |item: &mut Item| item.expires = day.parse().ok();
    let merged = both(&login(), expire("2031-01-01"), expire("2032-02-02"));
    assert_eq!(merged.expires.unwrap().to_string(), "2031-01-01");
    assert_eq!(superseded(&merged), [("expires", "2032-02-02")]);
    let merged = both(&merged, |log| log.expires = None, expire("2033-03-03"));
    assert_eq!(merged.expires.unwrap().to_string(), "2033-03-03");
    let merged = both(&login(), |log| log.flags.reprompt = true, |local| local.flags.template = true);
    assert!(merged.flags.reprompt && merged.flags.template);
}

#[test]
fn passkeys_are_merged_as_a_set_with_the_highest_counter() {
    let mut base = login();
    base.passkeys = vec![sample_passkey(1), sample_passkey(2)];
    let merged = both(
        &base,
        |log| {
            log.passkeys[0].user_name = "log".into();
            log.passkeys[0].sign_counter = 5;
            log.passkeys.push(sample_passkey(3));
        },
        |local| {
            local.passkeys[0].user_name = "local".into();
            local.passkeys[0].sign_counter = 4;
            local.passkeys.remove(1);
            local.passkeys.push(sample_passkey(4));
        },
    );
    let ids: Vec<u8> = merged.passkeys.iter().map(|passkey| passkey.credential_id[0]).collect();
    assert_eq!(ids, [1, 4, 3]);
    assert_eq!((merged.passkeys[0].user_name.as_str(), merged.passkeys[0].sign_counter), ("log", 5));
    assert_eq!(superseded(&merged), [("passkeys", "local")]);
    // A passkey removed here stays if it was used elsewhere.
    let merged = both(&base, |log| log.passkeys[1].sign_counter = 1, |local| drop(local.passkeys.remove(1)));
    assert_eq!(merged.passkeys.len(), 2);
}

#[test]
fn a_passkey_with_two_keys_splits_the_item() {
    let mut base = login();
    base.passkeys = vec![sample_passkey(1)];
    let with = |site: &str| {
        let mut item = copy::item(&base);
        item.passkeys[0].rp_id = site.into();
        item
    };
    let (kept, second) = merged(Some(&base), &with("a.example"), &with("b.example"));
    let site = |item: Option<Item>| item.unwrap().passkeys[0].rp_id.clone();
    assert_eq!((site(kept), site(second)), ("a.example".into(), "b.example".into()));
}
