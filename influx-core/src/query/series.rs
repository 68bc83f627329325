//! The JSON of InfluxQL: series of statements, in one document or in chunks.

mod head;

use std::sync::Arc;

use self::head::Head;
use super::buffer::RowBuffer;
use super::decode::{Flaw, Step};
use super::json::{Kind, Scanner, Token, type_of_number};
use super::{DataType, Header, Notify, Row, RowError, ServerMessage};
use crate::error::ServerError;
use crate::line::Precision;

/// The decoder of InfluxQL's JSON.
#[derive(Debug)]
pub(super) struct Series {
    scanner: Scanner,
    place: Place,
    /// The last key of the object that it is in.
    key: Key,
    /// What a token is, outside of rows.
    text: Vec<u8>,
    head: Head,
    row: RowBuffer,
    header: Arc<Header>,
    /// Whether the last statement and the last series of it say that more of them follows.
    partial: [bool; 2],
    /// Whether anything has come.
    begun: bool,
    message: ServerMessage,
    notify: Notify,
}

/// The list or the object that it is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In none, between documents.
    Between,
    Answer,
    Results,
    Statement,
    AllSeries,
    Series,
    Tags,
    Columns,
    Values,
    Row,
    Messages,
    Message,
}

/// The keys that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key {
    Results,
    Error,
    StatementId,
    Series,
    Messages,
    Partial,
    Name,
    Tags,
    Columns,
    Values,
    Level,
    Text,
    Other,
}

impl Key {
    fn of(place: Place, text: &[u8]) -> Self {
        match (place, text) {
            (Place::Answer, b"results") => Self::Results,
            // the second is how everything but InfluxQL says it, and gateways
            (Place::Answer | Place::Statement, b"error") | (Place::Answer, b"message") => Self::Error,
            (Place::Statement, b"statement_id") => Self::StatementId,
            (Place::Statement, b"series") => Self::Series,
            (Place::Statement, b"messages") => Self::Messages,
            (Place::Statement | Place::Series, b"partial") => Self::Partial,
            (Place::Series, b"name") => Self::Name,
            (Place::Series, b"tags") => Self::Tags,
            (Place::Series, b"columns") => Self::Columns,
            (Place::Series, b"values") => Self::Values,
            (Place::Message, b"level") => Self::Level,
            (Place::Message, b"text") => Self::Text,
            _ => Self::Other,
        }
    }
}

impl Series {
    /// `unit` is the one in which times are asked for.
    pub(super) fn new(unit: Precision, notify: Notify) -> Self {
        Self {
            scanner: Scanner::default(),
            place: Place::Between,
            key: Key::Other,
            text: Vec::new(),
            head: Head::new(unit),
            row: RowBuffer::default(),
            header: Arc::default(),
            partial: [false; 2],
            begun: false,
            message: ServerMessage::default(),
            notify,
        }
    }

    pub(super) fn rows(&self) -> u64 {
        self.row.rows()
    }

    pub(super) fn row(&self) -> Row<'_> {
        self.row.row(&self.header)
    }

    pub(super) fn step(&mut self, input: &[u8], last: bool) -> Result<(usize, Step), Flaw> {
        let mut rest = input;
        loop {
            let out = if self.place == Place::Row { self.row.text() } else { &mut self.text };
            let token = self.scanner.next(&mut rest, last, out)?;
            self.row.check_len(self.text.len() + self.head.len())?;
            let Some(token) = token else { break };
            let row = self.token(token)?;
            self.text.clear();
            if row {
                return Ok((input.len() - rest.len(), Step::Row));
            }
        }
        match last {
            false => Ok((input.len(), Step::More)),
            true if !self.begun => Err(RowError::new("the answer is empty").into()),
            true if !self.scanner.between_documents() => {
                Err(RowError::new("the answer ends in the middle of it").into())
            }
            true if self.partial.contains(&true) => Err(Flaw::Server(ServerError {
                code: None,
                message: "the answer is partial: rows are missing, as the server broke off or its max-row-limit is reached"
                    .to_owned(),
            })),
            true => Ok((input.len(), Step::End)),
        }
    }

    /// Takes a token; whether a row is complete.
    fn token(&mut self, token: Token) -> Result<bool, Flaw> {
        use Token::{Close, False, Null, Number, Open, Text, True};
        match (self.place, token) {
            (Place::Row, token) => return Ok(self.in_row(token)?),
            (Place::Answer | Place::Statement | Place::Series | Place::Message, Token::Key) => {
                self.key = Key::of(self.place, &self.text);
            }
            (Place::Tags, Token::Key) => self.head.tag(utf8(&self.text)?)?,
            (Place::Tags, Text) => self.head.tag_value(utf8(&self.text)?),
            (Place::Tags, Null) => {}
            (Place::Columns, Text) => self.head.column(utf8(&self.text)?)?,
            (_, Open(kind)) => self.open(kind)?,
            (_, Close) => self.close(),
            (Place::Answer | Place::Statement, Text) if self.key == Key::Error => {
                return Err(Flaw::Server(ServerError { code: None, message: utf8(&self.text)?.to_owned() }));
            }
            (Place::Statement, Number) if self.key == Key::StatementId => {
                self.head.statement(utf8(&self.text)?)?;
            }
            (Place::Statement | Place::Series, True | False) if self.key == Key::Partial => {
                self.partial[usize::from(self.place == Place::Series)] = token == True;
            }
            (Place::Series, Text) if self.key == Key::Name => self.head.name(utf8(&self.text)?)?,
            (Place::Message, Text) if self.key == Key::Level => {
                self.message.level = utf8(&self.text)?.to_owned()
            }
            (Place::Message, Text) if self.key == Key::Text => {
                self.message.text = utf8(&self.text)?.to_owned()
            }
            (Place::Answer | Place::Statement | Place::Series | Place::Message, Null) => {}
            (Place::Answer | Place::Statement | Place::Series | Place::Message, _)
                if self.key == Key::Other => {}
            _ => return Err(self.misplaced(token).into()),
        }
        Ok(false)
    }

    /// Goes into a list or an object, or skips it if nothing is known of it.
    fn open(&mut self, kind: Kind) -> Result<(), RowError> {
        let place = match (self.place, self.key, kind) {
            (Place::Between, _, Kind::Object) => Place::Answer,
            (Place::Answer, Key::Results, Kind::List) => Place::Results,
            (Place::Results, _, Kind::Object) => Place::Statement,
            (Place::Statement, Key::Series, Kind::List) => Place::AllSeries,
            (Place::Statement, Key::Messages, Kind::List) => Place::Messages,
            (Place::AllSeries, _, Kind::Object) => Place::Series,
            (Place::Series, Key::Tags, Kind::Object) => Place::Tags,
            (Place::Series, Key::Columns, Kind::List) => Place::Columns,
            (Place::Series, Key::Values, Kind::List) => Place::Values,
            (Place::Values, _, Kind::List) => Place::Row,
            (Place::Messages, _, Kind::Object) => Place::Message,
            (_, Key::Other, _)
                if matches!(
                    self.place,
                    Place::Answer | Place::Statement | Place::Series | Place::Message
                ) =>
            {
                self.scanner.skip();
                return Ok(());
            }
            _ => return Err(self.misplaced(Token::Open(kind))),
        };
        match place {
            Place::Answer => self.begun = true,
            Place::Statement => {
                self.head.clear();
                self.head.statement("0")?;
                self.partial = [false; 2];
            }
            Place::Series => {
                self.head.clear();
                self.partial[1] = false;
            }
            Place::Values => self.header = self.head.header(&self.header)?,
            Place::Row => {
                self.row.begin();
                self.head.constants(&mut self.row);
            }
            _ => {}
        }
        (self.place, self.key) = (place, Key::Other);
        Ok(())
    }

    /// Goes out of a list or an object.
    fn close(&mut self) {
        self.place = match self.place {
            Place::Between | Place::Answer => Place::Between,
            Place::Results => Place::Answer,
            Place::Statement => Place::Results,
            Place::AllSeries | Place::Messages => Place::Statement,
            Place::Series => Place::AllSeries,
            Place::Tags | Place::Columns | Place::Values => Place::Series,
            Place::Row => Place::Values,
            Place::Message => {
                self.notify.tell(&std::mem::take(&mut self.message));
                Place::Messages
            }
        };
        self.key = Key::Other;
    }

    /// Takes a token in a row; whether the row is complete.
    fn in_row(&mut self, token: Token) -> Result<bool, RowError> {
        let data_type = match token {
            Token::Close => {
                self.head.check_width(&self.row)?;
                self.head.behind(&mut self.row);
                self.row.complete()?;
                self.close();
                return Ok(true);
            }
            Token::Open(kind) => {
                self.scanner.keep_written(kind, self.row.text());
                return Ok(false);
            }
            Token::Number => Some(self.head.type_of(&self.row, type_of_number(self.row.value()))),
            Token::Text => Some(self.head.type_of(&self.row, DataType::String)),
            Token::True | Token::False => Some(DataType::Boolean),
            Token::Null | Token::Key => None, // keys stand in objects alone
            Token::Whole => Some(DataType::Json),
        };
        self.head.check_room(&self.row)?;
        self.row.end(data_type);
        Ok(false)
    }

    #[cold]
    fn misplaced(&self, token: Token) -> RowError {
        RowError::new(format!(
            "the answer is not what InfluxQL's is: {token:?} in {:?} behind {:?}",
            self.place, self.key
        ))
    }
}

fn utf8(text: &[u8]) -> Result<&str, RowError> {
    std::str::from_utf8(text).map_err(|_| RowError::new("its text is not UTF-8"))
}

#[cfg(test)]
mod tests;
