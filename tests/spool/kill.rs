//! Row 31: a writing process is killed at random moments, again and again, whatever the server does meanwhile.

use std::time::{Duration, Instant};

use influx_core::testing::{At, Script, TestServer};
use influx_spool_tests::Orders;
use influx_tests::generate::{Seeded, Source as _};

use crate::child::Process;
use crate::folder::Folder;
use crate::judge::{self, Course};
use crate::needs;

/// So many processes, one after the other, have the same spool; fewer, if not every kind of spool would be met.
const LIVES: u64 = 5;

/// The kinds of spools that [`vary`] makes.
const KINDS: u64 = 4;

/// What the server does while a process lives.
#[derive(Debug, Clone, Copy)]
enum Weather {
    Fair,
    Down,
    /// It goes away and comes back, in the middle of everything.
    Falling,
    /// It has no time for two requests of three.
    Busy,
    /// It stores each second request and says nothing.
    Silent,
}

const WEATHER: [Weather; 5] =
    [Weather::Fair, Weather::Down, Weather::Falling, Weather::Busy, Weather::Silent];

impl Weather {
    fn begin(self, server: &TestServer) {
        server.clear_scripts();
        server.restart().unwrap();
        match self {
            Self::Fair | Self::Falling => {}
            Self::Down => server.stop(),
            Self::Busy => drop(server.script(Script::answer(503).header("Retry-After", "0").flapping(2, 3))),
            Self::Silent => drop(server.script(Script::usual().reset(At::Answer).flapping(1, 2))),
        }
    }

    /// Lets some time pass.
    fn last(self, server: &TestServer, time: Duration) {
        let until = Instant::now() + time;
        while let Some(left) = until.checked_duration_since(Instant::now()) {
            std::thread::sleep(left.min(Duration::from_millis(15)));
            if matches!(self, Self::Falling) {
                server.stop();
                std::thread::sleep(Duration::from_millis(10));
                server.restart().unwrap();
            }
        }
    }
}

/// What a spool is to be, of which some are seldom enough to need tests of their own.
fn vary(orders: &mut Orders, spool: u64) {
    match spool % KINDS {
        0 => {}
        // only the process dies, so that nothing need be forced onto the disk
        1 => orders.group = false,
        // the disk has room for a few segments only
        2 => orders.max_bytes = 512 * 1024,
        _ => {
            orders.when_full = true;
            orders.queue_bytes = 512 * 1024;
        }
    }
}

#[test]
fn what_is_durable_outlives_kill_9_at_any_moment() {
    let cycles = needs::number("INFLUX_KILL_CYCLES", 10);
    let first = needs::number("INFLUX_PROPERTY_SEED", 0);
    let (mut durable, mut recovered, mut killed) = (0, 0, 0);
    let lives = (cycles / KINDS).clamp(2, LIVES);
    for spool in 0..cycles.div_ceil(lives) {
        let mut random = Seeded::new(first + spool);
        let (folder, server) = (Folder::new(), judge::server());
        let mut course = Course::default();
        for life in 0..lives {
            let weather = random.pick(&WEATHER);
            weather.begin(&server);
            let mut orders = judge::orders(&server, &folder);
            (orders.first, orders.records, orders.writers) = (life * 100_000, 100_000, 1 + random.word() % 3);
            vary(&mut orders, spool);
            let process = Process::start(&orders);
            // one in four dies while it opens the spool
            if !random.once_in(4) {
                process.wait_until_open();
            }
            weather.last(&server, Duration::from_millis(random.word() % 300));
            let end = process.kill();
            killed += u64::from(end.was_killed());
            recovered += end.recovered().unwrap_or_default();
            course.add(&end);
        }
        folder.is_decent();
        recovered += course.ends_well(&folder, &server).recovered;
        durable += course.durable.len();
    }
    // else it shows nothing
    assert!(
        killed >= cycles && durable > 0 && recovered > 0,
        "{killed} killed, {durable} durable, {recovered} found"
    );
}
