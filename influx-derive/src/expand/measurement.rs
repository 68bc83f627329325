//! `#[derive(Measurement)]`: `Measurement`, `Group` and the schema.

use super::{at, attributes, fallback, hidden, respan, schema};
use crate::ast::{Content, Input, Record, RecordMember, Shape, Tag};
use crate::bound;
use crate::check;
use crate::ctxt::Ctxt;
use crate::name::Name;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{DeriveInput, Generics, Index, Member, Path};

pub(crate) fn derive(input: &DeriveInput) -> TokenStream {
    let ast = Ctxt::collect(|cx| {
        let ast = Input::from_syn(cx, input);
        check::writing(cx, &ast);
        ast
    });
    match ast {
        Ok(ast) => expand(&ast),
        Err(error) => fallback::measurement(input, &error),
    }
}

fn expand(input: &Input<'_>) -> TokenStream {
    let generics = bound::to_write(input);
    let schema::Checks { now, in_use } = schema::checks(input);
    let impls = match &input.data {
        Shape::Record(record) => {
            let writer = Writer { input, receiver: Receiver::Struct };
            let measurement = measurement(input, &generics, &writer.record(record, &in_use));
            let group = group(input, &generics, record);
            let described = schema::described(input, &generics, record, false);
            quote!(#measurement #group #described)
        }
        Shape::Group(record) => {
            let group = group(input, &generics, record);
            let described = schema::described(input, &generics, record, true);
            quote!(#group #described)
        }
        Shape::Enum(variants) => {
            let body = match_variants(input, variants);
            let measurement = measurement(input, &generics, &quote!(#in_use #body));
            let described = schema::described_variants(input, &generics, variants);
            quote!(#measurement #described)
        }
    };
    hidden(quote!(#impls #now))
}

fn measurement(input: &Input<'_>, generics: &Generics, body: &TokenStream) -> TokenStream {
    let Input { ident, krate, .. } = input;
    let attributes = attributes();
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    quote! {
        #attributes
        impl #impl_generics #krate::Measurement for #ident #ty_generics #where_clause {
            #[inline(always)]
            fn encode(&self, __line: &mut #krate::Line<'_>) {
                #body
            }
        }
    }
}

fn group(input: &Input<'_>, generics: &Generics, record: &Record<'_>) -> TokenStream {
    let Input { ident, krate, .. } = input;
    let attributes = attributes();
    let (impl_generics, ty_generics, where_clause) = generics.split_for_impl();
    let derived = record.groups().map(|(member, _)| {
        let ty = member.ty;
        quote_spanned!(at(ty)=> && <#ty as #krate::Group>::__DERIVED)
    });
    let writer = Writer { input, receiver: Receiver::Struct };
    let method = |name: Ident, body: TokenStream| {
        let line = if body.is_empty() { quote!(_) } else { quote!(__line) };
        quote! {
            #[inline(always)]
            fn #name(&self, #line: &mut #krate::Line<'_>) {
                #body
            }
        }
    };
    let tags = method(format_ident!("tags"), writer.tags(record));
    let fields = method(format_ident!("fields"), writer.fields(record));
    let time = writer.time(record);
    let time = (!time.is_empty()).then(|| method(format_ident!("time"), time));
    quote! {
        #attributes
        impl #impl_generics #krate::Group for #ident #ty_generics #where_clause {
            const __DERIVED: bool = true #(#derived)*;
            #tags
            #fields
            #time
        }
    }
}

fn match_variants(input: &Input<'_>, variants: &[Record<'_>]) -> TokenStream {
    let writer = Writer { input, receiver: Receiver::Variant };
    let arms = variants.iter().map(|variant| {
        let ident = variant.ident;
        let bindings = variant.members.iter().filter(|member| !matches!(member.content, Content::Skip)).map(
            |RecordMember { member, .. }| {
                let binding = binding(member);
                quote!(#member: #binding)
            },
        );
        let body = [
            writer.flattens(variant),
            writer.name(variant),
            writer.tags(variant),
            writer.fields(variant),
            writer.time(variant),
        ];
        quote!(Self::#ident { #(#bindings,)* .. } => { #(#body)* })
    });
    quote! {
        match self {
            #(#arms)*
        }
    }
}

/// How the members of a record are reached.
#[derive(Clone, Copy)]
enum Receiver {
    /// Through `self`.
    Struct,
    /// Through what the arm of the variant has bound.
    Variant,
}

/// Writes the statements of a record.
struct Writer<'i, 'a> {
    input: &'i Input<'a>,
    receiver: Receiver,
}

impl Writer<'_, '_> {
    /// All of a struct, by way of its `Group`.
    fn record(&self, record: &Record<'_>, check: &TokenStream) -> TokenStream {
        let krate = self.krate();
        let (flattens, name) = (self.flattens(record), self.name(record));
        let time = (!self.time(record).is_empty()).then(|| quote!(#krate::Group::time(self, __line);));
        quote! {
            #check
            #flattens
            #name
            #krate::Group::tags(self, __line);
            #krate::Group::fields(self, __line);
            #time
        }
    }

    /// Announces the types of its groups: a hand-written one may write keys that its schema does not list.
    fn flattens(&self, record: &Record<'_>) -> TokenStream {
        let krate = self.krate();
        let groups = record.groups().map(|(member, _)| {
            let ty = member.ty;
            // The constant comes first so that what is no group is reported once, in the same words everywhere.
            quote_spanned! {at(ty)=>
                let _ = <#ty as #krate::Group>::__DERIVED;
                #krate::__private::flattens::<#ty>(__line);
            }
        });
        groups.collect()
    }

    fn name(&self, record: &Record<'_>) -> TokenStream {
        let krate = self.krate();
        if let Some(member) = record.measurement() {
            let (value, ty) = (self.value(member), member.ty);
            let span = at(ty);
            return quote_spanned! {span=>
                #krate::__private::measurement_named(
                    __line,
                    <#ty as ::core::convert::AsRef<::core::primitive::str>>::as_ref(#value),
                );
            };
        }
        let name = &record.name.text;
        quote!(#krate::__private::measurement(__line, const { #krate::__private::name!(#name) });)
    }

    /// The record's own tags, then those of its groups.
    fn tags(&self, record: &Record<'_>) -> TokenStream {
        let krate = self.krate();
        let own = record.tags().into_iter().map(|(Name { text: key, .. }, tag)| match tag {
            Tag::Constant { value: Name { text: value, .. } } => quote! {
                #krate::__private::constant_tag(__line, const { #krate::__private::tag_literal!(#key, #value) });
            },
            Tag::Member(member) => {
                let slot = quote!(#krate::__private::tag(__line, const { #krate::__private::key!(#key) }));
                self.write(member, ("TagValue", "write_tag"), &slot)
            }
        });
        let groups = record.groups().map(|(member, prefix)| self.flatten(member, prefix, "tags"));
        own.chain(groups).collect()
    }

    /// Fields and groups as they are declared.
    fn fields(&self, record: &Record<'_>) -> TokenStream {
        let krate = self.krate();
        let fields: TokenStream = record
            .members
            .iter()
            .filter_map(|member| match &member.content {
                Content::Field { key: Name { text: key, .. }, ty } => {
                    let slot =
                        quote!(#krate::__private::field(__line, const { #krate::__private::key!(#key) }));
                    let slot = ty.map_or(slot.clone(), |(ty, span)| {
                        let ty = Ident::new(ty, span.resolved_at(Span::call_site()));
                        quote!(#slot.__coerce(#krate::ValueType::#ty))
                    });
                    Some(self.write(member, ("FieldValue", "write_field"), &slot))
                }
                Content::Flatten { prefix } => Some(self.flatten(member, prefix.as_ref(), "fields")),
                _ => None,
            })
            .collect();
        match self.input.non_finite {
            Some(policy) if !fields.is_empty() => {
                let policy = format_ident!("{policy}");
                quote! {
                    let __previous = #krate::__private::non_finite(__line, #krate::NonFinite::#policy);
                    #fields
                    #krate::__private::non_finite(__line, __previous);
                }
            }
            _ => fields,
        }
    }

    /// The record's own time, or else that of what it flattens.
    fn time(&self, record: &Record<'_>) -> TokenStream {
        let krate = self.krate();
        let Some(member) = record.time() else {
            return record.groups().map(|(member, _)| self.flatten(member, None, "time")).collect();
        };
        let (value, ty) = (self.value(member), member.ty);
        let span = at(ty);
        let unit = match &member.content {
            Content::Time { unit, .. } => unit.map(|(unit, _)| format_ident!("{unit}")),
            _ => None,
        };
        let written = match (&member.with, unit) {
            (Some(with), None) => respan(quote!(#krate::Line::timestamp(__line, &#with(#value));), at(with)),
            (Some(with), Some(unit)) => {
                let call = quote! {
                    #krate::__private::timestamp_in::<#krate::#unit, _>(__line, &#with(#value));
                };
                respan(call, at(with))
            }
            (None, None) => quote_spanned!(span=> #krate::Line::timestamp::<#ty>(__line, #value);),
            (None, Some(unit)) => quote_spanned! {span=>
                #krate::__private::timestamp_in::<#krate::#unit, #ty>(__line, #value);
            },
        };
        self.unless_skipped(member, written)
    }

    /// One tag or field: the trait's method is called on the member, or the user's function in its place.
    fn write(
        &self,
        member: &RecordMember<'_>,
        (of, method): (&str, &str),
        slot: &TokenStream,
    ) -> TokenStream {
        let krate = self.krate();
        let (of, method) = (format_ident!("{of}"), format_ident!("{method}"));
        let (value, ty) = (self.value(member), member.ty);
        let span = at(ty);
        let written = match &member.with {
            Some(with) => respan(quote!(#with(#value, #slot);), at(with)),
            None => quote_spanned!(span=> <#ty as #krate::#of>::#method(#value, #slot);),
        };
        self.unless_skipped(member, written)
    }

    fn flatten(&self, member: &RecordMember<'_>, prefix: Option<&Name>, method: &str) -> TokenStream {
        let krate = self.krate();
        let method = format_ident!("{method}");
        let (value, ty) = (self.value(member), member.ty);
        let span = at(ty);
        let call = quote_spanned!(span=> <#ty as #krate::Group>::#method(#value, __line));
        match prefix {
            None => quote!(#call;),
            Some(Name { text, .. }) => quote! {
                #krate::__private::prefixed(
                    __line,
                    const { #krate::__private::prefix!(#text) },
                    |__line| #call,
                );
            },
        }
    }

    fn unless_skipped(&self, member: &RecordMember<'_>, written: TokenStream) -> TokenStream {
        let Some(skip_if) = &member.skip_if else { return written };
        let value = self.value(member);
        let needed = respan(quote!(!#skip_if(#value)), at(skip_if));
        quote! {
            if #needed {
                #written
            }
        }
    }

    /// A reference to the member.
    fn value(&self, member: &RecordMember<'_>) -> TokenStream {
        match self.receiver {
            Receiver::Struct => {
                let name = &member.member;
                if self.input.packed { quote!(&{ self.#name }) } else { quote!(&self.#name) }
            }
            Receiver::Variant => {
                let binding = binding(&member.member);
                quote!(#binding)
            }
        }
    }

    fn krate(&self) -> &Path {
        &self.input.krate
    }
}

/// A name that none of ours begins with, whatever the member is called.
fn binding(member: &Member) -> Ident {
    match member {
        Member::Named(ident) => format_ident!("__member_{}", ident, span = Span::call_site()),
        Member::Unnamed(Index { index, .. }) => {
            format_ident!("__member_{}", index, span = Span::call_site())
        }
    }
}
