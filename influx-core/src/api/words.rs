//! Enums whose words are the server's, which may have more of them than this crate knows.

/// Declares such enums: each variant with its word.
macro_rules! words {
    ($($(#[$doc:meta])* pub enum $name:ident { $($(#[$what:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$what])* $variant,)*
            /// A word that this version of the crate does not know.
            Other(String),
        }

        impl $name {
            /// The server's word for it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)*
                    _ => Self::Other(word.to_owned()),
                }
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <String as ::serde::Deserialize>::deserialize(deserializer).map(|word| word.as_str().into())
            }
        }
    )*};
}

pub(super) use words;

words! {
    /// Whether a resource is at work.
    pub enum Status {
        /// It is.
        Active = "active",
        /// It is switched off.
        Inactive = "inactive",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_both_ways_and_unknown_ones_are_kept() {
        for (json, status) in [
            ("\"active\"", Status::Active),
            ("\"inactive\"", Status::Inactive),
            ("\"asleep\"", Status::Other("asleep".to_owned())),
        ] {
            assert_eq!(serde_json::from_str::<Status>(json).unwrap(), status);
            assert_eq!(serde_json::to_string(&status).unwrap(), json);
            assert_eq!(format!("\"{status}\""), json);
        }
    }
}
