//! The approval of a new device: the code that it is given, its request, and what is handed over to it.

use rand_core::CryptoRng;
use vault_wire::account::{ApprovalAnswer, DeviceKeys, SignedDeviceKeys};
use vault_wire::cbor::{Array, Canonical as _, DecodeError, Reader};
use vault_wire::log::Head;
use vault_wire::message::{LoginName, Origin};
use vault_wire::{AccountId, ApprovalId, ContentHash, DeviceId, Label, VaultId};
use zeroize::Zeroizing;

use super::account::{DeviceSigner, seal_for_device};
use super::content::check_canonical;
use super::derive::derive;
use super::link::{self, Kind, LinkError};
use super::password::KdfParams;
use super::seal::{OpenError, open, seal};
use super::wrap::InvalidKemKey;
use crate::keys::SecretKey;
use crate::secret::{Secret, assert_opaque, random_key, secret_key};
use crate::text::SecretText;

/// The purpose of the device box.
const PURPOSE: &str = "approval";

secret_key!(
    /// The secret of a code for a new device.
    ApprovalSecret, 16
);
random_key!(ApprovalSecret);

/// The code that one device shows and the new one is given; it never passes through the server.
pub struct ApprovalCode {
    /// An address of the server.
    pub address: Origin,
    /// Its identity.
    pub issuer: Origin,
    /// The SHA-256 of its public key (SPKI), if no authority vouches for it.
    pub key: Option<ContentHash>,
    /// The account.
    pub account: AccountId,
    /// The secret.
    pub secret: ApprovalSecret,
}

assert_opaque!(ApprovalCode);

impl ApprovalCode {
    /// Maximum length of the content.
    const MAX_LEN: usize = 2 + 2 * (3 + Origin::MAX) + 34 + 17 + 17;
    const KIND: Kind = Kind { prefix: "coffer://device#", text: 900, content: Self::MAX_LEN };
    const VERSION: u64 = 1;

    /// Returns the text.
    #[must_use]
    pub fn to_text(&self) -> SecretText {
        link::write(Self::KIND.prefix, &self.write())
    }

    /// Parses the text, or the part of it after the `#`.
    ///
    /// # Errors
    /// If it is no such code, or damaged.
    pub fn from_text(text: &SecretText) -> Result<Self, LinkError> {
        link::read(&Self::KIND, text, Self::read, Self::write)
    }

    fn write(&self) -> Array {
        let Self { address, issuer, key, account, secret } = self;
        Array::new()
            .uint(Self::VERSION)
            .text(address.as_str())
            .text(issuer.as_str())
            .bytes_or_null(key.as_ref().map(|key| key.as_bytes().as_slice()))
            .bytes(account.as_bytes())
            .bytes(secret.expose_bytes())
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.array(6)?;
        reader.version(Self::VERSION)?;
        let origin = |text: &str| Origin::new(text).map_err(|_| DecodeError::Malformed);
        Ok(Self {
            address: origin(reader.text_up_to(Origin::MAX)?)?,
            issuer: origin(reader.text_up_to(Origin::MAX)?)?,
            key: reader.fixed_or_null()?,
            account: reader.fixed()?,
            secret: ApprovalSecret::from_bytes(&Zeroizing::new(reader.byte_array()?)),
        })
    }
}

/// What a device passes on to a new one, which else would have to believe the server.
pub struct Handover {
    /// The login name.
    pub login: LoginName,
    /// The Secret Key.
    pub secret_key: SecretKey,
    /// The version of the account's registration.
    pub registration: u64,
    /// The costs with which the account was last opened.
    pub costs: KdfParams,
    /// Verified heads of the vaults' logs, the home vault's first.
    pub heads: Vec<(VaultId, Head)>,
}

assert_opaque!(Handover);

impl Handover {
    /// The most heads that are handed over.
    pub const MAX_HEADS: usize = 256;
    const VERSION: u64 = 1;

    fn write(&self) -> Array {
        let Self { login, secret_key, registration, costs, heads } = self;
        let heads = heads.iter().fold(Array::new(), |list, (vault, head)| {
            let head = Array::new().bytes(vault.as_bytes()).uint(head.seq).bytes(head.root.as_bytes());
            list.array(&head)
        });
        Array::new()
            .uint(Self::VERSION)
            .text(login.as_str())
            .bytes(secret_key.expose_bytes())
            .uint(*registration)
            .uint(costs.memory_kib().into())
            .uint(costs.passes().into())
            .uint(costs.lanes().into())
            .array(&heads)
    }

    fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        const MALFORMED: DecodeError = DecodeError::Malformed;
        let mut reader = Reader::new(bytes);
        reader.array(8)?;
        reader.version(Self::VERSION)?;
        let login = LoginName::new(reader.text_up_to(LoginName::MAX)?).map_err(|_| MALFORMED)?;
        let secret_key = SecretKey::from_slice(reader.bytes_up_to(SecretKey::LEN)?).map_err(|_| MALFORMED)?;
        let registration = reader.uint()?;
        let (memory, passes, lanes) = (reader.uint32()?, reader.uint32()?, reader.uint32()?);
        let costs = KdfParams::new(memory, passes, lanes).map_err(|_| MALFORMED)?;
        let mut heads = Vec::new();
        for _ in 0..reader.array_up_to(Self::MAX_HEADS as u64)? {
            reader.array(3)?;
            let vault = reader.fixed()?;
            heads.push((vault, Head { seq: reader.uint()?, root: reader.fixed()? }));
        }
        reader.end()?;
        if heads.is_empty() || heads.iter().any(|(_, head)| head.seq == 0) {
            return Err(MALFORMED);
        }
        Ok(Self { login, secret_key, registration, costs, heads })
    }
}

impl ApprovalSecret {
    /// Returns the id under which a server keeps request and answer.
    #[must_use]
    pub fn id(&self, account: &AccountId) -> ApprovalId {
        let id: Secret<16> = self.derive(account, Label::APPROVAL_ID);
        ApprovalId::from_bytes(*id.expose())
    }

    /// Seals the keys of the new device for those who have the code.
    #[must_use]
    pub fn seal_request(
        &self,
        account: &AccountId,
        keys: &SignedDeviceKeys,
        rng: &mut impl CryptoRng,
    ) -> Vec<u8> {
        seal(self.request_key(account).expose(), &request_context(account), &keys.encode(), rng)
    }

    /// Opens a request, and verifies that the device states its own keys for this account.
    ///
    /// # Errors
    /// One error for all causes: another code, a changed box, or the keys of another device or account.
    pub fn open_request(&self, account: &AccountId, sealed: &[u8]) -> Result<DeviceKeys, OpenError> {
        let content = open(self.request_key(account).expose(), &request_context(account), sealed)?;
        let signed = SignedDeviceKeys::decode(content.expose()).map_err(|_| OpenError)?;
        let stated = DeviceKeys::decode(&signed.bytes).map_err(|_| OpenError)?;
        signed.verify(account, &DeviceId::of_key(&stated.sign)).map_err(|_| OpenError)
    }

    /// Passes on to the device that made a request. Only that device opens it, and only with the code.
    ///
    /// # Errors
    /// If the device's public key is invalid.
    pub fn seal_answer(
        &self,
        device: &DeviceKeys,
        request: &[u8],
        handover: &Handover,
        rng: &mut impl CryptoRng,
    ) -> Result<ApprovalAnswer, InvalidKemKey> {
        let mut key = Zeroizing::new([0; 32]);
        rng.fill_bytes(key.as_mut_slice());
        let (encapsulated, sealed_key) = seal_for_device(device, PURPOSE, &key, rng)?;
        let content = Zeroizing::new(handover.write().encode());
        let context = answer_context(&device.account, &DeviceId::of_key(&device.sign), request);
        let sealed = seal(self.answer_key(&key).expose(), &context, &content, rng);
        Ok(ApprovalAnswer { encapsulated, key: sealed_key, sealed })
    }

    /// Opens the answer to a request of this device.
    ///
    /// # Errors
    /// One error for all causes: by somebody without the code, for another device or request, or changed.
    pub fn open_answer(
        &self,
        device: &DeviceSigner,
        account: &AccountId,
        request: &[u8],
        answer: &ApprovalAnswer,
    ) -> Result<Handover, OpenError> {
        let key = device.open_box(account, PURPOSE, &(*answer.encapsulated, answer.key))?;
        let context = answer_context(account, &device.id(), request);
        let content = open(self.answer_key(&key).expose(), &context, &answer.sealed)?;
        let handover = Handover::read(content.expose()).map_err(|_| OpenError)?;
        check_canonical(&handover.write(), &content)?;
        Ok(handover)
    }

    fn request_key(&self, account: &AccountId) -> Secret<32> {
        self.derive(account, Label::APPROVAL_REQUEST)
    }

    /// The key of the answer needs both: the code's secret and the new device's key.
    fn answer_key(&self, key: &[u8; 32]) -> Secret<32> {
        derive(self.expose_bytes(), key, &Array::labelled(Label::APPROVAL_ANSWER))
    }

    fn derive<const N: usize>(&self, account: &AccountId, label: Label) -> Secret<N> {
        derive(account.as_bytes(), self.expose_bytes(), &Array::labelled(label))
    }
}

fn request_context(account: &AccountId) -> Array {
    Array::labelled(Label::APPROVAL_REQUEST).bytes(account.as_bytes())
}

fn answer_context(account: &AccountId, device: &DeviceId, request: &[u8]) -> Array {
    Array::labelled(Label::APPROVAL_ANSWER)
        .bytes(account.as_bytes())
        .bytes(device.as_bytes())
        .bytes(ContentHash::of(request).as_bytes())
}

#[cfg(test)]
mod tests {
    use vault_testkit::FixedRng;

    use super::*;

    const ACCOUNT: AccountId = AccountId::from_bytes([3; 16]);

    fn handover(heads: usize) -> Handover {
        let head = |at: usize| {
            let byte = u8::try_from(at % 256).unwrap();
            (VaultId::from_bytes([byte; 16]), Head { seq: u64::MAX, root: [byte; 32].into() })
        };
        Handover {
            login: LoginName::new(&"a".repeat(LoginName::MAX)).unwrap(),
            secret_key: SecretKey::from_bytes(&[9; 16]),
            registration: u64::MAX,
            costs: KdfParams::TEST,
            heads: (0..heads).map(head).collect(),
        }
    }

    #[test]
    fn t62_answer_needs_code_device_and_request() {
        let mut rng = FixedRng::new(1);
        let (secret, other) = (ApprovalSecret::make(&mut rng), ApprovalSecret::make(&mut rng));
        let (device, thief) = (DeviceSigner::make(&mut rng), DeviceSigner::make(&mut rng));
        let request = secret.seal_request(&ACCOUNT, &device.state_keys(ACCOUNT, 1), &mut rng);
        let stolen = secret.seal_request(&ACCOUNT, &thief.state_keys(ACCOUNT, 1), &mut rng);
        let keys = secret.open_request(&ACCOUNT, &request).ok().unwrap();
        assert_eq!(DeviceId::of_key(&keys.sign), device.id());
        let answer = secret.seal_answer(&keys, &request, &handover(2), &mut rng).ok().unwrap();
        let opened = secret.open_answer(&device, &ACCOUNT, &request, &answer).ok().unwrap();
        assert!(opened.secret_key.is_same_as(&handover(0).secret_key) && opened.heads.len() == 2);

        assert!(other.open_request(&ACCOUNT, &request).is_err());
        assert!(secret.open_request(&AccountId::from_bytes([4; 16]), &request).is_err());
        let foreign = secret.seal_request(&ACCOUNT, &device.state_keys([4; 16].into(), 1), &mut rng);
        assert!(secret.open_request(&ACCOUNT, &foreign).is_err());
        let mut unsigned = device.state_keys(ACCOUNT, 1);
        unsigned.by_device = thief.state_keys(ACCOUNT, 1).by_device;
        let unsigned = secret.seal_request(&ACCOUNT, &unsigned, &mut rng);
        assert!(secret.open_request(&ACCOUNT, &unsigned).is_err());

        assert!(other.open_answer(&device, &ACCOUNT, &request, &answer).is_err());
        assert!(secret.open_answer(&thief, &ACCOUNT, &request, &answer).is_err());
        assert!(secret.open_answer(&device, &ACCOUNT, &stolen, &answer).is_err());
        let mut changed = answer;
        *changed.sealed.last_mut().unwrap() ^= 1;
        assert!(secret.open_answer(&device, &ACCOUNT, &request, &changed).is_err());
    }

    #[test]
    fn the_longest_handover_fits_and_reads_back() {
        let mut rng = FixedRng::new(2);
        let (secret, device) = (ApprovalSecret::make(&mut rng), DeviceSigner::make(&mut rng));
        let request = secret.seal_request(&ACCOUNT, &device.state_keys(ACCOUNT, 1), &mut rng);
        let keys = secret.open_request(&ACCOUNT, &request).ok().unwrap();
        let longest = handover(Handover::MAX_HEADS);
        assert!(longest.write().encode().len() <= ApprovalAnswer::MAX_HANDOVER);
        let answer = secret.seal_answer(&keys, &request, &longest, &mut rng).ok().unwrap();
        let answer = ApprovalAnswer::decode(&answer.encode()).ok().unwrap();
        let opened = secret.open_answer(&device, &ACCOUNT, &request, &answer).ok().unwrap();
        assert_eq!(opened.heads, longest.heads);
        // Neither none nor more.
        for heads in [0, Handover::MAX_HEADS + 1] {
            let answer = secret.seal_answer(&keys, &request, &handover(heads), &mut rng).ok().unwrap();
            assert!(secret.open_answer(&device, &ACCOUNT, &request, &answer).is_err(), "{heads}");
        }
    }

    #[test]
    fn codes_read_back_with_and_without_their_prefix() {
        let origin = |byte: &str| Origin::new(&format!("https://{}", byte.repeat(Origin::MAX - 8))).unwrap();
        let code = ApprovalCode {
            address: origin("a"),
            issuer: origin("b"),
            key: Some(ContentHash::from_bytes([7; 32])),
            account: ACCOUNT,
            secret: ApprovalSecret::from_bytes(&[5; 16]),
        };
        let text = code.to_text();
        let bare = SecretText::from(text.expose().strip_prefix(ApprovalCode::KIND.prefix).unwrap());
        for text in [&text, &bare] {
            assert_eq!(
                ApprovalCode::from_text(text).ok().unwrap().to_text().expose(),
                code.to_text().expose()
            );
        }
        let refused = |text: &str| ApprovalCode::from_text(&SecretText::from(text)).err();
        assert_eq!(refused(""), Some(LinkError::NotALink));
        assert_eq!(refused("coffer://kit#AA"), Some(LinkError::NotALink));
        assert_eq!(refused(&"A".repeat(2000)), Some(LinkError::NotALink));
        let cut = &text.expose()[..text.expose().len() - 8];
        assert!(matches!(refused(cut), Some(LinkError::Damaged(_))));
    }
}
