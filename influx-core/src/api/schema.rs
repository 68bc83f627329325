//! Schemas of the measurements of a bucket that takes no others, which only Cloud has.

use ::http::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::answer::{call, json as read, page};
use super::page::Entry;
use super::resource::Api;
use super::words::words;
use super::{Bucket, BucketId, MeasurementSchemaId, OrgId, absent};
use crate::error::{Error, Result};
use crate::http::{Call, Request};
use crate::{Described, Epoch, Role, ValueType};

/// The columns that a measurement of a bucket has.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct MeasurementSchema {
    /// Its id.
    pub id: MeasurementSchemaId,
    /// The measurement.
    pub name: String,
    /// The columns; none in a list, of which servers give summaries only.
    #[serde(default, deserialize_with = "absent::or_default")]
    pub columns: Vec<SchemaColumn>,
    /// The bucket.
    #[serde(rename = "bucketID")]
    pub bucket_id: Option<BucketId>,
    /// The organisation that it belongs to.
    #[serde(rename = "orgID")]
    pub org_id: Option<OrgId>,
    /// When it was made.
    #[serde(default, deserialize_with = "absent::text")]
    pub created_at: Option<Epoch>,
    /// When it was last changed.
    #[serde(default, deserialize_with = "absent::text")]
    pub updated_at: Option<Epoch>,
    /// What else the server says.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl Entry for MeasurementSchema {
    const NOUN: &'static str = "measurement schema";
    const LIST: &'static str = "measurementSchemas";

    fn key(&self) -> &str {
        self.id.as_str()
    }
}

impl From<&MeasurementSchema> for MeasurementSchemaId {
    fn from(schema: &MeasurementSchema) -> Self {
        schema.id.clone()
    }
}

words! {
    /// What a column is.
    pub enum ColumnRole {
        /// The time, whose column is called `time`.
        Timestamp = "timestamp",
        /// A tag.
        Tag = "tag",
        /// A field.
        Field = "field",
    }

    /// The type of a field.
    pub enum ColumnType {
        /// Signed integers.
        Integer = "integer",
        /// Doubles.
        Float = "float",
        /// `true` and `false`.
        Boolean = "boolean",
        /// Text.
        String = "string",
        /// Unsigned integers.
        Unsigned = "unsigned",
    }
}

impl From<ValueType> for ColumnType {
    fn from(of: ValueType) -> Self {
        match of {
            ValueType::Float => Self::Float,
            ValueType::Integer => Self::Integer,
            ValueType::Unsigned => Self::Unsigned,
            ValueType::Boolean => Self::Boolean,
            ValueType::String => Self::String,
        }
    }
}

/// A column of a measurement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SchemaColumn {
    /// Its name: the key of the tag or field.
    pub name: String,
    /// What it is.
    #[serde(rename = "type")]
    pub role: ColumnRole,
    /// The type, of a field.
    #[serde(default, rename = "dataType", skip_serializing_if = "Option::is_none")]
    pub data_type: Option<ColumnType>,
    /// What else the server says.
    #[serde(flatten)]
    pub other: Map<String, Value>,
}

impl SchemaColumn {
    fn new(name: &str, role: ColumnRole, data_type: Option<ColumnType>) -> Self {
        Self { name: name.to_owned(), role, data_type, other: Map::new() }
    }

    /// The time.
    pub fn time() -> Self {
        Self::new("time", ColumnRole::Timestamp, None)
    }

    /// A tag.
    pub fn tag(name: &str) -> Self {
        Self::new(name, ColumnRole::Tag, None)
    }

    /// A field of a type: a [`ColumnType`] or a [`ValueType`].
    pub fn field(name: &str, data_type: impl Into<ColumnType>) -> Self {
        Self::new(name, ColumnRole::Field, Some(data_type.into()))
    }

    /// The columns of a record type, the time among them in any case.
    pub fn all_of<T: Described + ?Sized>() -> Vec<Self> {
        let columns = T::SCHEMA.columns().into_iter().filter_map(|column| match column.role {
            Role::Tag => Some(Self::tag(&column.name)),
            Role::Field(of) => Some(Self::field(&column.name, of)),
            Role::Time => None,
        });
        std::iter::once(Self::time()).chain(columns).collect()
    }
}

/// How the schema on the server differs from that of a record type.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SchemaDiff {
    /// The schema on the server, if the bucket has one of this measurement.
    pub schema: Option<MeasurementSchemaId>,
    /// The columns of the type that the server lacks.
    pub missing: Vec<SchemaColumn>,
    /// The columns that both have and that are not the same: that of the type, and that of the server.
    pub differing: Vec<(SchemaColumn, SchemaColumn)>,
    /// The columns of the server that the type lacks.
    pub extra: Vec<SchemaColumn>,
}

impl SchemaDiff {
    fn new(wanted: Vec<SchemaColumn>, found: Option<MeasurementSchema>) -> Self {
        let schema = found.as_ref().map(|schema| schema.id.clone());
        let mut extra = found.map(|schema| schema.columns).unwrap_or_default();
        let (mut missing, mut differing) = (Vec::new(), Vec::new());
        for column in wanted {
            match extra.iter().position(|other| other.name == column.name) {
                None => missing.push(column),
                Some(at) => {
                    let other = extra.remove(at);
                    if (&column.role, &column.data_type) != (&other.role, &other.data_type) {
                        differing.push((column, other));
                    }
                }
            }
        }
        Self { schema, missing, differing, extra }
    }

    /// Whether the bucket takes records of the type: all of its columns are there, as they are in it.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.schema.is_some() && self.missing.is_empty() && self.differing.is_empty()
    }
}

/// The schemas of one bucket's measurements, by [`Api::schemas`].
#[derive(Debug, Clone)]
#[must_use]
pub struct Schemas {
    buckets: Api<Bucket>,
    bucket: BucketId,
}

impl Api<Bucket> {
    /// The schemas of the measurements of a bucket whose [`SchemaType`](super::SchemaType) is explicit. Only Cloud has
    /// these.
    ///
    /// ```
    /// # #[cfg(all(feature = "test-server", feature = "derive"))]
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use influx_core::api::NewBucket;
    /// use influx_core::{Client, Measurement, testing::TestServer};
    ///
    /// #[derive(Measurement)]
    /// struct Cpu {
    ///     #[tag]
    ///     host: String,
    ///     #[field]
    ///     usage: f64,
    /// }
    ///
    /// let server = TestServer::builder().token("secret").org("my-org").bucket("machines").start()?;
    /// let client = Client::builder(server.url()).token("secret").org("my-org").build()?;
    ///
    /// let bucket = client.buckets().create(NewBucket::new("strict").explicit_schema()).await?;
    /// let schemas = client.buckets().schemas(&bucket);
    /// schemas.create_for::<Cpu>().await?;
    /// assert!(schemas.compare::<Cpu>().await?.fits());
    /// client.write("strict", &Cpu { host: "a".into(), usage: 1.5 }).await?;
    /// # Ok(())
    /// # }
    /// # #[cfg(not(all(feature = "test-server", feature = "derive")))]
    /// # fn main() {}
    /// ```
    pub fn schemas(&self, bucket: impl Into<BucketId>) -> Schemas {
        Schemas { buckets: self.clone(), bucket: bucket.into() }
    }
}

impl Schemas {
    fn request(&self, method: Method) -> Result<Request> {
        let request = self.buckets.below(method, &self.bucket, "schema")?.segment("measurements");
        Ok(match self.buckets.scope() {
            Some(org) => org.parameter(request)?,
            None => request,
        })
    }

    fn one(&self, method: Method, id: &MeasurementSchemaId) -> Result<Request> {
        id.of(self.request(method)?)
    }

    fn call<T: Send + 'static>(
        &self,
        request: Result<Request>,
        decode: impl FnOnce(crate::http::Answer) -> Result<T> + Send + 'static,
    ) -> Call<T> {
        call(self.buckets.client(), request, decode)
    }

    /// All of them, mostly without their columns.
    ///
    /// # Errors
    ///
    /// Every kind of the network and of the server's refusals; [`Config`](crate::ErrorKind::Config) for an empty id.
    pub fn list(&self) -> Call<Vec<MeasurementSchema>> {
        self.call(self.request(Method::GET), |answer| Ok(page(answer, MeasurementSchema::LIST)?.items))
    }

    /// That of a measurement, if the bucket has one, with its columns: in two requests.
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list).
    pub fn find(&self, measurement: impl Into<String>) -> Call<Option<MeasurementSchema>> {
        let (schemas, name) = (self.clone(), measurement.into());
        let request = self.request(Method::GET).map(|request| request.query("name", name.as_str()));
        let list = self.call(request, |answer| Ok(page(answer, MeasurementSchema::LIST)?.items));
        Call::future("GET schema of a measurement", move || {
            Box::pin(async move {
                let all: Vec<MeasurementSchema> = list.await?;
                match all.iter().find(|schema| schema.name == name) {
                    Some(found) => schemas.get(found).await.map(Some),
                    None => Ok(None),
                }
            })
        })
    }

    /// The one with this id.
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list); [`NotFound`](crate::ErrorKind::NotFound) if there is none.
    pub fn get(&self, id: impl Into<MeasurementSchemaId>) -> Call<MeasurementSchema> {
        self.call(self.one(Method::GET, &id.into()), read)
    }

    /// Makes one for a measurement.
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list); [`Conflict`](crate::ErrorKind::Conflict) if there is one already.
    pub fn create(
        &self,
        measurement: impl Into<String>,
        columns: impl Into<Vec<SchemaColumn>>,
    ) -> Call<MeasurementSchema> {
        let body = json!({ "name": measurement.into(), "columns": columns.into() });
        self.call(self.request(Method::POST).and_then(|request| request.json(&body)), read)
    }

    /// Makes one for the measurement of a record type, with its tags and fields.
    ///
    /// # Errors
    ///
    /// As [`create`](Self::create); [`Config`](crate::ErrorKind::Config) for a type whose measurement comes from each
    /// record: name it with `create` and [`SchemaColumn::all_of`].
    pub fn create_for<T: Described + ?Sized>(&self) -> Call<MeasurementSchema> {
        match measurement::<T>() {
            Ok(name) => self.create(name, SchemaColumn::all_of::<T>()),
            Err(error) => Call::settled(Err(error)),
        }
    }

    /// How the schema of a record type's measurement differs from the type.
    ///
    /// # Errors
    ///
    /// As [`list`](Self::list), and for the type as [`create_for`](Self::create_for).
    pub fn compare<T: Described + ?Sized>(&self) -> Call<SchemaDiff> {
        match measurement::<T>() {
            Ok(name) => {
                let found = self.find(name);
                Call::future("GET schema of a measurement", move || {
                    Box::pin(async move { Ok(SchemaDiff::new(SchemaColumn::all_of::<T>(), found.await?)) })
                })
            }
            Err(error) => Call::settled(Err(error)),
        }
    }

    /// Replaces the columns, of which none may be left out: new ones can only be added.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn update(
        &self,
        id: impl Into<MeasurementSchemaId>,
        columns: impl Into<Vec<SchemaColumn>>,
    ) -> Call<MeasurementSchema> {
        let body = json!({ "columns": columns.into() });
        self.call(self.one(Method::PATCH, &id.into()).and_then(|request| request.json(&body)), read)
    }
}

/// # Errors
///
/// The type has no measurement of its own.
fn measurement<T: Described + ?Sized>() -> Result<&'static str> {
    T::SCHEMA.measurement.ok_or_else(|| {
        Error::config("the type takes its measurement from each record: name it with create and all_of")
    })
}
