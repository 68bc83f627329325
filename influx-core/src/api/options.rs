//! What requests may say: structs of members that are sent if they are set.

/// Declares such structs, each with a setter for every member, the member's name in JSON behind `=`. What stands in
/// parentheses is always sent, and is what `new` takes. What stands in brackets are numbers, whose setters take nothing
/// else, so that a literal is one.
macro_rules! options {
    ($($(#[$doc:meta])* pub struct $name:ident ($($needed:ident: $needs:ty = $need:literal),* $(,)?) {
        $($(#[$what:meta])* $member:ident: $of:ty = $key:literal,)*
        $([$($(#[$how:meta])* $number:ident: $many:ty = $name_of:literal,)*])?
    })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, ::serde::Serialize)]
        #[must_use]
        pub struct $name {
            $(#[serde(rename = $need)] $needed: $needs,)*
            $(#[serde(rename = $key, skip_serializing_if = "Option::is_none")] $member: Option<$of>,)*
            $($(#[serde(rename = $name_of, skip_serializing_if = "Option::is_none")] $number: Option<$many>,)*)?
        }

        impl $name {
            /// One that says no more than it must.
            pub fn new($($needed: impl Into<$needs>),*) -> Self {
                Self { $($needed: $needed.into(),)* $($member: None,)* $($($number: None,)*)? }
            }

            $($(#[$what])*
            pub fn $member(mut self, $member: impl Into<$of>) -> Self {
                self.$member = Some($member.into());
                self
            })*

            $($($(#[$how])*
            pub fn $number(mut self, $number: $many) -> Self {
                self.$number = Some($number);
                self
            })*)?
        }

        $crate::api::options::default_of!($name ($($needed)*));
    )*};
}

/// `Default` for what says nothing at first.
macro_rules! default_of {
    ($name:ident ()) => {
        impl Default for $name {
            fn default() -> Self {
                Self::new()
            }
        }
    };
    ($name:ident ($($needed:ident)+)) => {};
}

pub(super) use {default_of, options};
