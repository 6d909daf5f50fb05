//! The tray icon: dimmed while locked, with a menu to show the window, lock and quit.

use tauri::image::Image;
use tauri::menu::{MenuBuilder, MenuItem, MenuItemBuilder};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Wry};

use super::strings::Strings;

/// The opacity of the icon while locked, in 255ths.
const DIM: u16 = 110;

/// An entry of the tray menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrayAction {
    /// Show the window.
    Show,
    /// Lock.
    Lock,
    /// Quit.
    Quit,
}

/// The tray icon; it disappears when this is dropped.
pub struct Tray {
    icon: TrayIcon,
    lock: MenuItem<Wry>,
    locked: Image<'static>,
    unlocked: Image<'static>,
}

impl Tray {
    /// Shows the icon, dimmed; `None` on a desktop without a status area.
    ///
    /// # Errors
    /// If the desktop has a status area and refuses.
    pub fn show(
        app: &AppHandle,
        strings: &Strings,
        on_action: impl Fn(&AppHandle, TrayAction) + Send + Sync + 'static,
    ) -> tauri::Result<Option<Self>> {
        let (true, Some(unlocked)) = (has_status_area(), app.default_window_icon()) else { return Ok(None) };
        let unlocked = unlocked.clone().to_owned();
        let locked = dimmed(&unlocked);
        let lock = MenuItemBuilder::with_id("lock", strings.lock).enabled(false).build(app)?;
        let menu = MenuBuilder::new(app)
            .text("show", strings.show)
            .item(&lock)
            .separator()
            .text("quit", strings.quit)
            .build()?;
        let icon = TrayIconBuilder::new()
            .icon(locked.clone())
            .tooltip("Coffer")
            .menu(&menu)
            .on_menu_event(move |app, event| match event.id().as_ref() {
                "show" => on_action(app, TrayAction::Show),
                "lock" => on_action(app, TrayAction::Lock),
                "quit" => on_action(app, TrayAction::Quit),
                _ => {}
            })
            .build(app)?;
        Ok(Some(Self { icon, lock, locked, unlocked }))
    }

    /// Shows whether the profile is open. A failure to change the icon is ignored.
    pub fn set_unlocked(&self, unlocked: bool) {
        let image = if unlocked { &self.unlocked } else { &self.locked };
        let _ = self.icon.set_icon(Some(image.clone()));
        let _ = self.lock.set_enabled(unlocked);
    }
}

/// The same picture with less opacity.
fn dimmed(image: &Image<'_>) -> Image<'static> {
    let mut rgba = image.rgba().to_vec();
    for pixel in rgba.chunks_exact_mut(4) {
        if let [_, _, _, alpha] = pixel {
            *alpha = u8::try_from(u16::from(*alpha) * DIM / 255).unwrap_or(*alpha);
        }
    }
    Image::new_owned(rgba, image.width(), image.height())
}

/// Whether the desktop shows status icons. Asked over D-Bus, so that their library is loaded only where it is used.
#[cfg(target_os = "linux")]
fn has_status_area() -> bool {
    const WATCHER: &str = "org.kde.StatusNotifierWatcher";
    let ask = || -> zbus::Result<bool> {
        let bus = zbus::blocking::Connection::session()?;
        let names = zbus::blocking::fdo::DBusProxy::new(&bus)?;
        Ok(names.name_has_owner(WATCHER.try_into()?)?)
    };
    ask().unwrap_or(false)
}

/// True: other systems show status icons.
#[cfg(not(target_os = "linux"))]
const fn has_status_area() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dimming_changes_only_the_opacity() {
        let dim = dimmed(&Image::new_owned(vec![10, 20, 30, 255, 40, 50, 60, 0], 2, 1));
        assert_eq!(dim.rgba(), [10, 20, 30, 110, 40, 50, 60, 0]);
        assert_eq!((dim.width(), dim.height()), (2, 1));
    }
}
