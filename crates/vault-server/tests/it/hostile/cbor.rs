//! Changed messages in CBOR.

use rand_core::Rng as _;
use vault_testkit::FixedRng;

use super::Change;

/// An item of a message.
#[derive(Clone, Debug)]
pub struct Item {
    /// The numbers of the items within which it is, and its own.
    pub at: Vec<usize>,
    start: usize,
    content: usize,
    end: usize,
    major: u8,
    number: u64,
}

/// The items of a message in deterministic CBOR.
pub fn items(bytes: &[u8]) -> Vec<Item> {
    let mut items = Vec::new();
    assert_eq!(read(bytes, 0, &[], &mut items), bytes.len());
    items
}

/// Reads an item and returns where it ends.
fn read(bytes: &[u8], start: usize, at: &[usize], items: &mut Vec<Item>) -> usize {
    let (major, short) = (bytes[start] >> 5, bytes[start] & 31);
    let more = match short {
        0..24 => 0,
        24 => 1,
        25 => 2,
        26 => 4,
        _ => 8,
    };
    let content = start + 1 + more;
    let long = bytes[start + 1..content].iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    let number = if more == 0 { u64::from(short) } else { long };
    let place = items.len();
    items.push(Item { at: at.to_vec(), start, content, end: content, major, number });
    let end = match major {
        2 | 3 => content + usize::try_from(number).unwrap(),
        4 => (0..usize::try_from(number).unwrap())
            .fold(content, |end, index| read(bytes, end, &[at, &[index]].concat(), items)),
        _ => content,
    };
    items[place].end = end;
    end
}

/// The first bytes of an item.
fn head(major: u8, number: u64) -> Vec<u8> {
    let bytes = number.to_be_bytes();
    let (short, more) = match number {
        0..24 => (bytes[7], 0),
        24..0x100 => (24, 1),
        0x100..0x1_0000 => (25, 2),
        0x1_0000..0x1_0000_0000 => (26, 4),
        _ => (27, 8),
    };
    [&[major << 5 | short], &bytes[8 - more..]].concat()
}

/// Every item dropped, of other types, twice, with other lengths and numbers, and the whole message. Of a long message some
/// items, by the seed. `lists` are the lists whose length is free.
pub fn changes(bytes: &[u8], lists: &[&[usize]], most: usize, rng: &mut FixedRng) -> Vec<Change> {
    let mut changes = whole(bytes);
    let all = items(bytes);
    let mut some: Vec<_> = all.iter().collect();
    while some.len() > most {
        some.swap_remove(usize::try_from(rng.next_u64() % some.len() as u64).unwrap());
    }
    for item in some {
        of_item(bytes, item, &all, lists, rng, &mut changes);
    }
    changes
}

fn of_item(
    bytes: &[u8],
    item: &Item,
    all: &[Item],
    lists: &[&[usize]],
    rng: &mut FixedRng,
    changes: &mut Vec<Change>,
) {
    let Item { at, start, content, end, major, number } = item;
    let with = |new: &[u8]| [&bytes[..*start], new, &bytes[*end..]].concat();
    let (own, inner) = (&bytes[*start..*end], &bytes[*content..*end]);
    let mut form = |what: &str, body| changes.push(Change::form(format!("{at:?} {what}"), body));
    form("dropped", with(&[]));
    form("twice", with(&[own, own].concat()));
    for (what, other) in OTHERS {
        // A flag has another type as well.
        if other[0] >> 5 != *major {
            form(what, with(other));
        }
    }
    form("tagged", with(&[&[0xc1], own].concat()));
    form("of indefinite length", with(&[&[major << 5 | 31], inner, &[0xff]].concat()));
    for number in [number + 1, 1 << 32, u64::MAX] {
        // The number of an integer is a value.
        if *major != 0 && *major != 7 {
            form(&format!("claims {number}"), with(&[head(*major, number).as_slice(), inner].concat()));
        }
    }
    if *content == start + 1 && *number < 24 && *major != 7 {
        let long = [major << 5 | 24, u8::try_from(*number).unwrap()];
        form("written longer", with(&[&long, inner].concat()));
    }
    if let Some((_, parent)) = at.split_last()
        && !lists.contains(&parent)
    {
        let parent = all.iter().find(|item| item.at == parent).unwrap();
        let resized = |number: u64, new: &[u8]| {
            let between = &bytes[parent.content..*start];
            [&bytes[..parent.start], &head(4, number), between, new, &bytes[*end..]].concat()
        };
        form("left out", resized(parent.number - 1, &[]));
        form("inserted again", resized(parent.number + 1, &[own, own].concat()));
    }
    let mut value = |what: &str, body| changes.push(Change::value(format!("{at:?} {what}"), body));
    match major {
        0 => {
            value("one more", with(&head(0, number + 1)));
            value("the largest", with(&head(0, u64::MAX)));
        }
        2 => {
            let cut = inner.len() / 2;
            value("truncated", with(&[&head(2, cut as u64), &inner[..cut]].concat()));
            value("enlarged", with(&[&head(2, number + 1), inner, &[0]].concat()));
            if let Some(last) = inner.len().checked_sub(1) {
                let mut other = inner.to_vec();
                let place = usize::try_from(rng.next_u64()).unwrap() % inner.len();
                for place in [place, last] {
                    other[place] ^= 1 << (rng.next_u64() % 8);
                    value(
                        &format!("another byte {place}"),
                        with(&[head(2, *number), other.clone()].concat()),
                    );
                }
            }
        }
        _ => {}
    }
}

/// Items of all types.
const OTHERS: &[(&str, &[u8])] = &[
    ("as a number", &[0x00]),
    ("as a negative number", &[0x20]),
    ("as bytes", &[0x41, 0]),
    ("as a text", &[0x61, b'x']),
    ("as a list", &[0x80]),
    ("as a map", &[0xa0]),
    ("as a float", &[0xf9, 0, 0]),
    ("as undefined", &[0xf7]),
];

/// The whole message truncated and continued.
fn whole(bytes: &[u8]) -> Vec<Change> {
    let cuts = [0, 1, bytes.len() / 2, bytes.len() - 1];
    let cut = cuts.iter().map(|end| Change::form(format!("cut at {end}"), bytes[..*end].to_vec()));
    let deep = [vec![0x81; 4000], vec![0]].concat();
    let others = [
        ("continued", [bytes, &[0]].concat()),
        ("in a list", [&[0x81], bytes].concat()),
        ("in a byte string", [head(2, bytes.len() as u64), bytes.to_vec()].concat()),
        ("deeply nested", deep),
        ("null", vec![0xf6]),
        ("another version", [&bytes[..1], &[9], &bytes[2..]].concat()),
    ];
    cut.chain(others.map(|(what, body)| Change::form(what.to_owned(), body))).collect()
}
