//! Signed statements as they are stored and sent: the encoding of what is signed, then its signatures.

/// Defines such a statement with its encoding: `$name` of `$inner`, with `$room` bytes for what is added.
macro_rules! signed_statement {
    (
        $(#[$doc:meta])*
        $name:ident of $inner:ident, $room:literal;
        $( $(#[$signature_doc:meta])* $signature:ident; )+
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            #[doc = concat!("The encoded [`", stringify!($inner), "`].")]
            pub bytes: Vec<u8>,
            $( $(#[$signature_doc])* pub $signature: $crate::Signature, )+
        }

        impl $crate::cbor::Canonical for $name {
            const MAX_LEN: usize = <$inner as $crate::cbor::Canonical>::MAX_LEN + $room;

            fn write(&self) -> $crate::cbor::Array {
                $crate::cbor::Array::new().bytes(&self.bytes)$( .bytes(self.$signature.as_bytes()) )+
            }

            fn read(reader: &mut $crate::cbor::Reader<'_>) -> Result<Self, $crate::cbor::DecodeError> {
                reader.array(1 + [$( stringify!($signature) ),+].len() as u64)?;
                Ok(Self {
                    bytes: reader.bytes_up_to(<$inner as $crate::cbor::Canonical>::MAX_LEN)?.to_vec(),
                    $( $signature: reader.fixed()?, )+
                })
            }
        }
    };
}
pub(crate) use signed_statement;
