//! Tests that secrets are zeroized in this process's memory once they are dropped.
//!
//! A canary is used as the secret. It is stored masked and unmasked only into the secret's own memory, so
//! that the search, which scans all writable memory through `/proc/self/mem`, does not find the test's copy.
//! Each test first finds the canary in the live secret, to prove that the search works.

#![cfg(target_os = "linux")]

use std::convert::Infallible;
use std::fs::{self, File};
use std::hint::black_box;
use std::os::unix::fs::FileExt;

use rand_core::{TryCryptoRng, TryRng};
use vault_testkit::FixedRng;
use vault_wire::account::Predecessor;
use vault_wire::cbor::Array;
use vault_wire::{AccountId, BlobId, EntryHash, Label, ProfileId, VaultId};

use crate::secret::Secret;
use crate::v1::account::{Identity, Keyset, RootSigner};
use crate::v1::blob::BlobCipher;
use crate::v1::password::{KdfParams, StretchedAccountPassword};
use crate::v1::slot::{KeySlot, PasswordSlot, SlotKey};
use crate::v1::wrap::{unwrap, wrap};
use crate::*;

const MASK: u8 = 0xa5;
/// Length of the part of a canary that the search looks for.
const PIECE: usize = 16;
const BUFFER: usize = 1 << 16;

/// Secret bytes, masked.
#[derive(Clone, Copy)]
struct Canary<const N: usize>([u8; N]);

impl<const N: usize> Canary<N> {
    fn new(seed: u8) -> Self {
        Self(std::array::from_fn(|at| u8::try_from(at).unwrap().wrapping_mul(73) ^ seed))
    }

    fn unmask_into(&self, to: &mut [u8]) {
        to.iter_mut().zip(&self.0).for_each(|(to, masked)| *to = masked ^ black_box(MASK));
    }

    fn secret(&self) -> Secret<N> {
        Secret::fill_with(|to| self.unmask_into(to))
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0; N];
        self.unmask_into(&mut bytes);
        bytes
    }

    /// Returns the number of occurrences of a piece of it in this process's memory.
    fn count(&self) -> usize {
        let maps = fs::read_to_string("/proc/self/maps").unwrap();
        let memory = File::open("/proc/self/mem").unwrap();
        let mut buffer = vec![0; BUFFER];
        let own = buffer.as_ptr().addr()..buffer.as_ptr().addr() + BUFFER;
        let mut count = 0;
        for line in maps.lines() {
            let mut words = line.split(' ');
            let (from, to) = words.next().unwrap().split_once('-').unwrap();
            if !words.next().unwrap().starts_with("rw") {
                continue;
            }
            let address = |text| usize::from_str_radix(text, 16).unwrap();
            let (mut at, end) = (address(from), address(to));
            while at < end {
                let wanted = BUFFER.min(end - at);
                let Ok(read) = memory.read_at(&mut buffer[..wanted], at as u64) else { break };
                let found = (0..read.saturating_sub(PIECE - 1)).filter(|offset| {
                    !own.contains(&(at + offset)) && self.matches(&buffer[*offset..*offset + PIECE])
                });
                count += found.count();
                if read < wanted || at + read >= end {
                    break;
                }
                // The buffers overlap, so that no piece is missed between them.
                at += read - (PIECE - 1);
            }
        }
        buffer.fill(0);
        black_box(&buffer);
        count
    }

    fn matches(&self, bytes: &[u8]) -> bool {
        let (first, _) = self.0.split_at(PIECE);
        let (_, last) = self.0.split_at(N - PIECE);
        let is =
            |piece: &[u8]| bytes.iter().zip(piece).all(|(byte, masked)| byte ^ black_box(MASK) == *masked);
        is(first) || is(last)
    }

    /// Asserts that the canary is found while the secret lives, and not after it has been used and dropped.
    fn assert_zeroized<T>(&self, name: &str, secret: T, work: impl FnOnce(&T)) {
        assert!(self.count() > 0, "{name}: the search must find a live secret");
        work(&secret);
        drop(secret);
        assert_eq!(self.count(), 0, "{name}: a copy is left");
    }
}

fn no_work<T>(_: &T) {}

#[test]
fn dropped_keys_of_every_kind_are_zeroized() {
    macro_rules! gone {
        ($($name:ident $len:literal),+ $(,)?) => { $(
            let canary = Canary::<$len>::new(1);
            canary.assert_zeroized(stringify!($name), $name(canary.secret()), no_work);
        )+ };
    }
    gone!(
        AccountUnlockKey 32,
        DatabaseKey 32,
        FileKey 32,
        LocalKey 32,
        OpaquePassword 32,
        QuickKey 32,
        RecoveryCode 16,
        RecoveryKey 32,
        RootKey 32,
        SecretKey 16,
        UnlockSeed 32,
        VaultKey 32,
    );
}

#[test]
fn dropped_texts_and_bytes_are_zeroized() {
    let canary = Canary::<32>::new(2);
    canary.assert_zeroized("bytes", SecretBytes::new(canary.bytes()), no_work);
    let canary = Canary::<40>(std::array::from_fn(|at| (b'A' + u8::try_from(at).unwrap() % 23) ^ MASK));
    let text = || String::from_utf8(canary.bytes()).unwrap();
    canary.assert_zeroized("text", SecretText::new(text()), |text| drop(text.duplicate()));
}

#[test]
fn derivation_and_sealing_leave_no_copy_of_the_key() {
    let rng = &mut FixedRng::new(3);
    let (profile, vault) = (ProfileId::from_bytes([1; 16]), VaultId::from_bytes([2; 16]));
    let canary = Canary::<32>::new(3);
    canary.assert_zeroized("root key", RootKey(canary.secret()), |key| {
        drop((key.derive_database_key(), key.derive_local_key()));
    });
    let canary = Canary::<32>::new(4);
    canary.assert_zeroized("root key in a slot", RootKey(canary.secret()), |key| {
        let quick = QuickKey::from_bytes(&[9; 32]);
        let slot = KeySlot::make(&profile, key, SlotKey::Quick(&quick), rng);
        assert!(slot.open(&profile, SlotKey::Quick(&quick)).ok().unwrap().is_same_as(key));
    });
    let canary = Canary::<32>::new(5);
    canary.assert_zeroized("vault key", VaultKey(canary.secret()), |key| {
        let local = LocalKey::from_bytes(&[8; 32]);
        let sealed = local.seal_vault_key(&vault, 1, key, rng);
        assert!(local.open_vault_key(&vault, 1, &sealed).ok().unwrap().is_same_as(key));
        black_box(key.commitment(&vault, 1));
    });
    let canary = Canary::<32>::new(6);
    canary.assert_zeroized("local key", LocalKey(canary.secret()), |key| {
        let sealed = key.seal_draft(&profile, b"name", b"draft", rng);
        assert_eq!(key.open_draft(&profile, b"name", &sealed).ok().unwrap().expose(), b"draft");
    });
    let canary = Canary::<32>::new(7);
    canary.assert_zeroized("draft", SecretBytes::new(canary.bytes()), |draft| {
        let local = LocalKey::from_bytes(&[8; 32]);
        let sealed = local.seal_draft(&profile, b"name", draft.expose(), rng);
        assert!(local.open_draft(&profile, b"name", &sealed).ok().unwrap().expose() == draft.expose());
    });
    let canary = Canary::<32>::new(8);
    canary.assert_zeroized("file key", FileKey(canary.secret()), |key| {
        drop(BlobCipher::new(key, &BlobId::from_bytes([3; 16])));
    });
}

#[test]
fn wrapping_and_unwrapping_leave_no_copy_of_the_key() {
    let rng = &mut FixedRng::new(17);
    let identity = Identity::make_first(rng);
    let canary = Canary::<32>::new(17);
    canary.assert_zeroized("vault key", VaultKey(canary.secret()), |key| {
        let info = Array::labelled(Label::GRANT);
        let wrapped = wrap(&identity.kem_public(), &info, key.expose_bytes(), rng).ok().unwrap();
        let opened = unwrap(&identity.kem_seed, &info, &wrapped.encapsulated, &wrapped.sealed).ok().unwrap();
        assert!(opened.ct_eq(&key.0));
    });
}

/// Draws the bytes of a secret.
struct SecretRng<'a>(&'a Secret<64>);

impl TryRng for SecretRng<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        panic!("only byte strings are drawn")
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        panic!("only byte strings are drawn")
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        to.copy_from_slice(self.0.expose());
        Ok(())
    }
}

impl TryCryptoRng for SecretRng<'_> {}

#[test]
fn wrapping_leaves_no_copy_of_its_randomness() {
    let identity = Identity::make_first(&mut FixedRng::new(18));
    let public = identity.kem_public();
    let canary = Canary::<64>::new(18);
    canary.assert_zeroized("randomness", canary.secret(), |randomness| {
        let info = Array::labelled(Label::GRANT);
        assert!(wrap(&public, &info, &[4; 32], &mut SecretRng(randomness)).is_ok());
    });
}

#[test]
fn formatting_and_parsing_codes_leave_no_copy() {
    let canary = Canary::<16>::new(9);
    canary.assert_zeroized("Secret Key", SecretKey(canary.secret()), |key| {
        assert!(SecretKey::from_text(key.to_text().expose()).ok().unwrap().is_same_as(key));
    });
    let canary = Canary::<16>::new(10);
    canary.assert_zeroized("recovery code", RecoveryCode(canary.secret()), |code| {
        assert!(RecoveryCode::from_text(code.to_text().expose()).ok().unwrap().is_same_as(code));
    });
}

#[test]
fn stretching_leaves_no_copy_of_password_and_secret_key() {
    let rng = &mut FixedRng::new(11);
    let profile = ProfileId::from_bytes([1; 16]);
    // Longer than a block of Argon2id's initial hash.
    let canary = Canary::<200>(std::array::from_fn(|at| (b'a' + u8::try_from(at).unwrap() % 23) ^ MASK));
    let password = SecretText::new(String::from_utf8(canary.bytes()).unwrap());
    canary.assert_zeroized("password", password, |password| {
        let (root_key, key) = (RootKey::from_bytes(&[1; 32]), SecretKey::from_bytes(&[2; 16]));
        let made = PasswordSlot::make(&profile, &root_key, password, &key, KdfParams::FLOOR, rng);
        let (slot, _) = made.ok().unwrap();
        assert!(slot.open(&profile, password, &key).is_ok());
    });
    let canary = Canary::<16>::new(12);
    canary.assert_zeroized("Secret Key", SecretKey(canary.secret()), |key| {
        let stretched =
            StretchedAccountPassword::derive(&"password".into(), key, KdfParams::FLOOR).ok().unwrap();
        drop(stretched.derive_opaque_password());
        drop(stretched.derive_account_unlock_key(&AccountId::from_bytes([1; 16]), &[0; 64]));
    });
}

#[test]
fn signing_and_sealing_an_account_leave_no_copy_of_its_seeds() {
    let rng = &mut FixedRng::new(13);
    let root = Canary::<32>::new(14);
    let profile = ProfileId::from_bytes([1; 16]);
    root.assert_zeroized("root", RootSigner::from_seed(root.secret()), |root| {
        let code = RecoveryCode::from_bytes(&[7; 16]);
        drop(root.certify(&Identity::make_first(rng), Predecessor::Sound, 1));
        let sealed = root.seal_recovery(&code, &profile, rng);
        assert!(RootSigner::open_recovery(&sealed, &code, &profile, &root.account_id()).is_ok());
    });
    for (name, sign, kem) in [("signing key", 15, 16), ("KEM seed", 16, 15)] {
        let canary = Canary::<32>::new(15);
        let seeds = [sign, kem].map(|seed| Canary::<32>::new(seed).secret());
        let [sign, kem] = seeds;
        let identity = Identity::from_seeds(1, sign, kem);
        let (home_vault, home_genesis) = (VaultId::from_bytes([1; 16]), EntryHash::from_bytes([2; 32]));
        canary.assert_zeroized(name, Keyset { identity, home_vault, home_genesis }, |keyset| {
            let (root_key, account) = (RootKey::from_bytes(&[1; 32]), AccountId::from_bytes([3; 16]));
            let kem = keyset.identity.kem_public();
            let info = Array::labelled(Label::GRANT);
            let wrapped = wrap(&kem, &info, &[4; 32], rng).ok().unwrap();
            let opened = unwrap(&keyset.identity.kem_seed, &info, &wrapped.encapsulated, &wrapped.sealed);
            assert_eq!(opened.ok().unwrap().expose(), &[4; 32]);
            let sealed = keyset.seal_local(&root_key, &account, rng);
            assert!(Keyset::open_local(&sealed, &root_key, &account).is_ok());
        });
    }
}
