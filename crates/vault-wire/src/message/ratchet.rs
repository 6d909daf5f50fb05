//! Protection against version downgrades.

/// The highest version used with one server, or in one vault's log.
///
/// An attacker who can choose the version chooses the weakest. A client therefore stores this number in its
/// authenticated state and rejects any lower version afterwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct VersionRatchet {
    used: u32,
}

/// The reason for rejecting the offered versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RatchetError {
    /// The best version is older than one used before.
    #[error("version {offered} was offered after version {used} had been used")]
    Older {
        /// The best offered version that is supported.
        offered: u32,
        /// The highest version used before.
        used: u32,
    },
    /// This program supports none of the versions.
    #[error("version {0} is not supported: a newer program is needed")]
    Unknown(u32),
    /// No version was offered.
    #[error("no version was offered")]
    None,
}

impl VersionRatchet {
    /// Restores a ratchet from the highest version used before; 0 if none.
    #[must_use]
    pub const fn at(used: u32) -> Self {
        Self { used }
    }

    /// Returns the highest version used; 0 if none.
    #[must_use]
    pub const fn used(&self) -> u32 {
        self.used
    }

    /// Chooses the highest offered version that this program supports, and advances to it.
    ///
    /// # Errors
    /// If there is none, or it is lower than one used before. The ratchet is unchanged.
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
