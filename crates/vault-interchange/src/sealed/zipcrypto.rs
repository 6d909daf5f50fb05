//! The first cipher of ZIP archives, which is weak: of use only to read what was written with it.

use zeroize::Zeroizing;

/// The bytes in front of the content.
const HEADER: usize = 12;
/// The polynomial of the checksum.
const POLYNOMIAL: u32 = 0xedb8_8320;

/// The state of the cipher.
struct Keys([u32; 3]);

/// Decrypts the content of a member. A wrong password gives other bytes, which the checksum shows.
pub(super) fn decrypt(password: &[u8], packed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut keys = Keys([0x1234_5678, 0x2345_6789, 0x3456_7890]);
    password.iter().for_each(|byte| keys.update(*byte));
    let mut plain = Zeroizing::new(Vec::with_capacity(packed.len()));
    for sealed in packed {
        let byte = sealed ^ keys.next();
        keys.update(byte);
        plain.push(byte);
    }
    (plain.len() >= HEADER).then(|| drop(plain.drain(..HEADER)))?;
    Some(plain)
}

fn checksum(before: u32, byte: u8) -> u32 {
    (0..8)
        .fold(before ^ u32::from(byte), |sum, _| if sum & 1 == 1 { sum >> 1 ^ POLYNOMIAL } else { sum >> 1 })
}

impl Keys {
    fn update(&mut self, byte: u8) {
        let [first, second, third] = &mut self.0;
        *first = checksum(*first, byte);
        *second = second.wrapping_add(*first & 0xff).wrapping_mul(134_775_813).wrapping_add(1);
        let [.., top] = second.to_le_bytes();
        *third = checksum(*third, top);
    }

    fn next(&self) -> u8 {
        let [.., third] = self.0;
        let low = (third | 2) & 0xffff;
        let [_, byte, ..] = low.wrapping_mul(low ^ 1).to_le_bytes();
        byte
    }
}
