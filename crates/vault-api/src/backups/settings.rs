//! How the backups that make themselves are made, what became of the last one, and which were checked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use vault_engine::backup::{Documents, KeptBackup, Occasion, Plan};
use vault_engine::clock::Timestamp;
use vault_engine::item::safe_to_show;
use vault_engine::session::Session;

use crate::coffer::Coffer;
use crate::documents::name_of;
use crate::error::Outcome;
use crate::views::{
    BackupCheck, BackupFailure, BackupOccasion, BackupRow, BackupSettings, BackupsView, ErrorCode, ErrorView,
    InputProblem,
};

const DAILY: &str = "backup_daily";
const DAYS: &str = "backup_days";
const LARGE: &str = "backup_large_documents";
const FOLDER: &str = "backup_folder";
const FAILED: &str = "backup_failed";
const CHECKED: &str = "backup_checked";
/// Most days whose last backup is kept.
const MOST_DAYS: u8 = 90;

impl Coffer {
    /// Changes how the backups that make themselves are made.
    ///
    /// # Errors
    /// `locked`, `invalid_input` for a number of days out of range, `profile_read_only`, or the disk.
    pub async fn backup_settings_set(&self, settings: BackupSettings) -> Outcome<BackupsView> {
        let BackupSettings { daily, keep_days, large_documents } = settings;
        if !(1..=MOST_DAYS).contains(&keep_days) {
            return Err(ErrorView::invalid(InputProblem::BackupDays));
        }
        self.read(move |session| {
            session.set_setting(DAILY, flag(daily))?;
            session.set_setting(DAYS, &keep_days.to_string())?;
            session.set_setting(LARGE, flag(large_documents))?;
            view(session)
        })
        .await
    }

    /// Chooses the folder for the backups that make themselves; none is the profile's own.
    ///
    /// # Errors
    /// `locked`, `backup_folder_missing` if it is not there or its name cannot be kept, `profile_read_only`, or the disk.
    pub async fn backup_folder_set(&self, folder: Option<PathBuf>) -> Outcome<BackupsView> {
        let text = match &folder {
            None => String::new(),
            // What is relative is another folder the next time.
            Some(folder) if folder.is_dir() && folder.is_absolute() => {
                folder.to_str().ok_or(ErrorCode::BackupFolderMissing)?.to_owned()
            }
            Some(_) => return Err(ErrorCode::BackupFolderMissing.into()),
        };
        self.read(move |session| {
            session.set_setting(FOLDER, &text)?;
            session.set_setting(FAILED, "")?;
            view(session)
        })
        .await
    }

    /// The folder in which the newest backup that made itself lies, to be shown by the system's own program.
    ///
    /// # Errors
    /// `locked`, or `not_found` if there is none yet.
    pub async fn backup_folder_path(&self) -> Outcome<PathBuf> {
        self.read(|session| {
            let newest = session.kept_backups(&plan(session)?).into_iter().next();
            let folder = newest.and_then(|backup| backup.path.parent().map(Path::to_owned));
            folder.ok_or_else(|| ErrorCode::NotFound.into())
        })
        .await
    }
}

fn flag(on: bool) -> &'static str {
    if on { "1" } else { "0" }
}

fn is_on(session: &Session, key: &str, default: bool) -> Outcome<bool> {
    Ok(session.setting(key)?.map_or(default, |value| value == "1"))
}

fn read(session: &Session) -> Outcome<BackupSettings> {
    let days = session.setting(DAYS)?.and_then(|days| days.parse().ok());
    let keep_days = days.filter(|days| (1..=MOST_DAYS).contains(days)).unwrap_or(Plan::default().days);
    let (daily, large_documents) = (is_on(session, DAILY, true)?, is_on(session, LARGE, false)?);
    Ok(BackupSettings { daily, keep_days, large_documents })
}

/// Whether there is to be one a day.
pub(super) fn is_daily(session: &Session) -> Outcome<bool> {
    Ok(read(session)?.daily)
}

/// The settings as the engine takes them.
pub(super) fn plan(session: &Session) -> Outcome<Plan> {
    let BackupSettings { daily: _, keep_days, large_documents } = read(session)?;
    let plan = Plan { folder: folder(session)?, days: keep_days, ..Plan::default() };
    Ok(if large_documents { Plan { documents: Documents::All, ..plan } } else { plan })
}

fn folder(session: &Session) -> Outcome<Option<PathBuf>> {
    Ok(session.setting(FOLDER)?.filter(|folder| !folder.is_empty()).map(PathBuf::from))
}

/// Everything about backups, for the interface.
pub(super) fn view(session: &Session) -> Outcome<BackupsView> {
    let checks = checks(session)?;
    let row = |backup: KeptBackup| {
        let KeptBackup { name, occasion, made_at, size, path: _ } = backup;
        let occasion = match occasion {
            Occasion::Daily => BackupOccasion::Daily,
            Occasion::BeforeForm(_) => BackupOccasion::BeforeUpdate,
        };
        BackupRow { checked: checks.get(&name).copied(), name, occasion, made_at: made_at.0, size }
    };
    Ok(BackupsView {
        settings: read(session)?,
        folder: folder(session)?.map(|folder| safe_to_show(&name_of(&folder))),
        backups: session.kept_backups(&plan(session)?).into_iter().map(row).collect(),
        failure: failure(session)?,
    })
}

/// What is kept of the last failure: when, and its code. What does not read is none.
fn failure(session: &Session) -> Outcome<Option<BackupFailure>> {
    let kept = session.setting(FAILED)?.unwrap_or_default();
    let read: Option<(u64, ErrorCode)> = serde_json::from_str(&kept).ok();
    Ok(read.map(|(at, code)| BackupFailure { at, error: code.into() }))
}

/// Keeps that the backup of the day was made, or why it was not, and tells whether the person has yet to hear of it: the
/// same reason is told once.
pub(super) fn keep_outcome(
    session: &mut Session,
    now: Timestamp,
    error: Option<&ErrorView>,
) -> Outcome<bool> {
    let before = failure(session)?.map(|failure| failure.error.code);
    let text = match error {
        None => String::new(),
        Some(error) => serde_json::to_string(&(now.0, error.code)).map_err(|_| ErrorCode::Internal)?,
    };
    if before.is_some() || error.is_some() {
        session.set_setting(FAILED, &text)?;
    }
    Ok(error.is_some_and(|error| before != Some(error.code)))
}

/// What does not read is as if nothing had been checked.
fn checks(session: &Session) -> Outcome<BTreeMap<String, BackupCheck>> {
    Ok(serde_json::from_str(&session.setting(CHECKED)?.unwrap_or_default()).unwrap_or_default())
}

/// Keeps what a check found, and forgets those of backups that are gone.
pub(super) fn keep_check(session: &mut Session, name: &str, now: Timestamp, sound: bool) -> Outcome<()> {
    let kept = session.kept_backups(&plan(session)?);
    let mut checks = checks(session)?;
    checks.insert(name.to_owned(), BackupCheck { at: now.0, sound });
    checks.retain(|name, _| kept.iter().any(|backup| backup.name == *name));
    let text = serde_json::to_string(&checks).map_err(|_| ErrorCode::Internal)?;
    Ok(session.set_setting(CHECKED, &text)?)
}
