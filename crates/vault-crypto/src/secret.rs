//! Memory for secret bytes: on the heap, locked where the system allows, zeroized on drop.

use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// The largest page size of the supported systems: 16 KiB on Apple silicon, 4 KiB elsewhere.
const PAGE: usize = if cfg!(all(target_vendor = "apple", target_arch = "aarch64")) { 16_384 } else { 4_096 };

/// `N` secret bytes on a memory page of their own.
///
/// The operating system locks and unlocks whole pages, so one page per secret makes unlocking one safe for
/// the others. Few secrets exist at a time, so the space is acceptable. Locking is best effort: above the
/// system's limit, a secret works unlocked.
#[cfg_attr(all(target_vendor = "apple", target_arch = "aarch64"), repr(C, align(16_384)))]
#[cfg_attr(not(all(target_vendor = "apple", target_arch = "aarch64")), repr(C, align(4_096)))]
struct Page<const N: usize>([u8; N]);

/// The storage of every key type.
pub(crate) struct Secret<const N: usize> {
    // Declared before the page: fields drop in order, and the page must be unlocked while it exists.
    _lock: Option<region::LockGuard>,
    page: Box<Page<N>>,
}

impl<const N: usize> Secret<N> {
    /// Creates a secret whose bytes `fill` writes in place, so that no copy is left on the stack.
    pub(crate) fn fill_with(fill: impl FnOnce(&mut [u8; N])) -> Self {
        let page = Box::new(Page([0; N]));
        // A larger system page would be shared with other secrets and unlocked with the first of them.
        let own_page = region::page::size() <= PAGE;
        let lock = if own_page { region::lock(page.0.as_ptr(), N).ok() } else { None };
        let mut secret = Self { _lock: lock, page };
        fill(&mut secret.page.0);
        secret
    }

    pub(crate) fn copy_of(bytes: &[u8; N]) -> Self {
        Self::fill_with(|to| to.copy_from_slice(bytes))
    }

    pub(crate) fn random(rng: &mut impl CryptoRng) -> Self {
        Self::fill_with(|to| rng.fill_bytes(to))
    }

    pub(crate) fn expose(&self) -> &[u8; N] {
        &self.page.0
    }

    pub(crate) fn ct_eq(&self, other: &Self) -> bool {
        self.page.0.ct_eq(&other.page.0).into()
    }
}

impl Secret<64> {
    /// Returns the two secrets of one derivation.
    pub(crate) fn halves(&self) -> (&[u8; 32], &[u8; 32]) {
        let (first, second) = self.page.0.as_slice().split_at(32);
        // Both halves have this length by the type; the fallback is never used.
        (first.try_into().unwrap_or(&[0; 32]), second.try_into().unwrap_or(&[0; 32]))
    }
}

impl<const N: usize> Drop for Secret<N> {
    fn drop(&mut self) {
        self.page.0.zeroize();
    }
}

/// Overwrites the stack that the previous call left below the caller's frame.
///
/// For libraries that leave copies of a secret in their stack frames, and for threads that end: their stacks
/// are reused by later threads.
#[inline(never)]
pub fn wipe_stack() {
    // More than any of these calls uses, and a small part of a thread's stack.
    let mut room = [0_u8; 128 * 1024];
    room.zeroize();
    std::hint::black_box(&room);
}

/// The bytes do not have the length of this kind of key. The error does not quote them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key of this kind has {expected} bytes")]
pub struct KeyLengthError {
    /// The length of a key of that kind.
    pub expected: usize,
}

/// Defines a key type: a newtype that implements none of the traits of [`assert_opaque`] and exposes its
/// bytes only by `expose_bytes`.
macro_rules! secret_key {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        pub struct $name(pub(crate) $crate::secret::Secret<$len>);

        $crate::secret::assert_opaque!($name);


        #[allow(dead_code, reason = "one macro for keys that are used differently")]
        impl $name {
            /// Its length in bytes.
            pub const LEN: usize = $len;

            /// Copies the bytes. The caller zeroizes its own.
            #[must_use]
            pub fn from_bytes(bytes: &[u8; $len]) -> Self {
                Self($crate::secret::Secret::copy_of(bytes))
            }

            /// Copies the bytes if their number is the key's length.
            ///
            /// # Errors
            /// If the length differs.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, $crate::KeyLengthError> {
                let bytes = bytes.try_into().map_err(|_| $crate::KeyLengthError { expected: $len })?;
                Ok(Self::from_bytes(bytes))
            }

            /// Returns the secret bytes. Search for this name to find where keys leave their type.
            #[must_use]
            pub fn expose_bytes(&self) -> &[u8; $len] {
                self.0.expose()
            }

            /// Returns whether both keys are equal, in constant time.
            #[must_use]
            pub fn is_same_as(&self, other: &Self) -> bool {
                self.0.ct_eq(&other.0)
            }
        }
    };
}

/// Adds a random constructor to key types that are drawn rather than derived.
macro_rules! random_key {
    ($($name:ident),+) => { $(
        impl $name {
            /// Draws a new key.
            #[must_use]
            pub fn make(rng: &mut impl rand_core::CryptoRng) -> Self {
                Self($crate::secret::Secret::random(rng))
            }
        }
    )+ };
}

/// Fails the build if the type can be printed, cloned, hashed or compared with `==`.
///
/// For each trait there are two candidate impls of `NotImplemented<_>`, one of them only for types with the
/// trait; if both apply, type inference is ambiguous.
macro_rules! assert_opaque {
    ($type:ty) => {
        const _: () = {
    $crate::secret::assert_not_impl!($type: std::fmt::Debug);
    $crate::secret::assert_not_impl!($type: std::fmt::Display);
    $crate::secret::assert_not_impl!($type: Clone);
    $crate::secret::assert_not_impl!($type: PartialEq);
    $crate::secret::assert_not_impl!($type: std::hash::Hash);
        };
    };
}

macro_rules! assert_not_impl {
    ($type:ty: $trait:path) => {{
        trait NotImplemented<Marker> {
            fn it() {}
        }
        struct Implemented;
        impl<T: ?Sized> NotImplemented<()> for T {}
        impl<T: ?Sized + $trait> NotImplemented<Implemented> for T {}
        let _ = <$type as NotImplemented<_>>::it;
    }};
}
pub(crate) use {assert_not_impl, assert_opaque, random_key, secret_key};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_secret_has_its_own_page() {
        let secrets: Vec<_> = (0..8).map(|byte| Secret::<32>::copy_of(&[byte; 32])).collect();
        for secret in &secrets {
            assert_eq!(secret.expose().as_ptr().addr() % PAGE, 0);
        }
        assert_eq!(size_of::<Page<32>>(), PAGE);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn secret_is_locked_in_memory_until_dropped() {
        let secret = Secret::<32>::copy_of(&[7; 32]);
        let at = secret.expose().as_ptr().addr();
        assert!(is_locked(at));
        let other = Secret::<32>::copy_of(&[8; 32]);
        drop(other);
        assert!(is_locked(at), "dropping one secret must not unlock another");
        drop(secret);
        assert!(!is_locked(at));
    }

    /// Returns whether the kernel reports the mapping around an address as locked.
    #[cfg(target_os = "linux")]
    fn is_locked(at: usize) -> bool {
        let maps = std::fs::read_to_string("/proc/self/smaps").unwrap();
        let mut inside = false;
        for line in maps.lines() {
            let range = line.split_once(' ').and_then(|(range, _)| range.split_once('-'));
            if let Some((Ok(from), Ok(to))) =
                range.map(|(from, to)| (usize::from_str_radix(from, 16), usize::from_str_radix(to, 16)))
            {
                inside = (from..to).contains(&at);
            } else if inside && line.starts_with("VmFlags:") {
                return line.split(' ').any(|flag| flag == "lo");
            }
        }
        false
    }
}
