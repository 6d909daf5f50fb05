//! A recovery by guardians on a computer that has no profile of the account: one file until the account's new password is
//! registered. Its layout is in `docs/formats/profile.md`.
//!
//! The key of the request and the new Secret Key are sealed under the new password. Nothing of the account is in the file.

use std::path::PathBuf;

use rand_core::Rng as _;
use vault_crypto::{
    Header, HeaderFile, KdfParams, LocalKey, PasswordSlot, ReleaseError, RequestKey, RootKey, SecretKey,
    SecretText, StretchError, UnlockError, UnlockSeed, make_id, open_recovered,
};
use vault_wire::account::{Certificate, SignedCertificate};
use vault_wire::cbor::{Array, Canonical, DecodeError, Reader};
use vault_wire::guardians::{AsText, RecoveryAnswer, RecoveryOffer};
use vault_wire::message::{LoginName, Origin};
use vault_wire::recovery::{RecoveryKind, RecoveryRequest, Release, Terms};
use vault_wire::{AccountId, ContentHash, ProfileId, request_words};
use zeroize::Zeroizing;

use super::profiles::Profiles;
use crate::clock::Rng;
use crate::disk::{DiskError, files};
use crate::session::{AccountParts, ReenrolStep, Reenrolment};

/// The name of the sealed part.
const NAME: &[u8] = b"recovery";
/// The longest header of a key file here: one slot.
const HEADER: usize = 1024;
/// The longest sealed part.
const SEALED: usize = 256;

/// Why a recovery could not be continued. What is stored is unchanged.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegainError {
    /// The text is damaged, or of another kind.
    #[error("the text is not of this kind")]
    Text,
    /// A recovery was begun on this computer and not ended.
    #[error("there is a recovery already")]
    Exists,
    /// None was begun.
    #[error("there is no recovery")]
    NotFound,
    /// The password is not the one that was chosen.
    #[error("the password is wrong")]
    WrongPassword,
    /// The password is too long to be checked, or there is not enough memory.
    #[error(transparent)]
    Stretch(#[from] StretchError),
    /// An answer is for another request, or was not signed by a guardian.
    #[error("the answer is not for this request")]
    OtherAnswer,
    /// A guardian signed a false share.
    #[error("the guardian's share is false")]
    FalseShare,
    /// More guardians must answer.
    #[error("guardians are missing")]
    TooFew,
    /// The shares do not open the account.
    #[error("the shares do not open the account")]
    NotOpened,
    /// The file is damaged.
    #[error("the file of the recovery is damaged")]
    Damaged,
    /// The disk failed.
    #[error(transparent)]
    Disk(#[from] DiskError),
}

/// A recovery that was begun on this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regain {
    /// What the first guardian has handed over.
    offer: RecoveryOffer,
    request: RecoveryRequest,
    /// The login name of the account.
    pub login: LoginName,
    key_file: Vec<u8>,
    salt: [u8; 16],
    sealed: Vec<u8>,
    answers: Vec<RecoveryAnswer>,
    /// The registration of the new password, once it was made.
    pub registration: Option<Reenrolment>,
}

/// The same with the keys that the password opens.
pub struct OpenedRegain {
    /// The recovery.
    pub regain: Regain,
    local: LocalKey,
    id: ProfileId,
    seed: Option<RequestKey>,
    secret_key: SecretKey,
}

impl Regain {
    /// The address of the account's server.
    #[must_use]
    pub const fn address(&self) -> &Origin {
        &self.offer.address
    }

    /// The server's identity.
    #[must_use]
    pub const fn issuer(&self) -> &Origin {
        &self.offer.issuer
    }

    /// The SHA-256 of the server's key, if no authority vouches for it.
    #[must_use]
    pub const fn key(&self) -> Option<ContentHash> {
        self.offer.key
    }

    /// The account.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.request.account
    }

    /// The text for the guardians.
    #[must_use]
    pub fn request_text(&self) -> String {
        self.request.to_text()
    }

    /// The words that are read to each guardian.
    #[must_use]
    pub fn words(&self) -> [&'static str; 8] {
        request_words(&self.request.hash())
    }

    /// How many guardians have answered.
    #[must_use]
    pub const fn answered(&self) -> usize {
        self.answers.len()
    }

    /// How many must answer.
    #[must_use]
    pub fn threshold(&self) -> usize {
        terms(&self.offer).map_or(0, |(_, terms)| terms.threshold.into())
    }

    /// The version of the registration: the time of the request, since the present version is unknown here.
    #[must_use]
    pub const fn version(&self) -> u64 {
        self.request.made_at
    }
}

impl Profiles {
    /// Returns the recovery that was begun on this computer.
    ///
    /// # Errors
    /// [`RegainError::Damaged`], or if the disk cannot be read.
    pub fn regain(&self) -> Result<Option<Regain>, RegainError> {
        let limit = u64::try_from(Regain::MAX_LEN).unwrap_or(u64::MAX);
        match files::read_bounded(&self.regain_file(), limit) {
            Ok(bytes) => Regain::decode(&bytes).map(Some).map_err(|_| RegainError::Damaged),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) if error.kind() == std::io::ErrorKind::FileTooLarge => Err(RegainError::Damaged),
            Err(error) => Err(DiskError::from(error).into()),
        }
    }

    /// Begins a recovery with the text of a guardian. `password` is the new one. Takes about a second on all cores.
    ///
    /// # Errors
    /// See [`RegainError`].
    pub fn begin_regain(
        &self,
        offer: &str,
        login: LoginName,
        password: &SecretText,
        costs: KdfParams,
        mut rng: Rng,
    ) -> Result<Regain, RegainError> {
        if self.regain()?.is_some() {
            return Err(RegainError::Exists);
        }
        let offer = RecoveryOffer::from_text(offer).map_err(|_| RegainError::Text)?;
        let (account, _) = terms(&offer).ok_or(RegainError::Text)?;
        let key = RequestKey::make(&mut rng);
        let request = key.request(&offer.consent, &account, self.clock.now().0);
        let request = request.map_err(|_| RegainError::Text)?;
        let (id, root_key) = (make_id(&mut rng), RootKey::make(&mut rng));
        let mut salt = [0; 16];
        rng.fill_bytes(&mut salt);
        let (slot, _) =
            PasswordSlot::make(&id, &root_key, password, &SecretKey::from_bytes(&salt), costs, &mut rng)?;
        let key_file = Header::new(id, slot).to_file(&root_key);
        let local = root_key.derive_local_key();
        let secret_key = SecretKey::make(&mut rng);
        let sealed = local.seal_draft(&id, NAME, &secrets(Some(&key), &secret_key), &mut rng);
        let (answers, registration) = (Vec::new(), None);
        let regain = Regain { offer, request, login, key_file, salt, sealed, answers, registration };
        self.store(&regain)?;
        Ok(regain)
    }

    /// Opens the keys of the recovery with its password. Takes about a second on all cores.
    ///
    /// # Errors
    /// See [`RegainError`].
    pub fn open_regain(&self, password: &SecretText) -> Result<OpenedRegain, RegainError> {
        let regain = self.regain()?.ok_or(RegainError::NotFound)?;
        let file = HeaderFile::parse(&regain.key_file).map_err(|_| RegainError::Damaged)?;
        let (header, salt) = (file.unverified(), SecretKey::from_bytes(&regain.salt));
        let id = *header.profile_id();
        let slot = header.password_slots().next().ok_or(RegainError::Damaged)?;
        let (root_key, _) = slot.open(&id, password, &salt).map_err(|error| match error {
            UnlockError::Wrong(_) => RegainError::WrongPassword,
            UnlockError::Stretch(error) => error.into(),
        })?;
        let local = root_key.derive_local_key();
        let content = local.open_draft(&id, NAME, &regain.sealed).map_err(|_| RegainError::Damaged)?;
        let (seed, secret_key) = read_secrets(content.expose()).map_err(|_| RegainError::Damaged)?;
        Ok(OpenedRegain { regain, local, id, seed, secret_key })
    }

    /// Adds the answer of a guardian. The same again changes nothing.
    ///
    /// # Errors
    /// See [`RegainError`].
    pub fn add_answer(&self, opened: &mut OpenedRegain, text: &str) -> Result<(), RegainError> {
        let answer = RecoveryAnswer::from_text(text).map_err(|_| RegainError::Text)?;
        opened.open_answer(&answer)?;
        let Ok(index) = Release::decode(&answer.release.bytes).map(|release| release.index) else {
            return Err(RegainError::Text);
        };
        let same = |known: &RecoveryAnswer| {
            Release::decode(&known.release.bytes).is_ok_and(|known| known.index == index)
        };
        if opened.regain.answers.iter().any(same) {
            return Ok(());
        }
        let mut regain = opened.regain.clone();
        regain.answers.push(answer);
        self.store(&regain)?;
        opened.regain = regain;
        Ok(())
    }

    /// Stores the registration of the new password. The key of the request is gone then.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn store_registration(
        &self,
        opened: &mut OpenedRegain,
        registration: Reenrolment,
        mut rng: Rng,
    ) -> Result<(), RegainError> {
        let mut regain = opened.regain.clone();
        regain.sealed =
            opened.local.seal_draft(&opened.id, NAME, &secrets(None, &opened.secret_key), &mut rng);
        regain.registration = Some(registration);
        self.store(&regain)?;
        (opened.regain, opened.seed) = (regain, None);
        Ok(())
    }

    /// Stores how far the registration is, unless it is another one by now.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn continue_regain(&self, before: &Regain, step: ReenrolStep) -> Result<Regain, RegainError> {
        let mut regain = self.regain()?.ok_or(RegainError::NotFound)?;
        if regain == *before
            && let Some(registration) = &mut regain.registration
        {
            registration.step = step;
            self.store(&regain)?;
        }
        Ok(regain)
    }

    /// Ends the recovery on this computer. What the server has is not changed.
    ///
    /// # Errors
    /// If the disk fails.
    pub fn forget_regain(&self) -> Result<(), RegainError> {
        let path = self.regain_file();
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(DiskError::from(error).into()),
            _ => match path.parent() {
                Some(folder) => files::sync_folder(folder).map_err(|error| DiskError::from(error).into()),
                None => Ok(()),
            },
        }
    }

    fn regain_file(&self) -> PathBuf {
        self.dirs.profiles().with_file_name("recovery")
    }

    fn store(&self, regain: &Regain) -> Result<(), RegainError> {
        let path = self.regain_file();
        let written = path.parent().map_or(Ok(()), files::make_private_folder);
        let written = written.and_then(|()| files::replace(&path, &regain.encode()));
        written.map_err(|error| DiskError::from(error).into())
    }
}

impl OpenedRegain {
    /// Opens the account with the guardians' answers, for its registration with the new password. Its other devices then open with
    /// a new unlock seed, too.
    ///
    /// # Errors
    /// [`RegainError::TooFew`], [`RegainError::NotOpened`]; [`RegainError::NotFound`] if it is registered already.
    pub fn combine(&self, rng: &mut Rng) -> Result<(AccountParts, UnlockSeed), RegainError> {
        let regain = &self.regain;
        if regain.answered() < regain.threshold() {
            return Err(RegainError::TooFew);
        }
        let mut shares = Vec::new();
        for answer in &regain.answers {
            shares.push(self.open_answer(answer)?);
        }
        let RecoveryOffer { consent, sealed, certificate, .. } = &regain.offer;
        let opened = open_recovered(&shares, consent, sealed, &regain.account(), certificate);
        let opened = opened.map_err(|_| RegainError::NotOpened)?;
        let secret_key = SecretKey::from_bytes(self.secret_key.expose_bytes());
        let certificate = certificate.clone();
        let parts = AccountParts { root: opened.root, keyset: opened.keyset, certificate, secret_key };
        Ok((parts, UnlockSeed::make(rng)))
    }

    /// The new Secret Key.
    #[must_use]
    pub const fn secret_key(&self) -> &SecretKey {
        &self.secret_key
    }

    fn open_answer(&self, answer: &RecoveryAnswer) -> Result<vault_crypto::RecoveryShare, RegainError> {
        let seed = self.seed.as_ref().ok_or(RegainError::NotFound)?;
        let signer = answer.signer.verify().map_err(|_| RegainError::OtherAnswer)?;
        let named: &Certificate = answer.named.as_ref().unwrap_or(&signer);
        let Regain { offer, request, .. } = &self.regain;
        let share = seed.open(&answer.release, request, &offer.consent, named, &signer);
        share.map_err(|error| match error {
            ReleaseError::NotSigned => RegainError::OtherAnswer,
            ReleaseError::FalseShare { .. } => RegainError::FalseShare,
        })
    }
}

/// Checks that the parts of an offer belong together.
fn terms(offer: &RecoveryOffer) -> Option<(AccountId, Terms)> {
    let certificate: &SignedCertificate = &offer.certificate;
    let account = certificate.verify().ok()?.account_id();
    let consent = offer.consent.verify(&account).ok()?;
    let terms = consent.terms.filter(|_| consent.kind == RecoveryKind::Recovery)?;
    (terms.sealed == ContentHash::of(&offer.sealed)).then_some((account, terms))
}

fn secrets(seed: Option<&RequestKey>, secret_key: &SecretKey) -> Zeroizing<Vec<u8>> {
    let seed = seed.map(|seed| seed.expose_seed().as_slice());
    Zeroizing::new(Array::new().bytes_or_null(seed).bytes(secret_key.expose_bytes()).encode())
}

fn read_secrets(content: &[u8]) -> Result<(Option<RequestKey>, SecretKey), DecodeError> {
    let mut reader = Reader::new(content);
    reader.array(2)?;
    let seed = if reader.null()? {
        None
    } else {
        let seed: Zeroizing<[u8; 32]> = Zeroizing::new(reader.byte_array()?);
        Some(RequestKey::from_seed(&seed))
    };
    let secret_key: Zeroizing<[u8; 16]> = Zeroizing::new(reader.byte_array()?);
    reader.end()?;
    Ok((seed, SecretKey::from_bytes(&secret_key)))
}

impl Regain {
    const VERSION: u64 = 1;
    const ANSWERS: usize = 16;
}

impl Canonical for Regain {
    const MAX_LEN: usize = RecoveryOffer::MAX_LEN
        + RecoveryRequest::MAX_LEN
        + LoginName::MAX
        + HEADER
        + SEALED
        + Self::ANSWERS * RecoveryAnswer::MAX_LEN
        + Reenrolment::MAX_LEN
        + 256;

    fn write(&self) -> Array {
        let Self { offer, request, login, key_file, salt, sealed, answers, registration } = self;
        let registration = registration.as_ref().map(Canonical::encode);
        Array::new()
            .uint(Self::VERSION)
            .array(&offer.write())
            .array(&request.write())
            .text(login.as_str())
            .bytes(key_file)
            .bytes(salt)
            .bytes(sealed)
            .array(&answers.iter().fold(Array::new(), |all, answer| all.array(&answer.write())))
            .bytes_or_null(registration.as_deref())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(9)?;
        reader.version(Self::VERSION)?;
        let offer = RecoveryOffer::read(reader)?;
        let request = RecoveryRequest::read(reader)?;
        let login = LoginName::new(reader.text_up_to(LoginName::MAX)?).map_err(|_| DecodeError::Malformed)?;
        let key_file = reader.bytes_up_to(HEADER)?.to_vec();
        let salt = reader.byte_array()?;
        let sealed = reader.bytes_up_to(SEALED)?.to_vec();
        let mut answers = Vec::new();
        for _ in 0..reader.array_up_to(Self::ANSWERS as u64)? {
            answers.push(RecoveryAnswer::read(reader)?);
        }
        let registration = if reader.null()? { None } else { Some(reader.nested()?) };
        Ok(Self { offer, request, login, key_file, salt, sealed, answers, registration })
    }
}
