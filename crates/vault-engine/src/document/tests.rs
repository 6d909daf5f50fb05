use std::fs;
use std::io::{self, Read};
use std::ops::ControlFlow;
use std::path::Path;

use tempfile::TempDir;
use vault_crypto::{BlobCipher, ChunkPosition};
use vault_testkit::FixedRng;
use vault_wire::CtRoot;
use vault_wire::blob::{BlobLayout, CHUNK_SIZE};
use vault_wire::revision::BlobRef;

use crate::clock::Timestamp;
use crate::disk::BlobFolder;
use crate::document::*;
use crate::item::Attachment;

const CHUNK: usize = CHUNK_SIZE as usize;

fn go_on(_: u64) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// A source that makes up its bytes: no two chunks alike.
struct Pattern {
    at: u64,
    end: u64,
}

impl Pattern {
    fn new(size: u64) -> Self {
        Self { at: 0, end: size }
    }
}

impl Read for Pattern {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX).min(buffer.len());
        for byte in &mut buffer[..left] {
            *byte = self.at.wrapping_mul(2_654_435_761).to_le_bytes()[3];
            self.at += 1;
        }
        Ok(left)
    }
}

struct Fixture {
    folder: TempDir,
    blobs: BlobFolder,
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let blobs = BlobFolder::new(folder.path().join("blobs"));
        Self { folder, blobs }
    }

    fn seal(&self, size: u64, seed: u64) -> (Attachment, BlobRef) {
        let new = NewBlob::make(&mut FixedRng::new(seed));
        let sealed = seal(Pattern::new(size), size, new, &self.blobs, &mut go_on).unwrap();
        let blob = sealed.blob;
        (sealed.into_attachment("report.bin".into(), Timestamp(5)), blob)
    }

    fn open(&self, attachment: &Attachment, blob: &BlobRef) -> Result<Vec<u8>, DocumentError> {
        let target = self.folder.path().join("out.bin");
        open_to_file(attachment, blob, &self.blobs, &target, Existing::Keep, &mut go_on)?;
        let content = fs::read(&target).unwrap();
        fs::remove_file(target).unwrap();
        Ok(content)
    }

    fn reader(&self, attachment: &Attachment, blob: &BlobRef) -> Result<DocumentReader, DocumentError> {
        let list = ChunkList::make(attachment, blob, &self.blobs, &mut go_on)?;
        DocumentReader::new(attachment, list, &self.blobs)
    }

    /// Every file there is, temporary ones included.
    fn files(&self) -> Vec<String> {
        fn walk(folder: &Path, names: &mut Vec<String>) {
            for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
                if entry.file_type().unwrap().is_dir() {
                    walk(&entry.path(), names);
                } else {
                    names.push(entry.file_name().into_string().unwrap());
                }
            }
        }
        let mut names = Vec::new();
        walk(self.folder.path(), &mut names);
        names
    }
}

fn pattern(size: usize) -> Vec<u8> {
    let mut content = Vec::new();
    Pattern::new(size as u64).read_to_end(&mut content).unwrap();
    content
}

#[test]
fn documents_of_every_edge_length_come_back_as_they_were() {
    let fixture = Fixture::new();
    for (seed, size) in
        (0..).zip([0, 1, 4095, 4096, 4097, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17])
    {
        let (attachment, blob) = fixture.seal(size as u64, seed);
        let content = pattern(size);
        assert_eq!(attachment.size, size as u64);
        let sealed = fs::read(fixture.blobs.path_of(&blob.blob_id)).unwrap();
        assert_eq!(sealed.len() as u64, blob.ct_size);
        assert!(sealed.len() >= 4096 + 16);
        assert!(fixture.open(&attachment, &blob).unwrap() == content, "{size} bytes");
    }
    assert_eq!(fixture.files().len(), 10);
}

#[test]
fn parts_are_read_without_the_rest() {
    let fixture = Fixture::new();
    let size = 2 * CHUNK + 100;
    let (attachment, blob) = fixture.seal(size as u64, 1);
    let content = pattern(size);
    let mut reader = fixture.reader(&attachment, &blob).unwrap();
    assert_eq!(reader.size(), size as u64);
    for (offset, len) in [
        (0, 10),
        (CHUNK - 5, 10),
        (CHUNK, CHUNK),
        (size - 3, 10),
        (5, size),
        (size, 1),
        (0, 0),
        (size + 5, 9),
    ] {
        let expected = &content[offset.min(size)..(offset + len).min(size)];
        assert!(reader.read_at(offset as u64, len).unwrap().as_slice() == expected, "{offset} {len}");
    }
    assert!(reader.read_at(u64::MAX, usize::MAX).unwrap().is_empty());

    // From the beginning to the end, in pieces that fit no chunk.
    let mut read = Vec::new();
    let mut piece = vec![0; 1_000_003];
    loop {
        let len = reader.read(&mut piece).unwrap();
        if len == 0 {
            break;
        }
        read.extend_from_slice(&piece[..len]);
    }
    assert!(read == content);
    assert!(reader.read_at(CHUNK as u64 - 1, 2).unwrap().as_slice() == &content[CHUNK - 1..=CHUNK]);
}

#[test]
fn a_chunk_list_that_was_kept_is_taken_only_if_it_is_the_one_signed() {
    let fixture = Fixture::new();
    let (attachment, blob) = fixture.seal(2 * CHUNK as u64 + 100, 1);
    let list = ChunkList::make(&attachment, &blob, &fixture.blobs, &mut go_on).unwrap();
    let kept = list.to_bytes();
    assert_eq!((kept.len(), list.is_worth_keeping()), (96, true));
    assert_eq!(ChunkList::from_bytes(&blob, &kept).as_ref(), Some(&list));
    let mut changed = kept.clone();
    changed[40] ^= 1;
    let (_, other) = fixture.seal(2 * CHUNK as u64 + 100, 2);
    for (what, blob, bytes) in [
        ("changed", &blob, changed),
        ("short by one", &blob, kept[..64].to_vec()),
        ("short by a byte", &blob, kept[..95].to_vec()),
        ("longer", &blob, [kept.as_slice(), &[0; 32]].concat()),
        ("reordered", &blob, [&kept[32..64], &kept[..32], &kept[64..]].concat()),
        ("nothing", &blob, Vec::new()),
        ("of another document", &other, kept.clone()),
    ] {
        assert_eq!(ChunkList::from_bytes(blob, &bytes), None, "{what}");
    }
    let (small, blob) = fixture.seal(100, 3);
    assert!(!ChunkList::make(&small, &blob, &fixture.blobs, &mut go_on).unwrap().is_worth_keeping());
    let mut cancel = |_| ControlFlow::Break(());
    let cancelled = ChunkList::make(&small, &blob, &fixture.blobs, &mut cancel);
    assert!(matches!(cancelled, Err(DocumentError::Cancelled)));
}

#[test]
fn t34_parts_of_tampered_documents_are_refused_and_the_others_still_read() {
    let fixture = Fixture::new();
    let content = pattern(2 * CHUNK + 9_000);
    let size = content.len() as u64;
    let (attachment, blob) = fixture.seal(size, 21);
    let list = ChunkList::make(&attachment, &blob, &fixture.blobs, &mut go_on).unwrap();
    let path = fixture.blobs.path_of(&blob.blob_id);
    let sealed = fs::read(&path).unwrap();
    let stride = CHUNK + 16;
    let chunk = |n: usize| sealed[n * stride..((n + 1) * stride).min(sealed.len())].to_vec();

    // What was changed under a reader: a byte of a chunk, of its tag; chunks exchanged; one of another document.
    let other = fixture.seal(size, 22).1;
    let foreign = fs::read(fixture.blobs.path_of(&other.blob_id)).unwrap();
    let flipped = |at: usize| {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        changed
    };
    let whole = |parts: [Vec<u8>; 3]| parts.concat();
    for (what, bytes, good, bad) in [
        ("a byte", flipped(stride + 7), &[0, 2][..], &[1][..]),
        ("a tag", flipped(stride - 1), &[1, 2], &[0]),
        ("the last byte", flipped(sealed.len() - 1), &[0, 1], &[2]),
        ("reordered", whole([chunk(1), chunk(0), chunk(2)]), &[2], &[0, 1]),
        ("a chunk twice", whole([chunk(0), chunk(0), chunk(2)]), &[0, 2], &[1]),
        ("a foreign chunk", whole([chunk(0), foreign[stride..2 * stride].to_vec(), chunk(2)]), &[0, 2], &[1]),
    ] {
        fs::write(&path, bytes).unwrap();
        let mut reader = DocumentReader::new(&attachment, list.clone(), &fixture.blobs).unwrap();
        // Twice: a refused chunk is not remembered as an opened one.
        for n in bad.iter().chain(bad) {
            let read = reader.read_at((n * CHUNK) as u64 + 5, 10);
            assert!(matches!(read, Err(DocumentError::Damaged)), "{what}: chunk {n}");
        }
        for n in good {
            let read = reader.read_at((n * CHUNK) as u64 + 5, 10).unwrap();
            assert_eq!(read.as_slice(), &content[n * CHUNK + 5..][..10], "{what}: chunk {n}");
        }
        // Across the border of a good chunk and a bad one: nothing at all.
        let mut reader = DocumentReader::new(&attachment, list.clone(), &fixture.blobs).unwrap();
        assert!(matches!(reader.read_at(0, 3 * CHUNK), Err(DocumentError::Damaged)), "{what}");
        let mut reader = DocumentReader::new(&attachment, list.clone(), &fixture.blobs).unwrap();
        assert!(io::copy(&mut reader, &mut io::sink()).is_err(), "{what}");
        // And no list can be made of it.
        assert!(matches!(fixture.reader(&attachment, &blob), Err(DocumentError::Damaged)), "{what}");
    }
    // Truncated, extended, another one or none: not even opened.
    for bytes in [sealed[..2 * stride].to_vec(), [sealed.as_slice(), &[0]].concat(), Vec::new()] {
        fs::write(&path, bytes).unwrap();
        let opened = DocumentReader::new(&attachment, list.clone(), &fixture.blobs);
        assert!(matches!(opened, Err(DocumentError::Damaged)));
    }
    // Cut short after it was opened.
    fs::write(&path, &sealed).unwrap();
    let mut reader = DocumentReader::new(&attachment, list, &fixture.blobs).unwrap();
    fs::OpenOptions::new().write(true).open(&path).unwrap().set_len(stride as u64 + 5).unwrap();
    assert!(reader.read_at(0, 10).is_ok());
    assert!(matches!(reader.read_at(CHUNK as u64, 10), Err(DocumentError::Damaged)));
}

#[test]
fn t35_a_list_and_an_item_of_different_documents_do_not_go_together() {
    let fixture = Fixture::new();
    let (one, blob) = fixture.seal(9_000, 31);
    let (other, other_blob) = fixture.seal(9_000, 32);
    let list = |attachment, blob| ChunkList::make(attachment, blob, &fixture.blobs, &mut go_on);
    assert!(matches!(list(&one, &other_blob), Err(DocumentError::Damaged)));
    let other_list = list(&other, &other_blob).unwrap();
    let exchanged = DocumentReader::new(&one, other_list.clone(), &fixture.blobs);
    assert!(matches!(exchanged, Err(DocumentError::Damaged)));
    // The other's file in the place of this one: sound in itself, and yet not what was signed for this item.
    fs::copy(fixture.blobs.path_of(&other.blob_id), fixture.blobs.path_of(&one.blob_id)).unwrap();
    assert!(matches!(list(&one, &blob), Err(DocumentError::Damaged)));
    // The other's key, with everything else right.
    let keyed = Attachment {
        file_key: vault_crypto::FileKey::from_bytes(one.file_key.expose_bytes()),
        ..copy(&other)
    };
    let mut reader = DocumentReader::new(&keyed, other_list, &fixture.blobs).unwrap();
    assert!(matches!(reader.read_at(0, 1), Err(DocumentError::Damaged)));
}

#[test]
fn t34_tampered_documents_are_refused_and_leave_no_file() {
    let fixture = Fixture::new();
    let (attachment, blob) = fixture.seal(2 * CHUNK as u64 + 9_000, 2);
    let path = fixture.blobs.path_of(&blob.blob_id);
    let sealed = fs::read(&path).unwrap();
    let stride = CHUNK + 16;
    let chunk = |n: usize| sealed[n * stride..((n + 1) * stride).min(sealed.len())].to_vec();
    let other = fixture.seal(2 * CHUNK as u64 + 9_000, 3).1;
    let foreign = fs::read(fixture.blobs.path_of(&other.blob_id)).unwrap();
    let flipped = |at: usize| {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        changed
    };
    let before = fixture.files().len();
    for (what, content) in [
        ("truncated by a byte", sealed[..sealed.len() - 1].to_vec()),
        ("truncated by a chunk", sealed[..2 * stride].to_vec()),
        ("empty", Vec::new()),
        ("extended", [sealed.as_slice(), &[0]].concat()),
        ("extended by a chunk", [sealed.clone(), chunk(0)].concat()),
        ("reordered", [chunk(1), chunk(0), chunk(2)].concat()),
        ("a chunk twice", [chunk(0), chunk(0), chunk(2)].concat()),
        ("first byte flipped", flipped(0)),
        ("last byte flipped", flipped(sealed.len() - 1)),
        ("tag flipped", flipped(stride - 1)),
        ("a chunk of another document", [chunk(0), foreign[stride..2 * stride].to_vec(), chunk(2)].concat()),
        ("another document", foreign.clone()),
    ] {
        fs::write(&path, content).unwrap();
        assert!(matches!(fixture.open(&attachment, &blob), Err(DocumentError::Damaged)), "{what}");
        assert_eq!(fixture.files().len(), before, "{what} left a file");
    }
    fs::remove_file(&path).unwrap();
    assert!(matches!(fixture.open(&attachment, &blob), Err(DocumentError::Damaged)));
    fs::write(&path, &sealed).unwrap();
    assert!(fixture.open(&attachment, &blob).is_ok());

    for (what, attachment, blob) in [
        ("another size", Attachment { size: attachment.size - 1, ..copy(&attachment) }, blob),
        ("an enormous size", Attachment { size: u64::MAX, ..copy(&attachment) }, blob),
        ("another root", copy(&attachment), BlobRef { ct_root: CtRoot::from_bytes([0; 32]), ..blob }),
        ("another length", copy(&attachment), BlobRef { ct_size: blob.ct_size + 1, ..blob }),
        ("another blob", copy(&attachment), other),
    ] {
        assert!(matches!(fixture.open(&attachment, &blob), Err(DocumentError::Damaged)), "{what}");
    }
    assert_eq!(fixture.files().len(), before);
}

#[test]
fn t34_other_content_sealed_by_a_reader_who_has_the_key_is_refused() {
    let fixture = Fixture::new();
    let size = CHUNK as u64 + 9_000;
    let (attachment, blob) = fixture.seal(size, 11);
    let list = ChunkList::make(&attachment, &blob, &fixture.blobs, &mut go_on).unwrap();
    let path = fixture.blobs.path_of(&blob.blob_id);
    let mut sealed = fs::read(&path).unwrap();
    let layout = BlobLayout::new(size).unwrap();
    let mut other = vec![7; 9_000];
    other.resize(layout.chunk_len(1) as usize, 0);
    let cipher = BlobCipher::new(&attachment.file_key, &attachment.blob_id);
    cipher.seal_chunk(1, ChunkPosition::Last, &mut other).unwrap();
    sealed.splice(CHUNK + 16.., other);
    assert_eq!(sealed.len() as u64, blob.ct_size);
    fs::write(&path, sealed).unwrap();
    // Every chunk opens. Only what the author signed tells.
    let mut last = fs::read(&path).unwrap().split_off(CHUNK + 16);
    cipher.open_chunk(1, ChunkPosition::Last, &mut last).unwrap();
    let mut reader = DocumentReader::new(&attachment, list, &fixture.blobs).unwrap();
    assert!(reader.read_at(0, 5).is_ok());
    assert!(matches!(reader.read_at(CHUNK as u64, 5), Err(DocumentError::Damaged)));
    assert!(matches!(fixture.open(&attachment, &blob), Err(DocumentError::Damaged)));
    assert_eq!(fixture.files().len(), 1);
}

#[test]
fn an_error_on_any_chunk_ends_the_work_on_all() {
    /// A disk that fails in the middle.
    struct Failing(Pattern);
    impl Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.at > 5 * CHUNK as u64 {
                Err(io::Error::other("bad sector"))
            } else {
                self.0.read(buffer)
            }
        }
    }
    let fixture = Fixture::new();
    let size = 40 * CHUNK as u64;
    let new = NewBlob::make(&mut FixedRng::new(12));
    let mut most = 0;
    let result = seal(Failing(Pattern::new(size)), size, new, &fixture.blobs, &mut |done| {
        most = done;
        go_on(done)
    });
    assert!(matches!(result, Err(DocumentError::Io(_))));
    assert!(most <= 6 * CHUNK as u64);
    assert!(fixture.files().is_empty());
}

fn copy(attachment: &Attachment) -> Attachment {
    Attachment {
        file_key: vault_crypto::FileKey::from_bytes(attachment.file_key.expose_bytes()),
        name: attachment.name.clone(),
        media_type: attachment.media_type.clone(),
        unknown: attachment.unknown.duplicate(),
        ..*attachment
    }
}

#[test]
fn a_source_that_changes_its_length_is_refused_and_leaves_nothing() {
    let fixture = Fixture::new();
    for (real, told) in
        [(10, 11), (11, 10), (0, 1), (1, 0), (CHUNK, CHUNK + 1), (CHUNK + 1, CHUNK), (5 * CHUNK, 2)]
    {
        let new = NewBlob::make(&mut FixedRng::new(4));
        let result = seal(Pattern::new(real as u64), told as u64, new, &fixture.blobs, &mut go_on);
        assert!(matches!(result, Err(DocumentError::Changed)), "{real} instead of {told}");
    }
    let new = NewBlob::make(&mut FixedRng::new(4));
    let result = seal(io::empty(), u64::MAX, new, &fixture.blobs, &mut go_on);
    assert!(matches!(result, Err(DocumentError::TooLarge)));
    assert!(fixture.files().is_empty());
}

#[test]
fn cancelling_mid_way_leaves_nothing() {
    let fixture = Fixture::new();
    let size = 9 * CHUNK as u64;
    let stop_at =
        |limit: u64| move |done: u64| if done >= limit { ControlFlow::Break(()) } else { go_on(done) };
    let new = NewBlob::make(&mut FixedRng::new(5));
    let result = seal(Pattern::new(size), size, new, &fixture.blobs, &mut stop_at(3 * CHUNK as u64));
    assert!(matches!(result, Err(DocumentError::Cancelled)));
    assert!(fixture.files().is_empty());

    let (attachment, blob) = fixture.seal(size, 6);
    let target = fixture.folder.path().join("out.bin");
    let mut stop = stop_at(size);
    let result = open_to_file(&attachment, &blob, &fixture.blobs, &target, Existing::Keep, &mut stop);
    assert!(matches!(result, Err(DocumentError::Cancelled)));
    assert_eq!(fixture.files().len(), 1);
}

#[test]
fn progress_rises_to_the_size() {
    let fixture = Fixture::new();
    let size = 3 * CHUNK as u64 + 5;
    let mut told = Vec::new();
    let new = NewBlob::make(&mut FixedRng::new(7));
    seal(Pattern::new(size), size, new, &fixture.blobs, &mut |done| {
        told.push(done);
        ControlFlow::Continue(())
    })
    .unwrap();
    assert!(told.is_sorted() && told.len() >= 4);
    assert_eq!(told.last(), Some(&size));
}

#[test]
fn files_are_not_overwritten_unless_told() {
    let fixture = Fixture::new();
    let (attachment, blob) = fixture.seal(10, 8);
    let target = fixture.folder.path().join("kept.txt");
    fs::write(&target, "precious").unwrap();
    let open = |existing| open_to_file(&attachment, &blob, &fixture.blobs, &target, existing, &mut go_on);
    assert!(matches!(open(Existing::Keep), Err(DocumentError::Exists)));
    assert!(matches!(write_new_file(&target, b"new", Existing::Keep), Err(DocumentError::Exists)));
    assert_eq!(fs::read(&target).unwrap(), b"precious");
    open(Existing::Replace).unwrap();
    assert_eq!(fs::read(&target).unwrap(), pattern(10));
    write_new_file(&target, b"new", Existing::Replace).unwrap();
    assert_eq!(fs::read(&target).unwrap(), b"new");
    assert!(matches!(
        open_to_file(
            &attachment,
            &blob,
            &fixture.blobs,
            Path::new("/nowhere/at/all"),
            Existing::Keep,
            &mut go_on
        ),
        Err(DocumentError::Io(_))
    ));
}

#[test]
fn only_plain_files_are_taken_in_and_their_content_says_what_they_are() {
    let fixture = Fixture::new();
    let take_in =
        |path: &Path| seal_file(path, NewBlob::make(&mut FixedRng::new(9)), &fixture.blobs, &mut go_on);
    assert!(matches!(take_in(fixture.folder.path()), Err(DocumentError::NotAFile)));
    assert!(matches!(take_in(&fixture.folder.path().join("none")), Err(DocumentError::Io(_))));
    let path = fixture.folder.path().join("holiday.jpg");
    fs::write(&path, b"%PDF-1.7 not a picture").unwrap();
    let sealed = take_in(&path).unwrap();
    assert_eq!((sealed.size(), sealed.media_type()), (22, "application/pdf"));
    assert!(type_mismatch("holiday.jpg", sealed.media_type()));
    assert_eq!(CtRoot::of_chunks(&sealed.blob.blob_id, &sealed.chunks), sealed.blob.ct_root);
}

#[cfg(unix)]
#[test]
fn what_is_written_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let fixture = Fixture::new();
    let (attachment, blob) = fixture.seal(10, 10);
    let target = fixture.folder.path().join("out.txt");
    open_to_file(&attachment, &blob, &fixture.blobs, &target, Existing::Keep, &mut go_on).unwrap();
    for path in [fixture.blobs.path_of(&blob.blob_id), target] {
        assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn a_document_that_was_stopped_goes_on_where_it_was_and_seals_no_chunk_twice() {
    /// A source that remembers how often each byte was asked for: once.
    struct Once(Pattern, u64);
    impl Read for Once {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let read = self.0.read(buffer)?;
            self.1 += read as u64;
            assert!(self.1 <= self.0.end);
            Ok(read)
        }
    }
    let fixture = Fixture::new();
    let size = 6 * CHUNK as u64 + 77;
    let rng = &mut FixedRng::new(41);
    let (blob_id, key) = (vault_crypto::make_id(rng), vault_crypto::FileKey::make(rng));
    let again = || vault_crypto::FileKey::from_bytes(key.expose_bytes());
    let mut sealing = Sealing::start(Once(Pattern::new(size), 0), size, blob_id, &fixture.blobs).unwrap();
    let mut steps = 0;
    let mut told = Vec::new();
    loop {
        // Broken off as soon as anything is done; each time with a copy of the key that is gone meanwhile.
        let mut stop = |done| {
            told.push(done);
            ControlFlow::Break(())
        };
        steps += 1;
        if sealing.go_on(&again(), &mut stop).unwrap() == Step::Done {
            break;
        }
        assert!(!fixture.blobs.path_of(&blob_id).exists());
    }
    assert!(steps > 1 && told.is_sorted() && told.last() == Some(&size), "{steps} steps: {told:?}");
    let sealed = sealing.finish().unwrap().with_key(again());
    assert_eq!(sealed.chunk_list().unwrap().blob(), &sealed.blob);
    let blob = sealed.blob;
    assert_eq!(CtRoot::of_chunks(&blob_id, &sealed.chunks), blob.ct_root);
    let attachment = sealed.into_attachment("a".into(), Timestamp(1));

    // Out again in the same way.
    let target = fixture.folder.path().join("out.bin");
    let mut opening = Opening::start(&attachment, &blob, &fixture.blobs, &target, Existing::Keep).unwrap();
    let mut steps = 0;
    while opening.go_on(&again(), &mut |_| ControlFlow::Break(())).unwrap() == Step::Stopped {
        steps += 1;
        assert!(!target.exists());
    }
    assert!(steps > 0);
    opening.finish().unwrap();
    assert!(fs::read(target).unwrap() == pattern(6 * CHUNK + 77));
}

#[test]
fn what_was_stopped_and_is_given_up_leaves_nothing() {
    let fixture = Fixture::new();
    // More chunks than there are threads, so that some are not begun.
    let size = 20 * CHUNK as u64;
    let (blob_id, file_key) = NewBlob::make(&mut FixedRng::new(42)).into_parts();
    let mut stop = |_| ControlFlow::Break(());
    let mut sealing = Sealing::start(Pattern::new(size), size, blob_id, &fixture.blobs).unwrap();
    assert_eq!(sealing.go_on(&file_key, &mut stop).unwrap(), Step::Stopped);
    assert_eq!(fixture.files().len(), 1, "under a temporary name");
    assert!(matches!(sealing.finish(), Err(DocumentError::Cancelled)));
    assert!(fixture.files().is_empty());
    let (attachment, blob) = fixture.seal(size, 43);
    let target = fixture.folder.path().join("out.bin");
    let mut opening = Opening::start(&attachment, &blob, &fixture.blobs, &target, Existing::Keep).unwrap();
    assert_eq!(opening.go_on(&attachment.file_key, &mut stop).unwrap(), Step::Stopped);
    assert_eq!(fixture.files().len(), 2);
    // Not all of it is there, so it is not what was signed.
    assert!(matches!(opening.finish(), Err(DocumentError::Damaged)));
    assert_eq!(fixture.files().len(), 1);
}

#[test]
fn a_file_that_is_written_to_while_it_is_read_is_refused() {
    let fixture = Fixture::new();
    let path = fixture.folder.path().join("log.txt");
    let content = vec![7; 3 * CHUNK];
    fs::write(&path, &content).unwrap();
    // Of another day: the clock of the file system may be too coarse to tell two writings apart.
    let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
    file.set_modified(std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(86_400)).unwrap();
    let mut changed = false;
    let mut change = |_| {
        // As long as before.
        if !std::mem::replace(&mut changed, true) {
            fs::write(&path, &content).unwrap();
        }
        ControlFlow::Continue(())
    };
    let new = NewBlob::make(&mut FixedRng::new(44));
    let result = seal_file(&path, new, &fixture.blobs, &mut change);
    assert!(matches!(result, Err(DocumentError::Changed)));
    assert_eq!(fixture.files(), ["log.txt"]);
    let new = NewBlob::make(&mut FixedRng::new(45));
    assert!(seal_file(&path, new, &fixture.blobs, &mut go_on).is_ok(), "left alone, it is taken in");
}

#[test]
fn a_document_that_does_not_fit_on_the_disk_is_refused_before_it_is_read() {
    /// A source that is not to be read.
    struct Untouched;
    impl Read for Untouched {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            panic!("there is no room for it")
        }
    }
    let fixture = Fixture::new();
    let new = NewBlob::make(&mut FixedRng::new(46));
    let result = seal(Untouched, vault_wire::blob::MAX_DOCUMENT, new, &fixture.blobs, &mut go_on);
    assert!(matches!(result, Err(DocumentError::NoRoom { needed, free }) if needed > free));
    assert!(fixture.files().is_empty());
}
