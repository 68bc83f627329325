//! `#[derive(FromRow)]`: the columns that a type wants, and their values in the same order.

use super::{at, attributes, fallback, hidden, respan};
use crate::args::Fill;
use crate::ast::{Content, Input, Record, RecordMember, Shape};
use crate::bound;
use crate::check;
use crate::ctxt::Ctxt;
use crate::name::Name;
use proc_macro2::TokenStream;
use quote::{format_ident, quote, quote_spanned};
use syn::{DeriveInput, Path};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let ast = Ctxt::collect(|cx| {
        let ast = Input::from_syn(cx, input);
        check::reading(cx, &ast);
        ast
    });
    match ast {
        Ok(ast) => hidden(expand(&ast)),
        Err(error) => fallback::from_row(input, &error),
    }
}

fn expand(input: &Input<'_>) -> TokenStream {
    let Input { ident, krate, .. } = input;
    let (wanted, row) = (quote!(__wanted), quote!(__row));
    let ((wanted, columns), (row, read)) = match &input.data {
        Shape::Record(record) | Shape::Group(record) => {
            let columns = columns(krate, record);
            let value = value(krate, record, &quote!(Self));
            ((used(record, wanted), columns), (used(record, row), quote!(::core::result::Result::Ok(#value))))
        }
        Shape::Enum(variants) => {
            ((wanted, columns_of_variants(krate, variants)), (row, variant(krate, variants)))
        }
    };
    let attributes = attributes();
    let generics = bound::to_read(input);
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let (_, ty_generics, _) = input.generics.split_for_impl();
    quote! {
        #attributes
        impl #impl_generics #krate::query::FromRow<'__r> for #ident #ty_generics #where_clause {
            fn columns(#wanted: &mut #krate::query::Wanted) {
                #columns
            }
            #[inline]
            fn from_row(
                #row: &mut #krate::query::RowReader<'_, '__r>,
            ) -> ::core::result::Result<Self, #krate::query::RowError> {
                #read
            }
        }
    }
}

/// The parameter, or `_` if the record has no columns to use it for.
fn used(record: &Record<'_>, parameter: TokenStream) -> TokenStream {
    let skipped = |member: &RecordMember<'_>| matches!(member.content, Content::Skip);
    if record.members.iter().all(skipped) { quote!(_) } else { parameter }
}

fn columns(krate: &Path, record: &Record<'_>) -> TokenStream {
    record.members.iter().map(|member| column(krate, member)).collect()
}

/// What a member wants.
fn column(krate: &Path, member: &RecordMember<'_>) -> TokenStream {
    match &member.content {
        Content::Tag { key: Name { text, .. } } => quote!(#krate::query::Wanted::tag(__wanted, #text);),
        Content::Field { key: Name { text, .. }, .. } => {
            quote!(#krate::query::Wanted::field(__wanted, #text);)
        }
        Content::Time { name: Name { text, .. }, .. } => {
            quote!(#krate::query::Wanted::time(__wanted, #text);)
        }
        Content::Measurement => quote!(#krate::query::Wanted::measurement(__wanted);),
        Content::Flatten { prefix } => {
            let prefix = prefix.as_ref().map_or("", |prefix| &prefix.text);
            let ty = member.ty;
            // Calls and no paths to functions, or rustc reports what is no `FromRow` twice.
            let columns = quote_spanned!(at(ty)=> <#ty as #krate::query::FromRow<'__r>>::columns(__wanted));
            let columns = match member.default {
                None => columns,
                Some(_) => quote!(#krate::query::Wanted::part(__wanted, |__wanted| #columns)),
            };
            quote!(#krate::query::Wanted::group(__wanted, #prefix, |__wanted| #columns);)
        }
        Content::Skip | Content::Invalid => TokenStream::new(),
    }
}

/// The record, member by member.
fn value(krate: &Path, record: &Record<'_>, constructor: &TokenStream) -> TokenStream {
    let members = record.members.iter().map(|member| {
        let (name, read) = (&member.member, read(krate, member));
        quote!(#name: #read)
    });
    quote!(#constructor { #(#members),* })
}

/// One member.
fn read(krate: &Path, member: &RecordMember<'_>) -> TokenStream {
    let ty = member.ty;
    let span = at(ty);
    let next = match (&member.content, &member.read_with) {
        (Content::Skip | Content::Invalid, _) => return filled(member, &Fill::Default),
        (Content::Flatten { .. }, _) => {
            let Some(default) = &member.default else {
                return quote_spanned!(span=> <#ty as #krate::query::FromRow<'__r>>::from_row(__row)?);
            };
            let filled = filled(member, default);
            return quote_spanned! {span=>
                match #krate::query::RowReader::optional(
                    __row,
                    |__row| <#ty as #krate::query::FromRow<'__r>>::from_row(__row),
                )? {
                    ::core::option::Option::Some(__part) => __part,
                    ::core::option::Option::None => #filled,
                }
            };
        }
        (_, Some(read_with)) => {
            let next = quote! {
                #krate::query::RowReader::next_with::<#ty, _>(__row, |__cell| #read_with(__cell))?
            };
            respan(next, at(read_with))
        }
        (Content::Tag { .. }, None) => {
            quote_spanned!(span=> #krate::query::RowReader::next_tag::<#ty>(__row)?)
        }
        (Content::Field { ty: Some(_), .. }, None) => {
            quote_spanned!(span=> #krate::query::RowReader::next_untyped::<#ty>(__row)?)
        }
        (Content::Time { unit: Some((unit, _)), .. }, None) => {
            let unit = format_ident!("{unit}");
            quote_spanned!(span=> #krate::query::RowReader::next_in::<#krate::#unit, #ty>(__row)?)
        }
        (Content::Field { .. } | Content::Time { .. } | Content::Measurement, None) => {
            quote_spanned!(span=> #krate::query::RowReader::next::<#ty>(__row)?)
        }
    };
    let Some(default) = &member.default else { return next };
    let filled = filled(member, default);
    quote! {
        if #krate::query::RowReader::skip_null(__row) { #filled } else { #next }
    }
}

/// What stands for a member that the row lacks.
fn filled(member: &RecordMember<'_>, otherwise: &Fill) -> TokenStream {
    match member.default.as_ref().unwrap_or(otherwise) {
        Fill::Function(path) => respan(quote!(#path()), at(path)),
        Fill::Default => {
            let ty = member.ty;
            quote_spanned!(at(ty)=> <#ty as ::core::default::Default>::default())
        }
    }
}

fn columns_of_variants(krate: &Path, variants: &[Record<'_>]) -> TokenStream {
    let parts = variants.iter().map(|variant| {
        let columns = columns(krate, variant);
        let wanted = used(variant, quote!(__wanted));
        quote!(#krate::query::Wanted::part(__wanted, |#wanted| { #columns });)
    });
    quote! {
        #krate::query::Wanted::measurement(__wanted);
        #(#parts)*
    }
}

/// The variant that the measurement names.
fn variant(krate: &Path, variants: &[Record<'_>]) -> TokenStream {
    let count = variants.len();
    let names = variants.iter().map(|variant| match variant.measurement() {
        Some(_) => quote!(::core::option::Option::None),
        None => {
            let name = &variant.name.text;
            quote!(::core::option::Option::Some(#name))
        }
    });
    let arms = variants.iter().enumerate().map(|(index, variant)| {
        let ident = variant.ident;
        let value = value(krate, variant, &quote!(Self::#ident));
        let pattern = if index + 1 == count { quote!(_) } else { quote!(#index) };
        let row = used(variant, quote!(__row));
        quote! {
            #pattern => #krate::query::RowReader::alternative(__row, #index, #count, |#row| {
                ::core::result::Result::Ok(#value)
            })
        }
    });
    quote! {
        match #krate::query::RowReader::measurement(__row, &[#(#names),*])? {
            #(#arms,)*
        }
    }
}
