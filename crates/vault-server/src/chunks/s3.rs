//! Chunks in a bucket of a store that speaks S3's protocol.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, RetryConfig};
use zeroize::Zeroizing;

use super::http::Connector;
use super::{ChunkError, Chunks};
use crate::peer_tls;

/// How often a request is repeated, and for how long. Each can be: the same name always has the same content.
const RETRIES: RetryConfig = RetryConfig {
    backoff: BackoffConfig {
        init_backoff: Duration::from_millis(100),
        max_backoff: Duration::from_secs(2),
        base: 2.0,
    },
    max_retries: 3,
    retry_timeout: Duration::from_secs(45),
};

/// A place in a store: a bucket, and what all names in it begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bucket {
    name: String,
    prefix: Path,
}

/// A bucket, and how the server signs in.
pub struct S3Options {
    /// The bucket.
    pub bucket: Bucket,
    /// The address of the store; without it, that of AWS in the region.
    pub endpoint: Option<String>,
    /// The region.
    pub region: String,
    /// The name of the access key.
    pub access_key: String,
    /// The secret of the access key.
    pub secret_key: Zeroizing<String>,
    /// A file with the certificates that vouch for the store's; else those of the system count.
    pub ca: Option<PathBuf>,
}

impl Bucket {
    /// Parses `s3://bucket` or `s3://bucket/prefix`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("s3://")?;
        let (name, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
        let valid = (3..=63).contains(&name.len()) && name.bytes().all(allowed) && !prefix.starts_with('/');
        Some(Self { name: name.to_owned(), prefix: Path::parse(prefix).ok()? }).filter(|_| valid)
    }
}

impl Chunks {
    /// Stores chunks in a bucket, which must exist. Nothing is sent yet.
    ///
    /// # Errors
    /// [`ChunkError::Options`].
    pub fn in_bucket(options: S3Options) -> Result<Self, ChunkError> {
        let S3Options { bucket, endpoint, region, access_key, secret_key, ca } = options;
        let tls = peer_tls::client(ca.as_deref()).map_err(|_| ChunkError::Options)?;
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&bucket.name)
            .with_region(region)
            .with_access_key_id(access_key)
            .with_secret_access_key(secret_key.as_str())
            .with_retry(RETRIES)
            .with_http_connector(Connector::new(Arc::new(tls)));
        if let Some(endpoint) = endpoint {
            builder = builder.with_endpoint(endpoint);
        }
        let store: AmazonS3 = builder.build().map_err(|_| ChunkError::Options)?;
        Ok(Self::new(PrefixStore::new(store, bucket.prefix)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_has_a_name_and_perhaps_a_prefix() {
        let bucket = Bucket::parse("s3://my-bucket/a/b").unwrap();
        assert_eq!((bucket.name.as_str(), bucket.prefix.as_ref()), ("my-bucket", "a/b"));
        assert_eq!(Bucket::parse("s3://my-bucket").unwrap().prefix.as_ref(), "");
        assert_eq!(Bucket::parse("s3://my-bucket/").unwrap().prefix.as_ref(), "");
        for text in ["", "my-bucket", "s3://", "s3://ab", "s3://My-bucket", "s3://a@b.c/x", "s3://abc/../x"] {
            assert_eq!(Bucket::parse(text), None, "{text}");
        }
    }
}
