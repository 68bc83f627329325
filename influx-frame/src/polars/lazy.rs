//! The frames of a `LazyFrame`.

use polars::prelude::{DataFrame, LazyFrame, PolarsResult};

/// The rows of a lazy frame, in their order, as an iterator of frames.
///
/// With the feature `polars-streaming` they are computed by the streaming engine in the background, batch by batch, as
/// they are asked for: one batch waits, one is being made, and the rest need not fit into memory. Without it, all of them
/// are computed in memory when the first frame is asked for, which is the only one.
///
/// ```
/// # #[cfg(feature = "polars-streaming")] {
/// use influx_frame::polars::batches;
/// use polars::prelude::*;
///
/// let lazy = df!("level" => [8.12, 8.0, 7.9])?.lazy().filter(col("level").lt(lit(8.1)));
/// let rows: usize = batches(lazy).map(|frame| Ok(frame?.height())).sum::<PolarsResult<_>>()?;
/// assert_eq!(rows, 2);
/// # }
/// # Ok::<(), polars::prelude::PolarsError>(())
/// ```
pub fn batches(lazy: LazyFrame) -> Batches {
    Batches { rows: ROWS, state: State::Planned(Box::new(lazy)) }
}

/// The frames of [`batches`].
///
/// There is at least one, so that roles are checked against its schema though there may be no row. An error is the last
/// item, and comes also of an engine that panicked. Once this is dropped, the engine stops at the next batch that it has
/// ready.
#[must_use = "nothing is computed before the first frame is asked for"]
pub struct Batches {
    rows: usize,
    state: State,
}

enum State {
    Planned(Box<LazyFrame>),
    #[cfg(feature = "polars-streaming")]
    Running(super::engine::Engine),
    Ended,
}

/// So many rows are in a batch: of 20 columns of doubles, these are 10 MB.
const ROWS: usize = 65_536;

impl Batches {
    /// How many rows a batch of the streaming engine has. Default: 65,536. It has no effect once the first batch was
    /// asked for.
    pub fn rows(mut self, rows: usize) -> Self {
        self.rows = rows.max(1);
        self
    }

    #[cfg(feature = "polars-streaming")]
    fn start(&mut self, lazy: LazyFrame) -> Option<PolarsResult<DataFrame>> {
        match super::engine::Engine::start(lazy, self.rows) {
            Ok(engine) => {
                self.state = State::Running(engine);
                self.next()
            }
            Err(error) => Some(Err(error)),
        }
    }

    #[cfg(not(feature = "polars-streaming"))]
    fn start(&mut self, lazy: LazyFrame) -> Option<PolarsResult<DataFrame>> {
        Some(lazy.collect())
    }
}

impl Iterator for Batches {
    type Item = PolarsResult<DataFrame>;

    fn next(&mut self) -> Option<Self::Item> {
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Planned(lazy) => self.start(*lazy),
            #[cfg(feature = "polars-streaming")]
            State::Running(mut engine) => {
                let batch = engine.next()?;
                if batch.is_ok() {
                    self.state = State::Running(engine);
                }
                Some(batch)
            }
            State::Ended => None,
        }
    }
}

impl std::iter::FusedIterator for Batches {}

impl std::fmt::Debug for Batches {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Batches").field("rows", &self.rows).finish_non_exhaustive()
    }
}
