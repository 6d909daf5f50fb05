//! Writes KDBX files of every kind, for tests only.

use std::io::Write;

use aes::Aes256;
use argon2::{Algorithm, Argon2, Params, Version};
use base64ct::{Base64, Encoding};
use cbc::Encryptor;
use chacha20::ChaCha20;
use cipher::{
    Block, BlockCipherEncrypt, BlockModeEncrypt, KeyInit, KeyIvInit, StreamCipher, block_padding::Pkcs7,
};
use flate2::{Compression, write::GzEncoder};
use hmac::{Hmac, Mac};
use salsa20::Salsa20;
use sha2::{Digest, Sha256, Sha512};
use twofish::Twofish;

/// The password of every test file that has one.
pub const PASSWORD: &str = "fuzz";

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Cipher {
    Aes,
    Twofish,
    ChaCha20,
}

#[derive(Clone, Copy)]
pub enum Kdf {
    Aes(u64),
    /// Whether it is Argon2id, and memory in KiB.
    Argon2(bool, u64),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Inner {
    Salsa20,
    ChaCha20,
}

/// A file to be written.
#[derive(Clone)]
pub struct Kdbx {
    pub major: u16,
    pub minor: u16,
    pub cipher: Cipher,
    pub kdf: Kdf,
    pub inner: Inner,
    pub compressed: bool,
    /// The SHA-256 of the password and the key of a key file, as far as there are any.
    pub parts: Vec<[u8; 32]>,
    /// The XML; the content of each `Protected="True"` is encrypted.
    pub xml: String,
    /// Attached files, outside of the XML; version 4 only.
    pub files: Vec<Vec<u8>>,
}

pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

impl Kdbx {
    /// A file of version 4.1 with a password, that costs next to nothing to open.
    pub fn new(xml: &str) -> Self {
        Self {
            major: 4,
            minor: 1,
            cipher: Cipher::Aes,
            kdf: Kdf::Aes(2),
            inner: Inner::ChaCha20,
            compressed: false,
            parts: vec![sha256(PASSWORD.as_bytes())],
            xml: xml.to_owned(),
            files: Vec::new(),
        }
    }

    pub fn write(&self) -> Vec<u8> {
        let long = self.major >= 4;
        let (seed, kdf_seed) = ([1_u8; 32], [2_u8; 32]);
        let vector = vec![3_u8; if self.cipher == Cipher::ChaCha20 { 12 } else { 16 }];
        let stream_key = [4_u8; 64];
        let header = self.header(&seed, &kdf_seed, &vector, &stream_key);
        let transformed = self.transformed(&kdf_seed);
        let key = sha256(&[&seed[..], &transformed].concat());
        let mut content = Vec::new();
        if long {
            field(&mut content, true, 1, &self.inner_number().to_le_bytes());
            field(&mut content, true, 2, &stream_key);
            for file in &self.files {
                field(&mut content, true, 3, &[&[0], file.as_slice()].concat());
            }
            field(&mut content, true, 0, &[]);
        }
        content.extend_from_slice(self.protect(&stream_key).as_bytes());
        if self.compressed {
            let mut packed = GzEncoder::new(Vec::new(), Compression::default());
            packed.write_all(&content).unwrap();
            content = packed.finish().unwrap();
        }
        if long {
            self.sealed_4(&header, &seed, &transformed, &self.encrypt(&key, &vector, &content))
        } else {
            let mut plain = vec![5_u8; 32];
            for (index, block) in [content.as_slice(), &[]].into_iter().enumerate() {
                plain.extend_from_slice(&u32::try_from(index).unwrap().to_le_bytes());
                plain.extend_from_slice(&if block.is_empty() { [0; 32] } else { sha256(block) });
                plain.extend_from_slice(&u32::try_from(block.len()).unwrap().to_le_bytes());
                plain.extend_from_slice(block);
            }
            [header, self.encrypt(&key, &vector, &plain)].concat()
        }
    }

    fn header(&self, seed: &[u8], kdf_seed: &[u8], vector: &[u8], stream_key: &[u8]) -> Vec<u8> {
        let long = self.major >= 4;
        let mut header = b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5".to_vec();
        header.extend_from_slice(&self.minor.to_le_bytes());
        header.extend_from_slice(&self.major.to_le_bytes());
        let cipher: &[u8; 16] = match self.cipher {
            Cipher::Aes => b"\x31\xc1\xf2\xe6\xbf\x71\x43\x50\xbe\x58\x05\x21\x6a\xfc\x5a\xff",
            Cipher::Twofish => b"\xad\x68\xf2\x9f\x57\x6f\x4b\xb9\xa3\x6a\xd4\x7a\xf9\x65\x34\x6c",
            Cipher::ChaCha20 => b"\xd6\x03\x8a\x2b\x8b\x6f\x4c\xb5\xa5\x24\x33\x9a\x31\xdb\xb5\x9a",
        };
        let mut add = |id, data: &[u8]| field(&mut header, long, id, data);
        add(2, cipher);
        add(3, &u32::from(self.compressed).to_le_bytes());
        add(4, seed);
        add(7, vector);
        if long {
            add(11, &self.kdf_parameters(kdf_seed));
        } else {
            let Kdf::Aes(rounds) = self.kdf else { panic!("version 3 has AES-KDF only") };
            add(5, kdf_seed);
            add(6, &rounds.to_le_bytes());
            add(8, stream_key);
            add(9, &[5; 32]);
            add(10, &self.inner_number().to_le_bytes());
        }
        add(0, b"\r\n\r\n");
        header
    }

    fn inner_number(&self) -> u32 {
        if self.inner == Inner::Salsa20 { 2 } else { 3 }
    }

    fn kdf_parameters(&self, seed: &[u8]) -> Vec<u8> {
        let mut list = vec![0, 1];
        let mut add = |kind: u8, name: &str, value: &[u8]| {
            list.push(kind);
            for part in [name.as_bytes(), value] {
                list.extend_from_slice(&u32::try_from(part.len()).unwrap().to_le_bytes());
                list.extend_from_slice(part);
            }
        };
        add(0x42, "S", seed);
        match self.kdf {
            Kdf::Aes(rounds) => {
                add(0x42, "$UUID", b"\xc9\xd9\xf3\x9a\x62\x8a\x44\x60\xbf\x74\x0d\x08\xc1\x8a\x4f\xea");
                add(0x05, "R", &rounds.to_le_bytes());
            }
            Kdf::Argon2(id, memory) => {
                let kind: &[u8] = if id {
                    b"\x9e\x29\x8b\x19\x56\xdb\x47\x73\xb2\x3d\xfc\x3e\xc6\xf0\xa1\xe6"
                } else {
                    b"\xef\x63\x6d\xdf\x8c\x29\x44\x4b\x91\xf7\xa9\xa4\x03\xe3\x0a\x0c"
                };
                add(0x42, "$UUID", kind);
                add(0x05, "M", &(memory * 1024).to_le_bytes());
                add(0x05, "I", &1_u64.to_le_bytes());
                add(0x04, "P", &1_u32.to_le_bytes());
                add(0x04, "V", &0x13_u32.to_le_bytes());
            }
        }
        list.push(0);
        list
    }

    fn transformed(&self, seed: &[u8]) -> [u8; 32] {
        let composite = sha256(&self.parts.concat());
        match self.kdf {
            Kdf::Aes(rounds) => {
                let cipher = Aes256::new_from_slice(seed).unwrap();
                let mut key = Vec::new();
                for half in composite.chunks(16) {
                    let mut block: Block<Aes256> = half.try_into().unwrap();
                    // A file that only asks for many rounds is not opened.
                    (0..rounds.min(1_000)).for_each(|_| cipher.encrypt_block(&mut block));
                    key.extend_from_slice(&block);
                }
                sha256(&key)
            }
            Kdf::Argon2(id, memory) => {
                let algorithm = if id { Algorithm::Argon2id } else { Algorithm::Argon2d };
                let memory = u32::try_from(memory.min(1024)).unwrap();
                let argon2 =
                    Argon2::new(algorithm, Version::V0x13, Params::new(memory, 1, 1, Some(32)).unwrap());
                let mut key = [0; 32];
                argon2.hash_password_into(&composite, seed, &mut key).unwrap();
                key
            }
        }
    }

    fn protect(&self, key: &[u8]) -> String {
        const MARK: &str = "Protected=\"True\">";
        let mut cipher: Box<dyn StreamCipher> = match self.inner {
            Inner::Salsa20 => {
                let nonce = b"\xe8\x30\x09\x4b\x97\x20\x5d\x2a";
                Box::new(Salsa20::new_from_slices(&sha256(key), nonce).unwrap())
            }
            Inner::ChaCha20 => {
                let hash = Sha512::digest(key);
                Box::new(ChaCha20::new_from_slices(&hash[..32], &hash[32..44]).unwrap())
            }
        };
        let mut parts = self.xml.split(MARK);
        let mut xml = parts.next().unwrap().to_owned();
        for part in parts {
            let (value, rest) = part.split_once('<').unwrap();
            let mut bytes = value.as_bytes().to_vec();
            cipher.apply_keystream(&mut bytes);
            xml.extend([MARK, &Base64::encode_string(&bytes), "<", rest]);
        }
        xml
    }

    fn encrypt(&self, key: &[u8; 32], vector: &[u8], plain: &[u8]) -> Vec<u8> {
        match self.cipher {
            Cipher::Aes => {
                Encryptor::<Aes256>::new_from_slices(key, vector).unwrap().encrypt_padded_vec::<Pkcs7>(plain)
            }
            Cipher::Twofish => {
                Encryptor::<Twofish>::new_from_slices(key, vector).unwrap().encrypt_padded_vec::<Pkcs7>(plain)
            }
            Cipher::ChaCha20 => {
                let mut data = plain.to_vec();
                ChaCha20::new_from_slices(key, vector).unwrap().apply_keystream(&mut data);
                data
            }
        }
    }

    fn sealed_4(&self, header: &[u8], seed: &[u8], transformed: &[u8], data: &[u8]) -> Vec<u8> {
        let base = Sha512::digest([seed, transformed, &[1]].concat());
        let mac = |index: u64, parts: &[&[u8]]| -> [u8; 32] {
            let key = Sha512::digest([&index.to_le_bytes()[..], &base].concat());
            Hmac::<Sha256>::new_from_slice(&key)
                .unwrap()
                .chain_update(parts.concat())
                .finalize()
                .into_bytes()
                .into()
        };
        let mut file = header.to_vec();
        file.extend_from_slice(&sha256(header));
        file.extend_from_slice(&mac(u64::MAX, &[header]));
        for (index, block) in (0_u64..).zip([data, &[]]) {
            let length = u32::try_from(block.len()).unwrap().to_le_bytes();
            file.extend_from_slice(&mac(index, &[&index.to_le_bytes(), &length, block]));
            file.extend_from_slice(&length);
            file.extend_from_slice(block);
        }
        file
    }
}

fn field(list: &mut Vec<u8>, long: bool, id: u8, data: &[u8]) {
    list.push(id);
    if long {
        list.extend_from_slice(&u32::try_from(data.len()).unwrap().to_le_bytes());
    } else {
        list.extend_from_slice(&u16::try_from(data.len()).unwrap().to_le_bytes());
    }
    list.extend_from_slice(data);
}
