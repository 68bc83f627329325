//! Whether bodies are sent compressed.

/// Whether, from which size on, and how hard bodies are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct Gzip {
    /// `None`: never.
    threshold: Option<usize>,
    level: u32,
}

impl Gzip {
    /// Compresses bodies of this many bytes and more. Default: 1,024.
    pub fn threshold(bytes: usize) -> Self {
        Self { threshold: Some(bytes), level: 2 }
    }

    /// How hard, from 1 to 9. Default: 2.
    pub fn level(mut self, level: u32) -> Self {
        self.level = level;
        self
    }

    /// Never compresses.
    pub fn off() -> Self {
        Self { threshold: None, level: 2 }
    }
}
