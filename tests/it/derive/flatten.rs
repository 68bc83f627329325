//! Groups: records within records.

use influx_core::{
    Described, DescribedVariants, Group, Line, LineBuffer, Measurement, Member, Nanos, Schema, Seconds,
};

use super::{line, refusal};

#[derive(Measurement)]
#[measurement(group, rename_all = "UPPERCASE", tags(unit = "m"))]
struct Place {
    #[tag]
    room: &'static str,
    #[field]
    floor: f64,
}

const HALL: Place = Place { room: "hall", floor: 1.5 };
const ATTIC: Place = Place { room: "attic", floor: 3.5 };

#[test]
fn a_group_s_tags_follow_and_its_fields_stand_in_place() {
    #[derive(Measurement)]
    struct Climate {
        #[field]
        inside: f64,
        #[flatten]
        place: Place,
        #[field]
        outside: f64,
        #[tag]
        zone: &'static str,
    }

    assert_eq!(
        line(&Climate { inside: 0.5, place: HALL, outside: 2.5, zone: "z" }),
        "climate,zone=z,ROOM=hall,unit=m inside=0.5,FLOOR=1.5,outside=2.5"
    );
}

#[derive(Measurement)]
struct Move {
    #[flatten(prefix = "from ")]
    from: Place,
    #[flatten(prefix = "to_")]
    to: Option<Place>,
    #[time]
    at: Nanos,
}

#[test]
fn prefixes_stand_before_every_key_of_a_group() {
    assert_eq!(
        line(&Move { from: HALL, to: Some(ATTIC), at: Nanos(9) }),
        "move,from\\ ROOM=hall,from\\ unit=m,to_ROOM=attic,to_unit=m from\\ FLOOR=1.5,to_FLOOR=3.5 9"
    );
}

#[test]
fn a_group_may_be_missing() {
    assert_eq!(
        line(&Move { from: HALL, to: None, at: Nanos(9) }),
        "move,from\\ ROOM=hall,from\\ unit=m from\\ FLOOR=1.5 9"
    );

    #[derive(Measurement)]
    struct Maybe {
        #[flatten]
        place: Option<Box<Place>>,
    }
    assert_eq!(line(&Maybe { place: Some(Box::new(HALL)) }), "maybe,ROOM=hall,unit=m FLOOR=1.5");
    assert_eq!(refusal(&Maybe { place: None }), "no field has a value, and a line needs at least one");
}

#[derive(Measurement)]
struct Outer<'a> {
    #[flatten(prefix = "a_")]
    inner: Middle<'a>,
    #[field]
    after: bool,
}

#[derive(Measurement)]
#[measurement(group)]
struct Middle<'a> {
    #[flatten(prefix = "b_")]
    place: &'a Place,
    #[field]
    between: bool,
    #[tag]
    zone: Option<&'a str>,
}

#[test]
fn prefixes_nest_and_end_with_their_group() {
    let outer = Outer { inner: Middle { place: &HALL, between: true, zone: Some("z") }, after: false };
    assert_eq!(
        line(&outer),
        "outer,a_zone=z,a_b_ROOM=hall,a_b_unit=m a_b_FLOOR=1.5,a_between=true,after=false"
    );
}

#[test]
fn refusals_name_the_whole_key() {
    let place = Place { room: "a\nb", floor: 1.5 };
    let outer = Outer { inner: Middle { place: &place, between: true, zone: None }, after: true };
    assert_eq!(refusal(&outer), "tag \"a_b_ROOM\": the value contains a newline, which would end the line");

    // The prefix of the refused record is not left behind.
    let mut buffer = LineBuffer::new();
    assert!(buffer.push(&outer).is_err());
    let good = Outer { inner: Middle { place: &HALL, between: true, zone: None }, after: true };
    buffer.push(&good).unwrap();
    assert_eq!(buffer.as_str(), "outer,a_b_ROOM=hall,a_b_unit=m a_b_FLOOR=1.5,a_between=true,after=true\n");
}

#[test]
fn a_flattened_record_lends_its_time_unless_there_is_one() {
    #[derive(Measurement)]
    struct Inner {
        #[field]
        v: bool,
        #[time]
        at: Seconds,
    }
    #[derive(Measurement)]
    struct Lent {
        #[flatten(prefix = "i_")]
        inner: Option<Inner>,
        #[field]
        w: bool,
    }
    #[derive(Measurement)]
    struct Own {
        #[flatten]
        inner: Inner,
        #[time]
        at: Option<Nanos>,
    }

    let inner = || Inner { v: true, at: Seconds(1) };
    assert_eq!(line(&Lent { inner: Some(inner()), w: true }), "lent i_v=true,w=true 1000000000");
    assert_eq!(line(&Lent { inner: None, w: true }), "lent w=true");
    assert_eq!(line(&Own { inner: inner(), at: Some(Nanos(5)) }), "own v=true 5");
    assert_eq!(line(&Own { inner: inner(), at: None }), "own v=true");
}

#[test]
fn a_generic_group_is_any_group() {
    #[derive(Measurement)]
    struct Wrapped<G, const N: usize> {
        #[flatten(prefix = "g_")]
        group: G,
        #[skip]
        _raw: [u8; N],
    }
    #[derive(Measurement)]
    #[measurement(group)]
    struct Pair<T>(#[field("low")] T, #[field("high")] T);

    assert_eq!(line(&Wrapped { group: HALL, _raw: [0; 3] }), "wrapped,g_ROOM=hall,g_unit=m g_FLOOR=1.5");
    assert_eq!(line(&Wrapped { group: Pair(1u8, 2), _raw: [] }), "wrapped g_low=1i,g_high=2i");
}

#[test]
fn a_group_passes_the_time_of_a_record_on() {
    #[derive(Measurement)]
    struct Inner {
        #[field]
        v: bool,
        #[time]
        at: Seconds,
    }
    #[derive(Measurement)]
    #[measurement(group)]
    struct Between {
        #[flatten(prefix = "i_")]
        inner: Option<Inner>,
        #[field]
        w: bool,
    }
    #[derive(Measurement)]
    struct Outer {
        #[flatten]
        between: Between,
    }
    #[derive(Measurement)]
    struct Own {
        #[flatten]
        between: Between,
        #[time]
        at: Nanos,
    }

    let between = || Between { inner: Some(Inner { v: true, at: Seconds(1) }), w: true };
    assert_eq!(line(&Outer { between: between() }), "outer i_v=true,w=true 1000000000");
    assert_eq!(line(&Outer { between: Between { inner: None, w: true } }), "outer w=true");
    assert_eq!(line(&Own { between: between(), at: Nanos(5) }), "own i_v=true,w=true 5");
}

#[test]
fn groups_nest_eight_levels_deep() {
    #[derive(Measurement)]
    #[measurement(group)]
    struct In<G>(#[flatten(prefix = "i ")] G);
    #[derive(Measurement)]
    #[measurement(name = "m")]
    struct Deep<G>(#[flatten(prefix = "i ")] G);

    let deep = Deep(In(In(In(In(In(In(In(Place { room: "hall", floor: 1.5 }))))))));
    let key = "i\\ ".repeat(8);
    assert_eq!(line(&deep), format!("m,{key}ROOM=hall,{key}unit=m {key}FLOOR=1.5"));
}

/// By hand what is otherwise derived.
struct ByHand(u8);

impl Group for ByHand {
    fn tags(&self, line: &mut Line<'_>) {
        line.tag("slot").integer(self.0.into());
    }
    fn fields(&self, line: &mut Line<'_>) {
        line.field("up").boolean(true);
    }
}

impl Described for ByHand {
    const SCHEMA: &'static Schema = &Schema::new(
        None,
        &[Member::tag("slot"), Member::field("up", influx_core::ValueType::Boolean), Member::time("at")],
    );
}

impl DescribedVariants for ByHand {
    const SCHEMAS: &'static [&'static Schema] = &[Self::SCHEMA];
}

#[derive(Measurement)]
#[measurement(group)]
struct AroundIt<G>(#[flatten(prefix = "g_")] G);

#[test]
fn a_group_by_hand_is_a_group() {
    assert_eq!(line(&AroundRecord { group: AroundIt(ByHand(7)) }), "around_record,g_slot=7 g_up=true");
    let group = Member::group("g_", ByHand::SCHEMA);
    assert_eq!(AroundIt::<ByHand>::SCHEMA.members, [group]);
}

#[derive(Measurement)]
struct AroundRecord {
    #[flatten]
    group: AroundIt<ByHand>,
}

/// Only what is derived through and through is known to list all that it writes.
#[test]
fn groups_know_whether_they_are_derived() {
    const {
        assert!(Place::__DERIVED && <Option<Box<&Place>>>::__DERIVED && AroundIt::<Place>::__DERIVED);
        assert!(!ByHand::__DERIVED && !AroundIt::<ByHand>::__DERIVED && !AroundRecord::__DERIVED);
    }
}
