//! Setters of write options until these have them; theirs go before these.

use std::time::Duration;

use crate::write::{Overflow, WriteOptions};

macro_rules! setters {
    ($($name:ident: $type:ty,)*) => {
        pub(super) trait Pending: Sized {
            $(fn $name(self, value: $type) -> Self;)*
            fn throughput() -> Self;
            fn synchronous() -> Self;
        }
        impl Pending for WriteOptions {
            $(fn $name(mut self, value: $type) -> Self {
                self.$name = value;
                self
            })*
            fn throughput() -> Self {
                WriteOptions { batch_size: 10_000, in_flight: 4, ..WriteOptions::default() }
            }
            fn synchronous() -> Self {
                WriteOptions { batch_size: 1, ..WriteOptions::default() }
            }
        }
    };
}

setters! {
    batch_size: usize,
    batch_bytes: usize,
    flush_interval: Duration,
    jitter_interval: Duration,
    retry_interval: Duration,
    max_retries: u32,
    max_retry_delay: Duration,
    max_retry_time: Duration,
    exponential_base: u32,
    max_close_wait: Duration,
    max_age: Duration,
    in_flight: usize,
    full_jitter: bool,
    overflow: Overflow,
    queue_bytes: usize,
}
