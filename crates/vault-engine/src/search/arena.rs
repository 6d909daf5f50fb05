//! A growing buffer that leaves no copies in memory.

use zeroize::Zeroizing;

/// Bytes that are zeroized on reallocation and on drop.
#[derive(Default)]
pub struct Arena(Zeroizing<Vec<u8>>);

impl Arena {
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn push(&mut self, text: &[u8]) {
        let needed = self.0.len() + text.len();
        if needed > self.0.capacity() {
            // Grow by a quarter: few copies and little unused memory.
            let mut larger = Zeroizing::new(Vec::with_capacity(needed.max(self.0.capacity() / 4 * 5)));
            larger.extend_from_slice(&self.0);
            self.0 = larger;
        }
        self.0.extend_from_slice(text);
    }

    pub fn slice(&self, start: u32, end: u32) -> &[u8] {
        self.0.get(start as usize..end as usize).unwrap_or_default()
    }
}
