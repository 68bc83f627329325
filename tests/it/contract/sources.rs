//! Lists the public functions that send something, from the sources.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{Attribute, Block, File, ImplItem, Item, ItemImpl, Macro, Signature, TraitItem, Type, Visibility};

/// What sends when it is asked to, again and again. Beside these, all that can be awaited sends, and all that is `async`.
const HANDLES: [&str; 3] = ["Paged", "Rows", "Writer"];
/// What implements one of these can be awaited or read from.
const ANSWERS: [&str; 3] = ["Future", "IntoFuture", "Stream"];
/// Where they stand, below the sources of `influx-core`, once there is such a folder.
const FOLDERS: [&str; 4] = ["client", "query", "api", "write"];

/// All of them, by their names in the table. Of `write/`, only what a client has: a writer is one row.
pub(super) fn methods() -> BTreeSet<String> {
    let files = files();
    let answers = answers(files.iter().map(|(_, file)| file));
    let mut found = BTreeSet::new();
    for (path, file) in &files {
        let Some(folder) = FOLDERS.iter().find(|folder| path.starts_with(folder)) else { continue };
        let names = functions(file, &answers).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        found.extend(names.into_iter().filter(|name| *folder != "write" || name.starts_with("Client::")));
    }
    found
}

/// All sources of `influx-core`, by their paths below `src`.
fn files() -> Vec<(PathBuf, File)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../influx-core/src");
    let mut files = Vec::new();
    let mut open = vec![root.clone()];
    while let Some(place) = open.pop() {
        if place.is_dir() {
            open.extend(fs::read_dir(&place).unwrap().map(|entry| entry.unwrap().path()));
        } else if place.extension().is_some_and(|extension| extension == "rs") {
            let file = syn::parse_file(&fs::read_to_string(&place).unwrap())
                .unwrap_or_else(|error| panic!("{}: {error}", place.display()));
            files.push((place.strip_prefix(&root).unwrap().to_owned(), file));
        }
    }
    files
}

/// The names of all types that mean a request when a function returns them.
fn answers<'a>(files: impl Iterator<Item = &'a File>) -> BTreeSet<String> {
    let mut answers: BTreeSet<_> = ANSWERS.iter().chain(&HANDLES).map(|name| (*name).to_owned()).collect();
    for item in files.flat_map(|file| &file.items) {
        if let Item::Impl(ItemImpl { trait_: Some((of, _)), self_ty, .. }) = item
            && of.segments.last().is_some_and(|last| ANSWERS.iter().any(|name| last.ident == name))
        {
            answers.insert(name(self_ty).split('<').next().unwrap().to_owned());
        }
    }
    answers
}

/// Those of one file: `Client::ping`, `Api<R>::create`, or a bare name outside of an `impl`.
///
/// # Errors
///
/// A macro hides functions from this search.
fn functions(file: &File, answers: &BTreeSet<String>) -> Result<Vec<String>, String> {
    let mut search = Search { answers, of: None, found: Vec::new(), hidden: None };
    search.visit_file(file);
    match search.hidden {
        Some(name) => {
            Err(format!("the macro {name} hides functions from the table of methods: write them out"))
        }
        None => Ok(search.found),
    }
}

struct Search<'a> {
    answers: &'a BTreeSet<String>,
    /// The type or trait whose items these are.
    of: Option<String>,
    found: Vec<String>,
    hidden: Option<String>,
}

impl Search<'_> {
    fn function(&mut self, public: bool, signature: &Signature) {
        let mut words = Words::default();
        words.visit_return_type(&signature.output);
        let answers = words.0.iter().any(|word| self.answers.contains(word));
        if public && (answers || signature.asyncness.is_some()) {
            let name = &signature.ident;
            self.found.push(self.of.as_ref().map_or_else(|| name.to_string(), |of| format!("{of}::{name}")));
        }
    }

    fn within(&mut self, of: String, visit: impl FnOnce(&mut Self)) {
        let outer = self.of.replace(of);
        visit(self);
        self.of = outer;
    }
}

impl Visit<'_> for Search<'_> {
    fn visit_item(&mut self, item: &Item) {
        match item {
            Item::Fn(item) if !is_test(&item.attrs) => self.function(is_public(&item.vis), &item.sig),
            Item::Impl(item) if item.trait_.is_none() && !is_test(&item.attrs) => {
                self.within(name(&item.self_ty), |search| visit::visit_item_impl(search, item));
            }
            Item::Trait(item) if is_public(&item.vis) && !is_test(&item.attrs) => {
                self.within(item.ident.to_string(), |search| visit::visit_item_trait(search, item));
            }
            Item::Mod(item) if !is_test(&item.attrs) => visit::visit_item_mod(self, item),
            Item::Macro(item) if !is_test(&item.attrs) => self.visit_macro(&item.mac),
            _ => {}
        }
    }

    fn visit_impl_item(&mut self, item: &ImplItem) {
        match item {
            ImplItem::Fn(item) if !is_test(&item.attrs) => self.function(is_public(&item.vis), &item.sig),
            ImplItem::Macro(item) => self.visit_macro(&item.mac),
            _ => {}
        }
    }

    fn visit_trait_item(&mut self, item: &TraitItem) {
        match item {
            TraitItem::Fn(item) if !is_test(&item.attrs) => self.function(true, &item.sig),
            TraitItem::Macro(item) => self.visit_macro(&item.mac),
            _ => {}
        }
    }

    fn visit_macro(&mut self, item: &Macro) {
        let text = item.tokens.to_string();
        let words: Vec<_> = text.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        // one for setters is none of these
        if words.contains(&"fn") && words.iter().any(|word| *word == "async" || self.answers.contains(*word))
        {
            self.hidden = item.path.segments.last().map(|segment| segment.ident.to_string());
        }
    }

    /// What stands in a body is nobody's.
    fn visit_block(&mut self, _: &Block) {}
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_test(attributes: &[Attribute]) -> bool {
    let test = |attribute: &Attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "test")
    };
    attributes.iter().any(test)
}

/// All names in a type, in their order.
#[derive(Default)]
struct Words(Vec<String>);

impl Visit<'_> for Words {
    fn visit_ident(&mut self, name: &syn::Ident) {
        self.0.push(name.to_string());
    }
}

/// `Api<Bucket>` of `super::Api<Bucket>`; lifetimes are left out.
fn name(of: &Type) -> String {
    let Type::Path(of) = of else { return "_".to_owned() };
    let Some(last) = of.path.segments.last() else { return "_".to_owned() };
    let mut arguments = Vec::new();
    if let syn::PathArguments::AngleBracketed(list) = &last.arguments {
        for argument in &list.args {
            if let syn::GenericArgument::Type(of) = argument {
                arguments.push(name(of));
            }
        }
    }
    if arguments.is_empty() {
        last.ident.to_string()
    } else {
        format!("{}<{}>", last.ident, arguments.join(", "))
    }
}

/// The functions of a made-up file.
fn found(source: &str) -> Result<Vec<String>, String> {
    let file = syn::parse_file(source).unwrap();
    functions(&file, &answers([&file].into_iter()))
}

#[test]
fn the_search_finds_what_sends_something() {
    let source = r#"
        impl Client {
            /// Not `pub fn documented() -> Call<()>`.
            pub fn ping(&self) -> Call<Ping> { todo!() }
            #[must_use]
            pub fn long<
                R: Records + ?Sized,
            >(
                &self,
                records: &R,
            ) -> Result<
                crate::http::Call<WriteReport>,
            >
            where
                R: Send,
            {
                pub fn inside() -> Call<()> { todo!() }
                todo!()
            }
            pub async fn waits(&self) {}
            pub fn later<'a>(&'a self) -> impl Future<Output = ()> + 'a { async {} }
            pub fn pages(&self) -> Paged<'_, Bucket> { todo!() }
            pub const fn url(&self) -> &str { "-> Call<()>" }
            pub fn of(call: Call<()>) -> bool { todo!() }
            pub(crate) fn hidden(&self) -> Call<()> { todo!() }
            pub(super) async fn above(&self) {}
            fn private(&self) -> Call<()> { todo!() }
            #[cfg(test)]
            pub fn tested(&self) -> Call<()> { todo!() }
            #[cfg(feature = "gzip")]
            pub fn featured(&self) -> Call<()> { todo!() }
        }
        impl<R: Resource> super::Api<R> {
            pub fn create(&self, new: R) -> Call<R> { todo!() }
        }
        impl Api<Bucket> { pub fn labels(&self) -> Call<()> { todo!() } }
        impl<'a, T> Query<'a, T> { pub fn rows(self) -> Rows<T> { todo!() } }
        impl<T> IntoFuture for crate::http::Call<T> { fn into_future(self) -> CallFuture<T> { todo!() } }
        impl IntoFuture for Query<'_> { fn into_future(self) -> CallFuture<()> { todo!() } }
        impl Client { pub fn query(&self) -> Query<'_> { todo!() } }
        impl Builder { pub fn built(self) -> Result<Client> { todo!() } }
        pub trait Deep { async fn dive(&self); fn depth(&self) -> u8; }
        trait Shallow { async fn wade(&self); }
        pub fn free() -> Call<()> { todo!() }
        mod inner { impl Other { pub async fn one() {} } }
        #[cfg(test)]
        mod tests { impl Client { pub async fn two() {} } }
    "#;
    assert_eq!(
        found(source).unwrap(),
        [
            "Client::ping",
            "Client::long",
            "Client::waits",
            "Client::later",
            "Client::pages",
            "Client::featured",
            "Api<R>::create",
            "Api<Bucket>::labels",
            "Query<T>::rows",
            "Client::query",
            "Deep::dive",
            "free",
            "Other::one",
        ]
    );
}

#[test]
fn the_search_does_not_pass_over_macros() {
    for hidden in [
        "calls! { pub fn ping() -> Paged<u8>; }",
        "impl Client { calls! { pub async fn ping(); } }",
        "macro_rules! calls { ($name:ident) => { pub fn $name() -> Result<Rows<()>> {} } }",
    ] {
        assert!(found(hidden).unwrap_err().contains("hides"), "{hidden}");
    }
    for plain in [
        "ids! { Bucket, Rows }",
        "macro_rules! setter { ($name:ident) => { pub fn $name(self) -> Self {} } }",
    ] {
        assert_eq!(found(plain).unwrap(), [""; 0], "{plain}");
    }
}
