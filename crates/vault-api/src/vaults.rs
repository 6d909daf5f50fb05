//! Several vaults: making, naming, ordering and deleting them, and items that go from one to another.

use std::ops::ControlFlow;

use tokio::sync::oneshot;
use vault_engine::session::{Carry, Contents, Plan, Session, Transferred, VaultInfo, VaultLook};
use vault_engine::{ItemId, VaultId};

use crate::coffer::Coffer;
use crate::documents::spawn;
use crate::error::Outcome;
use crate::events::Event;
use crate::failure::malformed_as;
use crate::jobs::Job;
use crate::views::{
    CarryView, ErrorCode, InputProblem, JobKind, JobUnit, TransferView, VaultLookView, VaultView,
};

impl From<VaultLookView> for VaultLook {
    fn from(look: VaultLookView) -> Self {
        let VaultLookView { name, hue, icon } = look;
        Self { name, hue, icon }
    }
}

impl From<VaultInfo> for VaultView {
    fn from(info: VaultInfo) -> Self {
        let VaultInfo { id, home, look: VaultLook { name, hue, icon }, listed, archived, trashed } = info;
        Self { id: id.to_string(), home, look: VaultLookView { name, hue, icon }, listed, archived, trashed }
    }
}

impl From<CarryView> for Carry {
    fn from(carry: CarryView) -> Self {
        match carry {
            CarryView::Move => Self::Move,
            CarryView::MoveWithoutHistory => Self::MoveWithoutHistory,
            CarryView::Copy => Self::Copy,
        }
    }
}

fn list(session: &Session) -> Outcome<Vec<VaultView>> {
    Ok(session.vaults()?.into_iter().map(Into::into).collect())
}

fn transfer_view(done: &Transferred) -> TransferView {
    let Transferred { carried, left, undo } = done;
    TransferView {
        items: carried.iter().map(|one| one.to.to_string()).collect(),
        left: left.iter().map(ToString::to_string).collect(),
        undo: undo.map(|undo| undo.to_string()),
    }
}

impl Coffer {
    /// The vaults: the home vault first, then in the person's order.
    ///
    /// # Errors
    /// `locked`, or a damaged database.
    pub async fn vault_list(&self) -> Outcome<Vec<VaultView>> {
        self.read(|session| list(session)).await
    }

    /// Makes a vault, and answers with all.
    ///
    /// # Errors
    /// `invalid_input` for a name, colour or icon that is not acceptable, or the disk.
    pub async fn vault_create(&self, look: VaultLookView) -> Outcome<Vec<VaultView>> {
        self.change(move |session| {
            session.create_vault(&look.into()).map_err(malformed_as(InputProblem::VaultLook))?;
            list(session)
        })
        .await
    }

    /// Gives a vault another name, colour or icon.
    ///
    /// # Errors
    /// As [`Coffer::vault_create`], or `not_found`.
    pub async fn vault_update(&self, id: VaultId, look: VaultLookView) -> Outcome<Vec<VaultView>> {
        self.change(move |session| {
            session.set_vault_look(id, &look.into()).map_err(malformed_as(InputProblem::VaultLook))?;
            list(session)
        })
        .await
    }

    /// Puts the vaults into an order, the home vault aside.
    ///
    /// # Errors
    /// `not_found` unless all are named, or the disk.
    pub async fn vault_order(&self, order: Vec<VaultId>) -> Outcome<Vec<VaultView>> {
        self.change(move |session| {
            session.order_vaults(&order)?;
            list(session)
        })
        .await
    }

    /// Deletes a vault for good, with as many items as the person was told; without a number it must be empty.
    ///
    /// # Errors
    /// `invalid_input` if there are other items in it than that, `not_found`, or the disk.
    pub async fn vault_delete(&self, id: VaultId, items: Option<u32>) -> Outcome<Vec<VaultView>> {
        let contents = items.map_or(Contents::None, |items| Contents::Delete { items });
        let job = self.jobs.start(JobKind::ItemDelete, String::new(), items.unwrap_or(0).into());
        self.change(move |session| {
            let done = session.delete_vault(id, contents, &mut counted(&job));
            job.end_with(done.map_err(Into::into))?;
            list(session)
        })
        .await
    }

    /// Moves or copies items to a vault, as a job: `job_cancel` stops it, and then nothing is moved. Documents are sealed
    /// again beside the open profile, before the items change places in one transaction.
    ///
    /// # Errors
    /// `not_found` for the vault or an item, `cancelled`, or the disk.
    pub async fn item_transfer(
        &self,
        ids: Vec<ItemId>,
        to: VaultId,
        carry: CarryView,
    ) -> Outcome<TransferView> {
        let plan = self.read(move |session| Ok(session.plan_transfer(&ids, to, carry.into())?)).await?;
        self.transfer(plan, JobKind::ItemMove, String::new()).await
    }

    /// Seals and carries out a plan as a job.
    pub(crate) async fn transfer(&self, plan: Plan, kind: JobKind, name: String) -> Outcome<TransferView> {
        let job = self.jobs.start(kind, name, plan.len() as u64);
        let (answer, answered) = oneshot::channel();
        let coffer = self.clone();
        spawn(move || {
            // Nobody listens any more when the caller was dropped; the work is done all the same.
            let _ = answer.send(coffer.carry(plan, job));
        })?;
        answered.await.unwrap_or_else(|_| Err(ErrorCode::Internal.into()))
    }

    /// Seals and carries out; runs on a thread of its own.
    fn carry(&self, mut plan: Plan, job: Job) -> Outcome<TransferView> {
        let mut rng = (self.make_rng)();
        let bytes = plan.bytes();
        let sealed = match bytes {
            0 => Ok(()),
            _ => plan.seal(&mut rng, &mut |done| job.tell(JobUnit::Bytes, done, bytes)),
        };
        if let Err(error) = sealed {
            return job.end_with(Err(error.into()));
        }
        let moved = self.owner.call_blocking(move |state| {
            let items = plan.len() as u64;
            let mut progress = |done: usize| job.tell(JobUnit::Items, done as u64, items);
            let done = state.session().and_then(|session| Ok(session.carry_out(plan, &mut progress)?));
            job.end_with(done.map(|done| transfer_view(&done)))
        })?;
        self.events.send(Event::ItemsChanged);
        Ok(moved)
    }
}

/// Tells a job how many items are done, and hears whether to go on.
pub(crate) fn counted(job: &Job) -> impl FnMut(usize) -> ControlFlow<()> {
    |done| {
        job.progress(done as u64);
        job.go_on()
    }
}
