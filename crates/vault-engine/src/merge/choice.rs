//! Which side a part of an item comes from.

/// The side that a part is taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// The log's: it alone changed, or both agree, or neither changed.
    Log,
    /// The local one: it alone changed.
    Local,
    /// Both changed, and differently.
    Both,
}

impl Choice {
    /// Compares the three versions of a part.
    pub(super) fn between<T: PartialEq + ?Sized>(base: &T, log: &T, local: &T) -> Self {
        Self::when(log == local || local == base, log == base)
    }

    /// The same for parts that can only be compared, not by `==`.
    pub(super) fn when(local_adds_nothing: bool, log_is_base: bool) -> Self {
        match (local_adds_nothing, log_is_base) {
            (true, _) => Self::Log,
            (false, true) => Self::Local,
            (false, false) => Self::Both,
        }
    }

    /// Compares the three versions of a part that may be missing. Whoever removes it yields to whoever changes it.
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

    /// Compares the three versions of a text, where none is an empty one.
    pub(super) fn between_texts(base: &str, log: &str, local: &str) -> Self {
        let filled = |text| Some(text).filter(|text: &&str| !text.is_empty());
        Self::between_options(filled(base), filled(log), filled(local))
    }

    /// Takes the part; what both changed is the log's.
    pub(super) fn take<T>(self, log: T, local: T) -> T {
        match self {
            Self::Log | Self::Both => log,
            Self::Local => local,
        }
    }
}

/// Takes a part whose rival need not be kept: what both changed is the log's.
pub(super) fn pick<T: PartialEq + Copy>(base: T, log: T, local: T) -> T {
    Choice::between(&base, &log, &local).take(log, local)
}
