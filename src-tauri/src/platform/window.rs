//! The main window: it shows the embedded interface and navigates nowhere else.

use tauri::webview::{NewWindowResponse, PermissionResponse};
use tauri::{AppHandle, Manager, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};

use super::test_hooks;

/// Label of the main window, as the capability names it.
pub const MAIN: &str = "main";

/// The address of the interface. It is constant, so that a page cannot choose what is loaded after a crash or a lock.
#[cfg(target_os = "linux")]
const ADDRESS: &str = "tauri://localhost";

/// A proxy that refuses every connection: nothing listens on port 0.
const DEAD_PROXY: &str = "http://127.0.0.1:0";

/// Opens the main window.
///
/// # Errors
/// If the system's web view cannot be started.
pub fn open(app: &AppHandle) -> tauri::Result<WebviewWindow> {
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::App("index.html".into()))
        .title("Coffer")
        .inner_size(1280.0, 800.0)
        .min_inner_size(760.0, 520.0)
        // The web view writes nothing to disk.
        .incognito(!test_hooks::web_view_is_driven())
        .devtools(cfg!(debug_assertions))
        .general_autofill_enabled(false)
        // The interface loads nothing from a network; the content security policy refuses it first.
        .proxy_url(DEAD_PROXY.parse().map_err(tauri::Error::InvalidUrl)?)
        .zoom_hotkeys_enabled(true)
        .on_navigation(is_own)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .on_permission_request(|_, _| PermissionResponse::Deny)
        .build()?;
    restart_after_a_crash(&window)?;
    turn_off_unused_features(&window)?;
    Ok(window)
}

/// Turns off features that the interface does not use, so that a page that was taken over cannot use them.
#[cfg(target_os = "linux")]
fn turn_off_unused_features(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{SettingsExt as _, WebViewExt as _};
    window.with_webview(|platform| {
        if let Some(settings) = platform.inner().settings() {
            settings.set_enable_webgl(false);
            settings.set_enable_webaudio(false);
            settings.set_enable_media(false);
            settings.set_enable_media_stream(false);
        }
    })
}

#[cfg(not(target_os = "linux"))]
fn turn_off_unused_features(_window: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

/// The main window, if it is open.
pub fn main(app: &AppHandle) -> Option<WebviewWindow> {
    app.get_webview_window(MAIN)
}

/// Brings the main window to the front.
pub fn show(app: &AppHandle) {
    if let Some(window) = main(app) {
        let _ = window.unminimize();
        let _ = window.show();
        let _ = window.set_focus();
    }
}

/// Whether an address belongs to the embedded interface.
fn is_own(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        // The address of the interface where the web view supports no custom schemes.
        "http" | "https" => cfg!(windows) && url.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

/// Ends the web process, with everything in its memory, and loads the interface into a new one.
///
/// # Errors
/// If the window no longer exists.
#[cfg(target_os = "linux")]
pub fn end_web_process(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::WebViewExt as _;
    window.with_webview(|platform| {
        let view = platform.inner();
        view.terminate_web_process();
        view.load_uri(ADDRESS);
    })
}

/// Reloads the interface; this system's web view decides when its process ends.
///
/// # Errors
/// If the window no longer exists.
#[cfg(not(target_os = "linux"))]
pub fn end_web_process(window: &WebviewWindow) -> tauri::Result<()> {
    window.reload()
}

/// Reloads the interface when the web process crashes; the vault stays open in this process.
#[cfg(target_os = "linux")]
fn restart_after_a_crash(window: &WebviewWindow) -> tauri::Result<()> {
    use webkit2gtk::{WebProcessTerminationReason, WebViewExt as _};
    window.with_webview(|platform| {
        platform.inner().connect_web_process_terminated(|view, reason| {
            if reason != WebProcessTerminationReason::TerminatedByApi {
                view.load_uri(ADDRESS);
            }
        });
    })
}

#[cfg(not(target_os = "linux"))]
fn restart_after_a_crash(_window: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_embedded_interface_may_be_navigated_to() {
        let own = |text: &str| is_own(&text.parse().unwrap());
        assert!(own("tauri://localhost/index.html"));
        for other in [
            "https://example.com/",
            "http://localhost/",
            "file:///etc/passwd",
            "data:text/html,x",
            "javascript:alert(1)",
            "about:blank",
            "tauri://example.com/",
            "blob:tauri://localhost/1",
        ] {
            assert!(!own(other), "{other}");
        }
    }
}
