//! `KeePass` 2: a KDBX 4.1 file, which `KeePassXC`, `KeePass` 2.48 and most programs for telephones open.
//!
//! A file has its documents before its entries, and entries in the order of their groups, so items are opened twice: once to
//! write their documents, once to write the entries. Only ids, folders and numbers stay in memory in between.

mod container;
mod entry;
mod versions;
mod xml;

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write};

use rand_core::CryptoRng;
use sha2::{Digest, Sha256};
use vault_engine::ItemId;
use vault_engine::clock::Timestamp;
use vault_engine::item::{Item, Role};
use zeroize::Zeroizing;

use super::output::Export;
use super::source::{ExportOptions, ItemSource};
use crate::report::Outcome;
use container::{Container, InnerStream, field};
use xml::Xml;

/// The largest document that is put into a file: other programs keep all of them in memory.
const DOCUMENT: u64 = 256 << 20;
/// The format counts documents and their bytes with 32 bits; this many are far beyond any use.
const DOCUMENTS: u32 = 1_000_000;
/// The name of the file that tells which attachment is an SSH key (`KeeAgent`).
const AGENT_SETTINGS: &str = "KeeAgent.settings";
const KEY_FILE: &str = "id_key";

/// What the first pass found of an item.
struct Planned {
    id: ItemId,
    position: u32,
    /// Names of files, with their numbers in the inner header.
    files: Vec<(String, u32)>,
}

/// The groups of a file, outermost name first; items in the trash are in none of them.
#[derive(Default)]
struct Plan {
    groups: BTreeMap<Vec<String>, Vec<Planned>>,
    trash: Vec<Planned>,
    /// The most versions of an item.
    versions: usize,
}

/// Writes a file.
pub(super) fn write<S: ItemSource>(
    export: &mut Export,
    ids: &[ItemId],
    options: &ExportOptions,
    source: &mut S,
    to: impl Write,
    rng: &mut dyn CryptoRng,
) -> Result<(), S::Error> {
    let mut file = Container::begin(to, &options.password, rng)?;
    let mut key = Zeroizing::new([0; InnerStream::KEY]);
    rng.fill_bytes(&mut *key);
    let mut groups = [0; 16];
    rng.fill_bytes(&mut groups);

    file.write_all(&[1])?;
    field(&mut file, &3_u32.to_le_bytes())?;
    file.write_all(&[2])?;
    field(&mut file, &*key)?;
    let plan = documents(export, ids, source, &mut file)?;
    file.write_all(&[0])?;
    field(&mut file, &[])?;

    let mut xml = Xml::begin(file, InnerStream::new(&key)?)?;
    xml.open("KeePassFile")?;
    meta(&mut xml, &plan, &groups, options.now)?;
    xml.open("Root")?;
    let (top, position) = (Group { seed: &groups, now: options.now }, export.position);
    top.tree(export, &plan, source, &mut xml)?;
    export.position = position;
    Ok(xml.finish()?.finish()?)
}

/// Passes on as many bytes as were announced.
struct Counted<W> {
    to: W,
    left: u64,
}

impl<W: Write> Counted<W> {
    /// Writes zeros in place of what is missing.
    fn fill(&mut self) -> io::Result<()> {
        io::copy(&mut io::repeat(0).take(self.left), &mut self.to).map(drop)
    }
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = bytes.len() as u64;
        if length > self.left {
            return Err(io::ErrorKind::InvalidData.into());
        }
        self.to.write_all(bytes)?;
        self.left -= length;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// The first pass: writes all documents and finds the groups.
fn documents<S: ItemSource>(
    export: &mut Export,
    ids: &[ItemId],
    source: &mut S,
    to: &mut impl Write,
) -> Result<Plan, S::Error> {
    let mut plan = Plan::default();
    let mut number = 0;
    for &id in ids {
        let Some(exported) = export.next(source, id)? else { continue };
        let item = &exported.item;
        let mut files = Vec::new();
        let mut names = entry::Names::default();
        for document in &item.attachments {
            if document.size > DOCUMENT || number >= DOCUMENTS {
                export.lost(item, &document.name, "This file is too large for a KeePass database.");
            } else if source.has_document(id, document)? {
                let length = u32::try_from(document.size + 1).map_err(io::Error::other)?;
                to.write_all(&[3])?;
                to.write_all(&length.to_le_bytes())?;
                to.write_all(&[0])?;
                let mut counted = Counted { to: &mut *to, left: document.size };
                if source.document(id, document, &mut counted)? && counted.left == 0 {
                    files.push((names.make(&document.name), number));
                    export.report.documents += 1;
                } else {
                    // Its place was announced. Other programs drop a file that no entry refers to.
                    counted.fill()?;
                    export.lost(item, &document.name, "This file is damaged.");
                }
                number += 1;
            } else {
                export.lost(item, &document.name, "The content of this file is not on this computer.");
            }
        }
        if let Some(private_key) = item.value(Role::PrivateKey) {
            let name = names.make(KEY_FILE);
            // One byte of flags; 1 asks other programs to protect it in memory.
            let mut secret = Zeroizing::new(Vec::with_capacity(private_key.len() + 2));
            secret.push(1);
            secret.extend_from_slice(private_key.as_bytes());
            if !private_key.ends_with('\n') {
                secret.push(b'\n');
            }
            let settings = [b"\0", entry::agent_settings(&name).as_slice()].concat();
            for (name, content) in [(name, secret.as_slice()), (names.make(AGENT_SETTINGS), &settings)] {
                to.write_all(&[3])?;
                field(to, content)?;
                files.push((name, number));
                number += 1;
            }
        }
        plan.versions = plan.versions.max(versions::of(item).list.len());
        let planned = Planned { id, position: export.position, files };
        if item.trashed_at.is_some() {
            plan.trash.push(planned);
        } else {
            let path =
                exported.folder().split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
            plan.groups.entry(path).or_default().push(planned);
        }
    }
    Ok(plan)
}

fn meta(xml: &mut Xml<impl Write>, plan: &Plan, groups: &[u8; 16], now: Timestamp) -> io::Result<()> {
    xml.open("Meta")?;
    xml.text("Generator", "Coffer")?;
    xml.text("DatabaseName", "Coffer")?;
    xml.time("DatabaseNameChanged", now)?;
    xml.open("MemoryProtection")?;
    for (name, protected) in [
        ("ProtectTitle", false),
        ("ProtectUserName", false),
        ("ProtectPassword", true),
        ("ProtectURL", false),
        ("ProtectNotes", false),
    ] {
        xml.flag(name, protected)?;
    }
    xml.close()?;
    xml.flag("RecycleBinEnabled", true)?;
    let bin = if plan.trash.is_empty() { [0; 16] } else { uuid(groups, &[], b"bin") };
    xml.uuid("RecycleBinUUID", &bin)?;
    xml.time("RecycleBinChanged", now)?;
    // The next save of another program removes versions beyond these.
    xml.text("HistoryMaxItems", &plan.versions.max(10).to_string())?;
    xml.text("HistoryMaxSize", "-1")?;
    xml.close()
}

/// The id of a group, different in each file.
fn uuid(seed: &[u8; 16], path: &[String], kind: &[u8]) -> [u8; 16] {
    let mut digest = Sha256::new().chain_update(seed).chain_update(kind);
    for part in path {
        digest.update(part.as_bytes());
        digest.update([0]);
    }
    let mut id = [0; 16];
    id.iter_mut().zip(digest.finalize()).for_each(|(to, from)| *to = from);
    id
}

/// What all groups share.
struct Group<'a> {
    seed: &'a [u8; 16],
    now: Timestamp,
}

impl Group<'_> {
    fn open(&self, xml: &mut Xml<impl Write>, path: &[String], name: &str, kind: &[u8]) -> io::Result<bool> {
        xml.open("Group")?;
        xml.uuid("UUID", &uuid(self.seed, path, kind))?;
        let cut = xml.text("Name", name)?;
        xml.text("IconID", if kind == b"bin" { "43" } else { "48" })?;
        xml.open("Times")?;
        for time in
            ["CreationTime", "LastModificationTime", "LastAccessTime", "ExpiryTime", "LocationChanged"]
        {
            xml.time(time, self.now)?;
        }
        xml.flag("Expires", false)?;
        xml.text("UsageCount", "0")?;
        xml.close()?;
        xml.flag("IsExpanded", true)?;
        if kind == b"bin" {
            // What was deleted is neither searched nor typed.
            xml.flag("EnableAutoType", false)?;
            xml.flag("EnableSearching", false)?;
        }
        Ok(cut)
    }

    /// Writes all groups with their entries. The map is sorted so that a group is followed by all that is in it.
    fn tree<S: ItemSource>(
        &self,
        export: &mut Export,
        plan: &Plan,
        source: &mut S,
        xml: &mut Xml<impl Write>,
    ) -> Result<(), S::Error> {
        self.open(xml, &[], "Coffer", b"group")?;
        let mut open: Vec<String> = Vec::new();
        for (path, entries) in &plan.groups {
            let common = open.iter().zip(path).take_while(|(one, other)| one == other).count();
            for _ in common..open.len() {
                xml.close()?;
            }
            open.truncate(common);
            for name in path.iter().skip(common) {
                open.push(name.clone());
                if self.open(xml, &open, name, b"group")? {
                    let reason = "A control character of a folder's name has no place in a KeePass database.";
                    export.count("folder", Outcome::NotKept, reason);
                }
            }
            entries.iter().try_for_each(|entry| self.entry(export, entry, source, xml))?;
        }
        for _ in &open {
            xml.close()?;
        }
        if !plan.trash.is_empty() {
            self.open(xml, &[], "Recycle Bin", b"bin")?;
            for entry in &plan.trash {
                self.entry(export, entry, source, xml)?;
                export.count(
                    "folder",
                    Outcome::NotKept,
                    "An item in the trash is in the recycle bin, without the folder that it was in.",
                );
            }
            xml.close()?;
        }
        Ok(xml.close()?)
    }

    fn entry<S: ItemSource>(
        &self,
        export: &mut Export,
        planned: &Planned,
        source: &mut S,
        xml: &mut Xml<impl Write>,
    ) -> Result<(), S::Error> {
        export.position = planned.position;
        match source.item(planned.id)? {
            Some(exported) => Ok(self.written(export, planned, &exported.item, xml)?),
            None => {
                export.report.items = export.report.items.saturating_sub(1);
                let reason = "The item was deleted during the export.";
                export.remarks.add(planned.position, "", "", Outcome::RowSkipped, reason);
                Ok(())
            }
        }
    }

    fn written(
        &self,
        export: &mut Export,
        planned: &Planned,
        item: &Item,
        xml: &mut Xml<impl Write>,
    ) -> io::Result<()> {
        entry::write(export, planned.id.as_bytes(), item, &planned.files, xml)?;
        for (number, extra) in entry::extras(item).into_iter().enumerate() {
            let kind = [b"extra".as_slice(), planned.id.as_bytes(), &number.to_le_bytes()].concat();
            entry::write_extra(export, &uuid(self.seed, &[], &kind), item, &extra, xml)?;
        }
        Ok(())
    }
}
