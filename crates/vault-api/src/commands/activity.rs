//! The activity log: of this computer, and of what happened in vaults.

use std::collections::BTreeMap;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use vault_engine::document::{DocumentError, Existing, PendingFile};
use vault_engine::session::{ActivityWalk, Session};

use super::activity_export::Writer;
use crate::coffer::Coffer;
use crate::error::Result;
use crate::views::{ActivityFormat, ActivityPage, ActivityQuery, ActivityRow, EventView};

/// The most entries in one page of the activity log.
const EVENTS: u32 = 500;
/// Rows of a page of what happened.
const ROWS: usize = 100;
/// Parts of logs that are read in one call to the profile thread: some ten milliseconds.
const BATCHES: usize = 8;

impl Coffer {
    /// Returns a page of the activity log of this computer, newest first.
    ///
    /// # Errors
    /// `locked`, or a damaged database.
    pub async fn event_list(&self, offset: u32, limit: u32) -> Result<Vec<EventView>> {
        let limit = limit.min(EVENTS);
        self.read(move |session| Ok(session.events(offset, limit)?.into_iter().map(Into::into).collect()))
            .await
    }

    /// Begins to list what happened in vaults and on this computer, in place of an earlier list, and returns its first rows.
    ///
    /// # Errors
    /// `not_found` for an invalid id, `locked`, or a damaged database.
    pub async fn activity_begin(&self, query: ActivityQuery) -> Result<ActivityPage> {
        let filter = query.filter()?;
        let walk = self.read(move |session| Ok(session.activity(filter)?)).await?;
        self.page(walk).await
    }

    /// Returns the next rows of the list that was begun last; none if there is no such list.
    ///
    /// # Errors
    /// `locked`, or a damaged database.
    pub async fn activity_more(&self) -> Result<ActivityPage> {
        let walk = self.actor.call(|state| Ok(state.open()?.activity.take())).await?;
        match walk {
            Some(walk) => self.page(walk).await,
            None => Ok(ActivityPage { rows: Vec::new(), more: false }),
        }
    }

    /// Writes all that happened into a file, which replaces an existing one only when it is complete.
    ///
    /// # Errors
    /// `not_found` for an invalid id, `locked`, or the disk.
    pub async fn activity_export_to(
        &self,
        query: ActivityQuery,
        format: ActivityFormat,
        path: PathBuf,
    ) -> Result<()> {
        let filter = query.filter()?;
        let (mut walk, vaults, own) = self
            .read(move |session| {
                let name =
                    |vault: vault_engine::session::VaultInfo| (vault.id.to_string(), vault.appearance.name);
                let vaults: BTreeMap<_, _> = session.vaults()?.into_iter().map(name).collect();
                Ok((session.activity(filter)?, vaults, session.profile().name.clone()))
            })
            .await?;
        let mut file = begin(&path, format, vaults, own)?;
        while !walk.is_over() {
            let rows;
            (walk, rows) = self.step(walk, ROWS).await?;
            rows.iter().try_for_each(|row| file.write(row)).map_err(DocumentError::Io)?;
        }
        let file = file.finish().map_err(DocumentError::Io)?;
        let file = file.into_inner().map_err(|error| DocumentError::Io(error.into_error()))?;
        Ok(file.0.finish()?)
    }

    /// Fills a page, and keeps where it ends.
    async fn page(&self, mut walk: ActivityWalk) -> Result<ActivityPage> {
        let mut page = Vec::new();
        while page.len() < ROWS && !walk.is_over() {
            let rows;
            (walk, rows) = self.step(walk, ROWS.saturating_sub(page.len())).await?;
            page.extend(rows);
        }
        let more = !walk.is_over();
        self.actor
            .call(move |state| {
                state.open()?.activity = Some(walk).filter(|walk| !walk.is_over());
                Ok(())
            })
            .await?;
        Ok(ActivityPage { rows: page, more })
    }

    /// Reads a part in one call to the profile thread.
    async fn step(&self, mut walk: ActivityWalk, rows: usize) -> Result<(ActivityWalk, Vec<ActivityRow>)> {
        self.read(move |session: &mut Session| {
            let rows = session.activity_step(&mut walk, rows, BATCHES)?;
            Ok((walk, rows.into_iter().map(Into::into).collect()))
        })
        .await
    }
}

/// A file that gets its name when it is complete.
struct Pending(PendingFile);

impl std::io::Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.file().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.file().flush()
    }
}

fn begin(
    path: &Path,
    format: ActivityFormat,
    vaults: BTreeMap<String, String>,
    own: String,
) -> Result<Writer<BufWriter<Pending>>> {
    let file = PendingFile::create(path, Existing::Replace)?;
    Ok(Writer::begin(BufWriter::new(Pending(file)), format, vaults, own).map_err(DocumentError::Io)?)
}
