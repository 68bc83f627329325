//! What a server says, and how much of it is shown.

use std::fmt;

/// The longest piece of a server's answer that [`Error`](crate::Error) prints, in bytes.
pub(super) const SHOWN: usize = 1024;

/// What a server says about its refusal.
///
/// `Debug` and `Display` print at most 1 KiB of each part; the fields hold all that was read.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerError {
    /// The machine's word for it, such as `not found`, where the server gives one.
    pub code: Option<String>,
    /// The reason in the server's words; empty if it gave none.
    pub message: String,
}

impl fmt::Debug for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("ServerError");
        out.field("code", &self.code.as_ref().map(Shown)).field("message", &Shown(&self.message)).finish()
    }
}

impl fmt::Display for ServerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) if self.message.is_empty() => shown(code, f),
            _ => shown(&self.message, f),
        }
    }
}

/// Foreign text in `Debug`: bounded, as in `Display`.
pub(super) struct Shown<T>(pub(super) T);

impl<T: AsRef<str>> fmt::Debug for Shown<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"")?;
        shown(self.0.as_ref(), f)?;
        f.write_str("\"")
    }
}

/// The server's reason as the tail of a message.
pub(super) struct Reason<'a>(pub(super) &'a Option<ServerError>);

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(server) => write!(f, ": {server}"),
            None => Ok(()),
        }
    }
}

/// Prints foreign text: at most [`SHOWN`] bytes, in one line, without what a terminal would obey.
pub(crate) fn shown(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut left = SHOWN;
    for c in text.chars() {
        let width = if c.is_control() { c.escape_default().len() } else { c.len_utf8() };
        if width > left {
            return f.write_str("…");
        }
        left -= width;
        if c.is_control() { write!(f, "{}", c.escape_default())? } else { fmt::Write::write_char(f, c)? }
    }
    Ok(())
}
