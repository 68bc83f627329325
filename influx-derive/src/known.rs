//! What can be said of a type by its spelling alone. A type alias hides it, so the traits have the last word.

use syn::{GenericArgument, PathArguments, Type};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Known {
    /// Up to 64 bits.
    Integer,
    Wide,
    Float,
    /// A type that is already a timestamp.
    Time,
    /// A time of day at an unknown place, which is no timestamp.
    NoZone,
    /// A type that can never be one.
    NoTime,
    Nothing,
}

/// Looks through references, `Option` and `Box`.
pub(crate) fn known(ty: &Type) -> Known {
    match ty {
        Type::Group(group) => known(&group.elem),
        Type::Paren(paren) => known(&paren.elem),
        Type::Reference(reference) => known(&reference.elem),
        Type::Path(path) if path.qself.is_none() => {
            let Some(last) = path.path.segments.last() else { return Known::Nothing };
            let name = last.ident.to_string();
            if let ("Option" | "Box", PathArguments::AngleBracketed(arguments)) =
                (name.as_str(), &last.arguments)
            {
                return match arguments.args.first() {
                    Some(GenericArgument::Type(inner)) => known(inner),
                    _ => Known::Nothing,
                };
            }
            match (name.as_str(), path.path.segments.len()) {
                ("i8" | "i16" | "i32" | "i64" | "isize" | "u8" | "u16" | "u32" | "u64" | "usize", 1) => {
                    Known::Integer
                }
                ("i128" | "u128", 1) => Known::Wide,
                ("f32" | "f64", 1) => Known::Float,
                ("NaiveDateTime" | "PrimitiveDateTime", _) => Known::NoZone,
                ("bool" | "char" | "str", 1) | ("String" | "Instant" | "Duration", _) => Known::NoTime,
                (
                    "SystemTime" | "DateTime" | "OffsetDateTime" | "UtcDateTime" | "Zoned" | "Nanos"
                    | "Micros" | "Millis" | "Seconds",
                    _,
                ) => Known::Time,
                _ => Known::Nothing,
            }
        }
        _ => Known::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    #[test]
    fn spelled_types() {
        let cases: [(Type, Known); 11] = [
            (parse_quote!(i64), Known::Integer),
            (parse_quote!(Option<&'a u32>), Known::Integer),
            (parse_quote!(::core::option::Option<(i64)>), Known::Integer),
            (parse_quote!(u128), Known::Wide),
            (parse_quote!(&f64), Known::Float),
            (parse_quote!(chrono::DateTime<Utc>), Known::Time),
            (parse_quote!(Option<chrono::NaiveDateTime>), Known::NoZone),
            (parse_quote!(PrimitiveDateTime), Known::NoZone),
            (parse_quote!(&'a str), Known::NoTime),
            (parse_quote!(my::i64), Known::Nothing),
            (parse_quote!(<T as Clock>::SystemTime), Known::Nothing),
        ];
        for (ty, expected) in cases {
            assert_eq!(known(&ty), expected);
        }
    }
}
