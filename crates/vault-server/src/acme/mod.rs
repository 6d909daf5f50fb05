//! A certificate by ACME (RFC 8555), obtained and renewed by itself. The authority finds proof of the addresses in the TLS
//! handshake (RFC 8737), so port 443 of each must lead to this server.

mod challenge;

use std::sync::Arc;
use std::time::Duration;

use instant_acme::{
    Account, AccountBuilder, AccountCredentials, AuthorizationStatus, ChallengeType, Identifier, NewAccount,
    NewOrder, Order, OrderStatus, RetryPolicy,
};
use rcgen::{CertificateParams, KeyPair};
use rustls::crypto::aws_lc_rs::default_provider;
use time::OffsetDateTime;
use tokio::time::{sleep, timeout};
use zeroize::Zeroizing;

use crate::setup::{
    Certificate, CertificateError, Config, Folder, Issued, Kept, KeptError, Presented, SecretFileError,
    SecretFiles, SourceError,
};

/// The pause after the first failure. It doubles with each one, since authorities refuse those who ask too often.
const FIRST_PAUSE: Duration = Duration::from_secs(60);
const LONGEST_PAUSE: Duration = Duration::from_secs(6 * 60 * 60);

/// The longest time until the certificate's dates are looked at again: clocks may be set, and computers sleep.
const LONGEST_WAIT: Duration = Duration::from_secs(60 * 60);

/// How long an order may take.
const ORDER: Duration = Duration::from_secs(10 * 60);

/// How long the authority may take to check an address, or to issue the certificate.
const AUTHORITY: Duration = Duration::from_secs(2 * 60);

/// What an authority says that has deleted the account.
const UNKNOWN_ACCOUNT: &str = "urn:ietf:params:acme:error:accountDoesNotExist";

/// No certificate is obtained.
#[derive(Debug, thiserror::Error)]
pub enum AcmeError {
    /// The authority refuses, or does not answer.
    #[error("the authority: {0}")]
    Authority(#[from] instant_acme::Error),
    /// It does not take part in the way in which this server proves its addresses.
    #[error("the authority does not offer tls-alpn-01")]
    NotOffered,
    /// It found no proof.
    #[error("the authority did not find the proof: port 443 of each address must lead to this server")]
    NotProven,
    /// It took too long.
    #[error("the authority takes too long")]
    TooLong,
    /// What is kept in the folder.
    #[error(transparent)]
    Kept(#[from] KeptError),
    /// The key of secrets.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A key or a request cannot be made.
    #[error("certificate: {0}")]
    Made(#[from] rcgen::Error),
    /// The certificate cannot be used.
    #[error(transparent)]
    Certificate(#[from] CertificateError),
}

impl From<SecretFileError> for AcmeError {
    fn from(error: SecretFileError) -> Self {
        Self::Kept(error.into())
    }
}

/// Keeps a certificate valid.
pub struct Acme {
    directory: String,
    contact: Option<String>,
    ca: Option<std::path::PathBuf>,
    names: Vec<String>,
    files: SecretFiles,
    presented: Arc<Presented>,
}

impl Acme {
    /// The work, if the configuration wants it.
    ///
    /// # Errors
    /// If the key of the secrets cannot be read.
    pub fn new(
        folder: &Folder,
        config: &Config,
        presented: Arc<Presented>,
    ) -> Result<Option<Self>, SourceError> {
        let Some(directory) = config.acme_directory.clone() else { return Ok(None) };
        // Requests to the authority take the process's provider.
        let _ = default_provider().install_default();
        Ok(Some(Self {
            directory,
            contact: config.acme_contact.as_ref().map(|address| ["mailto:", address].concat()),
            ca: config.acme_ca.as_ref().map(|name| folder.path(name)),
            names: config.names(),
            files: config.secret_files(folder)?,
            presented,
        }))
    }

    /// Obtains a certificate whenever the one there is ends soon. Does not end.
    pub async fn run(self) {
        let mut pause = FIRST_PAUSE;
        loop {
            let wait = match self.wait() {
                Ok(Some(wait)) => wait.min(LONGEST_WAIT),
                Ok(None) => match timeout(ORDER, self.obtain()).await.unwrap_or(Err(AcmeError::TooLong)) {
                    Ok(()) => {
                        tracing::info!("a certificate is obtained");
                        pause = FIRST_PAUSE;
                        continue;
                    }
                    Err(error) => self.failed(&error, &mut pause),
                },
                Err(error) => self.failed(&error.into(), &mut pause),
            };
            sleep(wait).await;
        }
    }

    fn failed(&self, error: &AcmeError, pause: &mut Duration) -> Duration {
        let error = with_sources(error);
        tracing::error!(error, again_in = ?*pause, "no certificate is obtained; the one before stays");
        let wait = *pause;
        *pause = (*pause * 2).min(LONGEST_PAUSE);
        wait
    }

    /// The time until the certificate is to be renewed; `None` if it is due, or there is none.
    fn wait(&self) -> Result<Option<Duration>, KeptError> {
        let kept = Kept::read(&self.files, &self.directory)?;
        let renewal = kept.and_then(|kept| kept.issued).and_then(|issued| issued.renewal(&self.names));
        let left = renewal.map(|at| at - OffsetDateTime::now_utc());
        Ok(left.and_then(|left| Duration::try_from(left).ok()).filter(|left| !left.is_zero()))
    }

    async fn obtain(&self) -> Result<(), AcmeError> {
        let names: Vec<_> = self.names.iter().cloned().map(Identifier::Dns).collect();
        let (account, mut kept) = self.account().await?;
        let mut order = match account.new_order(&NewOrder::new(&names)).await {
            Err(instant_acme::Error::Api(problem)) if problem.r#type.as_deref() == Some(UNKNOWN_ACCOUNT) => {
                let (account, new) = self.new_account().await?;
                kept = new;
                account.new_order(&NewOrder::new(&names)).await?
            }
            order => order?,
        };
        let proven = self.prove(&mut order).await;
        self.presented.forget_challenges();
        proven?;
        let key = KeyPair::generate()?;
        let request = CertificateParams::new(self.names.clone())?.serialize_request(&key)?;
        order.finalize_csr(request.der()).await?;
        let chain = order.poll_certificate(&policy()).await?;
        let issued = Issued { names: self.names.clone(), key: Zeroizing::new(key.serialize_pem()), chain };
        let certificate = Certificate::issued(&issued)?;
        kept.issued = Some(issued);
        kept.write(&self.files)?;
        Ok(self.presented.replace(certificate)?)
    }

    /// The account at the authority, and what is kept.
    async fn account(&self) -> Result<(Account, Kept), AcmeError> {
        if let Some(kept) = Kept::read(&self.files, &self.directory)? {
            let credentials: AccountCredentials =
                serde_json::from_str(&kept.account).map_err(|_| KeptError::Malformed)?;
            return Ok((self.builder()?.from_credentials(credentials).await?, kept));
        }
        self.new_account().await
    }

    /// Makes an account, and writes it before it is used.
    async fn new_account(&self) -> Result<(Account, Kept), AcmeError> {
        let contact: Vec<_> = self.contact.as_deref().into_iter().collect();
        let new =
            NewAccount { contact: &contact, terms_of_service_agreed: true, only_return_existing: false };
        let (account, credentials) = self.builder()?.create(&new, self.directory.clone(), None).await?;
        let account_text = serde_json::to_string(&credentials).map_err(|_| KeptError::Malformed)?;
        let kept =
            Kept { directory: self.directory.clone(), account: Zeroizing::new(account_text), issued: None };
        kept.write(&self.files)?;
        Ok((account, kept))
    }

    fn builder(&self) -> Result<AccountBuilder, AcmeError> {
        Ok(match &self.ca {
            Some(ca) => Account::builder_with_root(ca)?,
            None => Account::builder()?,
        })
    }

    /// Proves all names to the authority.
    async fn prove(&self, order: &mut Order) -> Result<(), AcmeError> {
        let mut authorizations = order.authorizations();
        while let Some(authorization) = authorizations.next().await {
            let mut authorization = authorization?;
            match authorization.status {
                AuthorizationStatus::Valid => continue,
                AuthorizationStatus::Pending => {}
                _ => return Err(AcmeError::NotProven),
            }
            let offered = authorization.challenge(ChallengeType::TlsAlpn01);
            let mut challenge = offered.ok_or(AcmeError::NotOffered)?;
            let name = challenge.identifier().to_string();
            let digest = challenge.key_authorization().digest();
            let digest = digest.as_ref().try_into().map_err(|_| AcmeError::NotOffered)?;
            self.presented.answer_challenge(&name, challenge::certificate(&name, digest)?);
            challenge.set_ready().await?;
        }
        match order.poll_ready(&policy()).await? {
            OrderStatus::Ready | OrderStatus::Valid => Ok(()),
            _ => Err(AcmeError::NotProven),
        }
    }
}

/// An error and what it comes from, which says more.
fn with_sources(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    for source in std::iter::successors(error.source(), |error| error.source()) {
        let source = source.to_string();
        if !text.contains(&source) {
            text = [&text, ": ", &source].concat();
        }
    }
    text
}

const fn policy() -> RetryPolicy {
    RetryPolicy::new().timeout(AUTHORITY)
}
