//! Vaults: creating, changing, ordering and deleting them, and transferring items between them.

use tokio::sync::oneshot;
use vault_engine::session::{Contents, Session, TransferPlan};
use vault_engine::{ItemId, VaultId};

use crate::coffer::Coffer;
use crate::error::{ErrorCode, InputProblem, Result, malformed_as};
use crate::events::Event;
use crate::jobs::Job;
use crate::views::{JobKind, JobUnit, TransferMode, TransferView, VaultAppearanceView, VaultView};
use crate::worker::spawn;

fn list(session: &Session) -> Result<Vec<VaultView>> {
    Ok(session.vaults()?.into_iter().map(Into::into).collect())
}

impl Coffer {
    /// Returns the vaults: the home vault first, then in the chosen order.
    ///
    /// # Errors
    /// `locked`, or a damaged database.
    pub async fn vault_list(&self) -> Result<Vec<VaultView>> {
        self.read(|session| list(session)).await
    }

    /// Returns the name of a vault; the home vault may have none.
    ///
    /// # Errors
    /// `not_found`, `locked`, or a damaged database.
    pub async fn vault_name(&self, id: VaultId) -> Result<String> {
        self.read(move |session| {
            let found = session.vaults()?.into_iter().find(|vault| vault.id == id);
            Ok(found.ok_or(ErrorCode::NotFound)?.appearance.name)
        })
        .await
    }

    /// Creates a vault, and returns all.
    ///
    /// # Errors
    /// `invalid_input` for a name, colour or icon that is not acceptable, or the disk.
    pub async fn vault_create(&self, appearance: VaultAppearanceView) -> Result<Vec<VaultView>> {
        self.change(move |session| {
            session.create_vault(&appearance.into()).map_err(malformed_as(InputProblem::VaultLook))?;
            list(session)
        })
        .await
    }

    /// Creates a vault that stays on this computer, and returns all.
    ///
    /// # Errors
    /// As [`Coffer::vault_create`].
    pub async fn vault_create_only_here(&self, appearance: VaultAppearanceView) -> Result<Vec<VaultView>> {
        self.change(move |session| {
            let made = session.create_vault_only_here(&appearance.into());
            made.map_err(malformed_as(InputProblem::VaultLook))?;
            list(session)
        })
        .await
    }

    /// Sets whether a vault stays on this computer, and returns all.
    ///
    /// # Errors
    /// `vault_synchronized` if it is to stay here and a server may have it; `not_found`, or the disk.
    pub async fn vault_set_only_here(&self, id: VaultId, only_here: bool) -> Result<Vec<VaultView>> {
        self.change(move |session| {
            session.set_only_here(id, only_here)?;
            list(session)
        })
        .await
    }

    /// Changes the name, colour or icon of a vault.
    ///
    /// # Errors
    /// As [`Coffer::vault_create`], or `not_found`.
    pub async fn vault_update(&self, id: VaultId, appearance: VaultAppearanceView) -> Result<Vec<VaultView>> {
        self.change(move |session| {
            session
                .set_vault_appearance(id, &appearance.into())
                .map_err(malformed_as(InputProblem::VaultLook))?;
            list(session)
        })
        .await
    }

    /// Sets the order of the vaults other than the home vault.
    ///
    /// # Errors
    /// `not_found` unless all are named, or the disk.
    pub async fn vault_order(&self, order: Vec<VaultId>) -> Result<Vec<VaultView>> {
        self.change(move |session| {
            session.order_vaults(&order)?;
            list(session)
        })
        .await
    }

    /// Permanently deletes a vault with `items` items, the number that the user confirmed; without it the vault must be
    /// empty.
    ///
    /// # Errors
    /// `invalid_input` if the vault contains another number of items, `not_found`, or the disk.
    pub async fn vault_delete(&self, id: VaultId, items: Option<u32>) -> Result<Vec<VaultView>> {
        let contents = items.map_or(Contents::None, |items| Contents::Delete { items });
        let job = self.jobs.start(JobKind::ItemDelete, String::new(), items.unwrap_or(0).into());
        self.change(move |session| {
            let done = session.delete_vault(id, contents, &mut job.count_items());
            job.end_with(done.map_err(Into::into))?;
            list(session)
        })
        .await
    }

    /// Moves or copies items to a vault, as a job; if it is cancelled, nothing is moved. Documents are sealed again outside
    /// the profile thread, before the items move in one transaction.
    ///
    /// # Errors
    /// `not_found` for the vault or an item, `cancelled`, or the disk.
    pub async fn item_transfer(
        &self,
        ids: Vec<ItemId>,
        to: VaultId,
        mode: TransferMode,
    ) -> Result<TransferView> {
        let plan = self.read(move |session| Ok(session.plan_transfer(&ids, to, mode.into())?)).await?;
        self.transfer(plan, JobKind::ItemMove, String::new()).await
    }

    /// Executes a plan as a job.
    pub(crate) async fn transfer(
        &self,
        plan: TransferPlan,
        kind: JobKind,
        name: String,
    ) -> Result<TransferView> {
        let job = self.jobs.start(kind, name, plan.len() as u64);
        let (result, receiver) = oneshot::channel();
        let coffer = self.clone();
        spawn("coffer-transfer", move || {
            // Fails if the caller was dropped; the work is done all the same.
            let _ = result.send(coffer.execute(plan, job));
        })?;
        receiver.await.unwrap_or_else(|_| Err(ErrorCode::Internal.into()))
    }

    /// Seals the documents of a plan and executes it, on a thread of its own.
    fn execute(&self, mut plan: TransferPlan, job: Job) -> Result<TransferView> {
        let mut rng = (self.make_rng)();
        let bytes = plan.bytes();
        let sealed = match bytes {
            0 => Ok(()),
            _ => plan.seal(&mut rng, &mut |done| job.progress_in(JobUnit::Bytes, done, bytes)),
        };
        if let Err(error) = sealed {
            return job.end_with(Err(error.into()));
        }
        let moved = self.actor.call_blocking(move |state| {
            let items = plan.len() as u64;
            let mut progress = |done: usize| job.progress_in(JobUnit::Items, done as u64, items);
            let done = state.session().and_then(|session| Ok(session.transfer(plan, &mut progress)?));
            job.end_with(done.map(Into::into))
        })?;
        self.events.send(Event::ItemsChanged);
        Ok(moved)
    }
}
