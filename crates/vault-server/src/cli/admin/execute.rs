//! What the commands do.

use std::io;

use serde_json::json;
use vault_wire::AccountId;
use vault_wire::message::ProblemCode;

use super::answers::Answers;
use super::{Answer, Command};
use crate::account::audit::About;
use crate::account::login_change::MailedCode;
use crate::account::operator::{self, Named};
use crate::account::{deletion, factor, login_change, sign_up};
use crate::failure::Failure;
use crate::hints::Change;
use crate::http::{App, StartError};
use crate::log::Recovery;
use crate::setup::Replaced;
use crate::store::NEWEST;

/// Executes a command and writes its rows.
///
/// # Errors
/// If nobody reads the answer. A failure of the command is the value.
pub async fn execute(
    app: &App,
    command: Command,
    answers: &mut Answers<'_>,
) -> io::Result<Result<(), Failure>> {
    match command {
        Command::List => list(app, answers).await,
        Command::Sessions(named) => sessions(app, &named, answers).await,
        command => match single(app, command).await {
            Ok(answer) => {
                if let Some(answer) = answer {
                    answers.write(&answer).await?;
                }
                Ok(Ok(()))
            }
            Err(failure) => Ok(Err(failure)),
        },
    }
}

/// Executes a command that has one answer at most.
async fn single(app: &App, command: Command) -> Result<Option<Answer>, Failure> {
    let (store, now) = (&app.store, app.clock.now());
    let find = async |named: &Named| operator::find(store, named).await;
    match command {
        Command::Status => return status(app).await.map(Some),
        Command::Invite { login } => {
            return sign_up::issue(store, login.as_ref(), now).await.map(|code| Some(Answer::Code(code)));
        }
        Command::Lock(named) => {
            let account = find(&named).await?;
            operator::set_locked(store, account, true, now).await?;
            app.hints.announce(Change::Account(account));
        }
        Command::Unlock(named) => operator::set_locked(store, find(&named).await?, false, now).await?,
        Command::Quota(named, bytes) => operator::set_quota(store, find(&named).await?, bytes).await?,
        Command::EndSessions(named) => {
            let account = find(&named).await?;
            operator::end_sessions(store, account, now).await?;
            app.hints.announce(Change::Account(account));
        }
        Command::Delete(named) => {
            let account = find(&named).await?;
            deletion::delete(store, &app.logs, account, now).await?;
            app.hints.announce(Change::Account(account));
        }
        Command::ChangeLogin(named, login) => {
            let (account, code) = (find(&named).await?, MailedCode::Unneeded);
            login_change::change(store, account, &login, code, About::default(), now).await?;
        }
        Command::ResetFactor(named) => {
            let account = store.account(find(&named).await?);
            account.run(|tx| async move { factor::remove(&tx, About::default(), now).await }).await?;
        }
        Command::RotateKeys { drop } => {
            let replaced = if drop { Replaced::Dropped } else { Replaced::Kept };
            app.rotate_keys(replaced).map_err(|error| failed(&error))?;
        }
        Command::SealKeys { next } => app.seal_secrets(next.as_ref()).map_err(|error| failed(&error))?,
        Command::AnnounceRecovery { hours } => {
            let until = now.saturating_add(hours.saturating_mul(60 * 60 * 1000));
            return Ok(Some(recovery(app.logs.begin_recovery(now, until).await?)));
        }
        Command::EndRecovery => return Ok(Some(recovery(app.logs.end_recovery(now).await?))),
        Command::List | Command::Sessions(_) => return Err(ProblemCode::Internal.into()),
    }
    Ok(None)
}

fn failed(error: &StartError) -> Failure {
    tracing::error!(%error, "the secrets cannot be written");
    ProblemCode::Internal.into()
}

fn recovery(Recovery { epoch, until }: Recovery) -> Answer {
    Answer::Row(json!({ "recovery_epoch": epoch, "recovery_until": until }))
}

async fn status(app: &App) -> Result<Answer, Failure> {
    let Recovery { epoch, until } = app.logs.recovery().await?;
    let lasts = Recovery { epoch, until }.lasts_at(app.clock.now());
    Ok(Answer::Row(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "issuer": app.issuer().as_str(),
        "schema": NEWEST,
        "ready": app.store.check().await.is_ok(),
        "accounts": operator::count(&app.store).await?,
        "recovery_epoch": epoch,
        "recovery_until": lasts.then_some(until),
        "token_keys": app.tokens.get().jwks().keys.len(),
    })))
}

async fn list(app: &App, answers: &mut Answers<'_>) -> io::Result<Result<(), Failure>> {
    let mut after: Option<AccountId> = None;
    loop {
        let accounts = match operator::list(&app.store, after).await {
            Ok(accounts) => accounts,
            Err(error) => return Ok(Err(error.into())),
        };
        let Some(last) = accounts.last() else { return Ok(Ok(())) };
        after = Some(last.account_id);
        for mut account in accounts {
            let usage = match app.logs.usage(account.account_id).await {
                Ok(usage) => usage.bytes,
                Err(error) => return Ok(Err(error.into())),
            };
            account.bytes = Some(usage);
            answers.row(&account).await?;
        }
    }
}

async fn sessions(app: &App, named: &Named, answers: &mut Answers<'_>) -> io::Result<Result<(), Failure>> {
    let read = async {
        Ok::<_, Failure>(operator::sessions(&app.store, operator::find(&app.store, named).await?).await?)
    };
    match read.await {
        Ok(sessions) => {
            for session in &sessions {
                answers.row(session).await?;
            }
            Ok(Ok(()))
        }
        Err(failure) => Ok(Err(failure)),
    }
}
