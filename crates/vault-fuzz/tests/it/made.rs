//! Seeds that are put together here.

use vault_crypto::{
    FileKey, InviteLink, InviteSecret, LocalKey, RecoveryCode, SecretKey, SecretText, VaultKey,
};
use vault_engine::item::{
    Attachment, CoseAlgorithm, Field, FieldId, FieldKind, Item, ItemType, Passkey, PastValue, Role,
    SecretBytes, Superseded, Timestamp, Unknown, UrlMatch, encode,
};
use vault_fuzz::sealed_document;
use vault_testkit::FixedRng;
use vault_wire::cbor::Array;
use vault_wire::{AccountId, BlobId, EntryHash, ProfileId, Root, VaultId};

type Made = Vec<(&'static str, Vec<u8>)>;

/// Every input that is no text and stands in no vector.
pub fn made() -> Made {
    let mut made = encodings();
    made.extend(boxes());
    made.extend(manifests());
    made.extend(items());
    made.extend(logs());
    made.extend(merges());
    made.extend(documents());
    made.extend(backups());
    made
}

/// What to do to a good backup: nothing, and each kind of change, near the beginning and in the midst of it.
fn backups() -> Made {
    let nothing = [0, 0, 0, 0, 0, 0, 0, 0];
    let mut made = vec![("backup_archive", Vec::new()), ("backup_archive", nothing.to_vec())];
    for what in 0..8 {
        for at in [[0, 0, 4], [0, 2, 0], [1, 0, 3]] {
            let [at, after, far] = at;
            made.push(("backup_archive", vec![what, at, after, far, 0, 3, 0, 5]));
        }
    }
    made
}

/// Small documents, whole and not; answers that are pictures, refusals and lies.
fn documents() -> Made {
    let whole = sealed_document(b"a document");
    let empty = sealed_document(b"");
    let longer = sealed_document(&[7; 5_000]);
    let changed = |at: usize| {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        bytes
    };
    let picture = |width: u8, height: u8, points: usize| {
        let mut answer = vec![0, width, 0, 0, 0, height, 0, 0, 0, 1, 0, 0, 0];
        answer.resize(answer.len() + 4 * points, 0x7f);
        answer
    };
    let documents = [changed(0), changed(8), changed(20), changed(whole.len() - 1), empty, longer, whole];
    let answers = [
        picture(3, 2, 6),
        picture(3, 2, 5),
        picture(65, 1, 65),
        picture(0, 1, 0),
        vec![1],
        vec![2, 0],
        vec![9],
    ];
    let documents = documents.map(|bytes| ("document_chunks", bytes));
    documents.into_iter().chain(answers.map(|bytes| ("picture_answer", bytes))).collect()
}

fn encodings() -> Made {
    let every_kind =
        b"\x00\x0a\xfa\xfb\x04\x05\x06\x07\x85\x18\x19\x1a\x00\x01\x00\x00\x43abc\x62\xc3\xbc\xf5";
    let others =
        [b"\x05\x06\x07\x00\x00\x00\x00\x00\x84\xf6\x58\x20".as_slice(), &[7; 32], b"\x80\x1b", &[0xff; 8]]
            .concat();
    let not_shortest = b"\x00\x00\x00\x00\x00\x00\x00\x00\x81\x18\x01";
    let mut made = vec![("cbor", every_kind.to_vec()), ("cbor", others), ("cbor", not_shortest.to_vec())];
    let places = [
        (0_u64, 0_u32),
        (4097, 0),
        (4 << 20, 1),
        ((12 << 20) + 1, 2),
        (1 << 40, (1 << 18) - 1),
        ((1 << 40) + 1, 0),
        (u64::MAX, u32::MAX),
    ];
    made.push(("generator_history", b"\x82\x01\x82\x82\x67hunter2\x19\x03\xe8\x82\x61x\x00".to_vec()));
    made.push(("generator_history", b"\x82\x01\x9b\xff\xff\xff\xff\xff\xff\xff\xff".to_vec()));
    made.extend(places.map(|(size, index)| {
        ("blob_layout", [size.to_be_bytes().as_slice(), &index.to_be_bytes()].concat())
    }));
    made
}

fn manifests() -> Made {
    let part = |size| Array::new().uint(size).bytes(&[5; 32]);
    let blob = |number: u8| Array::new().bytes(&[number; 16]).uint(4113).bytes(&[number; 32]);
    let manifest = |blobs: &Array, left_out: &Array| {
        let heads = Array::new().array(&Array::new().bytes(&[2; 16]).uint(9).bytes(&[3; 32]));
        let start = Array::new().bytes(&[1; 16]).uint(1_790_000_000_000).uint(2).array(&heads);
        let body = start.array(&part(329)).array(&part(90_112)).array(blobs).array(left_out).encode();
        Array::new().text("coffer backup").uint(1).bytes(&body).bytes(&[4; 32]).encode()
    };
    let (none, two) = (Array::new(), Array::new().array(&blob(6)).array(&blob(7)));
    let left = Array::new().array(&blob(8).uint(0)).array(&blob(9).uint(1));
    let twice = Array::new().array(&blob(6)).array(&blob(6));
    let all = [manifest(&none, &none), manifest(&two, &left), manifest(&twice, &none), manifest(&left, &two)];
    all.into_iter().map(|bytes| ("backup_manifest", bytes)).collect()
}

fn boxes() -> Made {
    // As the body has them.
    let (local, profile, vault) = (
        LocalKey::from_bytes(&[0x55; 32]),
        ProfileId::from_bytes([0x11; 16]),
        VaultId::from_bytes([0x22; 16]),
    );
    let rng = &mut FixedRng::new(1);
    let draft = local.seal_draft(&profile, b"name", b"a draft", rng);
    let vault_key = local.seal_vault_key(&vault, 1, &VaultKey::from_bytes(&[7; 32]), rng);
    let secret_key = local.seal_secret_key(&profile, &SecretKey::from_bytes(&[7; 16]), rng);
    let short = local.seal_draft(&profile, b"name", b"", rng);
    let boxed = |kind: u8, sealed: &[u8]| ("sealed_box", [&[kind], sealed].concat());
    let keyset = |generation: u64, vault: &[u8]| {
        let content = Array::new()
            .uint(1)
            .uint(generation)
            .bytes(&[1; 32])
            .bytes(&[2; 32])
            .bytes_or_null(None)
            .bytes(vault)
            .bytes(&[3; 32]);
        ("keyset", content.encode())
    };
    let text = SecretKey::from_bytes(&[0x77; 16]).to_text();
    let typed = text.expose().to_lowercase().replace('-', " ").replace('0', "o");
    let recovery = RecoveryCode::from_bytes(&[0x78; 16]);
    let link = InviteLink {
        server: "https://coffer.example".to_owned(),
        vault_id: vault,
        genesis_hash: EntryHash::from_bytes([1; 32]),
        inviter: AccountId::from_bytes([2; 16]),
        seq: 300,
        root: Root::from_bytes([3; 32]),
        secret: InviteSecret::from_bytes(&[4; 16]),
    };
    vec![
        ("code_text", text.expose().as_bytes().to_vec()),
        ("code_text", typed.into_bytes()),
        ("code_text", recovery.to_text().expose().as_bytes().to_vec()),
        ("invite_link", link.to_text().expose().as_bytes().to_vec()),
        ("invite_link", link.to_text().expose().replace("coffer://join#", " ").into_bytes()),
        boxed(0, &draft),
        boxed(1, &vault_key),
        boxed(2, &secret_key),
        boxed(0, &short),
        boxed(1, &draft),
        keyset(1, &[9; 16]),
        keyset(1 << 32, &[9; 16]),
        keyset(1, &[9; 15]),
    ]
}

/// A login with something in each part.
fn login() -> Item {
    let mut item = Item::new(ItemType::Login, Timestamp(1_750_000_000_000));
    item.title = "Example".to_owned();
    let field = |id, kind, value: &str| Field::new(FieldId([id; 8]), kind, SecretText::from(value));
    item.fields = vec![
        Field { role: Some(Role::Username), ..field(1, FieldKind::Text, "ann") },
        Field {
            role: Some(Role::Password),
            history: vec![PastValue { value: SecretText::from("old"), replaced_at: Timestamp(1) }],
            ..field(2, FieldKind::Concealed, "new")
        },
        Field { label: "Site".into(), section: Some("More".into()), ..field(3, FieldKind::Url, "b.example") },
    ];
    item.urls = vec!["https://a.example/x".into()];
    item.notes = SecretText::from("notes");
    item.tags = ["work".to_owned(), "home".to_owned()].into();
    item.folder = Some("A/B".into());
    item.flags.favourite = true;
    item.trashed_at = Some(Timestamp(2));
    item.device = "laptop".into();
    item.superseded = vec![
        Superseded { field: None, label: "Title".into(), value: SecretText::from("x"), at: Timestamp(3) },
        Superseded {
            field: Some(FieldId([1; 8])),
            label: String::new(),
            value: SecretText::from("y"),
            at: Timestamp(4),
        },
    ];
    item
}

/// A server with the parts that a login has not.
fn server() -> Item {
    let mut item = Item::new(ItemType::Server, Timestamp(5));
    item.title = "Server".to_owned();
    let values = ["10.0.0.1:22", "22", "text", "key\nkey", "0123456789abcdef0123456789abcdef", "true"];
    let kinds = [
        FieldKind::Text,
        FieldKind::Number,
        FieldKind::Lines,
        FieldKind::SecretLines,
        FieldKind::Link,
        FieldKind::Switch,
    ];
    for ((number, kind), value) in (1..).zip(kinds).zip(values) {
        item.fields.push(Field::new(FieldId([number; 8]), kind, SecretText::from(value)));
    }
    item.fields[0].role = Some(Role::Host);
    item.urls = vec!["https://a.example/x".into(), "b.example".into()];
    item.set_url_rule("b.example", UrlMatch::Exact);
    item.set_url_rule("gone.example", UrlMatch::Newer(77));
    item.expires = "2031-12-24".parse().ok();
    (item.flags.reprompt, item.flags.template) = (true, true);
    item.passkeys.push(passkey());
    item
}

fn passkey() -> Passkey {
    Passkey {
        credential_id: vec![1; 16],
        rp_id: "example.com".into(),
        rp_name: "Example".into(),
        user_handle: vec![2; 16],
        user_name: "ann".into(),
        display_name: "Ann".into(),
        private_key: SecretBytes::new(b"\x30\x05\x02\x01\x00\x30\x00".to_vec()),
        algorithm: CoseAlgorithm::ES256,
        sign_counter: 3,
        discoverable: true,
        created_at: Timestamp(6),
        unknown: Unknown::default(),
    }
}

fn items() -> Made {
    let document = {
        let mut item = Item::new(ItemType::Document, Timestamp(0));
        item.attachments = vec![Attachment {
            blob_id: BlobId::from_bytes([5; 16]),
            file_key: FileKey::from_bytes(&[6; 32]),
            size: 5000,
            name: "../report.pdf".into(),
            media_type: "application/pdf".into(),
            added_at: Timestamp(9),
            unknown: Unknown::default(),
        }];
        item
    };
    let mut made: Made = [login(), document, Item::new(ItemType::Card, Timestamp(0)), server()]
        .iter()
        .map(|item| ("item_payload", encode(item).unwrap().to_vec()))
        .collect();
    // A type, a field's kind and entries that only a later program knows; one value nested as deep as is read.
    let deep = [[0x81; 14].as_slice(), &[0x00]].concat();
    let unknown: [&[u8]; 3] = [
        b"\xa4\x01\x18\x63\x0b\x00\x0c\x00\x18\x64\xa1\x61\x61\x82\x20\xf6",
        b"\xa4\x01\x02\x03\x81\xa2\x01\x48\x01\x01\x01\x01\x01\x01\x01\x01\x04\x18\x20\x0b\x00\x0c\x00",
        &[b"\xa4\x01\x02\x0b\x00\x0c\x00\x18\x64".as_slice(), &deep].concat(),
    ];
    made.extend(unknown.map(|bytes| ("item_payload", bytes.to_vec())));
    made
}

/// Programs for the verifier; how a step is read stands beside the body.
fn logs() -> Made {
    // Who signs as the roster has them, alone or with their root.
    let (alone, with_root) = (|person: u8| person | 0x0c, |person: u8| person | 0x1c);
    let record = |who: u8, ops: &[[u8; 3]]| {
        let mut step = [0; 16];
        step[1] = who;
        for (place, op) in step[3..12].chunks_exact_mut(3).zip(ops) {
            place.copy_from_slice(op);
        }
        step
    };
    let put = |who: u8, item: u8| {
        let mut step = [0; 16];
        (step[0], step[1], step[3]) = (128, who, item);
        step
    };
    let mut elsewhere = put(alone(0), 1);
    elsewhere[2] = 0x80;
    let changed = |mut step: [u8; 16], part: u8, at: u8| {
        (step[12], step[14], step[15]) = (part, at, 1);
        step
    };
    let epoch = |commitment: u8| [8, 0, commitment];
    // Roles from owner to viewer are 0, 4, 8 and 12 beside the person.
    let programs: [Vec<[u8; 16]>; 7] = [
        vec![
            put(alone(0), 0),
            put(alone(0), 0),
            put(alone(1), 0),
            changed(put(alone(0), 1), 2, 9),
            put(alone(0), 1),
        ],
        vec![
            record(with_root(0), &[[4, 1, 0]]),
            record(alone(0), &[[4, 2 | 4, 0], [4, 3 | 12, 0]]),
            put(alone(2), 0),
            put(alone(3), 0),
            record(alone(2), &[[6, 3, 0], epoch(9)]),
            put(alone(3), 0),
            record(with_root(1), &[[5, 4, 0]]),
            record(alone(0), &[[7, 0, 0]]),
        ],
        vec![
            record(alone(0), &[[2, 1 | 8, 1]]),
            record(alone(0), &[[4, 1 | 8, 0x80 | 1]]),
            record(alone(0), &[[4, 1 | 8, 0x80 | 1]]),
            put(alone(1), 2),
            record(alone(1), &[[9, 0x10, 0]]),
            put(alone(1), 2),
            record(alone(1), &[[9, 0x20, 0]]),
            record(alone(0), &[epoch(3)]),
            record(alone(1), &[[7, 0, 0]]),
        ],
        vec![
            put(alone(0), 0),
            put(alone(0), 0),
            record(with_root(0), &[[10, 30, 0]]),
            record(with_root(0), &[[11, 0, 3]]),
            record(with_root(0), &[[12, 1, 0]]),
            record(alone(0), &[[12, 1, 0]]),
            record(with_root(0), &[[2, 2 | 8, 0], [2, 8, 2], [3, 0, 2]]),
        ],
        vec![
            changed(record(with_root(0), &[[4, 1, 0]]), 3, 5),
            changed(record(alone(0), &[[4, 2 | 4, 0]]), 1, 80),
            record(alone(0) | 0x40, &[[4, 2 | 4, 0]]),
            [224; 16],
            [255; 16],
            record(alone(3), &[[4, 3, 0]]),
        ],
        vec![
            changed(record(alone(0), &[[4, 2 | 4, 0]]), 1, 5),
            record(alone(0), &[[8, 0x81, 0]]),
            record(alone(0), &[[9, 0, 0]]),
            record(alone(0), &[[3, 0, 2]]),
            record(with_root(0), &[[7, 0, 0]]),
            record(with_root(0), &[[10, 1, 0]]),
            record(with_root(0), &[[11, 0, 0]]),
            record(with_root(0), &[[12, 0x81, 0]]),
            elsewhere,
        ],
        vec![record(alone(3), &[[1, 0, 0]]), record(alone(0), &[]), put(alone(0) | 0x40, 1)],
    ];
    programs.map(|steps| ("log", steps.concat())).into()
}

/// Sides of merges; an empty one is a deletion, or a base that is not at hand.
fn merges() -> Made {
    let payload = |change: &dyn Fn(&mut Item)| {
        let mut item = login();
        change(&mut item);
        encode(&item).unwrap().to_vec()
    };
    let base = payload(&|_| {});
    let renamed = payload(&|item| item.title = "Harbour".into());
    let other = payload(&|item| {
        item.title = "Port".into();
        item.notes = SecretText::from("other notes");
        item.tags.insert("third".into());
        item.fields.remove(0);
        item.fields[0].value = SecretText::from("newest");
    });
    let added = payload(&|item| {
        item.fields.push(Field::new(FieldId([9; 8]), FieldKind::Text, SecretText::from("added")));
        item.urls.clear();
        item.folder = None;
    });
    let keyed = |change: &dyn Fn(&mut Passkey)| {
        payload(&|item| {
            item.passkeys.push(passkey());
            item.passkeys.iter_mut().for_each(change);
            item.set_url_rule("https://a.example/x", UrlMatch::Host);
        })
    };
    let key = keyed(&|_| {});
    let counted = keyed(&|passkey| passkey.sign_counter = 9);
    let named = payload(&|item| {
        item.passkeys.push(Passkey { user_name: "bea".into(), ..passkey() });
        item.expires = "2031-12-24".parse().ok();
        item.flags.reprompt = true;
    });
    let rekeyed = keyed(&|passkey| passkey.rp_id = "other.example".into());
    let note = encode(&Item::new(ItemType::Note, Timestamp(7))).unwrap().to_vec();
    let sides = [
        [&base, &renamed, &other],
        [&base, &other, &added],
        [&base, &base, &added],
        [&Vec::new(), &other, &renamed],
        [&base, &Vec::new(), &renamed],
        [&base, &added, &Vec::new()],
        [&note, &base, &note],
        [&base, &counted, &named],
        [&key, &named, &rekeyed],
        [&Vec::new(), &rekeyed, &key],
    ];
    let joined = |sides: [&Vec<u8>; 3]| {
        let framed = sides.map(|side| {
            [u16::try_from(side.len()).unwrap().to_be_bytes().as_slice(), side.as_slice()].concat()
        });
        ("merge", framed.concat())
    };
    let mut made: Made = sides.map(joined).into();
    made.push(("merge", b"\x00\x02\xa0".to_vec()));
    made
}
