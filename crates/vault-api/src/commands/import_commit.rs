//! Writing what the preview of an import showed. Attached files are sealed outside of the profile thread, before everything
//! is written in one transaction.

use std::fs;

use rand_core::Rng as _;
use tokio::sync::oneshot;
use vault_engine::BlobId;
use vault_engine::clock::{Rng, Timestamp};
use vault_engine::document::{ChunkList, NewBlob, seal};
use vault_engine::item::{Item, safe_to_show};
use vault_engine::session::{Put, Session, Target};
use vault_interchange::{Format, ParsedFile, ParsedFileContent, ParsedItem, Remark, fingerprint};

use super::document::DocumentStore;
use super::import::counts;
use super::import_known::{Known, Update};
use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};
use crate::events::Event;
use crate::jobs::Job;
use crate::state::{FinishedImport, Open, PendingImport, State};
use crate::views::{ImportChoice, ImportReport, ImportSame, JobKind, JobUnit, count, tidy_folder};
use crate::worker::spawn;

/// What is written.
struct Plan {
    source: Source,
    puts: Vec<Put>,
    /// The files of each of them, to be sealed.
    files: Vec<Vec<ParsedFileContent>>,
    skipped: usize,
    fields_mapped: u32,
    remarks: Vec<Remark>,
}

/// What is imported, for the report.
struct Source {
    token: String,
    file_name: String,
    format: Format,
    at: Timestamp,
}

/// An import that is begun.
enum Begun {
    Done(ImportReport),
    /// Files have to be sealed first.
    ToSeal(Box<Plan>, Job, DocumentStore),
}

impl Coffer {
    /// Imports the items of a preview, all or none.
    ///
    /// # Errors
    /// `not_found` if the preview no longer exists, `cancelled`, or the disk.
    pub async fn import_commit(&self, choice: ImportChoice) -> Result<ImportReport> {
        let mut key = [0; 32];
        (self.make_rng)().fill_bytes(&mut key);
        let coffer = self.clone();
        let begun = self.actor.call(move |state| coffer.begin_import(state, &choice, &key)).await?;
        let report = match begun {
            Begun::Done(report) => report,
            Begun::ToSeal(plan, job, store) => {
                let (result, receiver) = oneshot::channel();
                let coffer = self.clone();
                spawn("coffer-import", move || {
                    // Fails if the caller was dropped; the work is done all the same.
                    let _ = result.send(coffer.import_with_files(*plan, job, &store));
                })?;
                receiver.await.unwrap_or_else(|_| Err(ErrorCode::Internal.into()))?
            }
        };
        self.events.send(Event::ItemsChanged);
        Ok(report)
    }

    fn begin_import(&self, state: &mut State, choice: &ImportChoice, key: &[u8; 32]) -> Result<Begun> {
        let open = state.open()?;
        let pending = open.import.take_if(|pending| pending.token == choice.token);
        let PendingImport { token, file_name, parsed } = pending.ok_or(ErrorCode::NotFound)?;
        let (name, total) = (safe_to_show(&file_name), u64::from(count(parsed.items.len())));
        let at = self.clock.now();
        let source = Source { token, file_name: name.clone(), format: parsed.format, at };
        let with_files = parsed.items.iter().any(|item| !item.files.is_empty());
        // The keys of the files are in memory until the items are written.
        let job = if with_files {
            self.jobs.start_with_keys(JobKind::ItemImport, name, total)
        } else {
            self.jobs.start(JobKind::ItemImport, name, total)
        };
        let plan = match plan(&mut open.session, source, parsed, choice, key, &job) {
            Ok(plan) => plan,
            Err(error) => return job.end_with(Err(error)),
        };
        if with_files {
            Ok(Begun::ToSeal(Box::new(plan), job, DocumentStore::of(&open.session)))
        } else {
            let report = write(open, plan, &[], &job);
            job.end_with(report.map(Begun::Done))
        }
    }

    fn import_with_files(&self, mut plan: Plan, job: Job, store: &DocumentStore) -> Result<ImportReport> {
        let mut sealed = Vec::new();
        let mut rng = (self.make_rng)();
        let lists = seal_all(&mut plan, &mut sealed, store, self.clock.now(), &mut rng, &job);
        let report = match lists {
            // Locking waits for the job, so its keys go first.
            Err(error) => {
                drop(plan);
                job.end_with(Err(error))
            }
            Ok(lists) => self.actor.call_blocking(move |state| {
                let report = state.open().and_then(|open| write(open, plan, &lists, &job));
                job.end_with(report)
            }),
        };
        if report.is_err() {
            // No revision names the files, so nothing is lost; after a crash here the sweep removes them.
            for blob in sealed {
                let _ = fs::remove_file(store.blobs.path_of(&blob));
            }
        }
        report
    }
}

/// Applies the choice to the items of a file.
fn plan(
    session: &mut Session,
    source: Source,
    parsed: ParsedFile,
    choice: &ImportChoice,
    key: &[u8; 32],
    job: &Job,
) -> Result<Plan> {
    let ParsedFile { format: _, items, folders: _, fields_mapped, remarks } = parsed;
    let folder = choice.folder.as_deref().and_then(tidy_folder);
    let tag = choice.tag.as_deref().map(str::trim).filter(|tag| !tag.is_empty());
    let (total, now) = (items.len(), source.at);
    let mut known = Known::read(session, key, now, job)?;
    let puts = Vec::with_capacity(total);
    let mut plan = Plan { source, puts, files: Vec::new(), skipped: 0, fields_mapped, remarks };
    for ParsedItem { position: _, mut item, files } in items {
        let as_in_file = fingerprint(&item, key);
        let (folder_in_file, tags_in_file) = (item.folder.clone(), item.tags.clone());
        if let Some(folder) = &folder {
            item.folder = Some(match item.folder {
                Some(below) => format!("{folder}/{below}"),
                None => folder.clone(),
            });
        }
        if let Some(tag) = tag {
            item.tags.insert(tag.to_owned());
        }
        // An item that occurs twice within one import is a duplicate too, with or without the chosen folder and tag. Two with
        // files may differ in the content of these.
        let as_stored = fingerprint(&item, key);
        let identical = files.is_empty() && (known.has(&as_in_file) || known.has(&as_stored));
        if choice.skip_identical && identical {
            continue;
        }
        let put = match choice.same {
            ImportSame::Keep => Put::new(item),
            _ if identical => Put::new(item),
            same => match known.take(session, &item) {
                None => Put::new(item),
                Some(_) if same == ImportSame::Skip => continue,
                Some((id, old)) => {
                    // It stays in the folder where the user put it, and a tag alone is no reason for a revision.
                    let in_folder = std::mem::replace(&mut item.folder, folder_in_file);
                    let with_tag = std::mem::replace(&mut item.tags, tags_in_file);
                    match known.update(old.item, &item) {
                        Some(Update { changed: false, .. }) if files.is_empty() => continue,
                        Some(Update { mut item, .. }) => {
                            item.tags.extend(tag.map(str::to_owned));
                            Put::change(id, old.revision, item)
                        }
                        None => Put::new(Item { folder: in_folder, tags: with_tag, ..item }),
                    }
                }
            },
        };
        if files.is_empty() && put.target == Target::New {
            known.add(as_stored);
        }
        plan.puts.push(put);
        plan.files.push(files);
    }
    plan.skipped = total - plan.puts.len();
    Ok(plan)
}

/// Seals the files of all items and adds them to the items. The ids of the sealed files are added to `sealed`, also if it
/// fails. Returns the chunk lists.
fn seal_all(
    plan: &mut Plan,
    sealed: &mut Vec<BlobId>,
    store: &DocumentStore,
    now: Timestamp,
    rng: &mut Rng,
    job: &Job,
) -> Result<Vec<ChunkList>> {
    let total: u64 = plan.files.iter().flatten().map(|file| file.size).sum();
    let (mut before, mut lists) = (0, Vec::new());
    for (put, files) in plan.puts.iter_mut().zip(&mut plan.files) {
        for file in std::mem::take(files) {
            let new = NewBlob::make(rng);
            let mut progress = |done| job.progress_in(JobUnit::Bytes, before + done, total);
            let document = seal(file.reader(), file.size, new, &store.blobs, &mut progress)?;
            before += file.size;
            sealed.push(document.blob.blob_id);
            lists.extend(document.chunk_list().filter(ChunkList::is_worth_keeping));
            put.blobs.push(document.blob);
            put.item.attachments.push(document.into_attachment(file.name, now));
        }
    }
    Ok(lists)
}

/// Writes the items in one transaction, and keeps the report so that it can be saved.
fn write(open: &mut Open, plan: Plan, lists: &[ChunkList], job: &Job) -> Result<ImportReport> {
    let Plan { source, puts, files: _, skipped, fields_mapped, remarks } = plan;
    let (added, changed): (Vec<&Put>, Vec<&Put>) = puts.iter().partition(|put| put.target == Target::New);
    let types: Vec<_> = added.iter().map(|put| put.item.item_type).collect();
    let updated: Vec<String> = changed.iter().map(|put| safe_to_show(&put.item.title)).collect();
    let (session, wanted) = (&mut open.session, puts.len() as u64);
    let written =
        session.import_all(puts, &mut |done| job.progress_in(JobUnit::Items, done as u64, wanted))?;
    for list in lists {
        // A chunk list that is not kept is made again when needed.
        let _ = session.keep_chunk_list(list);
    }
    let report = ImportReport {
        token: source.token.clone(),
        imported: count(types.len()),
        updated: count(updated.len()),
        skipped: count(skipped),
        types: counts(types.into_iter()),
        fields_mapped,
        undo: written.undo.map(|undo| undo.to_string()),
        notes: remarks.iter().map(Into::into).collect(),
    };
    let Source { token: _, file_name, format, at } = source;
    open.import_report =
        Some(FinishedImport { file_name, format: format.name, at, updated, report: report.clone() });
    Ok(report)
}
