//! Vaults, teams, and the server.

use vault_agent::protocol::{Reply, Request};
use vault_api::views::{RoleView, SyncState, SyncView, VaultAppearanceView, VaultView};
use vault_text::safe_to_show;

use crate::arguments::{ServerCommand, Sync, TeamCommand, VaultCommand};
use crate::connection::{Connection, Context};
use crate::failure::{Exit, Failure};
use crate::{find, output};

/// `vault`
pub fn vault(context: &Context, what: VaultCommand) -> Result<Exit, Failure> {
    let mut connection = context.connect()?;
    match what {
        VaultCommand::Ls => {
            let vaults = find::vaults(&mut connection)?;
            if context.json {
                return output::json("vaults", &vaults);
            }
            let mut text = String::new();
            for vault in &vaults {
                let name = safe_to_show(find::vault_name(vault));
                text.push_str(&format!("{}\t{name}\t{}\n", vault.id, vault.listed));
            }
            output::bytes(text.as_bytes())
        }
        VaultCommand::Create { name } => {
            let before = find::vaults(&mut connection)?;
            let vaults = changed(&mut connection, None, VaultAppearanceView { name, ..Default::default() })?;
            let is_new = |vault: &&VaultView| before.iter().all(|old| old.id != vault.id);
            let made = vaults.iter().find(is_new).ok_or_else(Connection::unexpected)?;
            if context.json { output::json("vault", made) } else { output::line(&made.id) }
        }
        VaultCommand::Rename { vault, name } => {
            let vault = find::vault(&mut connection, &vault)?;
            let appearance = VaultAppearanceView { name, ..vault.appearance };
            changed(&mut connection, Some(vault.id), appearance)?;
            Ok(Exit::Done)
        }
    }
}

fn changed(
    connection: &mut Connection,
    vault: Option<String>,
    appearance: VaultAppearanceView,
) -> Result<Vec<VaultView>, Failure> {
    match connection.ask(&Request::SaveVault { vault, appearance })? {
        Reply::Vaults(vaults) => Ok(vaults),
        _ => Err(Connection::unexpected()),
    }
}

/// `team`
pub fn team(context: &Context, what: &TeamCommand) -> Result<Exit, Failure> {
    let TeamCommand::Ls = what;
    let Reply::Teams(teams) = context.connect()?.ask(&Request::Teams)? else {
        return Err(Connection::unexpected());
    };
    if context.json {
        return output::json("teams", &teams);
    }
    let mut text = String::new();
    for team in &teams {
        let role = match team.role {
            RoleView::Owner => "owner",
            RoleView::Manager => "manager",
            RoleView::Editor => "editor",
            RoleView::Viewer => "viewer",
        };
        let (people, vaults) = (team.people.len(), team.vaults.len());
        text.push_str(&format!("{}\t{}\t{role}\t{people}\t{vaults}\n", team.id, safe_to_show(&team.name)));
    }
    output::bytes(text.as_bytes())
}

/// `server`
pub fn server(context: &Context, what: &ServerCommand) -> Result<Exit, Failure> {
    let ServerCommand::Status = what;
    report(context, &state(context, false)?)?;
    Ok(Exit::Done)
}

/// `sync`
pub fn sync(context: &Context, what: &Sync) -> Result<Exit, Failure> {
    let view = state(context, !what.status)?;
    report(context, &view)?;
    let failure = match view.state {
        SyncState::UpToDate => return Ok(Exit::Done),
        SyncState::Local => Failure::new(Exit::NotFound, "the profile has no server"),
        SyncState::Offline => Failure::new(Exit::Offline, "the server was not reached")
            .with("Changes are kept, and sent later."),
        SyncState::SignedOut => Failure::new(Exit::Denied, "this computer is signed out")
            .with("Sign in in the window program, `coffer-desktop`."),
        SyncState::Held => Failure::new(Exit::General, "nothing is sent before you have seen what")
            .with("See it in the window program, `coffer-desktop`."),
        SyncState::Alarm => Failure::new(Exit::General, "the server contradicts itself")
            .with("The window program, `coffer-desktop`, says in what."),
        SyncState::Verifying | SyncState::Syncing => {
            Failure::new(Exit::General, "not everything was received and sent yet")
        }
        SyncState::Waiting => Failure::new(Exit::General, "something was not received or sent"),
    };
    let reason = view.problem.map(|problem| problem.message);
    Err(reason.into_iter().fold(failure, Failure::with))
}

fn state(context: &Context, now: bool) -> Result<SyncView, Failure> {
    match context.connect()?.ask_for_work(&Request::Sync { now })? {
        Reply::Sync(view) => Ok(*view),
        _ => Err(Connection::unexpected()),
    }
}

fn report(context: &Context, view: &SyncView) -> Result<Exit, Failure> {
    if context.json {
        return output::json("sync", view);
    }
    let state = serde_json::to_value(view.state).unwrap_or_default();
    let mut lines = vec![("state", state.as_str().unwrap_or_default().to_owned())];
    if let Some(account) = &view.account {
        lines.push(("server", account.address.clone()));
        lines.push(("account", account.login.clone()));
        lines.push(("unsent", view.unsent.to_string()));
    }
    let text: String =
        lines.iter().map(|(name, value)| format!("{name}: {}\n", safe_to_show(value))).collect();
    output::bytes(text.as_bytes())
}
