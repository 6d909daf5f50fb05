//! Memory for secret bytes: on the heap, locked where the system allows, wiped when dropped.

use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// The largest page size of the systems we build for: 16 KiB on Apple's processors, 4 KiB elsewhere.
const PAGE: usize = if cfg!(all(target_vendor = "apple", target_arch = "aarch64")) { 16_384 } else { 4_096 };

/// `N` secret bytes with a memory page to themselves.
///
/// The operating system locks and unlocks whole pages. A page of its own per secret is what makes unlocking one
/// safe for all others; few secrets live at a time, so the space is well spent. Locking is best effort: where the
/// limit is reached, the secret works as well, only not locked.
#[cfg_attr(all(target_vendor = "apple", target_arch = "aarch64"), repr(C, align(16_384)))]
#[cfg_attr(not(all(target_vendor = "apple", target_arch = "aarch64")), repr(C, align(4_096)))]
struct Page<const N: usize>([u8; N]);

/// The store behind every key type.
pub(crate) struct Secret<const N: usize> {
    // Declared before the page, so that it is dropped, and the page unlocked, while the page still exists.
    _lock: Option<region::LockGuard>,
    page: Box<Page<N>>,
}

impl<const N: usize> Secret<N> {
    /// Lets `fill` write the bytes where they stay, so that no copy is left on the stack.
    pub(crate) fn fill_with(fill: impl FnOnce(&mut [u8; N])) -> Self {
        let page = Box::new(Page([0; N]));
        // A page larger than ours would be shared with other secrets, and unlocking is by whole pages.
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

    pub(crate) fn same_as(&self, other: &Self) -> bool {
        self.page.0.ct_eq(&other.page.0).into()
    }
}

impl Secret<64> {
    /// Two secrets that were derived at once.
    pub(crate) fn halves(&self) -> (&[u8; 32], &[u8; 32]) {
        let (first, second) = self.page.0.as_slice().split_at(32);
        // Both halves have the length by the type; the fallback is never taken.
        (first.try_into().unwrap_or(&[0; 32]), second.try_into().unwrap_or(&[0; 32]))
    }
}

impl<const N: usize> Drop for Secret<N> {
    fn drop(&mut self) {
        self.page.0.zeroize();
    }
}

/// Overwrites what a call that has just returned left on the stack, below the frame of its caller.
///
/// For libraries that copy a secret into their own frames and do not wipe it, and for threads that end: their stacks are kept
/// for the next one.
#[inline(never)]
pub fn wipe_stack() {
    // More than any of these calls takes, and a small part of a thread's stack.
    let mut room = [0_u8; 128 * 1024];
    room.zeroize();
    std::hint::black_box(&room);
}

/// Bytes that are not a key of the wanted kind. It does not tell them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a key of this kind has {expected} bytes")]
pub struct KeyLengthError {
    /// The length a key of that kind has.
    pub expected: usize,
}

/// Makes a key type: a newtype that derives nothing and gives out its bytes only through `expose_bytes`.
macro_rules! secret_key {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        pub struct $name(pub(crate) $crate::secret::Secret<$len>);

        $crate::secret::derives_nothing!($name);

        // Not every kind of key uses each of these.
        #[allow(dead_code, reason = "one macro for keys that are used differently")]
        impl $name {
            /// Its length in bytes.
            pub const LEN: usize = $len;

            /// Takes a copy of the bytes. The caller wipes its own.
            #[must_use]
            pub fn from_bytes(bytes: &[u8; $len]) -> Self {
                Self($crate::secret::Secret::copy_of(bytes))
            }

            /// Takes a copy of the bytes if there are as many as the key has.
            ///
            /// # Errors
            /// If there are fewer or more.
            pub fn from_slice(bytes: &[u8]) -> Result<Self, $crate::KeyLengthError> {
                let bytes = bytes.try_into().map_err(|_| $crate::KeyLengthError { expected: $len })?;
                Ok(Self::from_bytes(bytes))
            }

            /// The secret bytes. Search for this name to find where keys leave their type.
            #[must_use]
            pub fn expose_bytes(&self) -> &[u8; $len] {
                self.0.expose()
            }

            /// Whether both are the same key, found in constant time.
            #[must_use]
            pub fn is_same_as(&self, other: &Self) -> bool {
                self.0.same_as(&other.0)
            }
        }
    };
}

/// Adds the random constructor to key types that are drawn rather than derived.
macro_rules! random_key {
    ($($name:ident),+) => { $(
        impl $name {
            /// Makes a new one from the generator handed in.
            #[must_use]
            pub fn make(rng: &mut impl rand_core::CryptoRng) -> Self {
                Self($crate::secret::Secret::random(rng))
            }
        }
    )+ };
}

/// Stops the build if the type can be printed, copied or compared byte by byte.
///
/// For each trait there are two ways to read `Lacks<_>`, one of them only for types that have the trait; if both
/// apply, the compiler cannot choose.
macro_rules! derives_nothing {
    ($type:ty) => {
        const _: () = {
    $crate::secret::lacks!($type: std::fmt::Debug);
    $crate::secret::lacks!($type: std::fmt::Display);
    $crate::secret::lacks!($type: Clone);
    $crate::secret::lacks!($type: PartialEq);
    $crate::secret::lacks!($type: std::hash::Hash);
        };
    };
}

macro_rules! lacks {
    ($type:ty: $trait:path) => {{
        trait Lacks<Way> {
            fn it() {}
        }
        struct Otherwise;
        impl<T: ?Sized> Lacks<()> for T {}
        impl<T: ?Sized + $trait> Lacks<Otherwise> for T {}
        let _ = <$type as Lacks<_>>::it;
    }};
}
pub(crate) use {derives_nothing, lacks, random_key, secret_key};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_secret_has_a_page_of_its_own() {
        let secrets: Vec<_> = (0..8).map(|byte| Secret::<32>::copy_of(&[byte; 32])).collect();
        for secret in &secrets {
            assert_eq!(secret.expose().as_ptr().addr() % PAGE, 0);
        }
        assert_eq!(size_of::<Page<32>>(), PAGE);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_secret_is_locked_in_memory_as_long_as_it_lives() {
        let secret = Secret::<32>::copy_of(&[7; 32]);
        let at = secret.expose().as_ptr().addr();
        assert!(is_locked(at));
        let other = Secret::<32>::copy_of(&[8; 32]);
        drop(other);
        assert!(is_locked(at), "dropping one secret leaves the others locked");
        drop(secret);
        assert!(!is_locked(at));
    }

    /// Whether the kernel reports the mapping around an address as locked.
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
