//! Settings for reaching PostgreSQL through a pooler of connections: docs/deploy.md, "Behind a pooler".

use clap::{Args, ValueEnum};

use super::{Hidden, database_url};

/// How statements are sent to PostgreSQL.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum StatementNames {
    /// Each connection keeps the statements that it has prepared, under names.
    #[default]
    Named,
    /// Statements have no name and connections no state, so that a pooler may give each transaction another connection
    /// to the server.
    Unnamed,
}

/// Settings of a pooler.
#[derive(Clone, Debug, Args)]
pub struct PoolerArgs {
    /// How statements are sent to PostgreSQL: `unnamed` works through every pooler, also one that gives each transaction
    /// another connection, as `PgBouncer` does; it costs more, and needs `LIAISON_MIGRATE_URL`
    #[arg(long, global = true, env = "LIAISON_STATEMENTS", value_enum, default_value = "named")]
    pub statements: StatementNames,

    /// PostgreSQL server past the pooler, for what needs a connection of its own: migrations, signals between replicas,
    /// exports, backups; by default `DATABASE_URL` is for these too
    #[arg(long, global = true, env = "LIAISON_MIGRATE_URL", hide_env_values = true)]
    pub migrate_url: Option<Hidden>,
}

impl PoolerArgs {
    /// Checks the settings, and returns the URL of the server past the pooler.
    pub(super) fn check(&self, is_sqlite: bool) -> Result<Option<String>, String> {
        let url = self.migrate_url.as_ref().map(|url| url.expose().to_owned());
        let is_unnamed = self.statements == StatementNames::Unnamed;
        if is_sqlite && (url.is_some() || is_unnamed) {
            return Err(
                "LIAISON_STATEMENTS (--statements) and LIAISON_MIGRATE_URL (--migrate-url) are for PostgreSQL, \
                        and DATABASE_URL (--database-url) names a SQLite file"
                    .to_owned(),
            );
        }
        if is_unnamed && url.is_none() {
            return Err(
                "LIAISON_STATEMENTS=unnamed (--statements) needs LIAISON_MIGRATE_URL (--migrate-url), the server \
                        past the pooler: migrations take locks that belong to a connection"
                    .to_owned(),
            );
        }
        let wrong = |wrong: String| format!("LIAISON_MIGRATE_URL (--migrate-url) is wrong: {wrong}");
        match &url {
            Some(url) if database_url::is_sqlite(url) => {
                Err(wrong("it must begin with postgres:// or postgresql://".to_owned()))
            }
            Some(url) => database_url::check(url).map_err(wrong),
            None => Ok(()),
        }?;
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(is_sqlite: bool, statements: StatementNames, url: Option<&str>) -> Result<Option<String>, String> {
        PoolerArgs { statements, migrate_url: url.map(|url| url.to_owned().into()) }.check(is_sqlite)
    }

    #[test]
    fn settings_that_cannot_work_are_refused_by_name() {
        use StatementNames::{Named, Unnamed};
        let server = Some("postgres://server/d");
        assert_eq!(check(false, Unnamed, server).unwrap().as_deref(), server);
        assert_eq!(check(false, Named, server).unwrap().as_deref(), server);
        assert_eq!(check(true, Named, None).unwrap(), None);
        for (is_sqlite, statements, url, named) in [
            (false, Unnamed, None, "LIAISON_MIGRATE_URL"),
            (true, Unnamed, server, "LIAISON_STATEMENTS"),
            (true, Named, server, "LIAISON_MIGRATE_URL"),
            (false, Unnamed, Some("postgres://ann:cret@h:0/d"), "LIAISON_MIGRATE_URL"),
            (false, Named, Some("sqlite://cret.db"), "LIAISON_MIGRATE_URL"),
        ] {
            let said = check(is_sqlite, statements, url).unwrap_err();
            assert!(said.contains(named) && !said.contains("cret"), "{said}");
        }
    }
}
