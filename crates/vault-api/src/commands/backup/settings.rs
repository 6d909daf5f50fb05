//! The settings of automatic backups, the result of the last one, and the results of checks.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use vault_engine::backup::{BackupPlan, Documents, KeptBackup, Occasion};
use vault_engine::clock::Timestamp;
use vault_engine::item::safe_to_show;
use vault_engine::session::Session;

use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, InputProblem, Result};
use crate::files::name_of;
use crate::views::{BackupCheck, BackupFailure, BackupOccasion, BackupRow, BackupSettings, BackupsView};

const DAILY: &str = "backup_daily";
const DAYS: &str = "backup_days";
const LARGE: &str = "backup_large_documents";
const FOLDER: &str = "backup_folder";
const FAILED: &str = "backup_failed";
const CHECKED: &str = "backup_checked";
/// The most days whose last backup is kept.
const MAX_DAYS: u8 = 90;

impl Coffer {
    /// Changes the settings of automatic backups.
    ///
    /// # Errors
    /// `locked`, `invalid_input` for a number of days out of range, `profile_read_only`, or the disk.
    pub async fn backup_settings_set(&self, settings: BackupSettings) -> Result<BackupsView> {
        let BackupSettings { daily, keep_days, large_documents } = settings;
        if !(1..=MAX_DAYS).contains(&keep_days) {
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

    /// Chooses the folder for automatic backups; none is the profile's own.
    ///
    /// # Errors
    /// `locked`, `backup_folder_missing` if it does not exist or its path is not UTF-8, `profile_read_only`, or the disk.
    pub async fn backup_folder_set(&self, folder: Option<PathBuf>) -> Result<BackupsView> {
        let text = match &folder {
            None => String::new(),
            // A relative path could mean another folder the next time.
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

    /// Returns the folder of the newest automatic backup, to be shown in the system's file manager.
    ///
    /// # Errors
    /// `locked`, or `not_found` if there is no backup yet.
    pub async fn backup_folder_path(&self) -> Result<PathBuf> {
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

fn is_on(session: &Session, key: &str, default: bool) -> Result<bool> {
    Ok(session.setting(key)?.map_or(default, |value| value == "1"))
}

fn read(session: &Session) -> Result<BackupSettings> {
    let days = session.setting(DAYS)?.and_then(|days| days.parse().ok());
    let keep_days = days.filter(|days| (1..=MAX_DAYS).contains(days)).unwrap_or(BackupPlan::default().days);
    let (daily, large_documents) = (is_on(session, DAILY, true)?, is_on(session, LARGE, false)?);
    Ok(BackupSettings { daily, keep_days, large_documents })
}

/// Whether daily backups are on.
pub(super) fn is_daily(session: &Session) -> Result<bool> {
    Ok(read(session)?.daily)
}

/// The settings for the engine.
pub(super) fn plan(session: &Session) -> Result<BackupPlan> {
    let BackupSettings { daily: _, keep_days, large_documents } = read(session)?;
    let plan = BackupPlan { folder: folder(session)?, days: keep_days, ..BackupPlan::default() };
    Ok(if large_documents { BackupPlan { documents: Documents::All, ..plan } } else { plan })
}

fn folder(session: &Session) -> Result<Option<PathBuf>> {
    Ok(session.setting(FOLDER)?.filter(|folder| !folder.is_empty()).map(PathBuf::from))
}

/// Everything about backups, for the interface.
pub(super) fn view(session: &Session) -> Result<BackupsView> {
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

/// The time and code of the last failure. An unreadable entry counts as none.
fn failure(session: &Session) -> Result<Option<BackupFailure>> {
    let kept = session.setting(FAILED)?.unwrap_or_default();
    let read: Option<(u64, ErrorCode)> = serde_json::from_str(&kept).ok();
    Ok(read.map(|(at, code)| BackupFailure { at, error: code.into() }))
}

/// Stores the result of the daily backup, and returns whether it is a failure that was not reported yet: the same reason
/// is reported once.
pub(super) fn keep_result(session: &mut Session, now: Timestamp, error: Option<&ErrorView>) -> Result<bool> {
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

/// The results of checks by name; an unreadable entry counts as none.
fn checks(session: &Session) -> Result<BTreeMap<String, BackupCheck>> {
    Ok(serde_json::from_str(&session.setting(CHECKED)?.unwrap_or_default()).unwrap_or_default())
}

/// Stores the result of a check, and drops those of backups that no longer exist.
pub(super) fn keep_check(session: &mut Session, name: &str, now: Timestamp, sound: bool) -> Result<()> {
    let kept = session.kept_backups(&plan(session)?);
    let mut checks = checks(session)?;
    checks.insert(name.to_owned(), BackupCheck { at: now.0, sound });
    checks.retain(|name, _| kept.iter().any(|backup| backup.name == *name));
    let text = serde_json::to_string(&checks).map_err(|_| ErrorCode::Internal)?;
    Ok(session.set_setting(CHECKED, &text)?)
}
