//! The store of a test's documents: files in a folder, or a place of its own in the bucket that `COFFER_TEST_S3` names.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path as Name;
use object_store::{ObjectStore, ObjectStoreExt as _};
use rustls::RootCertStore;
use rustls::crypto::aws_lc_rs::default_provider;
use vault_server::chunks::{Bucket, Chunks, Connector, S3Options};
use zeroize::Zeroizing;

use super::client_tls;
use super::s3::{ACCESS_KEY, BUCKET, SECRET_KEY};

/// The address of a store with the bucket.
pub const S3: &str = "COFFER_TEST_S3";

/// Where documents are.
pub enum Documents {
    Folder(PathBuf),
    Bucket { endpoint: String, prefix: String },
}

impl Documents {
    /// A new place.
    pub fn new(folder: &Path) -> Self {
        match env::var(S3) {
            Ok(endpoint) => Self::at(endpoint),
            Err(_) => Self::Folder(folder.join("documents")),
        }
    }

    /// A new place in the bucket of a store.
    pub fn at(endpoint: String) -> Self {
        let mut random = [0; 8];
        getrandom::fill(&mut random).unwrap();
        Self::Bucket { endpoint, prefix: format!("{:016x}", u64::from_le_bytes(random)) }
    }

    pub fn open(&self) -> Chunks {
        match self {
            Self::Folder(folder) => Chunks::in_folder(folder).unwrap(),
            Self::Bucket { endpoint, prefix } => Chunks::in_bucket(S3Options {
                bucket: Bucket::parse(&format!("s3://{BUCKET}/{prefix}")).unwrap(),
                endpoint: Some(endpoint.clone()),
                region: "us-east-1".into(),
                access_key: ACCESS_KEY.into(),
                secret_key: Zeroizing::new(SECRET_KEY.into()),
                ca: None,
            })
            .unwrap(),
        }
    }

    /// The number of chunks in it.
    pub async fn count(&self) -> usize {
        self.names().await.len()
    }

    /// Replaces the content of all chunks.
    pub async fn replace(&self, content: &'static [u8]) {
        for name in self.names().await {
            match self {
                Self::Folder(folder) => std::fs::write(folder.join(name.as_ref()), content).unwrap(),
                Self::Bucket { endpoint, .. } => {
                    bucket(endpoint).put(&name, content.into()).await.unwrap();
                }
            }
        }
    }

    async fn names(&self) -> Vec<Name> {
        match self {
            Self::Folder(folder) => {
                let files = object_store::local::LocalFileSystem::new_with_prefix(folder);
                all(&files.unwrap(), Name::default()).await
            }
            Self::Bucket { endpoint, prefix } => all(&bucket(endpoint), Name::from(prefix.as_str())).await,
        }
    }
}

fn bucket(endpoint: &str) -> AmazonS3 {
    let tls = client_tls(&RootCertStore::empty(), default_provider(), rustls::ALL_VERSIONS);
    let builder = AmazonS3Builder::new().with_endpoint(endpoint).with_bucket_name(BUCKET);
    let builder = builder.with_access_key_id(ACCESS_KEY).with_secret_access_key(SECRET_KEY);
    builder.with_http_connector(Connector::new(Arc::new(tls))).build().unwrap()
}

/// The names of all objects below a prefix.
async fn all(store: &impl ObjectStore, prefix: Name) -> Vec<Name> {
    let (mut names, mut open) = (Vec::new(), vec![prefix]);
    while let Some(prefix) = open.pop() {
        let found = store.list_with_delimiter(Some(&prefix)).await.unwrap();
        // SeaweedFS lists an empty folder as an object.
        let chunks = found.objects.into_iter().map(|object| object.location);
        names.extend(chunks.filter(|name| name.filename().is_some_and(|name| name.contains('-'))));
        open.extend(found.common_prefixes);
    }
    names
}
