//! Bitwarden's ZIP export, and archives made to harm.

use std::io::{Read, Write};

use flate2::{Compression, Crc, write::DeflateEncoder};
use vault_engine::item::Role;
use vault_interchange::{ImportError, Outcome, limits};

use crate::support::{import, read, remarks_on, titled, value};

const DATA: &str = r#"{"encrypted":false,"folders":[],"items":[{"id":"i1","type":2,"name":"n"}]}"#;

/// A member of an archive: name, content, whether it is compressed.
type Member<'m> = (&'m str, &'m [u8], bool);

/// Writes an archive. `change` may spoil the record of a member: size, checksum and offset of its beginning.
fn archive(members: &[Member<'_>], change: impl Fn(usize, &mut [u32; 4], &mut u16)) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (at, (name, content, deflate)) in members.iter().enumerate() {
        let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
        packed.write_all(content).unwrap();
        let packed = if *deflate { packed.finish().unwrap() } else { content.to_vec() };
        let mut crc = Crc::new();
        crc.update(content);
        let number = |length: usize| u32::try_from(length).unwrap();
        // Checksum, packed size, size, place.
        let mut record = [crc.sum(), number(packed.len()), number(content.len()), number(file.len())];
        let mut flags = 0;
        change(at, &mut record, &mut flags);
        let [crc, packed_size, size, place] = record;
        let method: u16 = if *deflate { 8 } else { 0 };
        let mut common = Vec::new();
        for short in [20, flags, method, 0, 0] {
            common.extend_from_slice(&u16::to_le_bytes(short));
        }
        for long in [crc, packed_size, size] {
            common.extend_from_slice(&long.to_le_bytes());
        }
        common.extend_from_slice(&u16::try_from(name.len()).unwrap().to_le_bytes());
        common.extend_from_slice(&[0, 0]);
        file.extend_from_slice(b"PK\x03\x04");
        file.extend_from_slice(&common);
        file.extend_from_slice(name.as_bytes());
        file.extend_from_slice(&packed);
        directory.extend_from_slice(b"PK\x01\x02\x14\x00");
        directory.extend_from_slice(&common);
        directory.extend_from_slice(&[0; 10]);
        directory.extend_from_slice(&place.to_le_bytes());
        directory.extend_from_slice(name.as_bytes());
    }
    let place = u32::try_from(file.len()).unwrap();
    file.extend_from_slice(&directory);
    file.extend_from_slice(b"PK\x05\x06\0\0\0\0");
    let count = u16::try_from(members.len()).unwrap().to_le_bytes();
    file.extend_from_slice(&count);
    file.extend_from_slice(&count);
    file.extend_from_slice(&u32::try_from(directory.len()).unwrap().to_le_bytes());
    file.extend_from_slice(&place.to_le_bytes());
    file.extend_from_slice(&[0, 0]);
    file
}

#[test]
fn files_in_the_archive_belong_to_their_items() {
    let parsed = import("bitwarden.zip").unwrap();
    assert_eq!(parsed.format.id, "bitwarden_zip");
    assert_eq!(value(titled(&parsed, "With files"), Role::Password), "zip-secret");
    let files: Vec<(String, Vec<u8>)> = parsed.items[0]
        .files
        .iter()
        .map(|file| {
            let mut bytes = Vec::new();
            file.reader().read_to_end(&mut bytes).unwrap();
            assert_eq!(bytes.len() as u64, file.size);
            (file.name.clone(), bytes)
        })
        .collect();
    let expected = [("note.txt", "hello ".repeat(20).into_bytes()), ("raw.bin", vec![0, 1, 2])];
    assert_eq!(files, expected.map(|(name, bytes)| (name.to_owned(), bytes)));
    assert!(parsed.items[1].files.is_empty());
    assert_eq!(remarks_on(&parsed, 0), [("left.txt", Outcome::NotKept), ("id", Outcome::NotNeeded)]);
}

#[test]
fn an_archive_of_a_protected_export_asks_for_the_password() {
    let sealed = std::fs::read(crate::support::path("bitwarden-password-protected.json")).unwrap();
    let parsed = read(&archive(&[("data.json", &sealed, true)], |_, _, _| ())).unwrap();
    assert_eq!(parsed.items[0].item.title, "Sealed");
}

#[test]
fn a_damaged_file_costs_only_itself() {
    let members: [Member<'_>; 3] = [
        ("data.json", DATA.as_bytes(), true),
        ("attachments/i1/bad.txt", b"content", true),
        ("attachments/i1/good.txt", b"content", false),
    ];
    for part in [0, 2] {
        let bytes = archive(&members, |at, record, _| {
            if at == 1 {
                record[part] ^= 1;
            }
        });
        let parsed = read(&bytes).unwrap();
        assert_eq!(parsed.items[0].files.len(), 1);
        assert_eq!(remarks_on(&parsed, 1), [("attachments", Outcome::NotKept)]);
    }
    let encrypted = archive(&members, |at, _, flags| *flags = u16::from(at == 1));
    assert_eq!(remarks_on(&read(&encrypted).unwrap(), 1), [("attachments", Outcome::NotKept)]);
}

#[test]
fn t51_archives_that_expand_without_end_are_refused() {
    let zeros = vec![0; limits::UNPACKED_ANYWAY + (8 << 20)];
    let data = archive(&[("data.json", &zeros, true)], |_, _, _| ());
    assert_eq!(read(&data).err(), Some(ImportError::TooLargeUnpacked));
    let members: [Member<'_>; 2] = [("data.json", DATA.as_bytes(), true), ("attachments/i1/a", &zeros, true)];
    let parsed = read(&archive(&members, |_, _, _| ())).unwrap();
    assert!(parsed.items[0].files.is_empty());
    assert_eq!(remarks_on(&parsed, 1), [("attachments", Outcome::NotKept)]);
    // Members that share their bytes.
    let content = vec![b'x'; 4096];
    let mut members: Vec<Member<'_>> = vec![("data.json", DATA.as_bytes(), false)];
    members.extend(std::iter::repeat_n(("attachments/i1/a", &content[..8], false), 100));
    members.push(("attachments/i1/b", &content, false));
    let shared = archive(&members, |at, record, _| {
        if (1..=100).contains(&at) {
            record[1] = 4096;
        }
    });
    assert_eq!(
        read(&shared).err(),
        Some(ImportError::UnknownFormat { looks_like: Some(vault_interchange::FileKind::Zip) })
    );
}

#[test]
fn damage_to_an_archive_is_an_error_or_a_remark() {
    let whole = std::fs::read(crate::support::path("bitwarden.zip")).unwrap();
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 0x41;
        if let Ok(parsed) = read(&damaged) {
            assert_eq!(parsed.items.len(), 2, "byte {at}");
        }
        assert!(read(&whole[..at]).is_err(), "cut at {at}");
    }
}
