//! Devices in front of a server.

use std::sync::Arc;

use vault_crypto::DeviceSigner;
use vault_sync::{Client, Connection, Discovered, Network, ServerPins, Trust};
use vault_wire::message::Origin;

use super::{ISSUER, rng};

pub fn connection(address: Origin, trust: &Trust) -> Connection {
    Connection::new(address, trust, &Network::default()).unwrap()
}

/// Asks which server it is; it must be the one of the tests.
pub async fn discovered(connection: &Connection) -> Result<Discovered, vault_sync::Error> {
    let pins = ServerPins { issuer: Some(Origin::new(ISSUER).unwrap()), ..ServerPins::default() };
    connection.discover(&pins).await
}

/// A device with new keys.
pub fn device(address: Origin, trust: &Trust) -> Arc<Client> {
    let (issuer, keys) = (Origin::new(ISSUER).unwrap(), Arc::new(DeviceSigner::make(&mut rng())));
    Arc::new(Client::new(connection(address, trust), issuer, keys, &mut rng()))
}
