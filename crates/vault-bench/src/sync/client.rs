//! The measured process: a program without its window, which does what the lines of its input say.

use std::io::BufRead as _;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::Notify;
use vault_api::start::{AppDirs, KdfParams, NoKeychain, Profiles, SystemClock, system_rng};
use vault_api::views::{
    AccountRequest, FieldDraft, ItemDraft, ItemQuery, ItemScope, ItemSort, ItemView, JobState, JoinRequest,
    ServerChoice, SyncState, SyncView, UnlockRequest,
};
use vault_api::{Coffer, Costs, Event, EventSink, ItemId, Setup};

use crate::cost;
use crate::profile::PASSWORD;
use crate::result::Result;

/// The first argument of the measured process.
pub const WORKER: &str = "synchronize";
const LOGIN: &str = "bench";

/// Runs as the measured process if the arguments say so.
pub fn worker(arguments: &[String]) -> Option<Result> {
    let [name, folder, count] = arguments else { return None };
    (name == WORKER).then(|| run(Path::new(folder), count.parse()?))
}

#[derive(Clone)]
struct Program {
    coffer: Coffer,
    changed: Arc<Notify>,
    count: u32,
    /// The item that is changed.
    item: Arc<OnceLock<ItemId>>,
}

fn run(folder: &Path, count: u32) -> Result {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let clock = Arc::new(SystemClock::new());
    let changed = Arc::new(Notify::new());
    let seen = changed.clone();
    let setup = Setup {
        profiles: Profiles::new(AppDirs::portable(folder), Box::new(NoKeychain), clock.clone()),
        clock,
        make_rng: system_rng,
        kdf: Costs::Fixed(KdfParams::DEFAULT),
        device: "bench".to_owned(),
        system_language: "en".to_owned(),
        events: EventSink::new(move |event| {
            if matches!(event, Event::SyncChanged | Event::ItemsChanged | Event::Job(_)) {
                seen.notify_waiters();
            }
        }),
        ranges: None,
    };
    let program = Program { coffer: Coffer::start(setup)?, changed, count, item: Arc::default() };
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        let words: Vec<&str> = line.split(' ').collect();
        match runtime.block_on(program.obey(&words)) {
            Ok(()) => println!("done {}", cost::status("self", "VmHWM:")?),
            Err(error) => println!("{error}"),
        }
    }
    Ok(())
}

impl Program {
    async fn obey(&self, words: &[&str]) -> Result {
        let own = |text: &str| text.to_owned();
        let choice = |address: &str, key: &str| ServerChoice {
            server: own(address),
            key: Some(own(key)),
            network: None,
        };
        match words {
            ["unlock", id] => {
                let request =
                    UnlockRequest { profile_id: own(id), password: own(PASSWORD), secret_key: None };
                self.coffer.session_unlock(request).await.map_err(|error| text(&error))?;
                // The daily backup of a profile that was just opened is no part of what is measured.
                while self.coffer.job_list().iter().any(|job| !job.state.is_over()) {
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
            ["connect", address, key, code] => {
                let server = choice(address, key);
                let request = AccountRequest {
                    server,
                    login: own(LOGIN),
                    password: own(PASSWORD),
                    code: Some(own(code)),
                };
                self.coffer.account_create(request).await.map_err(|error| text(&error))?;
                self.coffer.upload_begin().await.map_err(|error| text(&error))?;
                self.until_up_to_date().await?;
            }
            ["join", address, key, secret_key] => {
                let request = JoinRequest {
                    server: choice(address, key),
                    login: own(LOGIN),
                    password: own(PASSWORD),
                    secret_key: own(secret_key),
                    name: own("Bench"),
                };
                self.coffer.account_join(request).await.map_err(|error| text(&error))?;
                self.until_up_to_date().await?;
                let items = self.coffer.sidebar_get().await.map_err(|error| text(&error))?.all;
                if items != self.count {
                    return Err(format!("{items} items arrived").into());
                }
            }
            ["change"] => {
                self.change().await?;
                self.until_up_to_date().await?;
            }
            ["settle"] => {
                self.coffer.sync_now().await.map_err(|error| text(&error))?;
                self.until_up_to_date().await?;
            }
            ["upload", path] => {
                let jobs = self.coffer.document_import(vec![path.into()]).await;
                for job in jobs.map_err(|error| text(&error))? {
                    self.until_over(job).await?;
                }
                self.until_up_to_date().await?;
            }
            ["arrive"] => loop {
                let changed = self.changed.notified();
                if self.document().await?.is_some() {
                    break;
                }
                changed.await;
            },
            ["download", target] => self.download(target).await?,
            other => return Err(format!("unknown: {other:?}").into()),
        }
        Ok(())
    }

    /// Returns an item in the middle of the list, always the same.
    async fn item(&self) -> Result<ItemId> {
        if let Some(item) = self.item.get() {
            return Ok(*item);
        }
        let query = ItemQuery {
            scope: ItemScope::All,
            sort: ItemSort::Title,
            text: String::new(),
            offset: self.count / 2,
            limit: 1,
        };
        let page = self.coffer.item_list(query).await.map_err(|error| text(&error))?;
        let id = page.rows.first().ok_or("no items")?.id.parse()?;
        Ok(*self.item.get_or_init(|| id))
    }

    /// Changes the title of an item.
    async fn change(&self) -> Result {
        let id = self.item().await?;
        let item = self.coffer.item_get(id).await.map_err(|error| text(&error))?;
        let mut draft = draft(item);
        draft.title.push('a');
        self.coffer.item_save(draft, None).await.map_err(|error| text(&error))?;
        Ok(())
    }

    /// Returns the item that was changed last and its document, if it has one.
    async fn document(&self) -> Result<Option<(ItemId, String)>> {
        let query = ItemQuery {
            scope: ItemScope::All,
            sort: ItemSort::Modified,
            text: String::new(),
            offset: 0,
            limit: 1,
        };
        let page = self.coffer.item_list(query).await.map_err(|error| text(&error))?;
        let id: ItemId = page.rows.first().ok_or("no items")?.id.parse()?;
        let item = self.coffer.item_get(id).await.map_err(|error| text(&error))?;
        Ok(item.attachments.into_iter().next().map(|document| (id, document.blob_id)))
    }

    /// Saves the document that arrived last.
    async fn download(&self, target: &str) -> Result {
        let (id, document) = self.document().await?.ok_or("no document arrived")?;
        let job = self.coffer.document_export(id, document.parse()?, target.into()).await;
        self.until_over(job.map_err(|error| text(&error))?).await
    }

    async fn until_over(&self, job: u32) -> Result {
        loop {
            let changed = self.changed.notified();
            let view = self.coffer.job_list().into_iter().find(|view| view.id == job).ok_or("no such job")?;
            match view.state {
                JobState::Done => return Ok(()),
                state if state.is_over() => return Err(format!("{state:?}: {:?}", view.outcome).into()),
                _ => changed.await,
            }
        }
    }

    async fn until_up_to_date(&self) -> Result {
        loop {
            let changed = self.changed.notified();
            let SyncView { state, unsent, problem, .. } =
                self.coffer.sync_status().await.map_err(|error| text(&error))?;
            match state {
                SyncState::UpToDate if unsent == 0 => return Ok(()),
                SyncState::Waiting | SyncState::Offline | SyncState::Alarm | SyncState::SignedOut
                    if problem.is_some() =>
                {
                    return Err(format!("{state:?}: {problem:?}").into());
                }
                _ => changed.await,
            }
        }
    }
}

fn draft(item: ItemView) -> ItemDraft {
    let field = |field: vault_api::views::FieldView| FieldDraft {
        id: Some(field.id),
        role: field.role,
        label: field.label,
        kind: field.kind,
        section: field.section,
        value: None,
    };
    ItemDraft {
        id: Some(item.id),
        base_revision: Some(item.revision),
        item_type: item.item_type,
        title: item.title,
        fields: item.fields.into_iter().map(field).collect(),
        urls: item.urls,
        notes: item.notes,
        tags: item.tags,
        folder: item.folder,
        favourite: item.favourite,
        url_rules: Vec::new(),
        removed_passkeys: Vec::new(),
        expires: item.expires,
        reprompt: item.reprompt,
        template: item.template,
    }
}

fn text(error: &vault_api::ErrorView) -> Box<dyn std::error::Error> {
    format!("{error:?}").into()
}
