//! Collects errors, so that the user sees all mistakes of a type at once.

use proc_macro2::Span;
use quote::ToTokens;
use std::cell::RefCell;
use std::fmt::Display;

pub(crate) struct Ctxt {
    errors: RefCell<Vec<syn::Error>>,
}

impl Ctxt {
    /// Runs `read`; its value counts only if nothing was reported. There is no other way to make a `Ctxt`, so
    /// no error can be forgotten.
    pub(crate) fn collect<T>(read: impl FnOnce(&Self) -> T) -> syn::Result<T> {
        let cx = Self { errors: RefCell::default() };
        let value = read(&cx);
        let combined = cx.errors.into_inner().into_iter().reduce(|mut all, error| {
            all.combine(error);
            all
        });
        combined.map_or(Ok(value), Err)
    }

    /// Runs `read` and forgets what it reports: for the stubs that follow errors already shown.
    pub(crate) fn silently<T>(read: impl FnOnce(&Self) -> T) -> T {
        read(&Self { errors: RefCell::default() })
    }

    /// Reports at all of `tokens`.
    pub(crate) fn error(&self, tokens: impl ToTokens, message: impl Display) {
        self.syn(syn::Error::new_spanned(tokens, message));
    }

    /// Reports at `span`.
    pub(crate) fn error_at(&self, span: Span, message: impl Display) {
        self.syn(syn::Error::new(span, message));
    }

    /// Keeps an error of the parser.
    pub(crate) fn syn(&self, error: syn::Error) {
        self.errors.borrow_mut().push(error);
    }
}
