//! The calls the interface can make, one file for each domain. Each reads its arguments, calls `vault-api` and hands
//! its answer back; dialogs and the clipboard are the only things added here.

#![expect(clippy::unreachable, reason = "tauri's attribute writes it into asynchronous commands")]

mod app;
mod backup;
mod code;
mod document;
mod draft;
mod health;
mod history;
mod import;
mod item;
mod kit;
mod profile;
mod repair;
mod restore;
mod secret;
mod security;
mod session;
mod settings;
mod ssh;
mod tools;
mod trash;
mod vault;

use std::str::FromStr;

use vault_api::Outcome;
use vault_api::views::ErrorCode;

include!("list.rs");

/// Reads an id; one that is none cannot be found.
fn id<T: FromStr>(text: &str) -> Outcome<T> {
    text.parse().map_err(|_| ErrorCode::NotFound.into())
}

/// Reads ids.
fn ids<T: FromStr>(texts: &[String]) -> Outcome<Vec<T>> {
    texts.iter().map(|text| id(text)).collect()
}

macro_rules! handler {
    ($($module:ident :: $command:ident,)*) => {
        tauri::generate_handler![$($module::$command),*]
    };
}

/// Hands each call to its command.
pub fn handler() -> impl Fn(tauri::ipc::Invoke) -> bool + Send + Sync + 'static {
    coffer_commands!(handler)
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
    fn the_capability_allows_each_command_by_name_and_events_and_nothing_else() {
        let capability: serde_json::Value =
            serde_json::from_str(include_str!("../../capabilities/main.json")).unwrap();
        let allowed: BTreeSet<String> = capability["permissions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap().into())
            .collect();
        let commands = coffer_commands!(names).map(|name| format!("allow-{}", name.replace('_', "-")));
        let events = ["core:event:allow-listen", "core:event:allow-unlisten"].map(str::to_owned);
        assert_eq!(allowed, commands.into_iter().chain(events).collect());
        assert_eq!(capability["windows"], serde_json::json!(["main"]));
        assert!(capability.get("remote").is_none(), "no remote page may call anything");
    }

    #[test]
    fn each_command_is_documented_and_nothing_else_is() {
        let text = include_str!("../../../docs/commands.md");
        let (commands, _events) = text.split_once("\n## Events").unwrap();
        let documented: BTreeSet<&str> = commands
            .lines()
            .filter_map(|line| line.strip_prefix("| `")?.split_once('`').map(|(name, _)| name))
            .collect();
        assert_eq!(documented, coffer_commands!(names).into_iter().collect());
    }
}
