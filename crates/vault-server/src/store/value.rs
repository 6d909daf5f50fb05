//! Values and rows.

use vault_wire::{
    AccountId, ApprovalId, BatchId, BlobId, BodyHash, CertificateHash, ContentHash, CtRoot, DeviceId,
    EntryHash, ItemId, RevHash, Root, SessionId, SignPublicKey, Signature, VaultId,
};
use zeroize::Zeroizing;

use super::StoreError;

/// A value of a column.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// No value.
    Null,
    /// A `BIGINT`. An unsigned number has the same 64 bits; below 2⁶³ its order is that of the database.
    Int(i64),
    /// A `BYTEA`.
    Bytes(Vec<u8>),
    /// A `TEXT`.
    Text(String),
}

impl std::fmt::Debug for Value {
    /// Prints the type only: values may be secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Int(_) => "Int",
            Self::Bytes(_) => "Bytes",
            Self::Text(_) => "Text",
        })
    }
}

/// Collects the values of a statement.
#[macro_export]
macro_rules! values {
    ($($value:expr),* $(,)?) => { &[$($crate::store::Value::from($value)),*] };
}

/// A row of a result.
#[derive(Clone, Debug)]
pub struct Row(Vec<Value>);

impl Row {
    /// Wraps the values of a row.
    #[must_use]
    pub const fn new(values: Vec<Value>) -> Self {
        Self(values)
    }

    /// The value of a column, counted from 0.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if it has another type or length, or does not exist.
    pub fn get<T: FromValue>(&self, column: usize) -> Result<T, StoreError> {
        self.0.get(column).and_then(T::from_value).ok_or(StoreError::Damaged)
    }
}

/// What can be read from a column.
pub trait FromValue: Sized {
    /// Converts the value, if it has the right type and length.
    fn from_value(value: &Value) -> Option<Self>;
}

impl FromValue for i64 {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Int(number) = value { Some(*number) } else { None }
    }
}

impl FromValue for u64 {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value).map(i64::cast_unsigned)
    }
}

impl FromValue for u32 {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value)?.try_into().ok()
    }
}

impl FromValue for u8 {
    fn from_value(value: &Value) -> Option<Self> {
        i64::from_value(value)?.try_into().ok()
    }
}

impl FromValue for bool {
    fn from_value(value: &Value) -> Option<Self> {
        match i64::from_value(value)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl FromValue for String {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Text(text) = value { Some(text.clone()) } else { None }
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Bytes(bytes) = value { Some(bytes.clone()) } else { None }
    }
}

impl FromValue for Zeroizing<Vec<u8>> {
    fn from_value(value: &Value) -> Option<Self> {
        Vec::from_value(value).map(Self::new)
    }
}

impl<const N: usize> FromValue for [u8; N] {
    fn from_value(value: &Value) -> Option<Self> {
        if let Value::Bytes(bytes) = value { bytes.as_slice().try_into().ok() } else { None }
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: &Value) -> Option<Self> {
        if *value == Value::Null { Some(None) } else { T::from_value(value).map(Some) }
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Int(number.cast_signed())
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(number.into())
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Int(flag.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl From<Vec<u8>> for Value {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<const N: usize> From<[u8; N]> for Value {
    fn from(bytes: [u8; N]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Ids and hashes are columns of bytes.
macro_rules! id_columns {
    ($($name:ident),+) => { $(
        impl From<$name> for Value {
            fn from(id: $name) -> Self {
                Self::Bytes(id.as_bytes().to_vec())
            }
        }

        impl From<&$name> for Value {
            fn from(id: &$name) -> Self {
                Self::Bytes(id.as_bytes().to_vec())
            }
        }

        impl FromValue for $name {
            fn from_value(value: &Value) -> Option<Self> {
                if let Value::Bytes(bytes) = value { bytes.as_slice().try_into().ok() } else { None }
            }
        }
    )+ };
}

id_columns!(
    AccountId,
    ApprovalId,
    BatchId,
    BlobId,
    BodyHash,
    CertificateHash,
    ContentHash,
    CtRoot,
    DeviceId,
    EntryHash,
    ItemId,
    RevHash,
    Root,
    SessionId,
    SignPublicKey,
    Signature,
    VaultId
);
