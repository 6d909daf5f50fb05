//! The command line beside the window program.

use std::process::{Command, Output, Stdio};

use serde_json::json;

use crate::harness::{App, Computer, PASSWORD, binary, until};

/// Runs a line of a shell that finds the command line.
fn shell(computer: &Computer, line: &str) -> Output {
    in_shell(computer, line).output().unwrap()
}

fn in_shell(computer: &Computer, line: &str) -> Command {
    let beside = binary().parent().unwrap().display().to_string();
    let mut command = Command::new("sh");
    computer.settle(&mut command);
    command.args(["-c", &format!("PATH=\"{beside}:$PATH\"; {line}")]);
    command
}

fn exit(ran: &Output) -> i32 {
    ran.status.code().unwrap_or(-1)
}

#[tokio::test]
async fn t50_a_program_is_asked_about_once_until_the_lock() {
    let computer = Computer::new().await;
    let mut app = App::start(&computer).await;
    app.make_vault_and_begin().await;
    let draft = json!({
        "item_type": "login", "title": "Forge", "urls": [], "notes": "", "tags": [], "favourite": false,
        "fields": [{ "role": "password", "label": "", "kind": "concealed", "value": "s3cret" }],
    });
    app.invoke("item_save", json!({ "draft": draft })).await.unwrap();

    computer.will_answer(false);
    let refused = shell(&computer, "coffer get Forge");
    assert_eq!(exit(&refused), 6, "{refused:?}");
    computer.will_answer(true);
    // What was answered holds.
    let refused = shell(&computer, "coffer get Forge");
    assert_eq!((exit(&refused), refused.stdout.as_slice()), (6, &b""[..]));

    app.while_locking(async |_| assert_eq!(exit(&shell(&computer, "coffer lock")), 0)).await;
    assert_eq!(exit(&shell(&computer, "coffer get Forge")), 5);
    app.unlock().await;
    let allowed = shell(&computer, "coffer get Forge");
    assert_eq!((exit(&allowed), allowed.stdout.as_slice()), (0, &b"s3cret\n"[..]));
    computer.will_answer(false);
    assert_eq!(exit(&shell(&computer, "coffer get Forge")), 0);
    app.lock().await;
    app.unlock().await;
    assert_eq!(exit(&shell(&computer, "coffer get Forge")), 6);
}

#[tokio::test]
async fn the_window_takes_the_profile_from_an_agent() {
    let computer = Computer::new().await;
    let app = App::start(&computer).await;
    app.make_vault_and_begin().await;
    app.quit().await;

    let unlock = format!("printf '%s\\n' '{PASSWORD}' | coffer unlock --password-fd 0");
    let unlocked = shell(&computer, &unlock);
    assert_eq!(exit(&unlocked), 0, "{unlocked:?}");
    assert_eq!(exit(&shell(&computer, "coffer add Written")), 0);
    let app = App::start(&computer).await;
    app.unlock().await;
    app.find_and_open("written", "Written").await;
    assert_eq!(
        shell(&computer, "coffer status").stdout,
        b"unlocked: Ada's vault (the window program runs)\n"
    );
}

#[tokio::test]
async fn t50_the_question_about_a_program_is_a_window() {
    let computer = Computer::new().await;
    let app = App::start_asking(&computer).await;
    app.make_vault_and_begin().await;
    let listing = in_shell(&computer, "exec coffer list").stdout(Stdio::piped()).spawn().unwrap();
    let question = async || computer.dialog("another program");
    let window = until("the question", question).await;
    computer.picture("question-program");
    computer.close_dialog(&window);
    let ran = listing.wait_with_output().unwrap();
    assert_eq!((exit(&ran), ran.stdout.as_slice()), (6, &b""[..]));
}
