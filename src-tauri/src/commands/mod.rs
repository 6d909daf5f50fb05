//! The commands of the interface, one file for each domain. Each parses its arguments, calls `vault-api` and returns the
//! result; only dialogs and the clipboard are added here. The list of commands is in `vault-api`.

#![expect(clippy::unreachable, reason = "tauri's attribute writes it into asynchronous commands")]

mod activity;
mod app;
mod backup;
mod code;
mod document;
mod draft;
mod export;
mod guardians;
mod health;
mod history;
mod import;
mod item;
mod kit;
mod members;
mod profile;
mod regain;
mod repair;
mod restore;
mod rotation;
mod secret;
mod security;
mod server;
mod session;
mod settings;
mod ssh;
mod team;
mod tools;
mod trash;
mod vault;

use std::str::FromStr;

use vault_api::{ErrorCode, Result};

/// Parses an id; an invalid one is not found.
fn id<T: FromStr>(text: &str) -> Result<T> {
    text.parse().map_err(|_| ErrorCode::NotFound.into())
}

/// Parses ids.
fn ids<T: FromStr>(texts: &[String]) -> Result<Vec<T>> {
    texts.iter().map(|text| id(text)).collect()
}

macro_rules! handler {
    ($($module:ident :: $command:ident,)*) => {
        tauri::generate_handler![$($module::$command),*]
    };
}

/// Dispatches each call to its command.
pub fn handler() -> impl Fn(tauri::ipc::Invoke) -> bool + Send + Sync + 'static {
    vault_api::coffer_commands!(handler)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    macro_rules! names {
        ($($module:ident :: $command:ident,)*) => {
            [$(stringify!($command)),*]
        };
    }

    #[test]
    fn the_capability_allows_each_command_events_zoom_and_nothing_else() {
        let capability: serde_json::Value =
            serde_json::from_str(include_str!("../../capabilities/main.json")).unwrap();
        let allowed: BTreeSet<String> = capability["permissions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap().into())
            .collect();
        let commands =
            vault_api::coffer_commands!(names).map(|name| format!("allow-{}", name.replace('_', "-")));
        let core =
            ["core:event:allow-listen", "core:event:allow-unlisten", "core:webview:allow-set-webview-zoom"]
                .map(str::to_owned);
        assert_eq!(allowed, commands.into_iter().chain(core).collect());
        assert_eq!(capability["windows"], serde_json::json!(["main"]));
        assert!(capability.get("remote").is_none(), "no remote page may call a command");
    }

    #[test]
    fn exactly_the_listed_commands_are_documented() {
        let text = include_str!("../../../docs/commands.md");
        let (commands, _events) = text.split_once("\n## Events").unwrap();
        let documented: BTreeSet<&str> = commands
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once('`').map(|(name, _)| name))
            .collect();
        assert_eq!(documented, vault_api::coffer_commands!(names).into_iter().collect());
    }
}
