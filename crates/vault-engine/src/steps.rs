//! Crash points: tests abort the process at a named step and check that the profile still opens.

/// Marks a step as completed. Does nothing outside tests.
#[inline]
pub(crate) fn passed(step: &str) {
    #[cfg(test)]
    tests::end_here(step);
    #[cfg(not(test))]
    let _ = step;
}

#[cfg(test)]
pub(crate) mod tests {
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};

    const STEP: &str = "COFFER_TEST_END_AT";
    const FOLDER: &str = "COFFER_TEST_STEP_FOLDER";

    /// Aborts the process at the step: nothing is closed, flushed or dropped.
    pub(super) fn end_here(step: &str) {
        if std::env::var(STEP).as_deref() == Ok(step) {
            std::process::abort();
        }
    }

    /// Returns the folder passed to this process if it is a child of [`run_until`].
    pub(crate) fn folder() -> Option<PathBuf> {
        std::env::var_os(FOLDER).map(PathBuf::from)
    }

    /// Runs a test of this binary in a child process that aborts at `step`. Panics if the step is not reached.
    pub(crate) fn run_until(step: &str, test: &str, folder: &Path) {
        let ended = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--nocapture", "--test-threads=1"])
            .envs([(STEP, step.as_ref()), (FOLDER, folder.as_os_str())])
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.code().is_none(), "{step} was not reached: {} {told}", ended.status);
    }
}
