//! A gate before a server or a destination: while it is shut one lane probes, and the others wait.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::queue::later;

/// Open until an attempt fails in a way that all lanes behind it would share.
#[derive(Debug)]
pub(super) struct Gate {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug)]
struct State {
    /// In a row; 0 while it is open.
    failures: u32,
    /// When the next probe goes out.
    next: Instant,
    probing: bool,
}

/// The right to make an attempt. Dropping it leaves the next probe to another lane.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    gate: &'a Gate,
    probe: bool,
}

impl Gate {
    pub(super) fn new() -> Self {
        let state = State { failures: 0, next: Instant::now(), probing: false };
        Self { state: Mutex::new(state), changed: Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_open(&self) -> bool {
        self.lock().failures == 0
    }

    /// How many attempts failed in a row.
    pub(super) fn failures(&self) -> u32 {
        self.lock().failures
    }

    /// Waits until the gate is open, or it is this lane's turn to probe.
    pub(super) async fn pass(&self) -> Pass<'_> {
        let mut turn: Option<Pass<'_>> = None;
        loop {
            let mut changed = std::pin::pin!(self.changed.notified());
            changed.as_mut().enable();
            let next = {
                let mut state = self.lock();
                if state.failures == 0 {
                    drop(state);
                    return Pass { gate: self, probe: false };
                }
                if turn.is_none() && !state.probing {
                    state.probing = true;
                    turn = Some(Pass { gate: self, probe: true });
                }
                state.next
            };
            match turn.take() {
                Some(pass) if next <= Instant::now() => return pass,
                Some(pass) => {
                    turn = Some(pass);
                    tokio::select! {
                        () = tokio::time::sleep_until(next) => {}
                        () = changed => {}
                    }
                }
                None => changed.await,
            }
        }
    }

    /// An attempt was let through.
    pub(super) fn open(&self) {
        let mut state = self.lock();
        if state.failures > 0 {
            state.failures = 0;
            drop(state);
            self.changed.notify_waiters();
        }
    }

    /// An attempt failed: the next probe goes out after the delay. Attempts that were under way together are one
    /// failure.
    pub(super) fn shut(&self, pass: &Pass<'_>, delay: Duration) {
        let mut state = self.lock();
        if pass.probe || state.failures == 0 {
            state.failures = state.failures.saturating_add(1);
        }
        let next = later(Instant::now(), delay);
        state.next = state.next.max(next);
        drop(state);
        self.changed.notify_waiters();
    }
}

impl Pass<'_> {
    /// Whether the gate is shut and this attempt finds out whether it may open.
    pub(super) fn is_probe(&self) -> bool {
        self.probe
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if self.probe {
            self.gate.lock().probing = false;
            self.gate.changed.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn one_lane_probes_until_the_gate_is_open() {
        let gate = Arc::new(Gate::new());
        let pass = gate.pass().await;
        gate.shut(&pass, Duration::from_secs(10));
        drop(pass);
        let began = Instant::now();
        let probe = gate.pass().await;
        assert!(probe.is_probe());
        assert_eq!(began.elapsed().as_secs(), 10);
        let other = tokio::spawn({
            let gate = Arc::clone(&gate);
            async move { gate.pass().await.is_probe() }
        });
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert!(!other.is_finished());
        gate.open();
        assert!(!other.await.unwrap());
    }

    #[tokio::test(start_paused = true)]
    async fn a_probe_that_is_given_up_goes_to_another_lane() {
        let gate = Gate::new();
        let pass = gate.pass().await;
        gate.shut(&pass, Duration::from_secs(1));
        let probe = gate.pass().await;
        drop(probe);
        assert!(gate.pass().await.is_probe());
        assert_eq!(gate.failures(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn attempts_that_fail_together_are_one_failure() {
        let gate = Gate::new();
        let (one, two) = (gate.pass().await, gate.pass().await);
        gate.shut(&one, Duration::from_secs(1));
        gate.shut(&two, Duration::from_secs(1));
        assert_eq!(gate.failures(), 1);
        assert!(!gate.is_open());
    }
}
