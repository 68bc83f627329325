//! What is limited: the memory of a writer, and the requests that isolating makes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::Instant;

/// Memory is charged in steps of so many bytes, so that most records are charged nothing.
pub(super) const STEP: usize = 64 * 1024;

/// How many steps hold so many bytes.
pub(super) fn steps(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(STEP)).unwrap_or(u32::MAX)
}

/// The memory that the pending batches of a writer may hold. Who waits for it is served in order.
#[derive(Debug)]
pub(super) struct Memory {
    free: Semaphore,
    total: u32,
    reserved: AtomicU64,
    waiting: AtomicU64,
}

impl Memory {
    pub(super) fn new(bytes: usize) -> Arc<Self> {
        let total = steps(bytes).clamp(1, u32::MAX >> 4);
        let free = Semaphore::new(total as usize);
        Arc::new(Self { free, total, reserved: AtomicU64::new(0), waiting: AtomicU64::new(0) })
    }

    pub(super) fn total(&self) -> u32 {
        self.total
    }

    pub(super) fn reserved_bytes(&self) -> u64 {
        self.reserved.load(Ordering::Relaxed) * STEP as u64
    }

    /// Takes so many steps, if they are free and nobody waits for them.
    pub(super) fn take(&self, steps: u32) -> bool {
        self.free.try_acquire_many(steps).map(|permit| permit.forget()).is_ok()
    }

    /// Steps that were taken, and are not needed.
    pub(super) fn give_back(&self, steps: u32) {
        self.free.add_permits(steps as usize);
    }

    /// Waits until so many steps are taken; false once the writer is closed.
    pub(super) async fn wait(&self, steps: u32) -> bool {
        self.free.acquire_many(steps).await.map(|permit| permit.forget()).is_ok()
    }

    /// Says that someone waits, or is about to, until it is dropped.
    pub(super) fn waiting(&self) -> Waiting<'_> {
        Waiting::new(&self.waiting)
    }

    /// Whether someone waits.
    pub(super) fn is_short(&self) -> bool {
        self.waiting.load(Ordering::SeqCst) > 0
    }

    /// Whoever waits, waits no more.
    pub(super) fn close(&self) {
        self.free.close();
    }
}

/// Someone who waits, until it is dropped.
pub(super) struct Waiting<'a>(&'a AtomicU64);

impl<'a> Waiting<'a> {
    fn new(waiting: &'a AtomicU64) -> Self {
        waiting.fetch_add(1, Ordering::SeqCst);
        Self(waiting)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The steps of one batch; they are free again when it is dropped.
#[derive(Debug)]
pub(super) struct Charge {
    memory: Arc<Memory>,
    steps: u32,
}

impl Charge {
    pub(super) fn none(memory: &Arc<Memory>) -> Self {
        Self { memory: Arc::clone(memory), steps: 0 }
    }

    pub(super) fn steps(&self) -> u32 {
        self.steps
    }

    #[cfg(feature = "spool")]
    pub(super) fn bytes(&self) -> u64 {
        u64::from(self.steps) * STEP as u64
    }

    /// Hands the steps on, and begins anew with none.
    pub(super) fn split(&mut self) -> Self {
        std::mem::replace(self, Self::none(&Arc::clone(&self.memory)))
    }

    /// Adds steps that were taken.
    pub(super) fn grow(&mut self, steps: u32) {
        self.steps += steps;
        self.memory.reserved.fetch_add(u64::from(steps), Ordering::Relaxed);
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.memory.reserved.fetch_sub(u64::from(self.steps), Ordering::Relaxed);
        self.memory.free.add_permits(self.steps as usize);
    }
}

/// The requests that isolating may make, so that bad data cannot multiply the load on a server.
#[derive(Debug, Clone, Copy)]
pub(super) struct Isolation {
    tokens: f64,
    at: Option<Instant>,
}

/// What the bucket holds at the most, and at first.
const TOKENS: f64 = 500.0;
/// What a request costs that only isolating needs.
const REQUEST: f64 = 5.0;
/// What a batch brings that needed none.
const CLEAN: f64 = 1.0;
/// What time brings, so that a destination of nothing but bad data goes on, at ten such requests a second.
const PER_SECOND: f64 = 50.0;

impl Isolation {
    pub(super) fn new() -> Self {
        Self { tokens: TOKENS, at: None }
    }

    /// Pays for a request; otherwise says how long to wait before asking again.
    pub(super) fn pay(&mut self, now: Instant) -> Result<(), Duration> {
        let passed = self.at.map_or(0.0, |at| now.saturating_duration_since(at).as_secs_f64());
        self.at = Some(now);
        self.tokens = (self.tokens + passed * PER_SECOND).min(TOKENS);
        if self.tokens >= REQUEST {
            self.tokens -= REQUEST;
            return Ok(());
        }
        Err(Duration::from_secs_f64((REQUEST - self.tokens) / PER_SECOND))
    }

    pub(super) fn clean(&mut self) {
        self.tokens = (self.tokens + CLEAN).min(TOKENS);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_hundred_requests_are_free_and_then_ten_a_second() {
        let mut bucket = Isolation::new();
        assert_eq!((0..1000).take_while(|_| bucket.pay(Instant::now()).is_ok()).count(), 100);
        let wait = bucket.pay(Instant::now()).unwrap_err();
        tokio::time::advance(wait + Duration::from_millis(1)).await;
        assert!(bucket.pay(Instant::now()).is_ok());
        (0..5).for_each(|_| bucket.clean());
        assert!(bucket.pay(Instant::now()).is_ok());
        assert!(bucket.pay(Instant::now()).is_err());
    }
}
