//! The choice of the side that a part of an item is taken from.

/// The side that a part is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// The log's: only it changed, or both agree, or neither changed.
    Log,
    /// The local one: only it changed.
    Local,
    /// Both changed differently.
    Both,
}

impl Choice {
    /// Compares the three versions of a part.
    pub(super) fn between<T: PartialEq + ?Sized>(base: &T, log: &T, local: &T) -> Self {
        Self::when(log == local || local == base, log == base)
    }

    /// Like [`Self::between`], for parts without `PartialEq`.
    pub(super) fn when(local_adds_nothing: bool, log_is_base: bool) -> Self {
        match (local_adds_nothing, log_is_base) {
            (true, _) => Self::Log,
            (false, true) => Self::Local,
            (false, false) => Self::Both,
        }
    }

    /// Compares the three versions of an optional part. A change wins over a removal.
    pub(super) fn between_options<T: PartialEq + ?Sized>(
        base: Option<&T>,
        log: Option<&T>,
        local: Option<&T>,
    ) -> Self {
        match Self::between(&base, &log, &local) {
            Self::Both if local.is_none() => Self::Log,
            Self::Both if log.is_none() => Self::Local,
            choice => choice,
        }
    }

    /// Compares the three versions of a text. An empty text counts as missing.
    pub(super) fn between_texts(base: &str, log: &str, local: &str) -> Self {
        let filled = |text| Some(text).filter(|text: &&str| !text.is_empty());
        Self::between_options(filled(base), filled(log), filled(local))
    }

    /// Returns the version of the chosen side; the log's if both changed.
    pub(super) fn take<T>(self, log: T, local: T) -> T {
        match self {
            Self::Log | Self::Both => log,
            Self::Local => local,
        }
    }
}

/// Merges a part whose losing version need not be kept: the log's wins if both changed.
pub(super) fn pick<T: PartialEq + Copy>(base: T, log: T, local: T) -> T {
    Choice::between(&base, &log, &local).take(log, local)
}
