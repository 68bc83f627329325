//! Users of InfluxDB 1, and what they may do.

use std::fmt;

use super::V1;
use crate::error::Result;
use crate::http::Call;
use crate::query::{FromRow, InfluxQl, RowError, RowReader, Wanted};

/// The users of an InfluxDB 1, made by [`V1::users`].
///
/// Passwords travel in the body of a request, and are shown nowhere.
#[derive(Debug, Clone)]
pub struct Users {
    v1: V1,
}

impl Users {
    pub(super) fn new(v1: V1) -> Self {
        Self { v1 }
    }

    /// All users.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn list(&self) -> Call<Vec<User>> {
        self.v1.list(Ok("SHOW USERS".to_owned()))
    }

    /// Creates a user who may do nothing yet. If there is one with another password, that is an error.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn create(&self, name: &str, password: &str) -> Call<()> {
        self.v1.run_secret(create(name, password), password)
    }

    /// Creates a user who may do everything.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn create_admin(&self, name: &str, password: &str) -> Call<()> {
        self.v1.run_secret(create(name, password).map(|text| text + " WITH ALL PRIVILEGES"), password)
    }

    /// Sets the password of a user.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn set_password(&self, name: &str, password: &str) -> Call<()> {
        let statement = || {
            let (name, password) = (InfluxQl::identifier(name)?, secret(password)?);
            Ok(format!("SET PASSWORD FOR {name} = {password}"))
        };
        self.v1.run_secret(statement(), password)
    }

    /// Deletes a user.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn delete(&self, name: &str) -> Call<()> {
        self.v1.run(InfluxQl::identifier(name).map(|name| format!("DROP USER {name}")))
    }

    /// What a user may do with databases. One who may do everything has no entries here: see [`User::admin`].
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn grants(&self, name: &str) -> Call<Vec<Grant>> {
        self.v1.list(InfluxQl::identifier(name).map(|name| format!("SHOW GRANTS FOR {name}")))
    }

    /// Lets a user read or write a database, or both, in place of what was granted there before.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn grant(&self, name: &str, database: &str, privilege: Privilege) -> Call<()> {
        self.v1.run(on(name, database, &format!("GRANT {privilege} ON"), "TO"))
    }

    /// Takes from a user what was granted for a database.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn revoke(&self, name: &str, database: &str, privilege: Privilege) -> Call<()> {
        self.v1.run(on(name, database, &format!("REVOKE {privilege} ON"), "FROM"))
    }

    /// Lets a user do everything.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn grant_admin(&self, name: &str) -> Call<()> {
        self.v1.run(InfluxQl::identifier(name).map(|name| format!("GRANT ALL PRIVILEGES TO {name}")))
    }

    /// Leaves a user what was granted for databases.
    ///
    /// # Errors
    ///
    /// See [the module](super).
    pub fn revoke_admin(&self, name: &str) -> Call<()> {
        self.v1.run(InfluxQl::identifier(name).map(|name| format!("REVOKE ALL PRIVILEGES FROM {name}")))
    }
}

fn create(name: &str, password: &str) -> Result<String> {
    Ok(format!("CREATE USER {} WITH PASSWORD {}", InfluxQl::identifier(name)?, secret(password)?))
}

fn on(name: &str, database: &str, verb: &str, to: &str) -> Result<String> {
    let (name, database) = (InfluxQl::identifier(name)?, InfluxQl::identifier(database)?);
    Ok(format!("{verb} {database} {to} {name}"))
}

/// A password as a statement has it, and an error that does not show it.
fn secret(password: &str) -> Result<String> {
    InfluxQl::string(password).map_err(|_| {
        crate::Error::config("a password holds NUL or a carriage return, which InfluxQL has no words for")
    })
}

/// A user of InfluxDB 1.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct User {
    /// The name.
    pub name: String,
    /// Whether the user may do everything.
    pub admin: bool,
}

impl FromRow<'_> for User {
    fn columns(wanted: &mut Wanted) {
        wanted.field("user");
        wanted.field("admin");
    }

    fn from_row(row: &mut RowReader<'_, '_>) -> Result<Self, RowError> {
        Ok(Self { name: row.next()?, admin: row.next()? })
    }
}

/// What a user may do with a database.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Grant {
    /// The name of the database.
    pub database: String,
    /// What the user may do; `None`: nothing any more.
    pub privilege: Option<Privilege>,
}

impl FromRow<'_> for Grant {
    fn columns(wanted: &mut Wanted) {
        wanted.field("database");
        wanted.field("privilege");
    }

    fn from_row(row: &mut RowReader<'_, '_>) -> Result<Self, RowError> {
        let database = row.next()?;
        let privilege =
            match row.next::<&str>()? {
                "NO PRIVILEGES" => None,
                text => Some(Privilege::of(text).ok_or_else(|| {
                    RowError::new(format!("{text:?} is no privilege")).in_column("privilege")
                })?),
            };
        Ok(Self { database, privilege })
    }
}

/// What may be done with a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Privilege {
    /// Reading.
    Read,
    /// Writing.
    Write,
    /// Both.
    All,
}

impl Privilege {
    const EACH: [Self; 3] = [Self::Read, Self::Write, Self::All];

    fn of(text: &str) -> Option<Self> {
        Self::EACH.into_iter().find(|privilege| privilege.as_str() == text)
    }

    /// The words of InfluxQL for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "READ",
            Self::Write => "WRITE",
            Self::All => "ALL PRIVILEGES",
        }
    }
}

/// Prints the words of InfluxQL.
impl fmt::Display for Privilege {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
