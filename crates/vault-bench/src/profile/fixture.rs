//! The measured profile and its queries.

use std::{ops::ControlFlow, path::Path, sync::Arc};

use vault_engine::clock::{SystemClock, system_rng};
use vault_engine::disk::AppDirs;
use vault_engine::profile::{NoKeychain, Profiles};
use vault_engine::search::{Scope, Sort};
use vault_engine::session::{Put, Query, Session};
use vault_engine::{ProfileId, SecretText};

use crate::{items::Samples, result::Result};

/// The master password of every measured profile.
pub const PASSWORD: &str = "correct horse battery staple";
/// The rows of one page as the interface requests them.
pub const ROWS: u32 = 200;

/// Opens the profiles of a folder, without a keychain.
pub fn profiles(folder: &Path) -> Profiles {
    Profiles::new(AppDirs::portable(folder), Box::new(NoKeychain), Arc::new(SystemClock::new()))
}

/// Unlocks a profile.
pub fn open(folder: &Path, id: ProfileId) -> Result<Session> {
    let profiles = profiles(folder);
    let unsealed = profiles.unseal(id, &SecretText::from(PASSWORD), None)?;
    Ok(profiles.open(unsealed, system_rng())?)
}

/// The first page of a search.
pub fn query(text: &str) -> Query {
    Query { text: text.to_owned(), scope: Scope::All, sort: Sort::Title, offset: 0, limit: ROWS }
}

/// A progress callback that never cancels.
pub fn go_on(_: usize) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Makes items to be written.
pub fn puts(numbers: &mut Samples, first: usize, end: usize) -> Vec<Put> {
    (first..end).map(|number| Put::new(numbers.login(number))).collect()
}
