//! Questions that the program itself shows, so that a web view that was taken over can neither answer nor imitate them.

use std::sync::atomic::{AtomicBool, Ordering};

use rfd::{AsyncMessageDialog, MessageButtons, MessageDialogResult, MessageLevel};
use tauri::WebviewWindow;
use vault_api::{ErrorCode, Result};

use super::dialog::on_main_thread;
use super::strings::Strings;
use super::test_hooks;

/// The longest text of a web address that a question shows, in characters.
const ADDRESS: usize = 160;

/// A question, in the language of the interface.
pub struct Question {
    title: String,
    text: String,
    /// The button that agrees.
    yes: &'static str,
    no: &'static str,
}

impl Question {
    /// Whether to open a web address in the browser, on a host to which none was opened before.
    pub fn open(strings: &Strings, host: &str, address: &str) -> Self {
        let mut shown: String = address.chars().take(ADDRESS).collect();
        if shown.len() < address.len() {
            shown.push('…');
        }
        let text = strings.open_text.replace("{address}", &shown);
        Self::new(strings.open_title.replace("{host}", host), text, strings.open_yes, strings)
    }

    /// Whether to contact a server that was not contacted before.
    pub fn contact(strings: &Strings, address: &str) -> Self {
        let title = strings.server_title.replace("{address}", address);
        Self::new(title, strings.server_text.to_owned(), strings.server_yes, strings)
    }

    /// Whether to use a proxy that was not used before.
    pub fn proxy(strings: &Strings, address: &str) -> Self {
        let title = strings.proxy_title.replace("{address}", address);
        Self::new(title, strings.proxy_text.to_owned(), strings.server_yes, strings)
    }

    /// Whether another program may use the open profile. The end of a long path is shown: it has the program's name.
    #[cfg(target_os = "linux")]
    pub fn program(strings: &Strings, path: &str) -> Self {
        let left_out = path.chars().count().saturating_sub(ADDRESS);
        let mut shown: String = path.chars().skip(left_out).collect();
        if left_out > 0 {
            shown.insert(0, '…');
        }
        let text = strings.program_text.replace("{path}", &shown);
        Self::new(strings.program_title.to_owned(), text, strings.program_yes, strings)
    }

    /// Whether to delete so many items permanently.
    pub fn delete_items(strings: &Strings, count: u32) -> Self {
        let title = match count {
            1 => strings.delete_item.to_owned(),
            _ => strings.delete_items.replace("{count}", &count.to_string()),
        };
        Self::permanent(title, strings)
    }

    /// Whether to delete a vault with so many items permanently.
    pub fn delete_vault(strings: &Strings, count: u32) -> Self {
        Self::permanent(strings.delete_vault.replace("{count}", &count.to_string()), strings)
    }

    /// Whether to invite somebody into the vault of that name.
    pub fn invite(strings: &Strings, vault: &str) -> Self {
        let title = strings.invite.replace("{name}", vault);
        Self::new(title, strings.invite_text.to_owned(), strings.invite_yes, strings)
    }

    /// Whether to let somebody who answered an invitation into the vault of that name.
    pub fn let_in(strings: &Strings, vault: &str) -> Self {
        let title = strings.let_in.replace("{name}", vault);
        Self::new(title, strings.let_in_text.to_owned(), strings.let_in_yes, strings)
    }

    /// Whether to add people to the group of that name.
    pub fn add_to_group(strings: &Strings, group: &str) -> Self {
        let title = strings.add_to_group.replace("{name}", group);
        Self::new(title, strings.add_to_group_text.to_owned(), strings.let_in_yes, strings)
    }

    /// Whether to give the vault of that name to groups of a team.
    pub fn give_to_team(strings: &Strings, vault: &str) -> Self {
        let title = strings.give_to_team.replace("{name}", vault);
        Self::new(title, strings.give_to_team_text.to_owned(), strings.change, strings)
    }

    /// Whether to remove the vault of that name from this profile.
    pub fn forget_vault(strings: &Strings, vault: &str) -> Self {
        let title = strings.forget_vault.replace("{name}", vault);
        Self::new(title, strings.forget_vault_text.to_owned(), strings.delete, strings)
    }

    /// Whether to delete an earlier version of a document permanently.
    pub fn delete_file(strings: &Strings) -> Self {
        Self::permanent(strings.delete_file.to_owned(), strings)
    }

    /// Whether to delete earlier versions of items permanently, now or by a rule.
    pub fn delete_history(strings: &Strings) -> Self {
        Self::permanent(strings.delete_history.to_owned(), strings)
    }

    /// Whether to keep fewer backups, or to make none.
    pub fn fewer_backups(strings: &Strings) -> Self {
        let (title, text) = (strings.fewer_backups.to_owned(), strings.fewer_backups_text.to_owned());
        Self::new(title, text, strings.change, strings)
    }

    /// Whether to delete the profile of that name.
    pub fn delete_profile(strings: &Strings, name: &str) -> Self {
        let title = strings.delete_profile.replace("{name}", name);
        Self::new(title, strings.delete_profile_text.to_owned(), strings.delete, strings)
    }

    fn permanent(title: String, strings: &Strings) -> Self {
        Self::new(title, strings.permanent.to_owned(), strings.delete, strings)
    }

    fn new(title: String, text: String, yes: &'static str, strings: &Strings) -> Self {
        Self { title, text, yes, no: strings.cancel }
    }
}

/// Whether a question is on the screen.
static ASKING: AtomicBool = AtomicBool::new(false);

/// The answer to a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    /// The user agrees.
    Yes,
    /// The user declines, or closes it.
    No,
    /// Another question is on the screen.
    NotAsked,
}

/// Shows a question and waits for the answer.
///
/// # Errors
/// `cancelled` if the user declines, closes it, or another question is on the screen.
pub async fn ask(window: &WebviewWindow, question: Question) -> Result<()> {
    match answer(window, question).await {
        Answered::Yes => Ok(()),
        Answered::No | Answered::NotAsked => Err(ErrorCode::Cancelled.into()),
    }
}

/// The same, and tells apart why the user did not agree.
pub async fn answer(window: &WebviewWindow, question: Question) -> Answered {
    let agreed = match test_hooks::answered() {
        Some(answer) => answer,
        None if ASKING.swap(true, Ordering::Relaxed) => return Answered::NotAsked,
        None => {
            let agreed = show(window, question).await;
            ASKING.store(false, Ordering::Relaxed);
            agreed
        }
    };
    if agreed { Answered::Yes } else { Answered::No }
}

async fn show(window: &WebviewWindow, question: Question) -> bool {
    let Question { title, text, yes, no } = question;
    let parent = window.clone();
    let shown = on_main_thread(window, move || {
        AsyncMessageDialog::new()
            .set_parent(&parent)
            .set_level(MessageLevel::Warning)
            .set_title(title)
            .set_description(text)
            .set_buttons(MessageButtons::OkCancelCustom(yes.to_owned(), no.to_owned()))
            .show()
    });
    match shown.await {
        // GTK, Windows and macOS name the button, or only say that it is the first one.
        Some(MessageDialogResult::Custom(chosen)) => chosen == yes,
        Some(MessageDialogResult::Ok | MessageDialogResult::Yes) => true,
        Some(MessageDialogResult::No | MessageDialogResult::Cancel) | None => false,
    }
}
