//! How servers write that there is nothing: by `null`, by empty text, or not at all.

use serde::de::value::{Error as ValueError, StringDeserializer};
use serde::de::{Deserialize, Deserializer, Error, IntoDeserializer};

/// A list, a text or the like; `null` is an empty one.
pub(super) fn or_default<'de, D, T>(from: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
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
