//! How the server is reached: proxy, authorities, and how fast documents are transferred.

use std::fs::File;
use std::io::Read as _;
use std::num::{NonZeroU32, NonZeroU64};
use std::path::{Path, PathBuf};

use vault_engine::SecretText;
use vault_engine::item::safe_to_show;
use vault_engine::session::{AuthorityFile, NetworkSettings, ProxySetting};
use vault_sync::cycle::Pace;
use vault_sync::{Authorities, Authority, Network, Proxy, ProxyAddress};

use super::otp_import::blocking;
use crate::coffer::Coffer;
use crate::error::{ErrorCode, ErrorView, InputProblem, Result};
use crate::tokens::make_token;
use crate::views::{
    AuthorityChoice, AuthorityFileView, CertificateView, NetworkChoice, NetworkView, PickedAuthorityView,
    ProxyChoice, ProxyKind, ProxyView,
};

/// The lowest limit: below it chunks of documents would take longer than servers and proxies wait.
const SLOWEST: u32 = 16;
/// The highest limit: a gigabyte in a second.
const FASTEST: u32 = 1024 * 1024;

impl Coffer {
    /// Returns the address of the proxy that the user named; none if it is none of the user's own. Nothing is sent.
    ///
    /// # Errors
    /// `invalid_input`.
    pub fn proxy_address(choice: &NetworkChoice) -> Result<Option<String>> {
        let ProxyChoice { kind, address, .. } = &choice.proxy;
        if *kind != ProxyKind::Own {
            return Ok(None);
        }
        let address = ProxyAddress::with(address, "", &SecretText::from("")).map_err(|_| not_a_proxy())?;
        Ok(Some(address.parts().map_err(|_| not_a_proxy())?.address))
    }

    /// Reads a file of authorities, which is used once its token is named.
    ///
    /// # Errors
    /// `invalid_input` if it has no certificate of an authority, or the disk.
    pub async fn authority_in_file(&self, path: PathBuf) -> Result<PickedAuthorityView> {
        let file = blocking(move || read(&path)).await?;
        let authority = authority_view(&file).ok_or_else(no_authority)?;
        let token = make_token(&mut (self.make_rng)());
        self.picked_authority.keep(token.clone(), file);
        Ok(PickedAuthorityView { token, authority })
    }

    /// Returns how the server of the open profile is reached.
    ///
    /// # Errors
    /// `not_connected`, `locked`, or the disk.
    pub async fn network_get(&self) -> Result<NetworkView> {
        self.read(|session| {
            session.connection()?.ok_or(ErrorCode::NotConnected)?;
            Ok(view(&session.network()?))
        })
        .await
    }

    /// Changes how the server of the open profile is reached. Synchronization goes on that way.
    ///
    /// # Errors
    /// `invalid_input`, `not_connected`, `locked`, or the disk.
    pub async fn network_set(&self, choice: NetworkChoice) -> Result<NetworkView> {
        let before = self
            .read(|session| {
                session.connection()?.ok_or(ErrorCode::NotConnected)?;
                Ok(session.network()?)
            })
            .await?;
        let settings = self.chosen(&choice, &before)?;
        let (shown, stored) = (view(&settings), settings.duplicate());
        self.sync.stop();
        let written = self.read(move |session| Ok(session.set_network(&stored)?)).await;
        self.start_sync().await?;
        written.map(|()| shown)
    }

    /// The settings before a profile has any.
    pub(super) fn chosen_first(&self, choice: Option<&NetworkChoice>) -> Result<NetworkSettings> {
        choice.map_or_else(|| Ok(NetworkSettings::default()), |choice| self.chosen(choice, &<_>::default()))
    }

    /// The settings that the user chose.
    fn chosen(&self, choice: &NetworkChoice, before: &NetworkSettings) -> Result<NetworkSettings> {
        let NetworkChoice { proxy, authority, upload, download } = choice;
        Ok(NetworkSettings {
            proxy: match proxy.kind {
                ProxyKind::None => ProxySetting::Direct,
                ProxyKind::System => ProxySetting::System,
                ProxyKind::Own => ProxySetting::At(own_proxy(proxy, &before.proxy)?),
            },
            authorities: match authority {
                AuthorityChoice::None => None,
                AuthorityChoice::Stored => before.authorities.clone(),
                AuthorityChoice::Picked { token } => {
                    Some(self.picked_authority.find(token).ok_or(ErrorCode::NotFound)?)
                }
            },
            upload: limit(*upload)?,
            download: limit(*download)?,
        })
    }
}

/// The way to a server with these settings.
///
/// # Errors
/// `invalid_input` if they are of no use, which those of [`Coffer::chosen`] are not.
pub(crate) fn network(settings: &NetworkSettings) -> Result<Network> {
    let proxy = match &settings.proxy {
        ProxySetting::Direct => Proxy::Direct,
        ProxySetting::System => Proxy::System,
        ProxySetting::At(address) => Proxy::At(ProxyAddress::new(address).map_err(|_| not_a_proxy())?),
    };
    let authorities = settings.authorities.as_ref().map(|file| Authorities::from_pem(&file.pem));
    let authorities = authorities.transpose().map_err(|_| no_authority())?;
    Ok(Network { proxy, authorities, ..Network::default() })
}

/// How fast documents are transferred with these settings.
pub(crate) fn pace(settings: &NetworkSettings) -> Pace {
    let bytes =
        |limit: Option<NonZeroU32>| NonZeroU64::new(limit.map_or(0, |limit| u64::from(limit.get()) * 1024));
    Pace::limited(bytes(settings.upload), bytes(settings.download))
}

/// The address of the user's own proxy. A password that is not typed again is kept for the same proxy and name only.
fn own_proxy(choice: &ProxyChoice, before: &ProxySetting) -> Result<SecretText> {
    let ProxyChoice { kind: _, address, user, password } = choice;
    let typed =
        |password: &SecretText| ProxyAddress::with(address, user, password).map_err(|_| not_a_proxy());
    let made = match (password, before) {
        (Some(password), _) => typed(&SecretText::from(&**password))?,
        (None, ProxySetting::At(before)) => {
            let made = typed(&SecretText::from(""))?;
            let before = ProxyAddress::new(before).map_err(|_| not_a_proxy())?;
            let parts = |address: &ProxyAddress| address.parts().map_err(|_| not_a_proxy());
            let (now, then) = (parts(&made)?, parts(&before)?);
            if (now.address, now.user) == (then.address, then.user) { before } else { made }
        }
        (None, _) => typed(&SecretText::from(""))?,
    };
    Ok(made.text().duplicate())
}

fn limit(kib: u32) -> Result<Option<NonZeroU32>> {
    if kib == 0 || (SLOWEST..=FASTEST).contains(&kib) {
        Ok(NonZeroU32::new(kib))
    } else {
        Err(ErrorView::invalid(InputProblem::TransferLimit))
    }
}

fn not_a_proxy() -> ErrorView {
    ErrorView::invalid(InputProblem::ProxyAddress)
}

fn no_authority() -> ErrorView {
    ErrorView::invalid(InputProblem::AuthorityFile)
}

/// Reads a file of authorities up to its bound.
fn read(path: &Path) -> Result<AuthorityFile> {
    let unreadable = |_| ErrorView::of(ErrorCode::FileUnreadable);
    // Checked before opening: opening a pipe would wait for its other end.
    if !path.metadata().map_err(unreadable)?.is_file() {
        return Err(no_authority());
    }
    let mut pem = Vec::new();
    let most = u64::try_from(Authorities::MAX_LEN).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path).map_err(unreadable)?.take(most).read_to_end(&mut pem).map_err(unreadable)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut name = safe_to_show(&name);
    while name.len() > NetworkSettings::MAX_NAME {
        name.pop();
    }
    Ok(AuthorityFile { name, pem })
}

/// What is shown of a file of authorities; none if it cannot be used.
fn authority_view(file: &AuthorityFile) -> Option<AuthorityFileView> {
    let certificate = |Authority { name, fingerprint, until }| CertificateView {
        name: safe_to_show(&name),
        fingerprint: fingerprint.to_string(),
        until: until.saturating_mul(1000),
    };
    let certificates = Authorities::from_pem(&file.pem).ok()?.list().into_iter().map(certificate).collect();
    Some(AuthorityFileView { file: file.name.clone(), certificates })
}

fn view(settings: &NetworkSettings) -> NetworkView {
    let none = |kind| ProxyView { kind, address: String::new(), user: String::new(), has_password: false };
    let number = |limit: Option<NonZeroU32>| limit.map_or(0, NonZeroU32::get);
    NetworkView {
        proxy: match &settings.proxy {
            ProxySetting::Direct => none(ProxyKind::None),
            ProxySetting::System => none(ProxyKind::System),
            ProxySetting::At(address) => {
                let parts = ProxyAddress::new(address).and_then(|address| address.parts());
                parts.map_or(none(ProxyKind::Own), |parts| ProxyView {
                    kind: ProxyKind::Own,
                    address: parts.address,
                    user: parts.user,
                    has_password: parts.has_password,
                })
            }
        },
        authority: settings.authorities.as_ref().and_then(authority_view),
        upload: number(settings.upload),
        download: number(settings.download),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_those_of_their_direction() {
        let settings = NetworkSettings {
            upload: NonZeroU32::new(16),
            download: NonZeroU32::new(300),
            ..NetworkSettings::default()
        };
        let expected = Pace::limited(NonZeroU64::new(16 * 1024), NonZeroU64::new(300 * 1024));
        assert_eq!(format!("{:?}", pace(&settings)), format!("{expected:?}"));
        let free = format!("{:?}", Pace::unlimited());
        assert_eq!(format!("{:?}", pace(&NetworkSettings::default())), free);
    }
}
