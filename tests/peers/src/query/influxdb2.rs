//! influxdb2: the records of its `Client::query_raw_iter`. It reads the whole answer into one string first, which is not
//! measured; its `Client::query` panics at rows without `_field`.

use super::answer::{Answer, Sum};
use super::{Failure, Reading};
use fallible_iterator::FallibleIterator as _;
use influxdb2::api::query::QueryTableIter;
use influxdb2::models::Query;

pub(super) struct Records(QueryTableIter);

impl Records {
    pub(super) fn new(answer: &Answer) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let client = influxdb2::Client::new(answer.serve()?, "o", "token");
        let query = Query::new("from(bucket: \"b\")".to_owned());
        Ok(Self(runtime.block_on(client.query_raw_iter(Some(query)))?))
    }
}

impl Reading for Records {
    fn read(&mut self) -> Result<Sum, Failure> {
        let mut sum = Sum::default();
        let mut records = self.0.result();
        while let Some(record) = records.next()? {
            let double = |name| record.values.get(name).and_then(|value| value.f64());
            let switches = record.values.get("ctx_switches").and_then(|value| value.i64());
            let (Some(switches), Some(system), Some(user)) =
                (switches, double("usage_system"), double("usage_user"))
            else {
                return Err("a record lacks a value".into());
            };
            sum.rows += 1;
            sum.long += switches;
            sum.double += system + user;
        }
        Ok(sum)
    }
}
