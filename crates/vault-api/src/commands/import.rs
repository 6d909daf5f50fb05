//! Importing another program's export: first a preview, then all items or none.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;
use std::sync::Arc;

use rand_core::Rng as _;
use vault_engine::item::{ItemType, safe_to_show};
use vault_engine::session::{Put, Session, SessionError};
use vault_interchange::{ImportError, ParsedFile, detect, fingerprint, read_file};

use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};
use crate::events::Event;
use crate::files::name_of;
use crate::jobs::Job;
use crate::state::{PendingImport, State};
use crate::tokens::make_token;
use crate::views::{
    ImportChoice, ImportPreview, ImportReport, JobKind, JobUnit, TypeCount, count, tidy_folder, type_counts,
};

/// The number of items shown in a preview.
const SAMPLES: usize = 50;
/// The most notes shown in a preview; the report has all of them.
const NOTES_PREVIEWED: usize = 200;

impl Coffer {
    /// Reads an export file and returns a preview of its import; a job reports the progress of the comparison with existing
    /// items. Nothing is written. The preview of an earlier file is dropped.
    ///
    /// # Errors
    /// `import_unreadable`, `import_too_large`, `import_encrypted`, `cancelled`, or `locked`.
    pub async fn import_preview(&self, path: PathBuf) -> Result<ImportPreview> {
        let now = self.clock.now();
        let mut rng = (self.make_rng)();
        let mut key = [0; 32];
        rng.fill_bytes(&mut key);
        let token = make_token(&mut rng);
        let file_name = name_of(&path);
        let job = self.jobs.start(JobKind::ImportRead, safe_to_show(&file_name), 0);
        let parsed = tokio::task::spawn_blocking(move || -> Result<ParsedFile, ImportError> {
            let bytes = read_file(&path)?;
            detect(&bytes)?.read(&bytes, now, &mut *rng)
        })
        .await;
        let parsed = match parsed {
            _ if job.cancelled() => Err(ErrorCode::Cancelled.into()),
            Ok(read) => read.map_err(Into::into),
            Err(_) => Err(ErrorCode::Internal.into()),
        };
        let parsed = match parsed {
            Ok(parsed) => parsed,
            Err(error) => return job.end_with(Err(error)),
        };
        let compare = move |state: &mut State, job: &Job| {
            let open = state.open()?;
            let known = fingerprints(&mut open.session, &key, job)?;
            let identical = parsed.items.iter().filter(|item| known.contains(&fingerprint(&item.item, &key)));
            let preview = ImportPreview {
                token: token.clone(),
                file_name: safe_to_show(&file_name),
                format: parsed.format.into(),
                items: count(parsed.items.len()),
                types: counts(parsed.items.iter().map(|item| item.item.item_type)),
                identical: count(identical.count()),
                folders: count(parsed.folders.len()),
                samples: parsed.items.iter().take(SAMPLES).map(|item| (&item.item).into()).collect(),
                notes: parsed.remarks.iter().take(NOTES_PREVIEWED).map(Into::into).collect(),
            };
            open.import = Some(PendingImport { token, file_name, parsed });
            Ok(preview)
        };
        self.actor
            .call(move |state| {
                let preview = compare(state, &job);
                job.end_with(preview)
            })
            .await
    }

    /// Imports the items of a preview, all or none.
    ///
    /// # Errors
    /// `not_found` if the preview no longer exists, `cancelled`, or the disk.
    pub async fn import_commit(&self, choice: ImportChoice) -> Result<ImportReport> {
        let mut key = [0; 32];
        (self.make_rng)().fill_bytes(&mut key);
        let jobs = Arc::clone(&self.jobs);
        let report = self
            .actor
            .call(move |state| {
                let open = state.open()?;
                let fits = |pending: &PendingImport| pending.token == choice.token;
                if !open.import.as_ref().is_some_and(fits) {
                    return Err(ErrorCode::NotFound.into());
                }
                let pending = open.import.take().ok_or(ErrorCode::NotFound)?;
                let total = u64::from(count(pending.parsed.items.len()));
                let job = jobs.start(JobKind::ItemImport, safe_to_show(&pending.file_name), total);
                let report = commit(&mut open.session, pending.parsed, &choice, &key, &job);
                job.end_with(report)
            })
            .await?;
        self.events.send(Event::ItemsChanged);
        Ok(report)
    }

    /// Drops a preview.
    ///
    /// # Errors
    /// `locked`.
    pub async fn import_discard(&self, token: String) -> Result<()> {
        self.actor
            .call(move |state| {
                let open = state.open()?;
                if open.import.as_ref().is_some_and(|pending| pending.token == token) {
                    open.import = None;
                }
                Ok(())
            })
            .await
    }
}

fn commit(
    session: &mut Session,
    parsed: ParsedFile,
    choice: &ImportChoice,
    key: &[u8; 32],
    job: &Job,
) -> Result<ImportReport> {
    let ParsedFile { format: _, items, folders: _, fields_mapped, remarks } = parsed;
    let folder = choice.folder.as_deref().and_then(tidy_folder);
    let tag = choice.tag.as_deref().map(str::trim).filter(|tag| !tag.is_empty());
    let mut known = if choice.skip_identical { fingerprints(session, key, job)? } else { HashSet::new() };
    let total = items.len();
    let mut puts = Vec::with_capacity(total);
    let mut types = Vec::with_capacity(total);
    for parsed in items {
        let mut item = parsed.item;
        let as_in_file = fingerprint(&item, key);
        if let Some(folder) = &folder {
            item.folder = Some(match item.folder {
                Some(below) => format!("{folder}/{below}"),
                None => folder.clone(),
            });
        }
        if let Some(tag) = tag {
            item.tags.insert(tag.to_owned());
        }
        // An item that occurs twice within one import is a duplicate too, with or without the chosen folder and tag.
        let as_stored = fingerprint(&item, key);
        let identical = known.contains(&as_in_file) || known.contains(&as_stored);
        if choice.skip_identical && identical {
            continue;
        }
        known.insert(as_stored);
        types.push(item.item_type);
        puts.push(Put::new(item));
    }
    let skipped = total - puts.len();
    let wanted = puts.len() as u64;
    session.put_many(puts, &mut |done| job.progress_in(JobUnit::Items, done as u64, wanted))?;
    Ok(ImportReport {
        imported: count(types.len()),
        skipped: count(skipped),
        types: counts(types.into_iter()),
        fields_mapped,
        notes: remarks.iter().map(Into::into).collect(),
    })
}

/// Digests of all items outside the trash, under a key for this comparison only.
pub(super) fn fingerprints(
    session: &mut Session,
    key: &[u8; 32],
    job: &Job,
) -> Result<HashSet<[u8; 32]>, SessionError> {
    let counted = session.sidebar()?;
    let total = u64::from(counted.all) + u64::from(counted.archived);
    let (mut known, mut done) = (HashSet::new(), 0);
    session.each_item(&mut |_, item| {
        known.insert(fingerprint(item, key));
        done += 1;
        job.progress_in(JobUnit::Items, done, total)
    })?;
    if job.cancelled() { Err(SessionError::Cancelled) } else { Ok(known) }
}

fn counts(types: impl Iterator<Item = ItemType>) -> Vec<TypeCount> {
    let mut counts: HashMap<ItemType, u32> = HashMap::new();
    for item_type in types {
        *counts.entry(item_type).or_default() += 1;
    }
    type_counts(&counts.into_iter().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>())
}
