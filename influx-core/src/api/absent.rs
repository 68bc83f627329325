//! How servers write that there is nothing: by `null`, by empty text, or not at all.

use serde::de::value::{Error as ValueError, StringDeserializer};
use serde::de::{Deserialize, Deserializer, Error, IntoDeserializer};

/// A list; `null` is an empty one.
pub(super) fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// What is written as text; `null` and empty text are none.
pub(super) fn text<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    match Option::<String>::deserialize(from)? {
        Some(text) if !text.is_empty() => {
            let text: StringDeserializer<ValueError> = text.into_deserializer();
            T::deserialize(text).map(Some).map_err(D::Error::custom)
        }
        _ => Ok(None),
    }
}
