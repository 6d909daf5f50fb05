//! Hardening of the process: no core dumps, no debuggers, no remote control of its web view.

/// Environment variables that let others control or inspect the web view, or answer the program's dialogs.
#[cfg(any(not(debug_assertions), test))]
const REFUSED: &[&str] = &[
    "TAURI_AUTOMATION",
    "TAURI_WEBVIEW_AUTOMATION",
    "WEBKIT_DEBUG",
    "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS",
    "WEBKIT_EXEC_PATH",
    "WEBKIT_INJECTED_BUNDLE_PATH",
    "WEBKIT_INSPECTOR_HTTP_SERVER",
    "WEBKIT_INSPECTOR_SERVER",
    "WEBVIEW2_ADDITIONAL_BROWSER_ARGUMENTS",
    "GTK_DEBUG",
    "GTK_MODULES",
    "GTK3_MODULES",
];

/// Forbids core dumps and attaching to this process. A refusal by the system is ignored.
#[cfg(target_os = "linux")]
pub fn harden() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

/// Does nothing on this system.
#[cfg(not(target_os = "linux"))]
pub fn harden() {}

/// Restarts the program without the refused variables if one is set: the web view reads them itself, and a process cannot
/// safely change its own environment. Returns only if none is set.
///
/// # Errors
/// If the restart fails; the program must then end.
#[cfg(not(debug_assertions))]
pub fn refuse_remote_control() -> std::io::Result<()> {
    let set: Vec<&str> = refused_of(|name| std::env::var_os(name).is_some());
    if set.is_empty() {
        return Ok(());
    }
    let mut command = std::process::Command::new(std::env::current_exe()?);
    command.args(std::env::args_os().skip(1));
    for name in set {
        command.env_remove(name);
    }
    restart(command)
}

/// Does nothing in debug builds, which are controlled by tests.
#[cfg(debug_assertions)]
#[expect(clippy::unnecessary_wraps, reason = "the same signature as in release builds")]
pub const fn refuse_remote_control() -> std::io::Result<()> {
    Ok(())
}

#[cfg(all(unix, not(debug_assertions)))]
fn restart(mut command: std::process::Command) -> std::io::Result<()> {
    Err(std::os::unix::process::CommandExt::exec(&mut command))
}

#[cfg(all(not(unix), not(debug_assertions)))]
fn restart(mut command: std::process::Command) -> std::io::Result<()> {
    let status = command.status()?;
    std::process::exit(status.code().unwrap_or(1));
}

#[cfg(any(not(debug_assertions), test))]
fn refused_of(is_set: impl Fn(&str) -> bool) -> Vec<&'static str> {
    REFUSED.iter().copied().filter(|name| is_set(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn automation_and_inspector_variables_are_refused() {
        let set = ["TAURI_WEBVIEW_AUTOMATION", "WEBKIT_INSPECTOR_SERVER", "HOME", "DISPLAY"];
        assert_eq!(
            refused_of(|name| set.contains(&name)),
            ["TAURI_WEBVIEW_AUTOMATION", "WEBKIT_INSPECTOR_SERVER"]
        );
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn t45_the_process_leaves_no_core_dump_and_cannot_be_attached_to() {
        use rustix::process::{DumpableBehavior, Resource, dumpable_behavior, getrlimit};
        harden();
        assert_eq!(getrlimit(Resource::Core).current, Some(0));
        assert_eq!(dumpable_behavior().unwrap(), DumpableBehavior::NotDumpable);
    }
}
