//! Creating a profile: in an unfinished folder, which is then renamed.

use std::fs;
use std::io;
use std::path::PathBuf;

use vault_crypto::{
    Header, Identity, KdfParams, Keyset, NewVault, PasswordSlot, RootKey, RootSigner, SecretKey, SecretText,
    StretchedPassword, make_id, make_vault, open_grant,
};
use vault_wire::ProfileId;
use vault_wire::account::{Predecessor, SignedCertificate};
use vault_wire::cbor::Canonical;
use vault_wire::grant::Grant;
use vault_wire::roster::{Genesis, Roster, SignedRecord};

use super::error::{CreateError, UnlockError};
use super::profiles::Profiles;
use super::secret_key::{Kept, forget_profile, keep};
use super::unsealed::Unsealed;
use crate::clock::{Rng, Timestamp};
use crate::disk::{
    DiskError, Folder, KeysFile, KeysFileError, ProfileInfo, Registry, acceptable_name, files, hue_of,
};
use crate::session::rows::meta;
use crate::session::vaults::vault;
use crate::session::{AccountParts, Session, SessionError};
use crate::store;
use crate::store::Mode;

/// The data for a new profile.
pub struct NewProfile {
    /// The name shown on the unlock screen.
    pub name: String,
    /// The master password.
    pub password: SecretText,
    /// The name of this computer, written into each revision.
    pub device: String,
    /// The KDF parameters of the password.
    pub kdf: KdfParams,
}

/// The ending of unfinished folders, which a crash may leave behind.
pub(crate) const UNFINISHED: &str = ".new";

/// The error for a new database that is damaged when it is read back: the disk is at fault.
const UNREADABLE: CreateError = CreateError::Disk(DiskError::Unreadable);

/// An account that has a server and no profile on this computer.
pub struct ExistingAccount {
    /// Its keys.
    pub parts: AccountParts,
    /// The first entry of its home vault's log.
    pub home: SignedRecord,
    /// Its grant of the home vault's first epoch.
    pub grant: Grant,
}

/// The account of a new profile.
struct Account {
    root: RootSigner,
    keyset: Keyset,
    certificate: SignedCertificate,
    home: NewVault,
}

impl Account {
    fn make(now: Timestamp, rng: &mut Rng) -> Self {
        let root = RootSigner::make(rng);
        let identity = Identity::make_first(rng);
        let certificate = root.certify(&identity, Predecessor::Sound, now.0);
        let home = make_vault(&root.account_id(), &identity, &certificate, now.0, rng);
        let keyset = Keyset { identity, home_vault: home.vault_id, home_genesis: home.genesis_hash };
        Self { root, keyset, certificate, home }
    }

    /// Returns the account and its Secret Key, if record and grant are those of its home vault.
    fn existing(existing: ExistingAccount) -> Option<(Self, SecretKey)> {
        let ExistingAccount { parts, home: record, grant } = existing;
        let AccountParts { root, keyset, certificate, secret_key } = parts;
        let genesis = Genesis::verify(&record, Some(&keyset.home_genesis)).ok()?;
        let roster = Roster::from_genesis(&genesis).ok()?;
        let key = open_grant(&roster, &grant, &root.account_id(), &keyset.identity).ok()?;
        let (vault_id, genesis_hash) = (keyset.home_vault, keyset.home_genesis);
        let is_home = genesis.vault_id == vault_id && grant.context.epoch == 1;
        let home = NewVault { vault_id, key, record, genesis_hash };
        is_home.then_some((Self { root, keyset, certificate, home }, secret_key))
    }
}

impl Profiles {
    /// Creates a profile and opens it.
    ///
    /// # Errors
    /// See [`CreateError`]; nothing is left behind.
    pub fn create(&self, new: NewProfile, rng: Rng) -> Result<Session, CreateError> {
        let mut rng = rng;
        let secret_key = SecretKey::make(&mut rng);
        self.create_with(new, None, &secret_key, rng)
    }

    /// Creates a profile that its password alone opens, and opens it: a key of zeros stands for the Secret Key.
    ///
    /// # Errors
    /// As [`Profiles::create`].
    pub(crate) fn create_without_secret_key(
        &self,
        new: NewProfile,
        rng: Rng,
    ) -> Result<Session, CreateError> {
        self.create_with(new, None, &no_secret_key(), rng)
    }

    /// Creates the profile of an account that exists, and opens it. It has only its home vault, without items, until the
    /// logs are received.
    ///
    /// # Errors
    /// See [`CreateError`]; nothing is left behind. [`CreateError::OtherAccount`] if record or grant are not those of its
    /// home vault.
    pub fn create_for(
        &self,
        new: NewProfile,
        account: ExistingAccount,
        rng: Rng,
    ) -> Result<Session, CreateError> {
        let (account, secret_key) = Account::existing(account).ok_or(CreateError::OtherAccount)?;
        self.create_with(new, Some(account), &secret_key, rng)
    }

    fn create_with(
        &self,
        new: NewProfile,
        account: Option<Account>,
        secret_key: &SecretKey,
        mut rng: Rng,
    ) -> Result<Session, CreateError> {
        let NewProfile { name, password, device, kdf } = new;
        let name = acceptable_name(&name).ok_or(CreateError::NameInvalid)?;
        if password.is_empty() {
            return Err(CreateError::PasswordEmpty);
        }
        let now = self.clock.now();
        let id: ProfileId = make_id(&mut rng);
        let root_key = RootKey::make(&mut rng);
        let (slot, stretched) = PasswordSlot::make(&id, &root_key, &password, secret_key, kdf, &mut rng)?;
        let header = Header::new(id, slot);

        files::make_private_folder(self.dirs.profiles())?;
        self.clear_unfinished();
        let unfinished = Folder::new(self.unfinished(id));
        let made = (|| {
            files::make_private_folder(&unfinished.blobs())?;
            let file = header.to_file(&root_key);
            files::replace(&unfinished.keys(), &file)?;
            files::replace(&unfinished.keys_backup(), &file)?;
            let account = account.unwrap_or_else(|| Account::make(now, &mut rng));
            let first = FirstRows { id, name, device: &device, header: &header, account: &account, now };
            first.write(&unfinished, &root_key, secret_key, &stretched, &mut rng)?;
            let kept = keep(&*self.keychain, &unfinished, id, secret_key)?;
            files::sync_folder(unfinished.path())?;
            fs::rename(unfinished.path(), self.dirs.profile(id))?;
            files::sync_folder(self.dirs.profiles())?;
            Ok(kept)
        })();
        let kept = made.inspect_err(|_: &CreateError| {
            // The folder may have been renamed already.
            self.remove_failed(id);
        })?;

        let info = ProfileInfo { id, name: name.to_owned(), hue: hue_of(id), last_opened: Some(now) };
        let mut registry = Registry::load(&self.dirs);
        registry.put_profile(info);
        // Without an entry in the registry the profile is still found by its folder, and gets its name from its
        // database.
        let _ = registry.save(&self.dirs);
        let unsealed = self.unsealed_new(id, root_key, kept == Kept::InFile).map_err(|error| match error {
            KeysFileError::Disk(disk) => CreateError::Disk(disk),
            // It was just written.
            KeysFileError::Missing | KeysFileError::Damaged | KeysFileError::OtherFormat => UNREADABLE,
        });
        let opened = unsealed.and_then(|unsealed| {
            self.open(unsealed, rng).map_err(|error| match error {
                UnlockError::Disk(disk) => CreateError::Disk(disk),
                UnlockError::DatabaseDamaged | UnlockError::HeaderDamaged | UnlockError::HeaderOutdated => {
                    UNREADABLE
                }
                _ => CreateError::Fault,
            })
        });
        opened.inspect_err(|_| {
            self.remove_failed(id);
            let mut registry = Registry::load(&self.dirs);
            registry.remove_profile(id);
            let _ = registry.save(&self.dirs);
        })
    }

    /// Removes a profile whose creation failed. Nobody has seen its Secret Key yet, so nothing is lost.
    ///
    /// The folder is renamed durably before the Secret Key is deleted: otherwise a power cut could bring back a profile that
    /// does not open.
    fn remove_failed(&self, id: ProfileId) {
        let (profile, unfinished) = (self.dirs.profile(id), self.unfinished(id));
        let renamed = match fs::rename(&profile, &unfinished) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            renamed => renamed,
        };
        let durable = renamed.and_then(|()| files::sync_folder(self.dirs.profiles()));
        let _ = fs::remove_dir_all(&unfinished);
        if durable.is_ok() {
            forget_profile(&*self.keychain, id);
        } else {
            let _ = fs::remove_dir_all(&profile);
        }
    }

    /// Returns the folder in which a profile is created.
    fn unfinished(&self, id: ProfileId) -> PathBuf {
        self.dirs.profiles().join(format!("{id}{UNFINISHED}"))
    }

    pub(crate) fn unsealed_new(
        &self,
        id: ProfileId,
        root_key: RootKey,
        in_file: bool,
    ) -> Result<Unsealed, KeysFileError> {
        let folder = Folder::new(self.folder_of(id));
        let file = KeysFile::read(&folder.keys())?;
        Ok(Unsealed::new_profile(id, root_key, file, in_file))
    }

    /// Removes unfinished folders that a crash left behind.
    pub(crate) fn clear_unfinished(&self) {
        for entry in fs::read_dir(self.dirs.profiles()).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let id = name.to_str().and_then(|name| name.strip_suffix(UNFINISHED)?.parse::<ProfileId>().ok());
            if let Some(id) = id {
                let _ = fs::remove_dir_all(entry.path());
                // The folder belongs to a move that is running if the profile's folder in force is elsewhere.
                if !self.folder_of(id).exists() {
                    forget_profile(&*self.keychain, id);
                }
            }
        }
    }
}

/// What stands for the Secret Key where there is none.
pub(crate) fn no_secret_key() -> SecretKey {
    SecretKey::from_bytes(&[0; 16])
}

/// The rows of a new database.
struct FirstRows<'a> {
    id: ProfileId,
    name: &'a str,
    device: &'a str,
    header: &'a Header,
    account: &'a Account,
    now: Timestamp,
}

impl FirstRows<'_> {
    fn write(
        &self,
        folder: &Folder,
        root_key: &RootKey,
        secret_key: &SecretKey,
        stretched: &StretchedPassword,
        rng: &mut Rng,
    ) -> Result<(), CreateError> {
        let db = store::open(
            &folder.database(),
            &root_key.derive_database_key(),
            Mode::Create,
            &mut store::refuse_migration,
        )?;
        let tx = db.unchecked_transaction().map_err(SessionError::from)?;
        let local = root_key.derive_local_key();
        let Account { root, keyset, certificate, home } = self.account;
        let account = root.account_id();

        meta::set(&tx, meta::PROFILE_ID, self.id.as_bytes())?;
        meta::set(&tx, meta::NAME, self.name.as_bytes())?;
        meta::set(&tx, meta::DEVICE, self.device.as_bytes())?;
        meta::set_header(&tx, &self.header.pin(root_key))?;
        meta::set(&tx, meta::SECRET_KEY, &local.seal_secret_key(&self.id, secret_key, rng))?;
        meta::set(&tx, meta::CERTIFICATE, &certificate.encode())?;
        meta::set(&tx, meta::KEYSET, &keyset.seal_local(root_key, &account, rng))?;
        meta::set(&tx, meta::ROOT_BOX, &root.seal_local(stretched, &self.id, rng))?;
        let sealed_key = local.seal_vault_key(&home.vault_id, 1, &home.key, rng);
        vault::insert(&tx, home, &sealed_key, self.now)?;
        tx.commit().map_err(SessionError::from)?;
        Ok(store::close(db).map_err(SessionError::from)?)
    }
}

impl From<io::Error> for CreateError {
    fn from(error: io::Error) -> Self {
        Self::Disk(error.into())
    }
}

impl From<SessionError> for CreateError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::Disk(disk) => Self::Disk(disk),
            SessionError::DatabaseDamaged => UNREADABLE,
            _ => Self::Fault,
        }
    }
}

impl From<store::OpenError> for CreateError {
    fn from(error: store::OpenError) -> Self {
        match error {
            store::OpenError::Disk(disk) => Self::Disk(disk),
            store::OpenError::Damaged => UNREADABLE,
            _ => Self::Fault,
        }
    }
}

impl From<vault_crypto::StretchError> for CreateError {
    fn from(error: vault_crypto::StretchError) -> Self {
        match error {
            vault_crypto::StretchError::PasswordTooLong => Self::PasswordTooLong,
            vault_crypto::StretchError::OutOfMemory => Self::OutOfMemory,
        }
    }
}
