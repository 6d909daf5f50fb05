//! Approvals of devices that are under way.

use tokio::sync::Mutex;
use vault_engine::session::NetworkSettings;
use vault_sync::connect::{ApprovalRequest, Approved, DeviceOffer};

/// Approvals of devices that are under way, beside the profile thread's state: they wait for the network.
#[derive(Default)]
pub(crate) struct PendingApprovals {
    /// The code that this device shows.
    pub(crate) offered: Mutex<Option<DeviceOffer>>,
    /// The request of this device.
    pub(crate) requested: Mutex<Option<RequestedApproval>>,
}

/// A request of this device, and its answer once there is one.
pub(crate) struct RequestedApproval {
    pub(crate) request: ApprovalRequest,
    /// How the server is reached.
    pub(crate) network: NetworkSettings,
    pub(crate) approved: Option<Approved>,
}

impl PendingApprovals {
    pub(crate) async fn drop_all(&self) {
        *self.offered.lock().await = None;
        *self.requested.lock().await = None;
    }
}
