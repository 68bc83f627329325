//! The scripts that a server plays: which of them a request is for.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::super::request::{Incoming, Target};
use super::{Playing, Script};

/// All of them, in the order they came.
#[derive(Debug, Default)]
pub(in super::super) struct Scripts(Vec<Active>);

#[derive(Debug)]
struct Active {
    script: Arc<Script>,
    /// How many requests it was for.
    seen: u64,
    handle: Playing,
}

/// What is known of a request once its head is read.
#[derive(Debug)]
pub(in super::super) enum Chosen {
    /// This script, or none.
    Now(Option<Arc<Script>>),
    /// A script asks for the body, too.
    WithBody,
}

impl Scripts {
    pub(in super::super) fn add(&mut self, script: Script) -> Playing {
        let handle = Playing { hits: Arc::new(AtomicU64::new(0)), ended: Arc::new(AtomicBool::new(false)) };
        self.0.push(Active { script: Arc::new(script), seen: 0, handle: handle.clone() });
        handle
    }

    pub(in super::super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The script for a request whose body is not read yet.
    pub(in super::super) fn by_head(&mut self, target: &Target) -> Chosen {
        self.0.retain(|active| !active.is_over());
        let mut meant = self.0.iter().filter(|active| active.is_for(target));
        if meant.any(|active| active.script.which.word.is_some()) {
            return Chosen::WithBody;
        }
        Chosen::Now(self.choose(target, b""))
    }

    /// The script for a request whose body is read. Nothing that does not inflate has a word in it.
    pub(in super::super) fn by_body(
        &mut self,
        target: &Target,
        request: &Incoming,
        limit: usize,
    ) -> Option<Arc<Script>> {
        self.choose(target, &request.inflated(limit).unwrap_or_default())
    }

    /// The first script that takes the request.
    fn choose(&mut self, target: &Target, body: &[u8]) -> Option<Arc<Script>> {
        let mut meant = self.0.iter_mut().filter(|active| active.is_for(target));
        meant.find_map(|active| active.takes(body).then(|| Arc::clone(&active.script)))
    }
}

impl Active {
    fn is_over(&self) -> bool {
        self.handle.ended.load(Ordering::SeqCst) || self.handle.hits() >= self.script.often.times
    }

    /// Whether it is for requests with such a head.
    fn is_for(&self, target: &Target) -> bool {
        let which = &self.script.which;
        !self.is_over()
            && which.path.as_ref().is_none_or(|path| *path == target.path)
            && which.bucket.as_ref().is_none_or(|bucket| target.bucket().as_ref() == Some(bucket))
    }

    /// Whether it takes a request with such a body, which it is for by its head; counts it.
    fn takes(&mut self, body: &[u8]) -> bool {
        let (which, often) = (&self.script.which, self.script.often);
        let holds = |word: &Vec<u8>| body.windows(word.len().max(1)).any(|part| part == word);
        if !which.word.as_ref().is_none_or(holds) {
            return false;
        }
        self.seen += 1;
        let Some(counted) = self.seen.checked_sub(often.skip + 1) else { return false };
        let takes = often.flapping.is_none_or(|(count, of)| counted % of < count);
        if takes {
            self.handle.hits.fetch_add(1, Ordering::SeqCst);
        }
        takes
    }
}
