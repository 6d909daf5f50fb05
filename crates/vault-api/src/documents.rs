//! Documents: files taken in, attached and written out, each as a job beside the open profile.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use vault_engine::clock::Timestamp;
use vault_engine::disk::BlobFolder;
use vault_engine::disk::DiskError;
use vault_engine::document::{DocumentError, Existing, Opening, SealedBlob, Sealing, SourceFile, Step};
use vault_engine::item::{Item, ItemType, safe_file_name, safe_to_show};
use vault_engine::session::{EarlierFile, Opened, Put, SealedFileKey, Session, Stored};
use vault_engine::{BlobId, ItemId, ProfileId};

use crate::coffer::Coffer;
use crate::document_rules::rules_for;
use crate::error::{Outcome, in_units};
use crate::events::Event;
use crate::gate::Pass;
use crate::item_view::attachment_view;
use crate::items::{position, view};
use crate::jobs::Job;
use crate::views::{EarlierFileView, ErrorCode, ErrorView, InputProblem, ItemView, JobKind, JobView};

/// Files taken in with one call; a folder dropped by mistake has more.
const FILES_AT_ONCE: usize = 500;

/// What becomes of a file that is taken in.
#[derive(Clone, Copy)]
enum Place {
    /// A document of its own.
    New,
    /// One more file of an item.
    Beside(ItemId),
    /// A new version of a file of an item.
    InsteadOf(ItemId, BlobId),
}

impl Place {
    fn item(self) -> Option<ItemId> {
        match self {
            Self::New => None,
            Self::Beside(item) | Self::InsteadOf(item, _) => Some(item),
        }
    }
}

/// Where documents of an open profile lie.
#[derive(Clone)]
struct Home {
    profile: ProfileId,
    blobs: BlobFolder,
}

impl Coffer {
    /// Takes files in, each as a document of its own. The answer names one job for each file; they run one after the
    /// other, each on all cores. Locking the profile pauses them between two chunks, unlocking lets them go on.
    ///
    /// # Errors
    /// `locked`, `profile_read_only`, or `invalid_input` for too many files.
    pub async fn document_import(&self, files: Vec<PathBuf>) -> Outcome<Vec<u32>> {
        self.take_in(Place::New, files).await
    }

    /// Attaches files to an item; see [`Coffer::document_import`].
    ///
    /// # Errors
    /// As [`Coffer::document_import`], `not_found`, or `password_needed`.
    pub async fn document_attach(&self, item: ItemId, files: Vec<PathBuf>) -> Outcome<Vec<u32>> {
        self.take_in(Place::Beside(item), files).await
    }

    /// Takes a file in as the new version of a file of an item, as a job. The version before is kept.
    ///
    /// # Errors
    /// As [`Coffer::document_import`], `password_needed`, or `not_found` if the item has no such file.
    pub async fn document_replace(&self, item: ItemId, blob: BlobId, file: PathBuf) -> Outcome<u32> {
        let jobs = self.take_in(Place::InsteadOf(item, blob), vec![file]).await?;
        jobs.first().copied().ok_or_else(|| ErrorCode::Internal.into())
    }

    /// The files that an item had before: earlier versions of those it has, and files that were taken off. Those that it
    /// had last come first.
    ///
    /// # Errors
    /// `locked`, `not_found`, `password_needed` if the item asks for the master password again, or a damaged database.
    pub async fn document_versions(&self, item: ItemId) -> Outcome<Vec<EarlierFileView>> {
        self.read_guarded(item, move |session, _, guard| {
            guard()?;
            Ok(session.earlier_files(item)?.iter().map(earlier_view).collect())
        })
        .await
    }

    /// Gives an item a file back that it had before, in the place of the one that took its place.
    ///
    /// # Errors
    /// `not_found` if the item never had it or its content was deleted, `password_needed`, or the disk.
    pub async fn document_restore(&self, item: ItemId, blob: BlobId) -> Outcome<ItemView> {
        self.change_guarded(item, move |session| {
            session.restore_file(item, &blob)?;
            view(session, item)
        })
        .await
    }

    /// Deletes the content of a file for good that an item had before.
    ///
    /// # Errors
    /// `not_found` if the item has it now or never had it, `password_needed`, or the disk.
    pub async fn document_drop(&self, item: ItemId, blob: BlobId) -> Outcome<()> {
        self.change_guarded(item, move |session| Ok(session.drop_file(item, &blob)?)).await
    }

    /// The name under which a file that an item has or had is offered for saving: safe for every file system.
    ///
    /// # Errors
    /// `locked`, `not_found`, or `password_needed`: whoever saves a file is asked before they choose where.
    pub async fn document_name(&self, item: ItemId, blob: BlobId) -> Outcome<String> {
        self.read_guarded(item, move |session, _, guard| {
            guard()?;
            Ok(safe_file_name(&session.file(item, &blob)?.0.name))
        })
        .await
    }

    /// Writes a file that an item has or had to `target`, as a job. A file that is there is replaced once every check
    /// has held; the person was asked by the file dialog.
    ///
    /// # Errors
    /// `locked`, `not_found`, or `password_needed` if the item asks for the master password again.
    pub async fn document_export(&self, item: ItemId, blob: BlobId, target: PathBuf) -> Outcome<u32> {
        let (name, size, home) = self
            .read_guarded(item, move |session, _, guard| {
                guard()?;
                let (attachment, _) = session.file(item, &blob)?;
                Ok((safe_to_show(&attachment.name), attachment.size, home(session)))
            })
            .await?;
        let job = self.jobs.start(JobKind::DocumentExport, name, size);
        let id = job.id();
        let coffer = self.clone();
        spawn(move || {
            let written = coffer.write_out(&job, &home, (item, blob), &target);
            job.end(written.map(|()| Some(item.to_string())));
        })?;
        Ok(id)
    }

    /// Every job of this run of the program that is still remembered.
    #[must_use]
    pub fn job_list(&self) -> Vec<JobView> {
        self.jobs.list()
    }

    /// Asks a job to stop.
    ///
    /// # Errors
    /// `not_found`.
    pub fn job_cancel(&self, id: u32) -> Outcome<()> {
        self.jobs.cancel(id)
    }

    async fn take_in(&self, place: Place, files: Vec<PathBuf>) -> Outcome<Vec<u32>> {
        if files.len() > FILES_AT_ONCE {
            return Err(ErrorView::beyond(InputProblem::FilesAtOnce, FILES_AT_ONCE as u64));
        }
        if let Some(item) = place.item() {
            self.item_guard(item).await?;
        }
        let home = self
            .read(move |session| {
                if let Some(reason) = session.read_only() {
                    return Err(reason.into());
                }
                match place {
                    Place::New => {}
                    Place::Beside(item) => drop(session.get(item)?),
                    Place::InsteadOf(item, blob) => drop(session.attached(item, &blob)?),
                }
                Ok(home(session))
            })
            .await?;
        let jobs: Vec<(Job, PathBuf)> = files
            .into_iter()
            .map(|path| {
                let size = path.metadata().map_or(0, |data| data.len());
                (self.jobs.start(JobKind::DocumentImport, safe_to_show(&name_of(&path)), size), path)
            })
            .collect();
        let ids = jobs.iter().map(|(job, _)| job.id()).collect();
        let coffer = self.clone();
        spawn(move || {
            for (job, path) in jobs {
                let stored = coffer.take_in_one(&job, &path, place, &home);
                if stored.is_ok() {
                    coffer.events.send(Event::ItemsChanged);
                }
                job.end(stored.map(|Stored { id, revision: _ }| Some(id.to_string())));
            }
        })?;
        Ok(ids)
    }

    /// Seals one file and names it in a revision; runs on a thread of its own. While the profile is locked it waits, with
    /// the key of the document sealed and everything else that it needs open.
    fn take_in_one(&self, job: &Job, path: &Path, place: Place, home: &Home) -> Outcome<Stored> {
        let Home { profile, blobs } = home;
        // Nothing begins while the profile is locked.
        let (rules, (blob_id, key)) = self.while_open(job, *profile, |_| {
            self.owner.call_blocking(move |state| {
                let session = state.session()?;
                Ok((rules_for(session, place.item())?, session.make_file_key()))
            })
        })?;
        let mut source = SourceFile::open(path).map_err(document_error)?;
        let size = source.size();
        let media_type = source.media_type().map_err(DiskError::from)?;
        rules.check(size, media_type).map_err(document_error)?;
        let mut sealing = Sealing::start(source, size, blob_id, blobs).map_err(document_error)?;
        self.while_open(job, *profile, |pass| {
            let sealed = key.clone();
            let file_key =
                self.owner.call_blocking(move |state| Ok(state.session()?.open_file_key(&sealed)?))?;
            match sealing.go_on(&file_key, &mut told_inside(job, pass)).map_err(document_error)? {
                Step::Done if !job.cancelled() => Ok(()),
                Step::Done | Step::Stopped => Err(stopped(job)),
            }
        })?;
        let sealed = sealing.finish().map_err(document_error)?;
        let (name, now) = (name_of(path), self.clock.now());
        let stored = self.while_open(job, *profile, |_| {
            let (sealed, key, name) = (sealed.clone(), key.clone(), name.clone());
            self.owner.call_blocking(move |state| name_it(state.session()?, sealed, &key, name, place, now))
        });
        if stored.is_err() {
            // No revision names it, so nothing is lost with it; after a crash here the sweep removes it.
            let _ = std::fs::remove_file(blobs.path_of(&blob_id));
        }
        stored
    }

    /// Writes a document out; runs on a thread of its own, and waits while the profile is locked.
    fn write_out(
        &self,
        job: &Job,
        home: &Home,
        (item, blob): (ItemId, BlobId),
        target: &Path,
    ) -> Outcome<()> {
        let mut opening = None;
        self.while_open(job, home.profile, |pass| {
            let found = self.owner.call_blocking(move |state| Ok(state.session()?.file(item, &blob)?));
            let (attachment, signed) = found?;
            let opening = match &mut opening {
                Some(begun) => begun,
                none => none.insert(
                    Opening::start(&attachment, &signed, &home.blobs, target, Existing::Replace)
                        .map_err(document_error)?,
                ),
            };
            match opening.go_on(&attachment.file_key, &mut told_inside(job, pass)).map_err(document_error)? {
                Step::Done if !job.cancelled() => Ok(()),
                Step::Done | Step::Stopped => Err(stopped(job)),
            }
        })?;
        let opening: Opening = opening.ok_or(ErrorCode::Internal)?;
        opening.finish().map_err(document_error)
    }

    /// Does work that needs a profile to be open. Where it fails because the profile was locked, it is done again once
    /// the profile is open; until then the job is shown as paused.
    fn while_open<R>(
        &self,
        job: &Job,
        profile: ProfileId,
        mut work: impl FnMut(&Pass<'_>) -> Outcome<R>,
    ) -> Outcome<R> {
        loop {
            let pass = match self.gate.try_enter(profile) {
                _ if job.cancelled() => None,
                Some(pass) => Some(pass),
                None => {
                    job.pause();
                    let pass = self.gate.enter(profile, &|| job.cancelled());
                    job.resume();
                    pass
                }
            };
            let pass = pass.ok_or(ErrorCode::Cancelled)?;
            match work(&pass) {
                Err(error) if error.code == ErrorCode::Locked && !pass.is_good() => {}
                done => return done,
            }
        }
    }
}

/// What stopped work between two chunks: the person, or a lock.
fn stopped(job: &Job) -> ErrorView {
    if job.cancelled() { ErrorCode::Cancelled } else { ErrorCode::Locked }.into()
}

/// Writes the revision that names a sealed document.
fn name_it(
    session: &mut Session,
    sealed: SealedBlob,
    key: &SealedFileKey,
    name: String,
    place: Place,
    now: Timestamp,
) -> Outcome<Stored> {
    let sealed = sealed.with_key(session.open_file_key(key)?);
    let (blob, chunks) = (sealed.blob, sealed.chunk_list());
    let title = title_of(&name);
    let file = sealed.into_attachment(name, now);
    let mut put = match place {
        Place::New => {
            let mut item = Item::new(ItemType::Document, now);
            item.title = title;
            item.attachments.push(file);
            Put::new(item)
        }
        Place::Beside(id) | Place::InsteadOf(id, _) => {
            let Opened { mut item, vault: _, revision, revisions: _ } = session.get(id)?;
            match place {
                Place::InsteadOf(_, old) => {
                    let at = position(&item.attachments, old)?;
                    item.attachments.splice(at..=at, [file]);
                }
                _ => item.attachments.push(file),
            }
            item.modified_at = now;
            Put::change(id, revision, item)
        }
    };
    put.blobs.push(blob);
    let stored = session.put(put)?;
    if let Some(chunks) = chunks.filter(|chunks| chunks.is_worth_keeping()) {
        // What is not kept is made anew.
        let _ = session.keep_chunk_list(&chunks);
    }
    Ok(stored)
}

fn home(session: &Session) -> Home {
    Home { profile: session.profile().id, blobs: session.blobs().clone() }
}

fn earlier_view(earlier: &EarlierFile) -> EarlierFileView {
    let EarlierFile { attachment, until, now, kept } = earlier;
    EarlierFileView {
        file: attachment_view(attachment),
        until: until.0,
        now: now.map(|now| now.to_string()),
        kept: *kept,
    }
}

/// Tells a job how far work is that a lock pauses, and hears whether to go on.
fn told_inside<'a>(job: &'a Job, pass: &'a Pass<'_>) -> impl FnMut(u64) -> ControlFlow<()> + 'a {
    move |done| {
        job.progress(done);
        if job.cancelled() || !pass.is_good() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }
}

pub(crate) fn spawn(work: impl FnOnce() + Send + 'static) -> Outcome<()> {
    let spawned = std::thread::Builder::new().name("coffer-document".to_owned()).spawn(work);
    spawned.map(|_| ()).map_err(|_| ErrorCode::Internal.into())
}

pub(crate) fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// The title of a document: its file's name without the ending.
fn title_of(name: &str) -> String {
    let shown = safe_to_show(name);
    let stem = Path::new(&shown).file_stem().map(|stem| stem.to_string_lossy().into_owned());
    stem.filter(|stem| !stem.trim().is_empty()).unwrap_or(shown)
}

pub(crate) fn document_error(error: DocumentError) -> ErrorView {
    match error {
        DocumentError::Io(error) => DiskError::from(error).into(),
        DocumentError::NotAFile => ErrorView::invalid(InputProblem::NotAFile),
        DocumentError::Changed => ErrorView {
            message: "The file was changed while it was read, so it was not taken in.".to_owned(),
            ..ErrorView::of(ErrorCode::FileUnreadable)
        },
        DocumentError::TooLarge => ErrorView::invalid(InputProblem::FileLarge),
        DocumentError::AboveLimit { largest } => ErrorView::beyond(InputProblem::FileAboveLimit, largest),
        DocumentError::TypeRefused => ErrorView::invalid(InputProblem::FileKindRefused),
        DocumentError::NoRoom { needed, free } => ErrorView {
            message: format!(
                "The disk has room for {} more, but this file needs {}.",
                in_units(free),
                in_units(needed)
            ),
            ..ErrorView::of(ErrorCode::DiskFull)
        },
        DocumentError::Damaged => ErrorCode::DocumentDamaged.into(),
        DocumentError::Exists => ErrorView::invalid(InputProblem::FileExists),
        DocumentError::Cancelled => ErrorCode::Cancelled.into(),
    }
}
