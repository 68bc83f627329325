//! Texts, or runs of bytes, one behind the other, and where each ends.

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Texts {
    /// Where each begins, and at last where the last one ends.
    offsets: Vec<i64>,
    bytes: Vec<u8>,
}

impl Default for Texts {
    fn default() -> Self {
        Self { offsets: vec![0], bytes: Vec::new() }
    }
}

impl Texts {
    #[inline]
    pub(crate) fn push(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        self.end(1);
    }

    /// Adds so many empty ones.
    pub(crate) fn fill(&mut self, count: usize) {
        self.end(count);
    }

    /// Where each begins, at last where the last one ends; and the bytes.
    pub(crate) fn into_parts(self) -> (Vec<i64>, Vec<u8>) {
        (self.offsets, self.bytes)
    }

    #[inline]
    fn end(&mut self, count: usize) {
        // no memory holds more bytes than an i64 counts
        let end = self.bytes.len() as i64;
        if count == 1 {
            self.offsets.push(end);
        } else {
            self.offsets.resize(self.offsets.len() + count, end);
        }
    }
}
