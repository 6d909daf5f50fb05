//! Automatic backups: one a day, of which the last seven are kept, and one before each migration of the database.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use vault_wire::ProfileId;

use super::error::BackupError;
use super::info::BackupInfo;
use super::snapshot::{Documents, Snapshot, Source};
use crate::clock::Timestamp;
use crate::disk::{Folder, files};
use crate::document::{Existing, Progress};

/// The folder for backups in a profile.
pub(crate) const BACKUPS: &str = "backups";
/// The largest sealed document in an automatic backup, unless set otherwise.
const LARGEST: u64 = 100 << 20;
/// The number of days whose last backup is kept, unless set otherwise.
const DAYS: u8 = 7;
const DAY: u64 = 24 * 60 * 60 * 1000;
const NAME: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]-[minute]-[second]Z.tar");

/// The settings of automatic backups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupPlan {
    /// The chosen folder; `None` for the profile's own. In a chosen folder they are in a subfolder named after the
    /// profile, so that several profiles can use it.
    pub folder: Option<PathBuf>,
    /// The number of days with a backup of which the last one is kept; 0 counts as 1.
    pub days: u8,
    /// The documents that they contain.
    pub documents: Documents,
}

impl Default for BackupPlan {
    fn default() -> Self {
        Self { folder: None, days: DAYS, documents: Documents::UpTo(LARGEST) }
    }
}

/// Why an automatic backup was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// The daily backup was due.
    Daily,
    /// The database was about to be migrated to this schema version.
    BeforeForm(u32),
}

/// An automatic backup in one of its folders. It was checked before it got its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptBackup {
    /// The name of the file, which identifies it.
    pub name: String,
    /// Why it was made.
    pub occasion: Occasion,
    /// When it was made; for one before a migration, when its file was written.
    pub made_at: Timestamp,
    /// Its size in bytes.
    pub size: u64,
    /// Its path.
    pub path: PathBuf,
}

/// Returns whether a backup is due. Backups from the future, made before the clock was set back, do not count.
fn is_due(made: &[Timestamp], now: Timestamp) -> bool {
    made.iter().all(|made| made.0 > now.0 || now.0 - made.0 >= DAY)
}

/// Returns the backups to delete after one was made at `now`: of each of the last `days` days with a backup, the latest
/// is kept. Backups from after `now`, made before the clock was set back, are kept and not counted.
fn superseded(made: &[Timestamp], now: Timestamp, days: u8) -> Vec<Timestamp> {
    let mut latest: BTreeMap<u64, Timestamp> = BTreeMap::new();
    for &at in made.iter().filter(|made| **made <= now) {
        let kept = latest.entry(at.0 / DAY).or_insert(at);
        *kept = at.max(*kept);
    }
    let kept: Vec<_> = latest.into_values().rev().take(days.max(1).into()).collect();
    made.iter().copied().filter(|at| *at <= now && !kept.contains(at)).collect()
}

/// Returns the file name of a backup made at this time, to the second.
fn name(at: Timestamp) -> Option<String> {
    let seconds = i64::try_from(at.0 / 1000).ok()?;
    OffsetDateTime::from_unix_timestamp(seconds).ok()?.format(NAME).ok()
}

/// Returns when a backup of this name was made; `None` for other files.
fn made_at(file: &str) -> Option<Timestamp> {
    let at = time::PrimitiveDateTime::parse(file, NAME).ok()?.assume_utc().unix_timestamp();
    let at = Timestamp(u64::try_from(at).ok()?.checked_mul(1000)?);
    (name(at).as_deref() == Some(file)).then_some(at)
}

/// A daily backup to be written.
pub struct DailySnapshot {
    snapshot: Snapshot,
    folder: PathBuf,
    now: Timestamp,
    days: u8,
}

impl DailySnapshot {
    /// Returns the size of the backup; see [`Snapshot::size`].
    #[must_use]
    pub fn size(&self) -> u64 {
        self.snapshot.size()
    }

    /// Writes and checks the backup, then deletes those that it supersedes.
    ///
    /// # Errors
    /// See [`BackupError`]; then none is deleted.
    pub fn write(self, progress: Progress<'_>) -> Result<BackupInfo, BackupError> {
        let Self { snapshot, folder, now, days } = self;
        let info = snapshot.write(Existing::Replace, progress)?;
        for old in superseded(&made_in(&folder), now, days) {
            if let Some(name) = name(old) {
                // One that cannot be deleted is tried again with the next backup.
                let _ = fs::remove_file(folder.join(name));
            }
        }
        Ok(info)
    }
}

/// Takes a snapshot for a daily backup if one is due; only then is `source` called.
pub(crate) fn daily<'a>(
    place: (&Folder, ProfileId),
    now: Timestamp,
    plan: &BackupPlan,
    source: impl FnOnce() -> Result<Source<'a>, BackupError>,
    progress: Progress<'_>,
) -> Result<Option<DailySnapshot>, BackupError> {
    let folder = prepare(&folder_of(place, plan)?)?;
    // File names have seconds only.
    let now = Timestamp(now.0 / 1000 * 1000);
    if !is_due(&made_in(&folder), now) {
        return Ok(None);
    }
    let target = folder.join(name(now).ok_or(BackupError::Fault)?);
    let snapshot = Snapshot::take(&source()?, &target, plan.documents, progress)?;
    Ok(Some(DailySnapshot { snapshot, folder, now, days: plan.days }))
}

/// Returns whether a daily backup is due.
pub(crate) fn daily_is_due(
    place: (&Folder, ProfileId),
    now: Timestamp,
    plan: &BackupPlan,
) -> Result<bool, BackupError> {
    Ok(is_due(&made_in(&folder_of(place, plan)?), now))
}

/// Returns the folder of the daily backups. A chosen folder is not created: if its disk is not mounted, another disk
/// would fill up.
fn folder_of((own, profile): (&Folder, ProfileId), plan: &BackupPlan) -> Result<PathBuf, BackupError> {
    match &plan.folder {
        None => Ok(own.path().join(BACKUPS)),
        Some(chosen) if chosen.is_dir() => Ok(below(chosen, profile)),
        Some(_) => Err(BackupError::FolderMissing),
    }
}

fn below(chosen: &Path, profile: ProfileId) -> PathBuf {
    chosen.join(format!("coffer-{profile}"))
}

/// Lists the automatic backups in the profile's own folder and in the chosen one, newest first.
pub(crate) fn kept((own, profile): (&Folder, ProfileId), plan: &BackupPlan) -> Vec<KeptBackup> {
    let chosen = plan.folder.as_ref().map(|chosen| below(chosen, profile));
    let mut all: Vec<KeptBackup> = Vec::new();
    for folder in [own.path().join(BACKUPS)].into_iter().chain(chosen) {
        for file in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let Ok(name) = file.file_name().into_string() else { continue };
            // Only regular files count.
            let Some(data) = file.metadata().ok().filter(fs::Metadata::is_file) else { continue };
            let (occasion, made_at) = match (made_at(&name), before_form(&name)) {
                (Some(at), _) => (Occasion::Daily, at),
                (None, Some(form)) => (Occasion::BeforeForm(form), written_at(&data)),
                (None, None) => continue,
            };
            // Names identify backups, so of two with the same second in both folders only one is listed.
            if !all.iter().any(|other| other.name == name) {
                all.push(KeptBackup { name, occasion, made_at, size: data.len(), path: file.path() });
            }
        }
    }
    all.sort_by_key(|backup| std::cmp::Reverse(backup.made_at));
    all
}

/// Returns the schema version before which a backup of this name was made.
fn before_form(file: &str) -> Option<u32> {
    let form = file.strip_prefix("before-form-")?.strip_suffix(".tar")?.parse().ok()?;
    (before_form_name(form) == file).then_some(form)
}

fn before_form_name(form: u32) -> String {
    format!("before-form-{form}.tar")
}

fn written_at(file: &fs::Metadata) -> Timestamp {
    let since = file.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok());
    Timestamp(since.map_or(0, |since| u64::try_from(since.as_millis()).unwrap_or(u64::MAX)))
}

/// Makes and checks the backup that is required before a migration to schema version `next`. It has no documents: a
/// migration does not change them.
pub(crate) fn before_migration(source: &Source<'_>, next: u32) -> Result<BackupInfo, BackupError> {
    let folder = prepare(&source.folder.path().join(BACKUPS))?;
    let target = folder.join(before_form_name(next));
    let to_the_end = &mut |_| std::ops::ControlFlow::Continue(());
    Snapshot::take(source, &target, Documents::None, to_the_end)?.write(Existing::Replace, to_the_end)
}

/// Creates the folder, which must not be a link, and removes what a crash left in it.
pub(super) fn prepare(folder: &Path) -> Result<PathBuf, BackupError> {
    files::make_private_folder(folder)?;
    if !folder.symlink_metadata()?.is_dir() {
        return Err(BackupError::Disk(crate::disk::DiskError::ReadOnly));
    }
    for entry in fs::read_dir(folder)?.flatten() {
        let name = entry.file_name();
        let unfinished =
            name.to_str().is_some_and(|name| name.starts_with(".coffer-") && name.ends_with(".part"));
        if unfinished && entry.metadata().and_then(|file| file.modified()).is_ok_and(is_old) {
            let _ = fs::remove_dir_all(entry.path()).or_else(|_| fs::remove_file(entry.path()));
        }
    }
    Ok(folder.to_owned())
}

/// Returns whether an unfinished file is old: a younger one may be of a backup being written.
fn is_old(modified: std::time::SystemTime) -> bool {
    modified.elapsed().is_ok_and(|age| age.as_millis() > u128::from(DAY))
}

fn made_in(folder: &Path) -> Vec<Timestamp> {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    files.filter_map(|file| made_at(file.file_name().to_str()?)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    use super::*;

    fn days(days: &[u64]) -> Vec<Timestamp> {
        days.iter().map(|day| Timestamp(day * DAY)).collect()
    }

    #[test]
    fn last_backup_of_each_of_the_last_seven_days_is_kept() {
        let made = days(&[1, 2, 3, 10, 11, 12, 13, 20, 21]);
        assert_eq!(superseded(&made, Timestamp(21 * DAY), DAYS), days(&[1, 2]));
    }

    #[test]
    fn clock_set_back_deletes_no_backups_and_new_ones_are_due() {
        let mut made = days(&[100, 101, 102, 103, 104, 105, 106]);
        for day in 50..60 {
            let now = Timestamp(day * DAY);
            assert!(is_due(&made, now));
            made.push(now);
            let gone = superseded(&made, now, DAYS);
            made.retain(|at| !gone.contains(at));
            assert!(days(&[100, 101, 102, 103, 104, 105, 106]).iter().all(|good| made.contains(good)));
            assert!(made.contains(&now));
        }
        assert_eq!(made.len(), 14);
    }

    #[test]
    fn backup_is_due_after_a_day() {
        let made = days(&[5]);
        assert!(is_due(&[], Timestamp(0)));
        assert!(!is_due(&made, Timestamp(6 * DAY - 1)));
        assert!(is_due(&made, Timestamp(6 * DAY)));
    }

    #[test]
    fn file_names_are_times_and_others_are_rejected() {
        let at = Timestamp(1_790_000_000_000);
        let named = name(at).unwrap();
        assert_eq!(named, "2026-09-21T14-13-20Z.tar");
        assert_eq!(made_at(&named), Some(at));
        for other in ["before-form-2.tar", "2026-09-21T14-13-20Z.tar.part", "2026-9-21T14-13-20Z.tar", "x"] {
            assert_eq!(made_at(other), None, "{other}");
        }
        assert_eq!(before_form("before-form-2.tar"), Some(2));
        for other in
            ["before-form-02.tar", "before-form-.tar", "before-form-2.tar.part", "before-form--1.tar"]
        {
            assert_eq!(before_form(other), None, "{other}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: RngSeed::Fixed(4),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn rotation_keeps_new_future_and_requested_backups(
            hours in prop::collection::btree_set(0_u64..1000, 0..60),
            now in 0_u64..1000,
            keep in 1_u8..10,
        ) {
            let now = Timestamp(now * DAY / 24);
            let mut made: Vec<_> = hours.iter().map(|hour| Timestamp(hour * DAY / 24)).collect();
            made.push(now);
            made.sort();
            made.dedup();
            let gone = superseded(&made, now, keep);
            let kept: Vec<_> = made.iter().filter(|at| !gone.contains(at)).collect();
            prop_assert!(kept.contains(&&now));
            prop_assert!(gone.iter().all(|at| *at < now));
            let days = |of: &[&Timestamp]| {
                let mut days: Vec<_> = of.iter().filter(|at| ***at <= now).map(|at| at.0 / DAY).collect();
                days.dedup();
                days
            };
            let (before, after) = (days(&made.iter().collect::<Vec<_>>()), days(&kept));
            // One for each of the last days with a backup, up to that number.
            prop_assert_eq!(&after[..], &before[before.len().saturating_sub(keep.into())..]);
            prop_assert_eq!(kept.iter().filter(|at| ***at <= now).count(), after.len());
            // Each is the last of its day.
            for at in kept.iter().filter(|at| ***at <= now) {
                prop_assert!(made.iter().all(|other| other.0 / DAY != at.0 / DAY || other <= *at || *other > now));
            }
            prop_assert_eq!(superseded(&kept.into_iter().copied().collect::<Vec<_>>(), now, keep), vec![]);
        }
    }
}
