//! Importing another program's export: first a preview, for which an encrypted file needs its password; then all items or
//! none (`import_commit`).

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use rand_core::Rng as _;
use vault_engine::SecretText;
use vault_engine::clock::{Rng, Timestamp};
use vault_engine::item::{ItemType, safe_to_show};
use vault_interchange::{
    Columns, FileKind, Format, ImportError, Importer, MAPPED_TABLE, Mapping, Options, Outcome, ParsedFile,
    ParsedItem, Remark, Secret, cost, detect, find_importer, fingerprint, read_file, read_key_file,
    table_columns,
};
use zeroize::Zeroizing;

use super::import_known::Known;
use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};
use crate::files::name_of;
use crate::jobs::Job;
use crate::state::{LockedImport, PendingImport, State, TableImport};
use crate::tokens::make_token;
use crate::views::{
    ImportColumns, ImportLocked, ImportPreview, ImportRead, ImportTable, ImportUnlock, JobKind, TypeCount,
    count, type_counts,
};

/// The number of items shown in a preview.
const SAMPLES: usize = 50;
/// The most notes shown in a preview; the report has all of them.
const NOTES_PREVIEWED: usize = 200;

/// A file to be read, and what opens it.
struct Source {
    path: PathBuf,
    options: Options,
    /// The chosen key file, by its name.
    key_file: Option<(String, Zeroizing<Vec<u8>>)>,
    /// Whether the columns of a table are asked about.
    ask_columns: bool,
    /// Whether the first row of that table has their names; guessed if it is not given.
    header: Option<bool>,
}

impl Source {
    fn of(path: PathBuf, options: Options) -> Self {
        Self { path, options, key_file: None, ask_columns: false, header: None }
    }
}

/// The content of a file, or why it is still locked.
enum Opened {
    Content(ParsedFile),
    Locked(Format, ImportError),
    Columns(Columns),
}

impl Coffer {
    /// Reads an export file and returns a preview of its import; a job reports the progress of the comparison with existing
    /// items. Nothing is written. An earlier preview is dropped. If the file is encrypted, its password is asked for with
    /// [`Self::import_unlock`].
    ///
    /// # Errors
    /// `import_unreadable`, `import_too_large`, `import_encrypted`, `import_empty`, `cancelled`, or `locked`.
    pub async fn import_preview(&self, path: PathBuf) -> Result<ImportRead> {
        self.read_import(Source::of(path, Options::default())).await
    }

    /// Reads an encrypted file with its password, and with the key file if one was chosen.
    ///
    /// # Errors
    /// `not_found` if the file is no longer asked about, `key_file_damaged`, and those of [`Self::import_preview`].
    pub async fn import_unlock(&self, request: ImportUnlock) -> Result<ImportRead> {
        let ImportUnlock { token, password, accept_cost } = request;
        let password = SecretText::new(password);
        let LockedImport { token: _, path, locked, key_file } =
            self.actor.call(move |state| Ok(state.locked_import(&token)?.clone())).await?;
        let limit = if accept_cost { cost::ACCEPTED } else { cost::DEFAULT };
        let options =
            Options { password: Some(password), key_file: key_file.clone(), limit, ..Options::default() };
        let key_file = locked.key_file.zip(key_file);
        self.read_import(Source { key_file, ..Source::of(path, options) }).await
    }

    /// Reads a table in another way: with columns that the user explained, without escapes, or asking about its columns.
    ///
    /// # Errors
    /// `not_found` if the file is no longer previewed or asked about, and those of [`Self::import_preview`].
    pub async fn import_table(&self, request: ImportTable) -> Result<ImportRead> {
        let ImportTable { token, unescape, ask_columns, header, columns } = request;
        let of = move |state: &mut State| {
            let table = state.open()?.table_import.as_ref().filter(|table| table.token == token);
            Ok(table.ok_or(ErrorCode::NotFound)?.path.clone())
        };
        let path = self.actor.call(of).await?;
        let mapping = columns.map(|columns| Mapping {
            header: header.unwrap_or(true),
            columns: columns.into_iter().map(Into::into).collect(),
        });
        let options = Options { unescape, mapping, ..Options::default() };
        self.read_import(Source { ask_columns, header, ..Source::of(path, options) }).await
    }

    /// Sets the key file of an encrypted file.
    ///
    /// # Errors
    /// `not_found` if the file is no longer asked about, `file_unreadable`, or `import_too_large`.
    pub async fn import_key_file(&self, token: String, path: PathBuf) -> Result<ImportLocked> {
        let name = safe_to_show(&name_of(&path));
        let read = tokio::task::spawn_blocking(move || read_key_file(&path)).await;
        let content = read.map_err(|_| ErrorCode::Internal)??;
        self.actor
            .call(move |state| {
                let pending = state.locked_import(&token)?;
                pending.key_file = Some(content);
                pending.locked.key_file = Some(name);
                pending.locked.wrong = false;
                Ok(pending.locked.clone())
            })
            .await
    }

    async fn read_import(&self, source: Source) -> Result<ImportRead> {
        let now = self.clock.now();
        let mut rng = (self.make_rng)();
        let mut key = [0; 32];
        rng.fill_bytes(&mut key);
        let token = make_token(&mut rng);
        let file_name = name_of(&source.path);
        let job = self.jobs.start(JobKind::ImportRead, safe_to_show(&file_name), 0);
        let from = source.path.clone();
        let Source { path, options, key_file, ask_columns, header } = source;
        let ask = ask_columns.then_some(header);
        let read = tokio::task::spawn_blocking(move || open(&from, &options, ask, now, rng)).await;
        let read = match read {
            _ if job.cancelled() => Err(ErrorCode::Cancelled.into()),
            Ok(read) => read.map_err(Into::into),
            Err(_) => Err(ErrorCode::Internal.into()),
        };
        let read = match read {
            Ok(read) => read,
            Err(error) => return job.end_with(Err(error)),
        };
        self.actor
            .call(move |state| {
                let answer = match read {
                    Opened::Content(parsed) => {
                        let table = find_importer(parsed.format.id).is_some_and(Importer::is_table);
                        let table = table.then(|| TableImport { token: token.clone(), path });
                        preview(state, PendingImport { token, file_name, parsed }, table, &key, now, &job)
                            .map(ImportRead::Preview)
                    }
                    Opened::Columns(columns) => state.open().map(|open| {
                        (open.import, open.locked_import) = (None, None);
                        open.table_import = Some(TableImport { token: token.clone(), path });
                        ImportRead::Columns(ImportColumns::of(token, safe_to_show(&file_name), &columns))
                    }),
                    Opened::Locked(format, error) => {
                        let (name, content) = key_file.unzip();
                        let locked = locked(token, &file_name, format, name, &error);
                        state.open().map(|open| {
                            let token = locked.token.clone();
                            let pending =
                                LockedImport { token, path, locked: locked.clone(), key_file: content };
                            (open.import, open.locked_import) = (None, Some(pending));
                            open.table_import = None;
                            ImportRead::Locked(locked)
                        })
                    }
                };
                job.end_with(answer)
            })
            .await
    }

    /// Returns how many remarks on a previewed file tell of something that is not imported.
    ///
    /// # Errors
    /// `not_found` if the preview no longer exists, or `locked`.
    pub async fn import_lost(&self, token: String) -> Result<u32> {
        self.actor
            .call(move |state| {
                let pending = state.open()?.import.as_ref().filter(|pending| pending.token == token);
                let remarks = &pending.ok_or(ErrorCode::NotFound)?.parsed.remarks;
                let lost =
                    |remark: &&Remark| matches!(remark.outcome, Outcome::NotKept | Outcome::RowSkipped);
                Ok(count(remarks.iter().filter(lost).count()))
            })
            .await
    }

    /// Drops a preview, or an encrypted file that is asked about.
    ///
    /// # Errors
    /// `locked`.
    pub async fn import_discard(&self, token: String) -> Result<()> {
        self.actor
            .call(move |state| {
                let open = state.open()?;
                open.import.take_if(|pending| pending.token == token);
                open.locked_import.take_if(|pending| pending.token == token);
                open.table_import.take_if(|pending| pending.token == token);
                Ok(())
            })
            .await
    }
}

impl State {
    fn locked_import(&mut self, token: &str) -> Result<&mut LockedImport> {
        let pending = self.open()?.locked_import.as_mut().filter(|pending| pending.token == token);
        Ok(pending.ok_or(ErrorCode::NotFound)?)
    }
}

fn open(
    path: &std::path::Path,
    options: &Options,
    ask: Option<Option<bool>>,
    now: Timestamp,
    mut rng: Rng,
) -> Result<Opened, ImportError> {
    let bytes = read_file(path)?;
    let columns = |header| table_columns(&bytes, header).map(Opened::Columns);
    if let Some(header) = ask {
        return columns(header);
    }
    let mapped = options.mapping.as_ref().and_then(|_| find_importer(MAPPED_TABLE));
    let importer = match mapped.map_or_else(|| detect(&bytes), Ok) {
        Err(ImportError::UnknownFormat { looks_like: Some(FileKind::OtherTable) }) => {
            return columns(None);
        }
        found => found?,
    };
    match importer.read(&bytes, options, now, &mut *rng) {
        Err(error @ (ImportError::SecretNeeded | ImportError::WrongSecret | ImportError::Costly(_))) => {
            Ok(Opened::Locked(importer.format, error))
        }
        read => read.map(Opened::Content),
    }
}

fn locked(
    token: String,
    file_name: &str,
    format: Format,
    key_file: Option<String>,
    error: &ImportError,
) -> ImportLocked {
    ImportLocked {
        token,
        file_name: safe_to_show(file_name),
        format: format.into(),
        program: format.into(),
        takes_key_file: format.secret == Secret::PasswordOrKeyFile,
        key_file,
        wrong: *error == ImportError::WrongSecret,
        cost: if let ImportError::Costly(cost) = error { Some((*cost).into()) } else { None },
    }
}

/// Compares the items of a file with the existing ones, and keeps them until they are confirmed.
fn preview(
    state: &mut State,
    pending: PendingImport,
    table: Option<TableImport>,
    key: &[u8; 32],
    now: Timestamp,
    job: &Job,
) -> Result<ImportPreview> {
    let open = state.open()?;
    (open.import, open.locked_import, open.table_import) = (None, None, None);
    let mut known = Known::read(&mut open.session, key, now, job)?;
    let parsed = &pending.parsed;
    let (mut identical, mut updates, mut unchanged) = (0, 0, 0);
    for ParsedItem { item, files, .. } in &parsed.items {
        if known.has(&fingerprint(item, key)) {
            identical += 1;
        } else if let Some((_, old)) = known.take(&open.session, item)
            && let Some(update) = known.update(old.item, item)
        {
            *(if update.changed || !files.is_empty() { &mut updates } else { &mut unchanged }) += 1;
        }
    }
    let preview = ImportPreview {
        token: pending.token.clone(),
        file_name: safe_to_show(&pending.file_name),
        format: parsed.format.into(),
        items: count(parsed.items.len()),
        types: counts(parsed.items.iter().map(|item| item.item.item_type)),
        identical,
        updates,
        unchanged,
        folders: count(parsed.folders.len()),
        files: count(parsed.items.iter().map(|item| item.files.len()).sum()),
        table: table.is_some(),
        escaped: count(parsed.escaped_items()),
        samples: parsed.items.iter().take(SAMPLES).map(|item| (&item.item).into()).collect(),
        notes: parsed.remarks.iter().take(NOTES_PREVIEWED).map(Into::into).collect(),
    };
    (open.import, open.table_import) = (Some(pending), table);
    Ok(preview)
}

pub(super) fn counts(types: impl Iterator<Item = ItemType>) -> Vec<TypeCount> {
    let mut counts: HashMap<ItemType, u32> = HashMap::new();
    for item_type in types {
        *counts.entry(item_type).or_default() += 1;
    }
    type_counts(&counts.into_iter().collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>())
}
