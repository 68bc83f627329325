//! A row of values that no answer gave, so that a type can be read from it: of frames.

use std::fmt::Display;
use std::io::Write as _;
use std::sync::Arc;

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;

use super::buffer::RowBuffer;
use super::wanted::Plan;
use super::{Column, DataType, FromRow, Header, RowError, RowReader, Wanted};

/// Rows of columns that the caller names, made value by value and read as a type.
#[doc(hidden)]
#[derive(Debug)]
pub struct MadeRow {
    header: Arc<Header>,
    buffer: RowBuffer,
    plan: Option<(Columns, Plan)>,
}

/// A type's names of its columns.
type Columns = fn(&mut Wanted);

impl MadeRow {
    /// A row of columns of these names. Values have types of their own.
    #[must_use]
    pub fn new(names: impl IntoIterator<Item = String>) -> Self {
        let columns = names.into_iter().map(|name| Column::new(name, DataType::Untyped)).collect();
        Self { header: Arc::new(Header::new(columns)), buffer: RowBuffer::default(), plan: None }
    }

    /// Begins the next row.
    pub fn begin(&mut self) {
        self.buffer.begin();
    }

    /// The next value.
    pub fn value(&mut self, data_type: DataType, value: impl Display) {
        let written = write!(self.buffer.text(), "{value}");
        self.buffer.end(written.is_ok().then_some(data_type)); // memory takes all that is written
    }

    /// The next value: bytes.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.value(DataType::Binary, Base64Display::new(bytes, &STANDARD));
    }

    /// The next value: none.
    pub fn null(&mut self) {
        self.buffer.end(None);
    }

    /// Which of the columns a type reads.
    pub fn wanted<T: for<'r> FromRow<'r>>(&mut self) -> Vec<bool> {
        let mut wanted = vec![false; self.header.columns.len()];
        for place in self.plan::<T>().places.iter().flatten() {
            if let Some(wanted) = wanted.get_mut(*place) {
                *wanted = true;
            }
        }
        wanted
    }

    /// The row, with all of its values, as a type.
    ///
    /// # Errors
    ///
    /// It does not fit the type.
    pub fn read<T: for<'r> FromRow<'r>>(&mut self) -> Result<T, RowError> {
        self.buffer.complete()?;
        self.plan::<T>();
        let Some((_, plan)) = &self.plan else { return Err(RowError::new("its columns are not known")) };
        T::from_row(&mut RowReader::new(self.buffer.row(&self.header), plan))
    }

    fn plan<T: for<'r> FromRow<'r>>(&mut self) -> &Plan {
        let of: Columns = <T as FromRow<'_>>::columns;
        let known = self.plan.take().filter(|(known, _)| std::ptr::fn_addr_eq(*known, of));
        let (_, plan) = self.plan.insert(known.unwrap_or_else(|| {
            let mut wanted = Wanted::default();
            of(&mut wanted);
            (of, Plan::new(&wanted, &self.header))
        }));
        plan
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq)]
    struct Both(Option<f64>, Vec<u8>);

    impl FromRow<'_> for Both {
        fn columns(wanted: &mut Wanted) {
            wanted.field("a");
            wanted.field("b");
        }

        fn from_row(row: &mut RowReader<'_, '_>) -> Result<Self, RowError> {
            Ok(Self(row.next()?, row.next()?))
        }
    }

    #[test]
    fn rows_are_made_value_by_value_and_read_as_a_type() {
        let mut row = MadeRow::new(["b", "c", "a"].map(str::to_owned));
        assert_eq!(row.wanted::<Both>(), [true, false, true]);
        row.begin();
        row.bytes(b"\xff\x00");
        row.null();
        row.value(DataType::Double, 0.1);
        assert_eq!(row.read(), Ok(Both(Some(0.1), vec![0xff, 0])));
        row.begin();
        row.bytes(b"");
        row.null();
        row.null();
        assert_eq!(row.read(), Ok(Both(None, vec![])));
        row.begin();
        (0..3).for_each(|_| row.null());
        let error = row.read::<Both>().unwrap_err().to_string();
        assert_eq!(error, "column \"b\": it is null, and not bytes in base64: read it into an Option");
    }
}
