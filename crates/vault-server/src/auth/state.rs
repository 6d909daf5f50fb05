//! The state of a sign-in between its steps: sealed, for one device, for one use, for a minute. Any node can continue it.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use vault_wire::cbor::{Array, Reader};
use vault_wire::message::Credential;
use vault_wire::{AccountId, DeviceId};
use zeroize::Zeroizing;

use super::method::Method;
use crate::setup::{Sealer, SecretsError};

/// How long a state is valid, in milliseconds.
const VALID: u64 = 60 * 1000;

/// The longest content of a step.
const LONGEST: usize = 256;

/// The step that a state is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// OPAQUE's last message.
    Login,
    /// A code of a second factor.
    Factor,
    /// Adding the device.
    Device,
    /// The signature of the recovery code's key.
    Code,
}

impl Step {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Login => b"login",
            Self::Factor => b"factor",
            Self::Device => b"device",
            Self::Code => b"code",
        }
    }
}

/// A state.
pub struct State {
    /// The account.
    pub account: AccountId,
    /// The device whose key signs the proofs.
    pub device: DeviceId,
    /// Password or recovery code.
    pub method: Method,
    /// Whether a second factor was used.
    pub factor: bool,
    /// By this it is known to be used.
    pub id: [u8; 16],
    /// Until then it can be used, in milliseconds since 1970.
    pub expires_at: u64,
    /// What else the step needs.
    pub content: Zeroizing<Vec<u8>>,
}

impl State {
    /// Begins a sign-in.
    ///
    /// # Errors
    /// If the system gives no random numbers.
    pub fn begin(
        account: AccountId,
        device: DeviceId,
        method: Method,
        content: Zeroizing<Vec<u8>>,
        now: u64,
    ) -> Result<Self, SecretsError> {
        Self { account, device, method, factor: false, id: [0; 16], expires_at: 0, content }.next(now)
    }

    /// The state for the next step: with another id and a new minute.
    ///
    /// # Errors
    /// If the system gives no random numbers.
    pub fn next(mut self, now: u64) -> Result<Self, SecretsError> {
        getrandom::fill(&mut self.id).map_err(|_| SecretsError::Randomness)?;
        self.expires_at = now + VALID;
        Ok(self)
    }

    /// Seals it for a step.
    ///
    /// # Errors
    /// If the system gives no random numbers.
    pub fn seal(&self, step: Step, sealer: &Sealer) -> Result<Credential<2048>, SecretsError> {
        let Self { account, device, method, factor, id, expires_at, content } = self;
        let array = Array::new()
            .bytes(account.as_bytes())
            .bytes(device.as_bytes())
            .uint(method.number().into())
            .bool(*factor)
            .bytes(id)
            .uint(*expires_at)
            .bytes(content);
        let sealed = sealer.seal(step.label(), &Zeroizing::new(array.encode()))?;
        Credential::new(&Base64UrlUnpadded::encode_string(&sealed)).map_err(|_| SecretsError::Malformed)
    }

    /// Opens the state of a step, if it is for this device and in time.
    #[must_use]
    pub fn open(
        text: &Credential<2048>,
        step: Step,
        device: &DeviceId,
        sealer: &Sealer,
        now: u64,
    ) -> Option<Self> {
        let sealed = Base64UrlUnpadded::decode_vec(text.expose()).ok()?;
        let plain = sealer.open(step.label(), &sealed)?;
        let mut reader = Reader::new(&plain);
        reader.array(7).ok()?;
        let state = Self {
            account: reader.fixed().ok()?,
            device: reader.fixed().ok()?,
            method: Method::of_number(reader.uint32().ok()?)?,
            factor: reader.bool().ok()?,
            id: reader.byte_array().ok()?,
            expires_at: reader.uint().ok()?,
            content: Zeroizing::new(reader.bytes_up_to(LONGEST).ok()?.to_vec()),
        };
        (state.device == *device && state.expires_at > now).then_some(state)
    }
}
