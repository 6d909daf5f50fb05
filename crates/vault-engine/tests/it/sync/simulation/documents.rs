//! Documents in a simulation.

use vault_engine::session::NamedDocument;
use vault_wire::VaultId;

use super::Simulation;

impl Simulation {
    /// Sends documents; the answers may be lost. Returns whether there were any.
    pub(super) fn upload(&mut self, at: usize, vault: VaultId, most: usize, lost: bool) -> bool {
        let session = self.devices[at].session();
        let unsent = session.unsent_documents(vault).unwrap();
        for NamedDocument { blob, .. } in unsent.iter().take(most) {
            let stored = std::fs::read(session.blobs().path_of(&blob.blob_id));
            let stored = stored.unwrap_or_else(|error| {
                panic!(
                    "seed {}: {at} lacks {}: {error} {}",
                    self.seed,
                    blob.blob_id,
                    self.documents.contains_key(&blob.blob_id)
                )
            });
            self.documents.insert(blob.blob_id, stored);
            self.server.upload(vault, blob.blob_id);
            if !lost {
                session.document_sent(&blob.blob_id).unwrap();
            }
        }
        !unsent.is_empty()
    }

    pub(super) fn download(&mut self, at: usize, vault: VaultId, most: usize) {
        let session = self.devices[at].session();
        for NamedDocument { blob, .. } in session.missing_documents(vault).unwrap().into_iter().take(most) {
            let path = session.blobs().path_of(&blob.blob_id);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, &self.documents[&blob.blob_id]).unwrap();
            session.document_arrived(&blob.blob_id).unwrap();
        }
    }
}
