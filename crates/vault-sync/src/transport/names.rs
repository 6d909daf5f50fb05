//! Names of servers, resolved by the system.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;

/// The resolver of the system.
pub(super) struct SystemNames;

/// A name has no address.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the name is not found")]
pub(super) struct NameNotFound;

impl Resolve for SystemNames {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            // The port is put in later.
            let found = lookup_host((name.as_str(), 0)).await.map_err(|_| NameNotFound)?;
            let addresses: Vec<_> = found.collect();
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}
