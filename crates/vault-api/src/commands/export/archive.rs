//! Exporting into an archive of Coffer.

use std::path::Path;

use vault_engine::item::{SecretText, safe_to_show};
use vault_engine::profile::NewArchive;

use super::chosen::Chosen;
use crate::coffer::Coffer;
use crate::error::{ErrorCode, Result};
use crate::jobs::Job;
use crate::state::State;
use crate::views::{ExportReportView, FieldOutcome, ImportNote, count};

/// Items that are copied in one transaction. Others may use the profile between two.
const BATCH: usize = 100;
/// The most notes in a report.
const NOTES: usize = 20_000;

/// Writes the chosen items into an archive that the password alone opens.
///
/// # Errors
/// `cancelled`, `locked`, or the disk; a file at the path is then unchanged.
pub(super) fn write(
    coffer: &Coffer,
    job: &Job,
    chosen: &Chosen,
    password: SecretText,
    path: &Path,
) -> Result<ExportReportView> {
    let profile = chosen.store.profile;
    // Another profile may be open by now.
    let expect_open = move |state: &mut State| match state.session() {
        Ok(session) if session.profile().id == profile => Ok(()),
        _ => Err(ErrorCode::Locked),
    };
    let make_rng = coffer.make_rng;
    let (kdf, within) = coffer.actor.call_blocking(move |state| {
        expect_open(state)?;
        Ok((state.costs(make_rng).0, state.session()?.work_folder()?))
    })?;
    let mut archive = NewArchive::create(&within, password, kdf, coffer.clock.clone(), make_rng())?;
    let mut report = ExportReportView::empty(chosen.forbidden.clone());
    let (mut done, mut rng) = (0, make_rng());
    for ids in chosen.ids.chunks(BATCH) {
        job.fail_if_cancelled()?;
        let batch = ids.to_vec();
        let mut plan;
        (archive, plan) = coffer.actor.call_blocking(move |state| {
            expect_open(state)?;
            let plan = archive.plan(state.session()?, &batch)?;
            Ok((archive, plan))
        })?;
        plan.seal(&mut rng, &mut |_| job.continue_or_cancel())?;
        report.documents = report.documents.saturating_add(count(plan.documents()));
        let archived;
        (archive, archived) = coffer.actor.call_blocking(move |state| {
            expect_open(state)?;
            let archived = archive.copy(state.session()?, plan)?;
            Ok((archive, archived))
        })?;
        report.items = report.items.saturating_add(count(archived.items));
        let room = NOTES.saturating_sub(report.notes.len());
        report.notes.extend(archived.left.iter().take(room).map(|title| ImportNote {
            position: 0,
            title: safe_to_show(title),
            field: String::new(),
            outcome: FieldOutcome::NotKept,
            reason: "This item, or one of its files, is damaged or not on this computer.".to_owned(),
        }));
        done += ids.len() as u64;
        job.progress(done);
    }
    archive.write(path, &mut |_| job.continue_or_cancel())?;
    Ok(report)
}
