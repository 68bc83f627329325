//! With `crate = "…"` no path leads to the real crate: these look-alikes are what the expansion meets.

use influx_core::TagValue;

mod fake {
    pub(crate) mod __private {
        macro_rules! from_value {
            ($($item:tt)*) => {};
        }
        pub(crate) use from_value;
    }

    pub(crate) struct TagSlot<'l, 'b>(std::marker::PhantomData<(&'l (), &'b ())>);
    pub(crate) struct FieldSlot<'l, 'b>(std::marker::PhantomData<(&'l (), &'b ())>);
    pub(crate) enum ValueType {
        String,
    }

    impl TagSlot<'_, '_> {
        pub(crate) fn text(self, _: &str) {}
    }

    impl FieldSlot<'_, '_> {
        pub(crate) fn string(self, _: &str) {}
    }

    pub(crate) trait TagValue {
        fn write_tag(&self, slot: TagSlot<'_, '_>);
    }

    pub(crate) trait FieldValue {
        const TYPE: ValueType;
        fn write_field(&self, slot: FieldSlot<'_, '_>);
    }

    pub(crate) trait PointTag {
        fn into_tag(self) -> Option<String>;
    }

    pub(crate) struct PointValue;

    pub(crate) trait PointField {
        fn into_field(self) -> Option<PointValue>;
    }

    impl PointField for &str {
        fn into_field(self) -> Option<PointValue> {
            Some(PointValue)
        }
    }
}

#[derive(TagValue)]
#[tag_value(crate = "fake")]
#[allow(dead_code)]
enum Mode {
    Idle,
}

// These would overlap if the derive had implemented the real traits.
impl influx_core::TagValue for Mode {
    fn write_tag(&self, _: influx_core::TagSlot<'_, '_>) {}
}

impl influx_core::PointTag for Mode {
    fn into_tag(self) -> Option<String> {
        None
    }
}

fn main() {
    let _: fn(&Mode, fake::TagSlot<'_, '_>) = <Mode as fake::TagValue>::write_tag;
    let _: fn(&Mode, fake::FieldSlot<'_, '_>) = <Mode as fake::FieldValue>::write_field;
    let _: fn(Mode) -> Option<String> = <Mode as fake::PointTag>::into_tag;
    let _: fn(Mode) -> Option<fake::PointValue> = <Mode as fake::PointField>::into_field;
    let _: fake::ValueType = <Mode as fake::FieldValue>::TYPE;
}
