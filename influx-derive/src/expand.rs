//! Code generation. Nothing here reports errors: what arrives has passed every check.

mod fallback;
pub(crate) mod from_row;
pub(crate) mod measurement;
mod schema;
pub(crate) mod tag_value;

use proc_macro2::{Group, Span, TokenStream, TokenTree};
use quote::quote;
use syn::spanned::Spanned;

/// Puts the impls where their names reach nothing and nobody, and keeps the lints of the user's crate quiet.
fn hidden(impls: TokenStream) -> TokenStream {
    quote! {
        const _: () = {
            #impls
        };
    }
}

/// What stands on every impl.
fn attributes() -> TokenStream {
    quote! {
        #[automatically_derived]
        #[allow(deprecated)]
    }
}

/// Errors are shown at `tokens`, while names resolve as in the rest of the expansion.
fn at(tokens: &impl Spanned) -> Span {
    tokens.span().resolved_at(Span::call_site())
}

/// Moves all of `tokens` to `span`: rustc shows a call from its first token to its last.
fn respan(tokens: TokenStream, span: Span) -> TokenStream {
    let moved = tokens.into_iter().map(|mut token| {
        if let TokenTree::Group(group) = &token {
            token = Group::new(group.delimiter(), respan(group.stream(), span)).into();
        }
        token.set_span(span);
        token
    });
    moved.collect()
}
