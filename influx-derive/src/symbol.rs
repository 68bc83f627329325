//! The names of attributes and their arguments: a typo in one is a compile error of this crate.

use proc_macro2::Ident;
use std::fmt;
use syn::Path;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Symbol(&'static str);

// === Attributes ===
pub(crate) const MEASUREMENT: Symbol = Symbol("measurement");
pub(crate) const TAG: Symbol = Symbol("tag");
pub(crate) const FIELD: Symbol = Symbol("field");
pub(crate) const TIME: Symbol = Symbol("time");
pub(crate) const SKIP: Symbol = Symbol("skip");
pub(crate) const FLATTEN: Symbol = Symbol("flatten");
pub(crate) const TAG_VALUE: Symbol = Symbol("tag_value");
pub(crate) const REPR: Symbol = Symbol("repr");

// === Arguments ===
pub(crate) const AS: Symbol = Symbol("as");
pub(crate) const CRATE: Symbol = Symbol("crate");
pub(crate) const DEFAULT: Symbol = Symbol("default");
pub(crate) const GROUP: Symbol = Symbol("group");
pub(crate) const NAME: Symbol = Symbol("name");
pub(crate) const NON_FINITE: Symbol = Symbol("non_finite");
pub(crate) const PREFIX: Symbol = Symbol("prefix");
pub(crate) const READ_WITH: Symbol = Symbol("read_with");
pub(crate) const RENAME: Symbol = Symbol("rename");
pub(crate) const RENAME_ALL: Symbol = Symbol("rename_all");
pub(crate) const SKIP_IF: Symbol = Symbol("skip_if");
pub(crate) const TAGS: Symbol = Symbol("tags");
pub(crate) const UNIT: Symbol = Symbol("unit");
pub(crate) const WITH: Symbol = Symbol("with");

impl Symbol {
    pub(crate) const fn as_str(self) -> &'static str {
        self.0
    }
}

impl PartialEq<Symbol> for Ident {
    fn eq(&self, symbol: &Symbol) -> bool {
        self == symbol.0
    }
}

impl PartialEq<Symbol> for Path {
    fn eq(&self, symbol: &Symbol) -> bool {
        self.is_ident(symbol.0)
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
