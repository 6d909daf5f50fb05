//! WebKit's sandbox around the process that runs the interface: no network of its own, and of the user's files only what
//! WebKit needs. The other systems' web views have one of their own.

/// Turns the sandbox on if its helpers work on this computer: WebKit does not start otherwise. Must be called before any
/// thread is started.
#[cfg(target_os = "linux")]
pub fn turn_on() {
    const VARIABLE: &str = "WEBKIT_FORCE_SANDBOX";
    if std::env::var_os(VARIABLE).is_none() && is_available() {
        // Fails only for an invalid name.
        let _ = webkit2gtk::glib::setenv(VARIABLE, "1", true);
    }
}

/// Does nothing on this system.
#[cfg(not(target_os = "linux"))]
pub fn turn_on() {}

/// Runs the two helpers as WebKit does. Within Flatpak, the sandbox is another one.
#[cfg(target_os = "linux")]
fn is_available() -> bool {
    use std::process::{Command, Stdio};
    let runs = |program: &str, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let namespaces = ["--unshare-all", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "true"];
    !std::path::Path::new("/.flatpak-info").exists()
        && runs("xdg-dbus-proxy", &["--version"])
        && runs("bwrap", &namespaces)
}
