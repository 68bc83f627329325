//! Bits behind each other, the lowest of each byte first: as the libraries store booleans, and what is no null.

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Bitset {
    bytes: Vec<u8>,
    len: usize,
}

impl Bitset {
    /// So many bits of this value.
    pub(crate) fn filled(bit: bool, len: usize) -> Self {
        let mut bits = Self::default();
        bits.fill(bit, len);
        bits
    }

    #[inline]
    pub(crate) fn push(&mut self, bit: bool) {
        let mask = u8::from(bit) << (self.len % 8);
        match self.bytes.last_mut() {
            Some(last) if !self.len.is_multiple_of(8) => *last |= mask,
            _ => self.bytes.push(mask),
        }
        self.len += 1;
    }

    /// Adds so many bits of this value.
    pub(crate) fn fill(&mut self, bit: bool, count: usize) {
        let end = self.len + count;
        while self.len < end && !self.len.is_multiple_of(8) {
            self.push(bit);
        }
        let whole = (end - self.len) / 8;
        self.bytes.resize(self.bytes.len() + whole, if bit { 0xff } else { 0 });
        self.len += whole * 8;
        while self.len < end {
            self.push(bit);
        }
    }

    /// The bytes, and how many bits they are.
    pub(crate) fn into_parts(self) -> (Vec<u8>, usize) {
        (self.bytes, self.len)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filling_is_pushing_one_by_one() {
        for before in 0..18 {
            for count in 0..30 {
                for bit in [false, true] {
                    let (mut filled, mut pushed) = (Bitset::filled(true, before), Bitset::default());
                    filled.fill(bit, count);
                    (0..before).for_each(|_| pushed.push(true));
                    (0..count).for_each(|_| pushed.push(bit));
                    assert_eq!(filled, pushed, "{before} {count} {bit}");
                }
            }
        }
    }
}
