//! Kills of a program while its account gets a new identity. It goes on from what is stored: nothing is lost, and it ends as if
//! nothing had happened.

use std::path::Path;

use vault_api::ErrorCode;
use vault_api::views::{LostDeviceRequest, SignInView, SyncState};

use crate::identity::{NEW, Scene};
use crate::support::{CHILD, FOLDER, PASSWORD, Process, Program, ROLE, number, profile_id, unlock_request};

const NAME: &str = "identity_kills::t52_kill_during_new_identity_loses_nothing";
const DEVICE: &str = "COFFER_TEST_DEVICE";
/// More memory than the process needs, in KiB.
const MEMORY: u64 = 1 << 20;

/// What the server does with a request, at which the program is killed.
#[derive(Clone, Copy, Debug)]
enum At {
    /// It never gets it.
    Never(&'static str, &'static str),
    /// It gets it, and the answer is lost.
    Answered(&'static str),
}

/// Each step of a new identity, and whether the server has it then.
const STEPS: [(At, bool); 6] = [
    (At::Never("POST /v1/devices/", "/revoke"), false),
    (At::Never("POST /v1/auth/register/", "/start"), false),
    (At::Never("POST /v1/auth/register/", "/finish"), false),
    (At::Answered("POST /v1/auth/register/finish"), true),
    (At::Never("PUT /v1/devices/", "/label"), true),
    (At::Never("POST /v1/vaults/", "/log"), true),
];

/// Calls a device lost until the process is killed.
async fn child(folder: &Path) {
    let program = Program::at(folder);
    program.unlock().await;
    let ended = program.coffer.device_lost(lost(std::env::var(DEVICE).unwrap())).await;
    println!("ended {:?}", ended.map(drop));
    std::future::pending::<()>().await;
}

fn lost(device: String) -> LostDeviceRequest {
    let (password, new_password) = (PASSWORD.to_owned(), NEW.to_owned());
    LostDeviceRequest { device, password, new_password, code: None }
}

/// Opens the profile by the password that it has now.
async fn open(program: &Program) -> bool {
    let id = profile_id(program).await;
    match program.coffer.session_unlock(unlock_request(id.clone(), NEW)).await {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error.code, ErrorCode::WrongPasswordHere);
            program.coffer.session_unlock(unlock_request(id, PASSWORD)).await.map(drop).unwrap();
            false
        }
    }
}

#[tokio::test]
async fn t52_kill_during_new_identity_loses_nothing() {
    if number(CHILD).is_some() {
        assert_eq!(std::env::var(ROLE).as_deref(), Ok("owner"));
        return child(Path::new(&std::env::var(FOLDER).unwrap())).await;
    }
    for (at, is_stored) in STEPS {
        let mut scene = Scene::new().await;
        let devices = scene.lost.coffer.device_list().await.unwrap();
        let device = devices.into_iter().find(|device| device.current).unwrap().id;
        scene.bob.coffer.session_lock().await.unwrap();
        let hostile = &scene.hostile;
        hostile.forget();
        match at {
            At::Never(from, to) => {
                hostile.swallows(move |route| route.starts_with(from) && route.ends_with(to));
            }
            At::Answered(route) => hostile.loses(route),
        }
        let folder = scene.bob.path("");
        let mut process = Process::start_with(NAME, "owner", &folder, 1, &[(DEVICE, device.clone())]);
        match at {
            At::Never(from, to) => {
                hostile
                    .until(|seen| {
                        seen.iter().any(|sent| sent.route.starts_with(from) && sent.route.ends_with(to))
                    })
                    .await;
            }
            At::Answered(_) => drop(process.says("ended").await),
        }
        process.kill(MEMORY).await;
        hostile.reforms();

        scene.bob.kill();
        let is_new = open(&scene.bob).await;
        assert!(is_stored || !is_new, "{at:?}");
        if is_stored {
            scene.bob.coffer.sync_now().await.unwrap();
            let view = scene
                .bob
                .until(|view| view.state == SyncState::SignedOut || is_new && view.unsent == 0)
                .await;
            if view.state == SyncState::SignedOut {
                let signed_in = scene.bob.coffer.account_sign_in(NEW.into(), None).await;
                assert_eq!(signed_in, Ok(SignInView::Done), "{at:?}");
            }
        } else {
            scene.bob.up_to_date().await;
            scene.bob.coffer.device_lost(lost(device)).await.map(drop).unwrap();
        }
        scene.lost.coffer.sync_now().await.unwrap();
        scene.lost.until(|view| view.state == SyncState::SignedOut).await;
        scene.expect_all().await;
    }
}
