//! Unchecked stores. Every function may write up to 16 bytes past what it reports as written; whoever holds an
//! `Out` has made room for that (`SLACK`).

/// Where the next byte goes.
#[derive(Clone, Copy)]
pub(super) struct Out(pub(super) *mut u8);

/// A literal, padded so that it can be stored in words.
pub(super) const fn literal(text: &str) -> [u8; 16] {
    let mut padded = [0; 16];
    padded.split_at_mut(text.len()).0.copy_from_slice(text.as_bytes());
    padded
}

impl Out {
    /// # Safety
    /// There is room for `bytes` and the slack behind it.
    #[inline(always)]
    pub(super) unsafe fn add(self, bytes: usize) -> Self {
        // SAFETY: the caller's contract.
        Self(unsafe { self.0.add(bytes) })
    }

    /// Stores any plain value, unaligned.
    ///
    /// # Safety
    /// There is room for `size_of::<T>()` bytes.
    #[inline(always)]
    pub(super) unsafe fn store<T: Copy>(self, value: T) {
        // SAFETY: the caller's contract.
        unsafe { self.0.cast::<T>().write_unaligned(value) }
    }

    /// Stores eight bytes or twice eight, from immediates: twice as fast over a whole row as 16-byte vector copies.
    ///
    /// # Safety
    /// There is room for 16 bytes.
    #[inline(always)]
    pub(super) unsafe fn literal(self, padded: &[u8; 16], length: usize) -> Self {
        let both = u128::from_le_bytes(*padded);
        // SAFETY: the caller's contract; `length` is at most 16.
        unsafe {
            self.store(both as u64);
            if length > 8 {
                self.add(8).store((both >> 64) as u64);
            }
            self.add(length)
        }
    }
}
