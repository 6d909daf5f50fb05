//! Importing another program's export: look first, then all or nothing.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::{Path, PathBuf};

use rand_core::Rng as _;
use vault_engine::item::{Item, ItemType, safe_to_show, subtitle};
use vault_engine::session::{Put, Session, SessionError};
use vault_interchange::{ImportError, Outcome as Kept, ParsedFile, Remark, detect, fingerprint, read_file};

use crate::coffer::{Coffer, State};
use crate::error::Outcome;
use crate::events::Event;
use crate::item_draft::tidy_folder;
use crate::jobs::Job;
use crate::list_view::type_counts;
use crate::views::{
    ErrorCode, ErrorView, FieldOutcome, ImportChoice, ImportNote, ImportPreview, ImportReport, ImportSample,
    JobKind, JobUnit, TypeCount,
};

/// Items shown in a preview.
const SAMPLES: usize = 50;
/// Remarks shown in a preview; the report has all of them.
const NOTES_PREVIEWED: usize = 200;

/// A file that was read and waits for the person's word.
pub(crate) struct PendingImport {
    token: String,
    file_name: String,
    parsed: ParsedFile,
}

impl Coffer {
    /// Reads an export file and tells what it would bring, while a job tells how far the comparison with what is there is.
    /// Nothing is written; the file read before is forgotten.
    ///
    /// # Errors
    /// `import_unreadable`, `import_too_large`, `import_encrypted`, `cancelled`, or `locked`.
    pub async fn import_preview(&self, path: PathBuf) -> Outcome<ImportPreview> {
        let now = self.clock.now();
        let mut rng = (self.make_rng)();
        let mut key = [0; 32];
        rng.fill_bytes(&mut key);
        let mut token = [0; 8];
        rng.fill_bytes(&mut token);
        let token = token.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let file_name = name_of(&path);
        let job = self.jobs.start(JobKind::ImportRead, safe_to_show(&file_name), 0);
        let parsed = tokio::task::spawn_blocking(move || -> Result<ParsedFile, ImportError> {
            let bytes = read_file(&path)?;
            detect(&bytes)?.read(&bytes, now, &mut *rng)
        })
        .await;
        let parsed = match parsed {
            _ if job.cancelled() => Err(ErrorCode::Cancelled.into()),
            Ok(read) => read.map_err(|error| import_error(&error)),
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
                samples: parsed.items.iter().take(SAMPLES).map(|item| sample(&item.item)).collect(),
                notes: parsed.remarks.iter().take(NOTES_PREVIEWED).map(note_view).collect(),
            };
            open.import = Some(PendingImport { token, file_name, parsed });
            Ok(preview)
        };
        self.owner
            .call(move |state| {
                let preview = compare(state, &job);
                job.end_with(preview)
            })
            .await
    }

    /// Writes what a preview showed, all or nothing.
    ///
    /// # Errors
    /// `not_found` if the preview is gone, `cancelled`, or the disk.
    pub async fn import_commit(&self, choice: ImportChoice) -> Outcome<ImportReport> {
        let mut key = [0; 32];
        (self.make_rng)().fill_bytes(&mut key);
        let jobs = std::sync::Arc::clone(&self.jobs);
        let report = self
            .owner
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

    /// Forgets a preview.
    ///
    /// # Errors
    /// `locked`.
    pub async fn import_discard(&self, token: String) -> Outcome<()> {
        self.owner
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
) -> Outcome<ImportReport> {
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
        // The same file twice within one import is a duplicate as well, with or without the chosen folder and tag.
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
    session.put_many(puts, &mut |done| job.tell(JobUnit::Items, done as u64, wanted))?;
    Ok(ImportReport {
        imported: count(types.len()),
        skipped: count(skipped),
        types: counts(types.into_iter()),
        fields_mapped,
        notes: remarks.iter().map(note_view).collect(),
    })
}

/// Digests of all items outside the trash, under a key of this one comparison.
fn fingerprints(session: &mut Session, key: &[u8; 32], job: &Job) -> Result<HashSet<[u8; 32]>, SessionError> {
    let counted = session.sidebar()?;
    let total = u64::from(counted.all) + u64::from(counted.archived);
    let (mut known, mut done) = (HashSet::new(), 0);
    session.each_item(&mut |_, item| {
        known.insert(fingerprint(item, key));
        done += 1;
        job.tell(JobUnit::Items, done, total)
    })?;
    if job.cancelled() { Err(SessionError::Cancelled) } else { Ok(known) }
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn counts(types: impl Iterator<Item = ItemType>) -> Vec<TypeCount> {
    let mut counts: HashMap<ItemType, u32> = HashMap::new();
    for item_type in types {
        *counts.entry(item_type).or_default() += 1;
    }
    type_counts(&counts.into_iter().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>())
}

fn sample(item: &Item) -> ImportSample {
    ImportSample { item_type: item.item_type.into(), title: item.title.clone(), subtitle: subtitle(item) }
}

fn note_view(remark: &Remark) -> ImportNote {
    let Remark { position, title, field, outcome, reason } = remark;
    ImportNote {
        position: *position,
        title: safe_to_show(title),
        field: safe_to_show(field),
        outcome: match outcome {
            Kept::KeptAsCustomField => FieldOutcome::KeptAsCustomField,
            Kept::NotKept => FieldOutcome::NotKept,
            Kept::RowSkipped => FieldOutcome::RowSkipped,
        },
        reason: reason.clone(),
    }
}

fn import_error(error: &ImportError) -> ErrorView {
    let code = match error {
        ImportError::TooLarge
        | ImportError::TooDeep
        | ImportError::TooManyItems
        | ImportError::TooManyValues => ErrorCode::ImportTooLarge,
        ImportError::AccountEncrypted | ImportError::PasswordProtected => ErrorCode::ImportEncrypted,
        ImportError::Unreadable(_) => ErrorCode::FileUnreadable,
        ImportError::Empty
        | ImportError::NotText { .. }
        | ImportError::UnknownFormat { .. }
        | ImportError::Malformed { .. } => ErrorCode::ImportUnreadable,
    };
    let mut text = error.to_string();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let place = |number: u64| u32::try_from(number).ok().filter(|number| *number > 0);
    let (line, column) = match *error {
        ImportError::NotText { line } => (place(line), None),
        ImportError::Malformed { line, column } => (place(line), place(column)),
        _ => (None, None),
    };
    ErrorView { message: format!("{text}."), line, column, ..ErrorView::of(code) }
}
