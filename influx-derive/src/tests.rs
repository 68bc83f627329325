//! Snapshots of the generated code, happy paths only: what goes wrong is in `tests/ui`.

use proc_macro2::TokenStream;
use syn::DeriveInput;

fn rendered(derive: fn(&DeriveInput) -> TokenStream, input: TokenStream) -> String {
    let parsed: DeriveInput = syn::parse2(input).unwrap();
    prettyplease::unparse(&syn::parse2(derive(&parsed)).unwrap())
}

macro_rules! snapshot {
    ($name:ident, $derive:ident, $($input:tt)*) => {
        #[test]
        fn $name() {
            let input = quote::quote!($($input)*);
            insta::assert_snapshot!(rendered(crate::expand::$derive::derive, input));
        }
    };
}

snapshot! {named, measurement,
    struct Cpu {
        #[tag]
        host: String,
        #[tag("core", skip_if = "is_total")]
        r#type: u16,
        #[field]
        usage: f64,
        #[field(name = "load 1m")]
        load: Option<f64>,
        #[time]
        at: SystemTime,
        #[skip]
        cache: Vec<u8>,
    }
}

snapshot! {tuple, measurement,
    #[measurement(name = "cpu temperature")]
    struct Cpu(#[tag("core")] u16, #[field("temp")] f64, #[time(unit = "s")] i64);
}

snapshot! {generic, measurement,
    struct Sample<'a, T: Clone, G, const N: usize>
    where
        T: PartialEq,
    {
        #[measurement]
        name: &'a str,
        #[tag]
        host: &'a T,
        #[field]
        first: Option<T>,
        #[field]
        second: Option<T>,
        #[flatten]
        rest: G,
        #[skip]
        raw: [u8; N],
    }
}

snapshot! {enumeration, measurement,
    #[measurement(rename_all = "camelCase", tags(env = "prod"))]
    enum Metric<'a> {
        CpuLoad {
            #[tag]
            host_name: &'a str,
            #[field]
            one_minute: f64,
            #[skip]
            note: &'a str,
        },
        #[measurement(name = "doors", rename_all = "kebab-case")]
        Door(#[field("open")] bool, #[time(unit = "ms")] u64),
        Disk(#[flatten] Disk),
    }
}

snapshot! {flatten, measurement,
    struct Climate {
        #[field]
        inside: f64,
        #[flatten(prefix = "at_")]
        place: Place,
        #[flatten]
        rest: Option<Rest>,
        #[tag]
        zone: String,
        #[field]
        outside: f64,
    }
}

snapshot! {group, measurement,
    #[measurement(group, crate = "vendored::influx")]
    struct Place {
        #[tag]
        room: String,
    }
}

snapshot! {constant_tags_and_non_finite, measurement,
    #[measurement(tags("z-one" = "eu", env = "prod"), non_finite = "error")]
    struct Cpu {
        #[tag]
        host: String,
        #[field]
        usage: f64,
    }
}

snapshot! {functions_and_coercions, measurement,
    struct Cpu {
        #[tag(with = "write::host")]
        host: Host,
        #[field(as = "float")]
        usage: u64,
        #[field(with = "write::list", as = "string", default)]
        list: Vec<u8>,
        #[time(with = "minutes", skip_if = "is_unknown")]
        at: i64,
    }
}

snapshot! {packed, measurement,
    #[repr(C, packed(2))]
    struct Cpu {
        #[field]
        usage: f64,
    }
}

snapshot! {tag_value_enum, tag_value,
    #[tag_value(rename_all = "kebab-case")]
    enum Mode {
        FullPower,
        #[tag_value(rename = "sleep")]
        DeepSleep,
    }
}

snapshot! {tag_value_newtype, tag_value,
    #[tag_value(crate = "vendored::influx")]
    struct Host<'a>(&'a str);
}

snapshot! {from_row_named, from_row,
    struct Cpu<'a> {
        #[tag]
        host: &'a str,
        #[tag("core", skip_if = "is_total", default)]
        r#type: u16,
        #[field(default = "half")]
        usage: f64,
        #[field(name = "load 1m", as = "integer")]
        load: Option<f64>,
        #[field(with = "write_state", read_with = "read_state", as = "string")]
        state: State,
        #[time(unit = "ms")]
        at: i64,
        #[skip]
        cache: Vec<u8>,
    }
}

snapshot! {from_row_generic, from_row,
    #[measurement(rename_all = "camelCase")]
    struct Sample<'a, 'b, T: Clone, G, S, const N: usize>
    where
        T: PartialEq,
    {
        #[measurement]
        name: &'a str,
        #[tag]
        host_name: &'b str,
        #[field(default)]
        first: T,
        #[time(unit = "s")]
        at: S,
        #[flatten]
        rest: G,
        #[flatten(prefix = "disk_", default)]
        disk: Disk<T>,
        #[skip(default = "zeros")]
        raw: [u8; N],
    }
}

snapshot! {from_row_enumeration, from_row,
    enum Metric {
        CpuLoad(#[flatten] Load),
        #[measurement(name = "doors")]
        Door {
            #[field]
            open: bool,
            #[time]
            at: SystemTime,
        },
        Other {
            #[measurement]
            name: String,
        },
    }
}

snapshot! {from_row_without_columns, from_row,
    struct Nothing(#[skip] u8);
}
