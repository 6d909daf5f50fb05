//! The main window: it shows the embedded interface and navigates nowhere else.

use std::sync::Once;

use tauri::webview::{NewWindowResponse, PageLoadEvent, PermissionResponse};
use tauri::{
    AppHandle, Manager, PhysicalPosition, PhysicalRect, PhysicalSize, Url, WebviewUrl, WebviewWindow,
    WebviewWindowBuilder,
};

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
    stop_the_blinking_caret();
    let fitting = Once::new();
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
        // Only now does the window have the place that was stored. Pages loaded later leave it where the user moved it.
        .on_page_load(move |window, page| {
            if page.event() == PageLoadEvent::Finished {
                fitting.call_once(|| fit_into_screen(&window));
            }
        })
        .on_permission_request(|_, _| PermissionResponse::Deny)
        .build()?;
    restart_after_a_crash(&window)?;
    turn_off_unused_features(&window)?;
    Ok(window)
}

/// Has the caret of fields stand still. Each blink made the web view draw the whole window, also while the program was locked
/// and nobody used it.
#[cfg(target_os = "linux")]
fn stop_the_blinking_caret() {
    use gtk::prelude::GtkSettingsExt as _;
    if let Some(settings) = gtk::Settings::default() {
        settings.set_gtk_cursor_blink(false);
    }
}

#[cfg(not(target_os = "linux"))]
fn stop_the_blinking_caret() {}

/// Moves and shrinks a window whose place was stored on another screen, so that all of it is on the screen of today. A window
/// of unknown place stays where it is.
fn fit_into_screen(window: &WebviewWindow) {
    if window.is_maximized().unwrap_or(false) {
        return;
    }
    let monitor = window.current_monitor().ok().flatten().or_else(|| window.primary_monitor().ok().flatten());
    let (Some(monitor), Ok(position), Ok(outer), Ok(inner)) =
        (monitor, window.outer_position(), window.outer_size(), window.inner_size())
    else {
        return;
    };
    let stored = PhysicalRect { position, size: outer };
    let fitted = fitted(&stored, monitor.work_area());
    if fitted.size != stored.size {
        // The frame is no part of the size that is set.
        let frame = (outer.width.saturating_sub(inner.width), outer.height.saturating_sub(inner.height));
        let (width, height) = (fitted.size.width, fitted.size.height);
        let size = PhysicalSize::new(width.saturating_sub(frame.0), height.saturating_sub(frame.1));
        let _ = window.set_size(size);
    }
    if fitted.position != stored.position {
        let _ = window.set_position(fitted.position);
    }
}

/// Returns the rectangle nearest to `window` that lies within `area`.
fn fitted(window: &PhysicalRect<i32, u32>, area: &PhysicalRect<i32, u32>) -> PhysicalRect<i32, u32> {
    // One axis: the length, and the start between the edges of the area.
    let axis = |start: i32, length: u32, from: i32, room: u32| {
        let length = length.min(room);
        let last = from.saturating_add_unsigned(room - length);
        (start.clamp(from, last.max(from)), length)
    };
    let (x, width) = axis(window.position.x, window.size.width, area.position.x, area.size.width);
    let (y, height) = axis(window.position.y, window.size.height, area.position.y, area.size.height);
    PhysicalRect { position: PhysicalPosition::new(x, y), size: PhysicalSize::new(width, height) }
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

/// Reloads the interface when the web process crashes; the profile stays open in this process.
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

    fn rect(x: i32, y: i32, width: u32, height: u32) -> PhysicalRect<i32, u32> {
        PhysicalRect { position: PhysicalPosition::new(x, y), size: PhysicalSize::new(width, height) }
    }

    #[test]
    fn a_window_is_fitted_into_the_screen() {
        let screen = rect(0, 30, 1280, 770);
        for (window, expected) in [
            (rect(100, 100, 800, 600), (100, 100, 800, 600)),
            (rect(0, 0, 4000, 3000), (0, 30, 1280, 770)),
            (rect(1200, 700, 800, 600), (480, 200, 800, 600)),
            (rect(-3000, -50, 800, 600), (0, 30, 800, 600)),
        ] {
            let PhysicalRect { position, size } = fitted(&window, &screen);
            assert_eq!((position.x, position.y, size.width, size.height), expected);
        }
        // A second screen on the left.
        let fitted = fitted(&rect(-5000, 0, 800, 600), &rect(-1920, 0, 1920, 1080));
        assert_eq!((fitted.position.x, fitted.size.width), (-1920, 800));
    }

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
