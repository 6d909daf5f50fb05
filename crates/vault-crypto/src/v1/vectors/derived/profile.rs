//! Invalid vectors of profiles: header and texts of codes.

use serde_json::json;

use super::{Made, valid};
use crate::v1::vectors::node::Node::{self, Bytes, List, Null, Raw, Text, Uint};
use crate::v1::vectors::{hex, to_hex};

pub(super) const FORMATS: &[&str] = &["header", "recovery-code", "secret-key"];

pub(super) fn derive(made: &mut Made) {
    files(made);
    costs(made);
    slots(made);
    codes(made);
}

/// A header file with a parsed body. The MAC is not checked before a slot has opened, so it may be wrong.
struct File {
    whole: Node,
    body: Node,
}

impl File {
    fn valid(name: &str) -> Self {
        let mut whole = Node::parse(&hex(&valid(name)["expected"], "file"));
        let Bytes(body) = whole.at(&[2]) else { panic!() };
        let body = Node::parse(body);
        Self { whole, body }
    }

    fn with_body(&self, body: Vec<u8>) -> Vec<u8> {
        self.whole.with(&[2], Bytes(body))
    }

    /// Returns the file with another item in the body.
    fn with(&self, path: &[usize], item: Node) -> Vec<u8> {
        self.with_body(self.body.with(path, item))
    }
}

fn files(made: &mut Made) {
    let file = File::valid("header");
    let (bytes, body) = (file.whole.encode(), file.body.encode());
    let mut add = |name, note, bytes: Vec<u8>, check| {
        made.add("header", name, note, &json!({ "file": to_hex(&bytes) }), check);
    };
    let damaged = "Damaged(Malformed)";
    add("empty", "An empty file.", vec![], damaged);
    add("cut", "The last byte is missing.", bytes[..bytes.len() - 1].to_vec(), damaged);
    add("trailing", "One byte follows.", [&bytes[..], &[0]].concat(), "Damaged(TrailingBytes)");
    let longer = [&body[..], &[0]].concat();
    add(
        "trailing-in-body",
        "One byte follows inside the body.",
        file.with_body(longer),
        "Damaged(TrailingBytes)",
    );
    let magic = Text("coffee profile".to_owned());
    add("other-magic", "Another kind of file.", file.whole.with(&[0], magic), damaged);
    let development = file.whole.with(&[1], Uint(0));
    add(
        "development-format",
        "The number that the format had while it was developed.",
        development,
        "OtherFormat(0)",
    );
    let mut later = file.whole.clone();
    *later.at(&[1]) = Uint(2);
    later.list().push(Bytes(b"more".to_vec()));
    add("later-format", "A format to come, with another number of parts.", later.encode(), "OtherFormat(2)");
    let mut more = file.whole.clone();
    more.list().push(Null);
    add("fifth-part", "This format, with a fifth part.", more.encode(), damaged);
    add("empty-mac", "The authentication is empty.", file.whole.with(&[3], Bytes(vec![])), damaged);
    add("long-version", "A version of nine bytes.", file.with(&[1], Raw(vec![0x49; 10])), damaged);
    // 3 passes, written in two bytes; a length written in three; an array without a length.
    let lax = file.with(&[2, 0, 2, 2], Raw(vec![0x18, 3]));
    add("not-canonical", "A number written in more bytes than it needs.", lax, "Damaged(NotCanonical)");
    let lax = [&[0x59, 0], &u8::try_from(body.len()).unwrap().to_be_bytes()[..], &body].concat();
    let lax = file.whole.with(&[2], Raw(lax));
    add(
        "not-canonical-outside",
        "A length written in more bytes than it needs.",
        lax,
        "Damaged(NotCanonical)",
    );
    let endless = [&[0x9f], &bytes[1..], &[0xff]].concat();
    add("indefinite", "An array of indefinite length.", endless, damaged);
    let shell = file.with_body(vec![]).len() + 2;
    let long = file.with_body(vec![0; 16 * 1024 + 1 - shell]);
    assert_eq!(long.len(), 16 * 1024 + 1);
    add("too-long", "A file of 16 KiB and one byte.", long, "Damaged(TooLong)");
}

fn costs(made: &mut Made) {
    let file = File::valid("header");
    for (name, note, at, value, check) in [
        ("below-floor-memory", "One KiB below the floor.", 1, 65_535, "Kdf(BelowFloor)"),
        ("below-floor-passes", "Two passes.", 2, 2, "Kdf(BelowFloor)"),
        ("below-floor-lanes", "No lane.", 3, 0, "Kdf(BelowFloor)"),
        ("above-ceiling-memory", "One KiB above 2 GiB.", 1, 2_097_153, "Kdf(AboveCeiling)"),
        ("above-ceiling-passes", "17 passes.", 2, 17, "Kdf(AboveCeiling)"),
        ("above-ceiling-lanes", "17 lanes.", 3, 17, "Kdf(AboveCeiling)"),
        ("memory-beyond-32-bits", "2^32 KiB.", 1, 1 << 32, "Damaged(TooLong)"),
    ] {
        let bytes = file.with(&[2, 0, 2, at], Uint(value));
        made.add("header", name, note, &json!({ "file": to_hex(&bytes) }), check);
    }
}

fn slots(made: &mut Made) {
    let file = File::valid("header-all-slots");
    let mut slots = file.body.clone().at(&[2]).list().clone();
    let [password, quick, recovery, other_recovery, account] = [0, 1, 2, 3, 4].map(|at| slots[at].clone());
    let mut add = |name, note, bytes: Vec<u8>, check| {
        made.add("header", name, note, &json!({ "file": to_hex(&bytes) }), check);
    };
    // Returns the slot with another id.
    let again = |slot: &Node, byte| {
        let mut slot = slot.clone();
        *slot.at(&[0]) = Bytes(vec![byte; 16]);
        slot
    };
    let with = |slots: &[&Node]| file.with(&[2], List(slots.iter().map(|slot| (*slot).clone()).collect()));
    let damaged = "Damaged(Malformed)";

    add("no-slots", "No slot at all.", with(&[]), "Slots(NoPassword)");
    add(
        "no-password",
        "Only slots that a key opens.",
        with(&[&quick, &recovery, &account]),
        "Slots(NoPassword)",
    );
    let many: Vec<_> = (0..17).map(|byte| again(&password, byte)).collect();
    add("too-many-slots", "17 slots.", with(&many.iter().collect::<Vec<_>>()), "Slots(TooMany)");
    let second = again(&quick, 0xff);
    add("two-quick", "Two slots of quick unlock.", with(&[&password, &quick, &second]), "Slots(TwoOfAKind)");
    let second = again(&account, 0xff);
    add("two-accounts", "Two account slots.", with(&[&password, &account, &second]), "Slots(TwoOfAKind)");
    let Bytes(id) = password.clone().at(&[0]).clone() else { panic!() };
    let mut same = quick.clone();
    *same.at(&[0]) = Bytes(id);
    add("repeated-id", "Two slots with the same id.", with(&[&password, &same]), "Slots(Repeated)");
    let swapped = with(&[&password, &quick, &other_recovery, &recovery, &account]);
    add("order-of-ids", "Two slots of one kind, the higher id first.", swapped, "Slots(Order)");
    slots.reverse();
    let reversed = with(&slots.iter().collect::<Vec<_>>());
    add("order-of-kinds", "The slots in the opposite order.", reversed, "Slots(Order)");

    for (name, kind, check) in [
        ("kind-hardware", 4, "Damaged(UnknownKind(4))"),
        ("kind-zero", 0, "Damaged(UnknownKind(0))"),
        ("kind-unknown", 6, "Damaged(UnknownKind(6))"),
    ] {
        let bytes = file.with(&[2, 0, 1], Uint(kind));
        add(name, "A kind of slot that this version does not have.", bytes, check);
    }
    add("null-root-key", "The sealed root key is null.", file.with(&[2, 0, 3], Null), damaged);
    add("empty-root-key", "The sealed root key is empty.", file.with(&[2, 0, 3], Bytes(vec![])), damaged);
    let long = file.with(&[2, 0, 3], Bytes(vec![0; 106]));
    add("long-root-key", "The sealed root key is one byte longer.", long, "Damaged(TooLong)");
    add("empty-salt", "The salt is empty.", file.with(&[2, 0, 2, 0], Bytes(vec![])), damaged);
    add("no-params", "A password slot without salt and costs.", file.with(&[2, 0, 2], List(vec![])), damaged);
    let params = List(vec![Bytes(vec![0; 16])]);
    add(
        "quick-params",
        "A quick slot with the parameters of an account slot.",
        file.with(&[2, 1, 2], params),
        damaged,
    );
    add(
        "account-without-id",
        "An account slot without its account.",
        file.with(&[2, 4, 2], List(vec![])),
        damaged,
    );
    let short = List(vec![Bytes(vec![0; 15])]);
    add("account-short-id", "An account id of 15 bytes.", file.with(&[2, 4, 2], short), damaged);
}

fn codes(made: &mut Made) {
    for (format, other) in [("secret-key", "recovery-code"), ("recovery-code", "secret-key")] {
        let text = |format| valid(format)["expected"]["text"].as_str().unwrap().to_owned();
        let (good, other) = (text(format), text(other));
        let last = if good.ends_with('1') { "2" } else { "1" };
        let (begin, end) = (&good[..good.len() - 1], &good[2..]);
        // The first two adjacent characters that differ.
        let at = (3..).find(|&at| good.as_bytes()[at] != good.as_bytes()[at + 1]).unwrap();
        let swapped =
            format!("{}{}{}{}", &good[..at], &good[at + 1..at + 2], &good[at..=at], &good[at + 2..]);
        for (name, note, text, check) in [
            ("mistyped", "One character is another.", format!("{begin}{last}"), "Checksum"),
            ("swapped", "Two neighbours stand the wrong way round.", swapped, "Checksum"),
            ("short", "The last group is missing.", good[..good.len() - 5].to_owned(), "Length"),
            ("empty", "Nothing.", String::new(), "Length"),
            ("endless", "Longer than anything that is looked at.", " ".repeat(257), "Length"),
            ("letter", "U is in no code.", format!("{begin}U"), "Character"),
            ("version", "Of a version to come.", format!("{}2{end}", &good[..1]), "Version"),
            ("other-kind", "The other kind of code.", other.clone(), "OtherKind"),
            (
                "other-kind-bare",
                "The other kind of code, without its prefix.",
                other[3..].to_owned(),
                "OtherKind",
            ),
            ("other-prefix", "The prefix of the other kind.", format!("{}{end}", &other[..2]), "OtherKind"),
        ] {
            made.add(format, name, note, &json!({ "text": text }), check);
        }
    }
}
