//! A global allocator that counts what each thread asks of it, for the binaries that measure it.
#![allow(unsafe_code, reason = "a global allocator can be written in no other way")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

thread_local! {
    /// Tests run side by side, each in a thread of its own.
    pub(crate) static CALLS: Cell<u64> = const { Cell::new(0) };
    /// The bytes that this thread has asked for and not given back; below zero if they were another's.
    pub(crate) static HELD: Cell<i64> = const { Cell::new(0) };
    /// The most that was held at once.
    pub(crate) static PEAK: Cell<i64> = const { Cell::new(0) };
}

struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

impl Counting {
    fn count(bytes: usize) {
        // Fails only while a thread ends, when nothing is measured.
        let _ = CALLS.try_with(|calls| calls.set(calls.get() + 1));
        Self::hold(bytes as i64);
    }

    fn hold(change: i64) {
        let _ = HELD.try_with(|held| {
            held.set(held.get() + change);
            let _ = PEAK.try_with(|peak| peak.set(peak.get().max(held.get())));
        });
    }
}

// SAFETY: every call is handed to `System` unchanged; counting touches a thread-local without a destructor,
// which asks for no memory.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        Self::count(layout.size());
        // SAFETY: the caller's contract is `System`'s.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        Self::count(layout.size());
        // SAFETY: the caller's contract is `System`'s.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        Self::count(new_size);
        Self::hold(-(layout.size() as i64));
        // SAFETY: the caller's contract is `System`'s.
        unsafe { System.realloc(ptr, layout, new_size) }
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        Self::hold(-(layout.size() as i64));
        // SAFETY: the caller's contract is `System`'s.
        unsafe { System.dealloc(ptr, layout) }
    }
}
