//! Sample content that covers every feature.

use std::io::Cursor;
use std::ops::ControlFlow;
use std::time::Duration;

use vault_crypto::SecretText;
use vault_engine::clock::Timestamp;
use vault_engine::document::{NewBlob, seal};
use vault_engine::item::{
    Attachment, Field, FieldId, FieldKind, Item, ItemType, PastValue, Role, Superseded, decode, encode,
    template,
};
use vault_engine::session::{Put, Session, Stored};
use vault_wire::revision::BlobRef;

use crate::support::{ManualClock, add};

/// A time in 2026, plus a number of days.
pub const fn day(number: u64) -> Timestamp {
    Timestamp(1_790_000_000_000 + number * 86_400_000)
}

/// Fills a profile, with large documents only if `documents` is set.
pub fn fill(session: &mut Session, clock: &ManualClock, documents: bool) {
    let first = add(session, login());
    clock.advance(Duration::from_secs(3_600));
    // Its history: a new password, then a flag.
    let mut again = session.get(first.id).unwrap().item;
    let password = again.fields.iter_mut().find(|field| field.role == Some(Role::Password)).unwrap();
    let old = std::mem::replace(&mut password.value, SecretText::from("Tr0ub4dor&3 ß"));
    password.history.insert(0, PastValue { value: old, replaced_at: day(1) });
    again.modified_at = day(1);
    session.put(Put::change(first.id, first.revision, again)).unwrap();
    session.set_favourite(&[first.id], true).unwrap();
    clock.advance(Duration::from_secs(3_600));

    for item in [note(), filled(ItemType::Card, "Karte"), filled(ItemType::Identity, "Ich"), later()] {
        add(session, item);
    }
    let archived = add(session, filled(ItemType::Login, "Put aside"));
    session.set_archived(&[archived.id], true).unwrap();
    let trashed = add(session, filled(ItemType::Login, "In the trash"));
    session.trash(&[trashed.id]).unwrap();
    if documents {
        add_documents(session, clock);
    }
    let gone = add(session, filled(ItemType::Note, "Deleted for good"));
    session.trash(&[gone.id]).unwrap();
    session.purge(&[gone.id]).unwrap();
    session.draft_save(None, "a half-filled form, naïvely kept".as_bytes()).unwrap();
}

/// One more change.
pub fn change(session: &mut Session) {
    add(session, filled(ItemType::Note, "Added by a later program"));
}

fn login() -> Item {
    let mut item = filled(ItemType::Login, "Žluťoučký kůň — Grüße 🦊");
    item.fields.extend(FieldKind::ALL.into_iter().zip(100_u8..).map(|(kind, number)| {
        let value = match kind {
            FieldKind::Text => "several\nlines",
            FieldKind::Concealed => "p\u{e4}ssw\u{f6}rd \\ \" ' \u{0}",
            FieldKind::Url => "https://user@example.org:8443/a?b=c#d",
            FieldKind::Email => "käthe@example.org",
            FieldKind::Date => "1987-02-28",
            FieldKind::Month => "2031-12",
            FieldKind::Phone => "+49 30 901820",
            FieldKind::Code => "otpauth://totp/Example:ada?secret=JBSWY3DPEHPK3PXP&issuer=Example",
            FieldKind::File | FieldKind::Link => "0123456789abcdef0123456789abcdef",
            FieldKind::Lines | FieldKind::SecretLines => "first line\nsecond line",
            FieldKind::Number => "8080",
            FieldKind::Switch => "true",
        };
        let mut field = Field::new(FieldId([number; 8]), kind, SecretText::from(value));
        field.label = format!("Extra {number}");
        // An empty heading is valid.
        field.section = Some(if number % 2 == 0 { "Überschrift".to_owned() } else { String::new() });
        field
    }));
    item.urls = ["https://example.org/login", "https://пример.испытание/"].map(str::to_owned).to_vec();
    item.notes = SecretText::from("First line\n\u{202e}right to left\u{202c}\nlast");
    item.tags = ["arbeit", "Ärger", "日本"].map(str::to_owned).into();
    item.folder = Some("Work/Übung".to_owned());
    item
}

fn note() -> Item {
    let mut item = Item::new(ItemType::Note, day(0));
    item.title = "Long".to_owned();
    item.notes = SecretText::new("All work and no play makes Jack a dull boy. ".repeat(300));
    item.folder = Some(String::new());
    item
}

/// An item with a value in every field of its type.
pub fn filled(item_type: ItemType, title: &str) -> Item {
    let mut item = Item::new(item_type, day(0));
    item.title = title.to_owned();
    item.fields = template(item_type)
        .iter()
        .map(|&(role, kind)| {
            let number = role as u8;
            let mut field =
                Field::new(FieldId([number; 8]), kind, SecretText::new(format!("value {number}")));
            field.role = Some(role);
            field
        })
        .collect();
    item
}

/// An item written by a later program, with the results of a merge.
pub fn later() -> Item {
    let mut item = filled(ItemType::Login, "From later");
    let at = day(2);
    let field = Some(item.fields.first().unwrap().id);
    item.superseded.push(Superseded { field, label: String::new(), value: SecretText::from("mine"), at });
    item.superseded.push(Superseded {
        field: None,
        label: "Notes".to_owned(),
        value: SecretText::from("theirs"),
        at,
    });
    item.flags.edited_in_two_places = true;
    let mut payload = encode(&item).unwrap().to_vec();
    // Entry 99, unknown to every released program: a map that contains a list.
    payload[0] += 1;
    payload.extend([0x18, 99, 0xa1, 0x01, 0x82, 0x20, 0x43, 1, 2, 3]);
    decode(&payload).unwrap()
}

/// A document of two chunks with two attachments, and a second version of it.
fn add_documents(session: &mut Session, clock: &ManualClock) {
    let mut item = Item::new(ItemType::Document, day(3));
    item.title = "Gutachten".to_owned();
    let empty = seal_attachment(session, "empty.txt", Vec::new());
    let small = seal_attachment(session, "../Anhang ä.txt", "Grüße\n".repeat(1_000).into_bytes());
    // One byte longer than a chunk, without repetition.
    let large = (0..1_048_577_u32).flat_map(u32::to_be_bytes).take(4_194_305).collect();
    let large = seal_attachment(session, "scan.bin", large);
    let mut blobs = Vec::new();
    for (attachment, blob) in [large, small, empty] {
        item.attachments.push(attachment);
        blobs.push(blob);
    }
    let Stored { id, revision } = session.put(Put { blobs, ..Put::new(item) }).unwrap();

    clock.advance(Duration::from_secs(60));
    let mut item = session.get(id).unwrap().item;
    let (attachment, blob) =
        seal_attachment(session, "Anhang.txt", "Second version\n".repeat(400).into_bytes());
    item.attachments[1] = attachment;
    item.modified_at = day(4);
    session.put(Put { blobs: vec![blob], ..Put::change(id, revision, item) }).unwrap();
}

/// A document of one small chunk.
pub fn add_small_document(session: &mut Session) {
    let (attachment, blob) = seal_attachment(session, "Grüße.txt", "Grüße".into());
    let mut item = filled(ItemType::Document, "Klein");
    item.attachments.push(attachment);
    session.put(Put { blobs: vec![blob], ..Put::new(item) }).unwrap();
}

pub fn seal_attachment(session: &mut Session, name: &str, content: Vec<u8>) -> (Attachment, BlobRef) {
    let new = NewBlob::make(session.rng());
    let size = content.len() as u64;
    let mut progress = |_| ControlFlow::Continue(());
    let sealed = seal(Cursor::new(content), size, new, session.blobs(), &mut progress).unwrap();
    let blob = sealed.blob;
    (sealed.into_attachment(name.to_owned(), day(3)), blob)
}
