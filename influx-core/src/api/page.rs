//! Lists that come page by page.

use std::collections::{HashSet, VecDeque};
use std::fmt;
use std::future::{IntoFuture as _, poll_fn};
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::answer::{Page, page};
use super::org::{Form, Org};
use crate::Epoch;
use crate::blocking::Blocking;
use crate::client::Client;
use crate::error::{Error, Result};
use crate::http::{Call, CallFuture, Request};

/// What lists hold.
pub trait Entry: DeserializeOwned + Send + 'static {
    /// What errors call it.
    const NOUN: &'static str;
    /// The key below which a list of them stands.
    const LIST: &'static str;
    /// How the next page is asked for.
    const PAGING: Paging = Paging::None;

    /// What no other of them has.
    fn key(&self) -> &str;

    /// The time that it is for, where lists go back in time; none, if that does not say on which page it is.
    fn time(&self) -> Option<Epoch> {
        None
    }

    /// Whether it stands in for one that is missing on this page alone.
    fn stands_in(&self) -> bool {
        false
    }
}

/// How the next page of a list is asked for, and how many items a page has at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paging {
    /// There is none: the answer is the whole list.
    None,
    /// By the number of items before it.
    Offset(u64),
    /// By the last item before it.
    After(u64),
    /// By the time of the last item before it: servers send the latest ones first, and take `after` for those later
    /// still.
    Back(u64),
}

/// A list that is to be asked for.
pub(super) struct Listing<T> {
    client: Client,
    /// With the filter, but for the members below.
    request: Request,
    org: Option<(Form, Org)>,
    limit: Option<u64>,
    offset: Option<u64>,
    after: Option<String>,
    before: Option<String>,
    /// How many items the next page begins with that were on the last one.
    again: u64,
    /// The limit of a page of many, if the filter sets none.
    most: Option<u64>,
    of: PhantomData<fn() -> T>,
}

impl<T: Entry> Listing<T> {
    /// A list of what a filter lets through.
    ///
    /// # Errors
    ///
    /// The limit is 0.
    pub(super) fn new(client: &Client, mut request: Request, filter: &impl Serialize) -> Result<Self> {
        let (mut limit, mut offset, mut after, mut before) = (None, None, None, None);
        let members = match serde_json::to_value(filter) {
            Ok(Value::Object(members)) => members,
            _ => return Err(Error::config(format!("the filter of the {} list is no JSON object", T::NOUN))),
        };
        for (key, value) in members {
            match (key.as_str(), value) {
                ("limit", value) => limit = value.as_u64(),
                ("offset", value) => offset = value.as_u64(),
                ("after", Value::String(text)) => after = Some(text),
                (BEFORE, Value::String(text)) => before = Some(text),
                (_, Value::String(text)) => request = request.query(key, text),
                (_, value) => request = request.query(key, value.to_string()),
            }
        }
        if limit == Some(0) {
            return Err(Error::config("the limit of a list is 0: a page holds one at least"));
        }
        let most = match T::PAGING {
            Paging::None => None,
            Paging::Offset(most) | Paging::After(most) | Paging::Back(most) => Some(most),
        };
        let client = client.clone();
        Ok(Self { client, request, org: None, limit, offset, after, before, again: 0, most, of: PhantomData })
    }

    /// Those of an organisation only.
    pub(super) fn of(mut self, form: Form, org: Option<Org>) -> Self {
        self.org = org.map(|org| (form, org));
        self
    }

    /// Only the few of this name, which need no limit.
    pub(super) fn named(mut self, parameter: &'static str, name: &str) -> Self {
        self.request = self.request.query(parameter, name);
        self.most = None;
        self
    }

    /// The page that the filter asks for.
    pub(super) async fn first(mut self) -> Result<Vec<T>> {
        self.resolve().await?;
        Ok(self.page().await?.items)
    }

    /// Puts the organisation into the request.
    async fn resolve(&mut self) -> Result<()> {
        if let Some((form, org)) = self.org.take() {
            self.request = org.narrow(&self.client, form, self.request.clone()).await?;
        }
        Ok(())
    }

    /// How many items the page may hold, if that is said.
    fn size(&self) -> Option<u64> {
        let size = self.limit?.saturating_add(self.again);
        Some(self.most.map_or(size, |most| size.min(most)).max(self.limit?))
    }

    async fn page(&self) -> Result<Page<T>> {
        let request = self.request.clone();
        let request = request.query_opt("limit", self.size()).query_opt("offset", self.offset);
        let request = request.query_opt("after", self.after.as_ref()).query_opt(BEFORE, self.before.as_ref());
        Call::new(self.client.clone(), request, |answer| page(answer, T::LIST)).await
    }

    /// The page, and what is to be asked for next, if anything is.
    async fn step(mut self) -> Result<(Vec<T>, Option<Self>)> {
        self.resolve().await?;
        self.limit = self.limit.or(self.most);
        let Page { mut items, has_next } = self.page().await?;
        if self.after.is_some() {
            items.retain(|item| !item.stands_in());
        }
        // some servers send no links, and some fewer items than they are asked for
        let is_full = self.size().is_some_and(|size| items.len() as u64 >= size);
        let Some(last) = items.last().filter(|_| has_next || is_full) else { return Ok((items, None)) };
        match T::PAGING {
            Paging::None => return Ok((items, None)),
            Paging::Offset(_) => self.offset = Some(self.offset.unwrap_or(0) + items.len() as u64),
            Paging::After(_) => self.after = Some(last.key().to_owned()),
            Paging::Back(_) => match last.time().filter(|last| goes_back(&items, *last)) {
                Some(last) => {
                    // servers compare whole seconds, of which several items may be
                    let before = Epoch::from_parts(last.parts().0.saturating_add(1), 0);
                    self.again = items.iter().filter(|item| item.time() < Some(before)).count() as u64;
                    self.before = Some(before.to_string());
                }
                None => self.after = Some(last.key().to_owned()),
            },
        }
        Ok((items, Some(self)))
    }
}

/// The parameter of lists that go back in time.
const BEFORE: &str = "beforeTime";

/// Whether none of the items is older than the last one.
fn goes_back<T: Entry>(items: &[T], last: Epoch) -> bool {
    items.iter().filter_map(T::time).all(|time| time >= last)
}

/// A list, page by page: the next page is asked for when the items of the last one are used up, so that one page is in
/// memory. A [`Stream`], and for code without a runtime an iterator by [`blocking`](Self::blocking).
///
/// It goes on as long as pages are full or the server says that there are more. What is made or deleted meanwhile may be
/// missed; an item that the page before has, too, is left out, and a page of nothing else ends the list.
///
/// # Cancel safety
///
/// Dropping the future of [`next`](Self::next) loses no item.
#[must_use = "lists are read when they are asked for"]
pub struct Paged<T> {
    items: VecDeque<T>,
    /// The keys of the last page.
    seen: HashSet<String>,
    state: State<T>,
}

enum State<T> {
    Next(Box<Listing<T>>),
    Waiting(CallFuture<(Vec<T>, Option<Listing<T>>)>),
    Failed(Option<Error>),
    End,
}

impl<T: Entry> Paged<T> {
    pub(super) fn new(listing: Result<Listing<T>>) -> Self {
        let state = match listing {
            Ok(listing) => State::Next(Box::new(listing)),
            Err(error) => State::Failed(Some(error)),
        };
        Self { items: VecDeque::new(), seen: HashSet::new(), state }
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Result<Option<T>>> {
        loop {
            if let Some(item) = self.items.pop_front() {
                return Poll::Ready(Ok(Some(item)));
            }
            self.state = match std::mem::replace(&mut self.state, State::End) {
                State::End => return Poll::Ready(Ok(None)),
                State::Failed(error) => return Poll::Ready(error.map_or(Ok(None), Err)),
                State::Next(listing) => {
                    let label = format!("list of {}", T::NOUN);
                    State::Waiting(Call::future(label, || Box::pin(listing.step())).into_future())
                }
                State::Waiting(mut page) => match Pin::new(&mut page).poll(context) {
                    Poll::Pending => {
                        self.state = State::Waiting(page);
                        return Poll::Pending;
                    }
                    Poll::Ready(page) => self.take(page?),
                },
            };
        }
    }

    /// Takes a page in.
    fn take(&mut self, (page, next): (Vec<T>, Option<Listing<T>>)) -> State<T> {
        let seen = std::mem::take(&mut self.seen);
        self.seen = page.iter().map(|item| item.key().to_owned()).collect();
        self.items = page.into_iter().filter(|item| !seen.contains(item.key())).collect();
        match next {
            Some(next) if !self.items.is_empty() => State::Next(Box::new(next)),
            _ => State::End,
        }
    }

    /// The next item; `None` after the last.
    ///
    /// # Errors
    ///
    /// Every kind of the network and of the server's refusals, and those that [`Api::list`](super::Api::list) names.
    /// After an error there are no more items.
    pub async fn next(&mut self) -> Result<Option<T>> {
        poll_fn(|context| self.poll_item(context)).await
    }

    /// All items. They must fit in memory.
    ///
    /// # Errors
    ///
    /// As [`next`](Self::next); the items before the error are lost.
    pub async fn collect(mut self) -> Result<Vec<T>> {
        let mut items = Vec::new();
        while let Some(item) = self.next().await? {
            items.push(item);
        }
        Ok(items)
    }

    /// The items for code without a runtime: each step blocks the thread if a page must be asked for.
    ///
    /// # Errors
    ///
    /// Each step has those of [`next`](Self::next); and [`Config`](crate::ErrorKind::Config) on a thread that belongs to
    /// a tokio runtime.
    pub fn blocking(self) -> Blocking<Self> {
        Blocking::new(self)
    }
}

/// Ends after the first error.
impl<T: Entry> Stream for Paged<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        Poll::Ready(ready!(self.poll_item(context)).transpose())
    }
}

/// Items are owned, and not pinned.
impl<T> Unpin for Paged<T> {}

impl<T: Entry> fmt::Debug for Paged<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paged")
            .field("of", &T::NOUN)
            .field("at_hand", &self.items.len())
            .finish_non_exhaustive()
    }
}
