//! A vault whose log changed.

use vault_wire::VaultId;

use super::look::Events;
use crate::log::LogError;

impl Events {
    /// Tells the streams that wait for a vault how far it is. After a roster record, those whose reader is no member any more
    /// end first.
    ///
    /// # Errors
    /// See [`LogError`]. Nothing is sent then.
    pub(super) async fn look_at_vault(&self, vault: VaultId) -> Result<(), LogError> {
        let hub = self.hints.hub();
        let Some((known, mut streams)) = hub.of_vault(vault) else { return Ok(()) };
        let mut position = self.logs.position(vault).await?;
        if position.is_none_or(|position| position.record_seq != known.record_seq) {
            let readers = self.logs.readers(vault).await?;
            position = readers.as_ref().map(|readers| readers.position);
            // Also those that began to wait meanwhile.
            streams = hub.of_vault(vault).map_or(streams, |(_, streams)| streams);
            for stream in streams {
                match &readers {
                    Some(readers) if readers.members.contains(&stream.reader.account) => {
                        if readers.factor && !stream.reader.factor {
                            hub.unsubscribe(stream.id, vault);
                        }
                    }
                    _ => hub.dismiss(stream.id, vault),
                }
            }
        }
        if let Some(position) = position {
            hub.deliver(vault, position);
        }
        Ok(())
    }
}
