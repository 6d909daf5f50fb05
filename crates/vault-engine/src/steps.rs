//! Where tests end the process, to see that what a crash leaves behind opens.

/// Marks a step that is through. In the program itself it does nothing.
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

    /// Ends the process as a kill does: nothing is closed, flushed or dropped.
    pub(super) fn end_here(step: &str) {
        if std::env::var(STEP).as_deref() == Ok(step) {
            std::process::abort();
        }
    }

    /// The folder handed to this process, if it is one that is to end at a step.
    pub(crate) fn folder() -> Option<PathBuf> {
        std::env::var_os(FOLDER).map(PathBuf::from)
    }

    /// Runs a test of this binary in a process of its own that ends at a step, and fails if it does not.
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
