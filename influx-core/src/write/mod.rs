//! From records to what the server acknowledges.

mod batch;
mod deliver;
mod destination;
mod dialect;
mod isolate;
mod judge;
pub mod lines;
mod once;
mod options;
mod outcome;
mod records;
mod report;
mod send;
#[cfg(feature = "spool")]
mod spool;
mod writer;

pub use batch::Part;
pub use deliver::{Attempt, Deliver, Delivery};
pub use destination::{Consistency, Destination};
pub use dialect::Dialect;
pub use once::WriteReport;
pub use options::{Overflow, WriteOptions};
pub use outcome::{Others, Outcome, Progress};
pub use records::Records;
pub use report::{DropReason, Dropped, Rejected, Report, Verdict};
#[cfg(feature = "spool")]
pub use spool::{
    Fsync, Spool, SpoolCounts, SpoolLoss, SpoolOptions, SpoolReport, SpoolTail, SpoolUse, SpooledFor,
    SpooledFrame, SpooledFrames,
};
#[cfg(feature = "spool")]
pub use writer::Durable;
pub use writer::{
    Acked, Acknowledgement, Blocked, Close, CloseReport, Flush, FlushReport, Receipt, Stats, Write, WriteAll,
    WriteAllError, Writer, WriterSink,
};
