//! What is stated of a spool, until all of it is known. Without the feature `spool` each of its keys is refused.

#[cfg(not(feature = "spool"))]
pub(super) use self::absent::*;
#[cfg(feature = "spool")]
pub(super) use self::present::*;
use crate::write::WriteOptions;

/// What all of it makes of write options.
type Change = Box<dyn FnOnce(WriteOptions) -> WriteOptions>;

#[cfg(feature = "spool")]
mod present {
    use super::super::parse::{Wrong, bytes, duration, text, wanted, word};
    use super::super::settings::{Changes, Settings, changed};
    use super::super::value::Value;
    use super::Change;
    use crate::write::{Fsync, SpoolOptions, SpoolUse};

    const FSYNCS: [(&str, Fsync); 2] = [("group", Fsync::Group), ("never", Fsync::Never)];
    const USES: [(&str, SpoolUse); 2] = [("always", SpoolUse::Always), ("when_full", SpoolUse::WhenFull)];

    #[derive(Default)]
    pub(in super::super) struct Spool {
        path: Option<String>,
        changes: Changes<SpoolOptions>,
        /// A key that says something about it.
        said_by: Option<&'static str>,
    }

    impl Spool {
        /// The change that all of it makes, if anything is stated.
        ///
        /// # Errors
        ///
        /// The key that says something about a spool that has no directory.
        pub(in super::super) fn into_change(self) -> Result<Option<Change>, &'static str> {
            match (self.path, self.said_by) {
                (Some(path), _) => {
                    let spool = changed(self.changes, SpoolOptions::new(path));
                    Ok(Some(Box::new(move |write| write.spool(spool))))
                }
                (None, Some(key)) => Err(key),
                (None, None) => Ok(None),
            }
        }

        fn change(&mut self, key: &'static str, change: impl FnOnce(SpoolOptions) -> SpoolOptions + 'static) {
            self.said_by = Some(key);
            self.changes.push(Box::new(change));
        }
    }

    pub(in super::super) fn path(to: &mut Settings, value: &Value) -> Result<(), Wrong> {
        text(value).map(|path| to.spool.path = Some(path))
    }

    pub(in super::super) fn fsync(to: &mut Settings, value: &Value) -> Result<(), Wrong> {
        const WHAT: &str = "group, never, or how often, such as \"1s\"";
        let found = word(value, &FSYNCS).or_else(|_| duration(value).map(Fsync::Every));
        let fsync = found.or_else(|_| wanted(WHAT, value))?;
        to.spool.change("spool_fsync", move |spool| spool.fsync(fsync));
        Ok(())
    }

    pub(in super::super) fn max_bytes(to: &mut Settings, value: &Value) -> Result<(), Wrong> {
        let most = bytes(value)? as u64;
        to.spool.change("spool_max_bytes", move |spool| spool.max_bytes(most));
        Ok(())
    }

    pub(in super::super) fn max_age(to: &mut Settings, value: &Value) -> Result<(), Wrong> {
        let age = duration(value)?;
        to.spool.change("spool_max_age", move |spool| spool.max_age(age));
        Ok(())
    }

    pub(in super::super) fn when(to: &mut Settings, value: &Value) -> Result<(), Wrong> {
        let when = word(value, &USES)?;
        to.spool.change("spool_when", move |spool| spool.when(when));
        Ok(())
    }
}

#[cfg(not(feature = "spool"))]
mod absent {
    use super::super::parse::Wrong;
    use super::super::settings::Settings;
    use super::super::value::Value;
    use super::Change;

    #[derive(Default)]
    pub(in super::super) struct Spool {}

    impl Spool {
        pub(in super::super) fn into_change(self) -> Result<Option<Change>, &'static str> {
            Ok(None)
        }
    }

    pub(in super::super) fn path(_: &mut Settings, _: &Value) -> Result<(), Wrong> {
        Err("needs the feature `spool` of influx-core: turn it on in Cargo.toml".to_owned())
    }

    pub(in super::super) use self::{path as fsync, path as max_age, path as max_bytes, path as when};
}

#[cfg(all(test, not(feature = "spool")))]
mod tests {
    use crate::ClientBuilder;

    #[test]
    fn without_the_feature_each_key_says_what_it_needs() {
        for key in ["", "_FSYNC", "_MAX_BYTES", "_MAX_AGE", "_WHEN"] {
            let spool = format!("INFLUXDB_V2_WRITE_SPOOL{key}");
            let all = [("INFLUXDB_V2_URL", "http://h:8086"), ("INFLUXDB_V2_TOKEN", "t"), (&*spool, "1")];
            let error = ClientBuilder::from_variables(all).unwrap_err().to_string();
            assert!(error.contains(&spool) && error.contains("feature `spool`"), "{error}");
        }
    }
}
