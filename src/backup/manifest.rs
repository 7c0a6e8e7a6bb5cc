//! Manifest of a backup.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DbErr, Statement};
use serde::{Deserialize, Serialize};

use super::error::{Error, domain_error};
use crate::{
    domain::changes::{self, Position},
    storage::{applied_migrations, known_migrations},
};

/// Version of the format of backups.
const FORMAT: u32 = 1;
/// Tables whose rows are counted.
const COUNTED: [&str; 6] = ["contacts", "companies", "company_memberships", "interactions", "users", "changes"];
/// Migration since which there is a feed.
const FEED: &str = "m20261125_000009_changes";
/// Migration since which a feed has epochs.
const EPOCHS: &str = "m20261204_000034_feed_epoch";

/// Kind of a database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseKind {
    /// One file.
    Sqlite,
    /// A server.
    Postgres,
}

impl DatabaseKind {
    fn title(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// Place of the feed at the moment of a backup.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct FeedPlace {
    /// Number of restores that the feed has seen.
    pub epoch: i64,
    tx: i64,
    position: i64,
}

impl FeedPlace {
    /// The last place up to which the backup has all changes.
    pub fn last(&self) -> Position {
        Position::new(self.tx, self.position)
    }
}

/// Description of a backup, stored in its file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    format: u32,
    /// Version of the program that made it.
    pub version: String,
    /// Time of the backup's state.
    pub made_at: DateTime<Utc>,
    /// Kind of the database.
    pub database: DatabaseKind,
    /// Version of the server, and the schema that the tables are in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server: Option<Server>,
    /// Names of the migrations that the database has seen.
    pub migrations: Vec<String>,
    /// Place of the feed. An old schema has none.
    pub feed: Option<FeedPlace>,
    /// Number of rows by table.
    pub counts: BTreeMap<String, i64>,
    /// Length of the database's file in the backup.
    pub bytes: u64,
    /// SHA-256 of that file.
    pub sha256: String,
}

/// A server of PostgreSQL.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Server {
    /// Its version.
    pub version: String,
    /// The schema that the tables are in.
    pub schema: String,
}

impl Manifest {
    /// Describes a database as one snapshot shows it. The length and the hash of the file are not known yet.
    ///
    /// Refuses what is no database of Liaison, and one that a newer program has migrated.
    pub(super) async fn describe(
        db: &impl ConnectionTrait,
        database: DatabaseKind,
        server: Option<Server>,
        made_at: DateTime<Utc>,
    ) -> Result<Self, Error> {
        let migrations = applied_migrations(db).await?;
        if migrations.is_empty() {
            return Err(Error::Refused("The database has no tables of Liaison.".to_owned()));
        }
        refuse_newer(&migrations, "The database")?;
        let has = |name: &str| migrations.iter().any(|migration| migration == name);
        let feed = if has(FEED) {
            let epoch = if has(EPOCHS) { count(db, "feed_epochs").await? } else { 0 };
            let (tx, position) = changes::reach(db).await.map_err(domain_error)?.parts();
            Some(FeedPlace { epoch, tx, position })
        } else {
            None
        };
        let mut counts = BTreeMap::new();
        for table in COUNTED.into_iter().filter(|table| *table != "changes" || has(FEED)) {
            counts.insert(table.to_owned(), count(db, table).await?);
        }
        let (version, bytes, sha256) = (env!("LIAISON_VERSION").to_owned(), 0, String::new());
        Ok(Self { format: FORMAT, version, made_at, database, server, migrations, feed, counts, bytes, sha256 })
    }

    /// Refuses a backup that this program cannot restore, or not into a database of this kind.
    pub(super) fn check(&self, kind: DatabaseKind) -> Result<(), Error> {
        if self.format > FORMAT {
            return Err(Error::Refused(format!("The backup was made by a newer program ({}).", self.version)));
        }
        if self.database != kind {
            return Err(Error::Refused(format!(
                "The backup is one of {}, and this database is {}.",
                self.database.title(),
                kind.title()
            )));
        }
        refuse_newer(&self.migrations, "The backup")
    }
}

/// Refuses migrations that this program does not know.
fn refuse_newer(migrations: &[String], what: &str) -> Result<(), Error> {
    let known = known_migrations();
    match migrations.iter().find(|migration| !known.contains(migration)) {
        None => Ok(()),
        Some(unknown) => Err(Error::Refused(format!(
            "{what} has the schema of a newer program ({unknown}). Use that version of Liaison, or a later one."
        ))),
    }
}

async fn count(db: &impl ConnectionTrait, table: &str) -> Result<i64, DbErr> {
    let statement = Statement::from_string(db.get_database_backend(), format!("SELECT count(*) FROM {table}"));
    db.query_one_raw(statement).await?.map_or(Ok(0), |row| row.try_get_by_index(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Manifest {
        /// A backup of SQLite.
        pub(in crate::backup) fn of_test() -> Self {
            Self {
                format: FORMAT,
                version: "0.0.0".to_owned(),
                made_at: DateTime::from_timestamp_nanos(1_767_225_600_000_000_000),
                database: DatabaseKind::Sqlite,
                server: None,
                migrations: known_migrations(),
                feed: None,
                counts: BTreeMap::new(),
                bytes: 0,
                sha256: String::new(),
            }
        }
    }

    #[test]
    fn backups_of_newer_programs_and_of_another_kind_are_refused() {
        let manifest = Manifest::of_test();
        assert!(manifest.check(DatabaseKind::Sqlite).is_ok());
        assert!(manifest.check(DatabaseKind::Postgres).is_err());
        let newer = Manifest { format: FORMAT + 1, ..manifest.clone() };
        assert!(newer.check(DatabaseKind::Sqlite).is_err());
        let mut later = manifest;
        later.migrations.push("m20991231_000099_later".to_owned());
        assert!(later.check(DatabaseKind::Sqlite).unwrap_err().to_string().contains("m20991231_000099_later"));
    }
}
