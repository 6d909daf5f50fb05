//! Versions that go up and never down again.

/// The highest version that has been in use with one server, or in one vault's log.
///
/// Whoever can choose the version chooses the weakest. So a client keeps this number in its authenticated state, and
/// once something newer has been in use, nothing older is taken from there again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VersionRatchet {
    used: u32,
}

/// Why a version is not used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RatchetError {
    /// It is older than one that was in use here.
    #[error("version {offered} was offered after version {used} had been in use")]
    Older {
        /// The best that was offered and is known.
        offered: u32,
        /// The highest that has been in use.
        used: u32,
    },
    /// This program knows none of the versions.
    #[error("version {0} is unknown: a newer program is needed")]
    Unknown(u32),
    /// No version was offered.
    #[error("no version was offered")]
    None,
}

impl VersionRatchet {
    /// Takes up a ratchet where it was left: the highest version that has been in use, 0 if none has.
    #[must_use]
    pub const fn at(used: u32) -> Self {
        Self { used }
    }

    /// The highest version that has been in use; 0 if none has.
    #[must_use]
    pub const fn used(&self) -> u32 {
        self.used
    }

    /// Chooses the best version among those offered that this program knows, and moves up to it.
    ///
    /// # Errors
    /// If there is none, or it is older than one that has been in use. The ratchet stays where it was.
    pub fn choose(&mut self, offered: &[u32], known: &[u32]) -> Result<u32, RatchetError> {
        let newest = offered.iter().max().ok_or(RatchetError::None)?;
        let best = offered.iter().filter(|version| known.contains(version)).max();
        let best = *best.ok_or(RatchetError::Unknown(*newest))?;
        if best < self.used {
            return Err(RatchetError::Older { offered: best, used: self.used });
        }
        self.used = best;
        Ok(best)
    }
}
