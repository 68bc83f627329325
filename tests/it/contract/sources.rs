//! Lists the public functions that send something, from the sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use syn::visit::{self, Visit};
use syn::{
    Attribute, Block, File, Generics, ImplItem, Item, ItemImpl, Macro, Signature, TraitItem, Type,
    TypeParamBound, Visibility, WherePredicate,
};

/// What leads to a request, now or when it is asked to. Beside these, all that can be awaited sends, all that is `async`,
/// and all that is a stream.
const HANDLES: [&str; 5] = ["Cursor", "Delete", "Query", "RawRequest", "Writer"];
/// What implements one of these can be awaited or read from.
const ANSWERS: [&str; 3] = ["Future", "IntoFuture", "Stream"];
/// Where they stand, below the sources of `influx-core`.
const FOLDERS: [&str; 4] = ["client", "query", "api", "write"];
/// Public modules whose types are called as others are: their names begin with the module's.
const MODULES: [&str; 2] = ["v1", "v3"];
/// What lists are of: that each list is read, the row of the list shows.
const ITEMS: &str = "Entry";

/// All of them, by their names in the table. Of `write/`, only what a client has: a writer is one row.
pub(super) fn methods() -> BTreeSet<String> {
    let files = files();
    let known = Known::of(&files.iter().map(|(_, file)| file).collect::<Vec<_>>());
    let mut found = BTreeSet::new();
    for (path, file) in &files {
        let Some(folder) = FOLDERS.iter().find(|folder| path.starts_with(folder)) else { continue };
        let module = path.iter().nth(1).and_then(|name| Path::new(name).file_stem()?.to_str());
        let module = module.filter(|module| MODULES.contains(module));
        let names = functions(file, &known).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        found.extend(
            names.into_iter().filter(|name| *folder != "write" || name.starts_with("Client::")).map(|name| {
                match module {
                    Some(module) if !name.starts_with("Client::") => format!("{module}::{name}"),
                    _ => name,
                }
            }),
        );
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

/// What all files together say.
struct Known {
    /// The names of all types that mean a request when a function returns them.
    answers: BTreeSet<String>,
    /// Of each trait of the sources, the types that it is implemented for.
    kinds: BTreeMap<String, BTreeSet<String>>,
}

impl Known {
    fn of(files: &[&File]) -> Self {
        let items = || files.iter().flat_map(|file| &file.items);
        let traits = items().filter_map(|item| match item {
            Item::Trait(item) if item.ident != ITEMS => Some((item.ident.to_string(), BTreeSet::new())),
            _ => None,
        });
        let mut kinds: BTreeMap<_, BTreeSet<_>> = traits.collect();
        let mut answers: BTreeSet<_> =
            ANSWERS.iter().chain(&HANDLES).map(|name| (*name).to_owned()).collect();
        for item in items() {
            let Item::Impl(ItemImpl { trait_: Some((of, _)), self_ty, generics, .. }) = item else {
                continue;
            };
            let Some(of) = of.segments.last().map(|last| last.ident.to_string()) else { continue };
            let name = name(self_ty, &BTreeMap::new());
            if ANSWERS.contains(&&*of) {
                answers.insert(name.split('<').next().unwrap().to_owned());
            }
            // one for all that another trait is for names none
            let is_any = generics.type_params().any(|parameter| parameter.ident == name);
            if let Some(kinds) = kinds.get_mut(&of).filter(|_| !is_any) {
                kinds.insert(name);
            }
        }
        Self { answers, kinds }
    }

    /// The types that a parameter with these bounds may be; none, if nothing is known of any.
    fn within<'a>(&self, bounds: impl Iterator<Item = &'a TypeParamBound>) -> BTreeSet<String> {
        let traits = bounds.filter_map(|bound| match bound {
            TypeParamBound::Trait(bound) => bound.path.segments.last().map(|last| last.ident.to_string()),
            _ => None,
        });
        let mut sets = traits.filter_map(|of| self.kinds.get(&of)).filter(|kinds| !kinds.is_empty());
        let Some(first) = sets.next().cloned() else { return BTreeSet::new() };
        sets.fold(first, |all, set| &all & set)
    }

    /// The type that an `impl` is of, once for each type that its parameters may be: `Api<Bucket>`, `Api<Task>`.
    fn each(&self, of: &Type, generics: &Generics) -> Vec<String> {
        let mut all = vec![BTreeMap::new()];
        for parameter in generics.type_params() {
            let predicates = generics.where_clause.iter().flat_map(|clause| &clause.predicates);
            let elsewhere = predicates.filter_map(|predicate| match predicate {
                WherePredicate::Type(of) if is_named(&of.bounded_ty, parameter) => Some(&of.bounds),
                _ => None,
            });
            let kinds = self.within(parameter.bounds.iter().chain(elsewhere.flatten()));
            if !kinds.is_empty() {
                all = all
                    .iter()
                    .flat_map(|known: &BTreeMap<String, String>| {
                        kinds.iter().map(|kind| {
                            let mut known = known.clone();
                            known.insert(parameter.ident.to_string(), kind.clone());
                            known
                        })
                    })
                    .collect();
            }
        }
        all.iter().map(|known| name(of, known)).collect()
    }
}

fn is_named(of: &Type, parameter: &syn::TypeParam) -> bool {
    matches!(of, Type::Path(of) if of.path.is_ident(&parameter.ident))
}

/// Those of one file: `Client::ping`, `Api<Bucket>::create`, or a bare name outside of an `impl`.
///
/// # Errors
///
/// A macro hides functions from this search.
fn functions(file: &File, known: &Known) -> Result<Vec<String>, String> {
    let mut search = Search { known, of: Vec::new(), found: Vec::new(), hidden: None };
    search.visit_file(file);
    match search.hidden {
        Some(name) => {
            Err(format!("the macro {name} hides functions from the table of methods: write them out"))
        }
        None => Ok(search.found),
    }
}

struct Search<'a> {
    known: &'a Known,
    /// The types or the trait whose items these are.
    of: Vec<String>,
    found: Vec<String>,
    hidden: Option<String>,
}

impl Search<'_> {
    fn function(&mut self, public: bool, signature: &Signature) {
        let mut words = Words::default();
        words.visit_return_type(&signature.output);
        let answers = words.0.iter().any(|word| self.known.answers.contains(word));
        if public && (answers || signature.asyncness.is_some()) {
            let name = &signature.ident;
            if self.of.is_empty() {
                self.found.push(name.to_string());
            }
            self.found.extend(self.of.iter().map(|of| format!("{of}::{name}")));
        }
    }

    fn within(&mut self, of: Vec<String>, visit: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.of, of);
        visit(self);
        self.of = outer;
    }
}

impl Visit<'_> for Search<'_> {
    fn visit_item(&mut self, item: &Item) {
        match item {
            Item::Fn(item) if !is_test(&item.attrs) => self.function(is_public(&item.vis), &item.sig),
            Item::Impl(item) if item.trait_.is_none() && !is_test(&item.attrs) => {
                let of = self.known.each(&item.self_ty, &item.generics);
                self.within(of, |search| visit::visit_item_impl(search, item));
            }
            Item::Trait(item) if is_public(&item.vis) && !is_test(&item.attrs) => {
                self.within(vec![item.ident.to_string()], |search| visit::visit_item_trait(search, item));
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
        if words.contains(&"fn")
            && words.iter().any(|word| *word == "async" || self.known.answers.contains(*word))
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

/// `Api<Bucket>` of `super::Api<Bucket>`; lifetimes are left out, and what is known of parameters stands for them.
fn name(of: &Type, known: &BTreeMap<String, String>) -> String {
    let Type::Path(of) = of else { return "_".to_owned() };
    let Some(last) = of.path.segments.last() else { return "_".to_owned() };
    let mut arguments = Vec::new();
    if let syn::PathArguments::AngleBracketed(list) = &last.arguments {
        for argument in &list.args {
            if let syn::GenericArgument::Type(of) = argument {
                arguments.push(name(of, known));
            }
        }
    }
    if arguments.is_empty() {
        let name = last.ident.to_string();
        known.get(&name).cloned().unwrap_or(name)
    } else {
        format!("{}<{}>", last.ident, arguments.join(", "))
    }
}

/// The functions of a made-up file.
fn found(source: &str) -> Result<Vec<String>, String> {
    let file = syn::parse_file(source).unwrap();
    functions(&file, &Known::of(&[&file]))
}

#[test]
fn the_search_finds_what_sends_something() {
    let source = r#"
        impl Client {
            /// Not `pub fn documented() -> Call<()>`.
            pub fn ping(&self) -> Call<Ping> { loop {} }
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
                pub fn inside() -> Call<()> { loop {} }
                loop {}
            }
            pub async fn waits(&self) {}
            pub fn later<'a>(&'a self) -> impl Future<Output = ()> + 'a { async {} }
            pub fn pages(&self) -> Paged<'_, Bucket> { loop {} }
            pub const fn url(&self) -> &str { "-> Call<()>" }
            pub fn of(call: Call<()>) -> bool { loop {} }
            pub(crate) fn hidden(&self) -> Call<()> { loop {} }
            pub(super) async fn above(&self) {}
            fn private(&self) -> Call<()> { loop {} }
            #[cfg(test)]
            pub fn tested(&self) -> Call<()> { loop {} }
            #[cfg(feature = "gzip")]
            pub fn featured(&self) -> Call<()> { loop {} }
        }
        impl<R: Resource + Any + Clone> super::Api<R> {
            pub fn create(&self, new: R) -> Call<R> { loop {} }
        }
        pub trait Resource: Clone {}
        pub trait Shared: Resource {}
        pub trait Any {}
        pub trait Entry {}
        impl Resource for Bucket {}
        impl Resource for super::Task<'_> { type New = u8; }
        impl Shared for Bucket {}
        impl Clone for Task {}
        impl<R: Clone> Any for R {}
        impl Entry for Bucket {}
        impl<T: Entry> Paged<T> { pub async fn next(&mut self) -> T { loop {} } }
        impl<L: Send, R> Api<R> where R: Resource + Shared { pub fn members(&self) -> Call<()> { loop {} } }
        impl Api<Bucket> { pub fn labels(&self) -> Call<()> { loop {} } }
        impl<'a, T> Query<'a, T> { pub fn rows(self) -> RawRequest { loop {} } }
        impl<T> IntoFuture for crate::http::Call<T> { fn into_future(self) -> CallFuture<T> { loop {} } }
        impl<T> Stream for Paged<'_, T> { type Item = T; }
        impl IntoFuture for Query<'_> { fn into_future(self) -> CallFuture<()> { loop {} } }
        impl Client { pub fn query(&self) -> Query<'_> { loop {} } }
        impl Builder { pub fn built(self) -> Result<Client> { loop {} } }
        pub trait Deep { async fn dive(&self); fn depth(&self) -> u8; }
        trait Shallow { async fn wade(&self); }
        pub fn free() -> Call<()> { loop {} }
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
            "Api<Bucket>::create",
            "Api<Task>::create",
            "Paged<T>::next",
            "Api<Bucket>::members",
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
        "calls! { pub fn ping() -> Query<u8>; }",
        "impl Client { calls! { pub async fn ping(); } }",
        "macro_rules! calls { ($name:ident) => { pub fn $name() -> Result<Cursor> {} } }",
    ] {
        assert!(found(hidden).unwrap_err().contains("hides"), "{hidden}");
    }
    for plain in [
        "ids! { Bucket, Cursor }",
        "macro_rules! setter { ($name:ident) => { pub fn $name(self) -> Self {} } }",
    ] {
        assert_eq!(found(plain).unwrap(), [""; 0], "{plain}");
    }
}
