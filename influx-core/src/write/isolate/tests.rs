//! What follows each outcome, and that no sequence of them loses or doubles a line.

use fastrand::Rng;

use super::super::batch::tests::part;
use super::*;
use crate::error::ServerError;

fn numbered(lines: usize) -> Part {
    part(&(0..lines).map(|i| format!("m v={i}i {i}\n")).collect::<String>())
}

fn refused(status: u16) -> Arc<Error> {
    let server = ServerError { code: None, message: "no\nto that".into() };
    Arc::new(Error::refused("POST /w".into(), true, status, Some(server), None))
}

fn places(part: &Part) -> Vec<u32> {
    (0..part.lines()).map(|index| part.place(index)).collect()
}

fn suspect(runs: &[Range<usize>]) -> Outcome {
    Outcome::Suspect { runs: runs.to_vec(), reason: refused(422) }
}

fn condemned(lines: &[usize], others: Others) -> Outcome {
    let lines = lines.iter().map(|index| (*index, format!("reason {index}"))).collect();
    Outcome::Condemned { lines, others, reason: refused(400) }
}

fn again(progress: Progress) -> Outcome {
    Outcome::Again { progress, after: None, reason: refused(503) }
}

fn guess(lines: &[usize]) -> Outcome {
    Outcome::Guess { lines: lines.to_vec(), reason: refused(400) }
}

/// What is sent next.
#[track_caller]
fn next(plan: &mut Plan) -> Vec<u32> {
    places(&plan.next().unwrap().0)
}

/// The lines that an outcome settled, with `+` for stored, `-` for rejected, `!` for dropped.
fn settled(list: Vec<Settled>) -> String {
    let name = |settled: &Settled| {
        let mark = match &settled.verdict {
            Verdict::Stored => "+",
            Verdict::Rejected(_) => "-",
            Verdict::Dropped(_) => "!",
        };
        let places: Vec<_> = places(&settled.part).iter().map(ToString::to_string).collect();
        format!("{mark}{}", places.join(","))
    };
    list.iter().map(name).collect::<Vec<_>>().join(" ")
}

#[test]
fn named_lines_are_rejected_each_with_its_reason() {
    for (others, rest) in
        [(Others::Stored, None), (Others::Unknown, Some(true)), (Others::NotStored, Some(false))]
    {
        let mut plan = Plan::new(numbered(5));
        next(&mut plan);
        let (list, then) = plan.took(condemned(&[3, 1, 3, 9], others));
        assert!(matches!(&list[0].verdict, Verdict::Rejected(r) if r.reason == "reason 1"), "{list:?}");
        let Some(possibly_stored) = rest else {
            assert_eq!(settled(list), "-1 -3 +0,2,4");
            assert!(matches!(then, Then::Done));
            continue;
        };
        assert_eq!(settled(list), "-1 -3");
        assert!(matches!(then, Then::Isolate));
        let (sent, attempt) = plan.next().unwrap();
        assert_eq!((places(&sent), attempt.number), (vec![0, 2, 4], 2));
        assert!(matches!(plan.took(again(Progress::Postponed)).1, Then::Retry { .. }));
        let list = plan.drop_rest(DropReason::RetriesExhausted);
        let Verdict::Dropped(dropped) = &list[0].verdict else { panic!("{list:?}") };
        assert_eq!(
            (dropped.possibly_stored, dropped.reason),
            (possibly_stored, DropReason::RetriesExhausted)
        );
        assert_eq!(dropped.error.as_ref().unwrap().status(), Some(503));
    }
}

#[test]
fn a_run_is_its_first_line_then_the_rest() {
    let mut plan = Plan::new(numbered(8));
    next(&mut plan);
    let (list, then) = plan.took(suspect(&[1..4, 6..7]));
    assert_eq!(settled(list), "+0,4,5,7");
    assert!(matches!(then, Then::Isolate));
    assert_eq!(next(&mut plan), [1]);
    let (list, then) = plan.took(suspect(&[]));
    assert!(matches!(&list[0].verdict, Verdict::Rejected(r) if r.reason == "no\\nto that"), "{list:?}");
    assert!(matches!(then, Then::Isolate));
    assert_eq!(next(&mut plan), [2, 3]);
    assert_eq!(settled(plan.took(Outcome::Stored).0), "+2,3");
    assert_eq!(next(&mut plan), [6]);
    let alone = 0..1;
    let (list, then) = plan.took(suspect(&[alone]));
    assert_eq!(settled(list), "-6");
    assert!(matches!(then, Then::Done) && plan.next().is_none());
}

#[test]
fn too_large_is_halved_by_bytes_and_the_size_is_learned() {
    let mut plan = Plan::new(part("m v=1 1\nm v=2 2\nm v=\"0123456789012345678901234567890123456789\" 3\n"));
    let (whole, _) = plan.next().unwrap();
    let (list, then) = plan.took(Outcome::TooLarge { reason: refused(413) });
    assert!(list.is_empty() && matches!(then, Then::Next));
    assert_eq!(plan.learned(), Some(whole.bytes() / 2));
    assert_eq!(next(&mut plan), [0, 1]);
    plan.took(Outcome::Stored);
    assert_eq!(next(&mut plan), [2]);
    let (list, then) = plan.took(Outcome::TooLarge { reason: refused(413) });
    assert_eq!(settled(list), "-2");
    assert!(matches!(then, Then::Done));
    assert_eq!(plan.learned(), Some(whole.bytes() / 2)); // one line says nothing about batches
}

#[test]
fn damaged_goes_plain_once_then_blocks() {
    let mut plan = Plan::new(numbered(2));
    assert!(!plan.next().unwrap().1.plain);
    assert!(
        matches!(plan.took(Outcome::Damaged { reason: refused(400) }), (list, Then::Next) if list.is_empty())
    );
    let (_, attempt) = plan.next().unwrap();
    assert_eq!((attempt.number, attempt.plain), (2, true));
    assert!(matches!(plan.took(Outcome::Damaged { reason: refused(400) }).1, Then::Blocked { .. }));
    assert!(plan.next().unwrap().1.plain);
    assert_eq!(settled(plan.took(Outcome::Stored).0), "+0,1");
}

#[test]
fn what_is_given_up_names_the_last_answer() {
    let table = [
        (again(Progress::Postponed), 503),
        (Outcome::Damaged { reason: refused(415) }, 415),
        (Outcome::Blocked { reason: refused(401) }, 401),
        (Outcome::TooLarge { reason: refused(413) }, 413),
        (condemned(&[0], Others::NotStored), 400),
        (guess(&[1]), 400),
        (suspect(&[]), 422),
    ];
    for (outcome, status) in table {
        let shown = format!("{outcome:?}");
        let mut plan = Plan::new(numbered(4));
        plan.next();
        assert!(plan.last().is_none(), "nothing was answered");
        plan.took(outcome);
        assert_eq!(plan.last().and_then(|error| error.status()), Some(status), "{shown}");
        for settled in plan.drop_rest(DropReason::Expired) {
            let Verdict::Dropped(dropped) = settled.verdict else { panic!("{shown}") };
            assert_eq!(dropped.error.and_then(|error| error.status()), Some(status), "{shown}");
        }
    }
}

#[test]
fn what_got_no_verdict_is_possibly_stored() {
    let possibly = |outcomes: &[Outcome], on_its_way: bool| {
        let mut plan = Plan::new(numbered(2));
        for outcome in outcomes {
            plan.next();
            plan.took(outcome.clone());
        }
        if on_its_way {
            plan.next();
        }
        let list = plan.drop_rest(DropReason::ShutdownDeadline);
        assert!(plan.next().is_none() && plan.drop_rest(DropReason::Expired).is_empty());
        assert_eq!(list.iter().map(|settled| settled.part.lines()).sum::<usize>(), 2);
        match &list[0].verdict {
            Verdict::Dropped(dropped) => dropped.possibly_stored,
            verdict => panic!("{verdict:?}"),
        }
    };
    let blocked = Outcome::Blocked { reason: refused(401) };
    assert!(!possibly(&[], false));
    assert!(possibly(&[], true));
    assert!(!possibly(&[again(Progress::Unreachable), again(Progress::Postponed), blocked.clone()], false));
    assert!(possibly(&[again(Progress::Unknown), again(Progress::Unreachable), blocked], false));
    assert!(possibly(&[suspect(&[])], false));
    assert!(!possibly(&[Outcome::TooLarge { reason: refused(413) }], false));
}

/// Runs a plan against a server that refuses whatever holds a bad line, without naming it.
fn bisected(lines: usize, bad: &[u32]) -> usize {
    let mut plan = Plan::new(numbered(lines));
    let (mut extra, mut stored, mut rejected) = (0, Vec::new(), Vec::new());
    while let Some((part, _)) = plan.next() {
        let guilty = places(&part).iter().any(|place| bad.binary_search(place).is_ok());
        let (list, then) = plan.took(if guilty { suspect(&[]) } else { Outcome::Stored });
        extra += usize::from(matches!(then, Then::Isolate));
        for settled in list {
            match settled.verdict {
                Verdict::Stored => stored.extend(places(&settled.part)),
                _ => rejected.extend(places(&settled.part)),
            }
        }
    }
    assert_eq!(rejected, bad);
    assert!(stored.is_sorted(), "the order is kept");
    assert_eq!(stored.len() + rejected.len(), lines);
    extra
}

#[test]
fn bad_lines_cost_few_requests() {
    let mut rng = Rng::with_seed(7);
    for _ in 0..3_000 {
        let lines = rng.usize(1..=300);
        let bad: Vec<u32> = match rng.u8(..4) {
            0 => vec![rng.u32(..lines as u32)],
            1 => (0..lines as u32).collect(),
            share => (0..lines as u32).filter(|_| rng.u8(..) < share * 4).collect(),
        };
        let extra = bisected(lines, &bad);
        let (n, k) = (lines as f64, bad.len() as f64);
        let bound = if bad.is_empty() { 0.0 } else { 2.0 * k * (1.0 + (n / k).log2()) };
        assert!(extra as f64 <= bound, "{extra} requests more for {k} of {n}, {bound} are allowed");
    }
    assert!(bisected(10_000, &[7_321]) <= 28);
}

/// A right guess needs two requests more, and a wrong one condemns nobody.
#[test]
fn lines_that_may_be_guilty_are_sent_apart_from_the_others() {
    let mut plan = Plan::new(numbered(6));
    next(&mut plan);
    let (list, then) = plan.took(guess(&[4, 1, 9, 4]));
    assert!(list.is_empty() && matches!(then, Then::Isolate));
    assert_eq!(next(&mut plan), [1, 4]);
    assert_eq!(settled(plan.took(condemned(&[0, 1], Others::NotStored)).0), "-1 -4");
    assert_eq!(next(&mut plan), [0, 2, 3, 5]);
    // all, or none: halves
    plan.took(guess(&[0, 1, 2, 3]));
    assert_eq!(next(&mut plan), [0, 2]);
    assert_eq!(settled(plan.took(Outcome::Stored).0), "+0,2");
    assert_eq!(settled(plan.drop_rest(DropReason::Expired)), "!3 !5");
}

#[test]
fn no_sequence_of_outcomes_loses_or_doubles_a_line() {
    let mut rng = Rng::with_seed(11);
    for round in 0..5_000 {
        let lines = rng.usize(1..=24);
        let mut plan = Plan::new(numbered(lines));
        let mut seen = vec![0; lines];
        let mut take = |list: Vec<Settled>| {
            for place in list.iter().flat_map(|settled| places(&settled.part)) {
                seen[place as usize] += 1;
            }
        };
        let mut left = rng.usize(..60);
        let ended = loop {
            if left == 0 {
                break false;
            }
            left -= 1;
            let Some((part, _)) = plan.next() else { break true };
            let (list, then) = plan.took(any_outcome(&mut rng, part.lines()));
            take(list);
            assert_eq!(matches!(then, Then::Done), plan.open.is_empty());
        };
        let rest = plan.drop_rest(DropReason::Expired);
        assert!(!ended || rest.is_empty());
        take(rest);
        assert!(seen.iter().all(|times| *times == 1), "round {round}: {seen:?}");
    }
}

/// Any outcome, its indices right or wrong.
fn any_outcome(rng: &mut Rng, lines: usize) -> Outcome {
    let index = |rng: &mut Rng| rng.usize(..lines + 2);
    match rng.u8(..10) {
        0 => Outcome::Stored,
        1..4 => {
            let others = [Others::Stored, Others::NotStored, Others::Unknown][rng.usize(..3)];
            let named: Vec<_> = (0..rng.usize(..4)).map(|_| index(rng)).collect();
            condemned(&named, others)
        }
        4 | 5 => {
            let runs: Vec<_> = (0..rng.usize(..3)).map(|_| index(rng)..index(rng)).collect();
            suspect(&runs)
        }
        6 => Outcome::TooLarge { reason: refused(413) },
        7 => Outcome::Damaged { reason: refused(400) },
        8 => guess(&(0..rng.usize(..4)).map(|_| index(rng)).collect::<Vec<_>>()),
        _ => again([Progress::Unknown, Progress::Postponed, Progress::Unreachable][rng.usize(..3)]),
    }
}
