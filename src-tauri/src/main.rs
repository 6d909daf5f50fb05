//! Coffer on the desktop: the window, the commands that it may call, and the integration with the operating system.
//!
//! `commands` contains the calls of the interface, `platform` the code that differs between systems; the core is in
//! `vault-api`. Only what `capabilities/main.json` names is allowed.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod commands;
mod data_location;
mod platform;
mod shell;

use std::process::ExitCode;

use tauri::{Manager as _, RunEvent};
use tauri_plugin_window_state::StateFlags;

use platform::crash::CrashMarker;
use platform::{process, sandbox, window};
use shell::Shell;

/// Zeroizes all freed memory, including titles, form contents and buffers of dependencies.
#[global_allocator]
static MEMORY: zeroizing_alloc::ZeroAlloc<std::alloc::System> =
    zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    process::harden();
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("coffer-desktop: cannot start: {error}");
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<(), Box<dyn std::error::Error>> {
    process::refuse_remote_control()?;
    sandbox::turn_on();
    let location = data_location::find()?;
    let marker = CrashMarker::in_folder(&location.folder());
    marker.install();
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, arguments, _| {
            window::show(app);
            shell::accept_link(app, arguments);
        }))
        .plugin(window_state())
        .invoke_handler(commands::handler())
        .on_window_event(|window, event| shell::accept_dropped(window.app_handle(), event))
        .setup(move |app| {
            #[cfg(target_os = "linux")]
            let listening = platform::programs::Listening::claim(&location.folder());
            Shell::start(app.handle(), marker, |events| data_location::open(location, events))?;
            #[cfg(target_os = "linux")]
            {
                listening.begin(app.handle(), app.state::<Shell>().coffer.clone());
                app.manage(listening);
            }
            let arguments = std::env::args_os().skip(1);
            shell::accept_link(app.handle(), arguments.filter_map(|text| text.into_string().ok()));
            Ok(())
        })
        .build(tauri::generate_context!())?;
    app.run(|app, event| {
        if let RunEvent::Exit = event
            && let Some(shell) = app.try_state::<Shell>()
        {
            shell.end();
            #[cfg(target_os = "linux")]
            if let Some(listening) = app.try_state::<platform::programs::Listening>() {
                listening.end();
            }
        }
    });
    Ok(())
}

/// Restores the position and size of the window.
fn window_state<R: tauri::Runtime>() -> tauri::plugin::TauriPlugin<R> {
    let kept = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED;
    tauri_plugin_window_state::Builder::default().with_state_flags(kept).build()
}

#[cfg(test)]
mod tests {
    /// Reads the memory of this program as another program could.
    #[test]
    #[cfg(target_os = "linux")]
    fn t45_memory_that_the_program_frees_is_zeroed() {
        use std::os::unix::fs::FileExt as _;

        let memory = std::fs::File::open("/proc/self/mem").unwrap();
        // Below the size from which on the system gets memory back at once.
        let secret = vec![0xa5_u8; 64 << 10];
        let mut found = vec![0; secret.len()];
        let address = secret.as_ptr().addr() as u64;
        memory.read_exact_at(&mut found, address).unwrap();
        assert!(found == secret);
        drop(secret);
        memory.read_exact_at(&mut found, address).unwrap();
        // The system's allocator keeps some addresses of its own there.
        let left = found.iter().filter(|byte| **byte == 0xa5).count();
        assert!(left < 64, "{left} bytes of a freed secret are left");
    }
}
