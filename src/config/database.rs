//! Settings of the database, and errors in its URL.
//!
//! **Invariant:** no message here quotes the URL or a part of it. A password may stand in any part when one of its
//! characters is not escaped.

use std::time::Duration;

use clap::Args;

use super::Hidden;
use crate::origin::parse_port;

/// Default database.
const URL: &str = "sqlite://liaison.db";
/// Default number of connections.
const POOL_SIZE: u32 = 10;
/// Default acquire timeout, in milliseconds.
const ACQUIRE_TIMEOUT_MS: u64 = 3000;
/// Default bound of a standby's lag, in milliseconds.
pub(super) const LAG_MAX_MS: u64 = 10_000;

/// Settings of the database.
#[derive(Clone, Debug, Args)]
pub struct DatabaseArgs {
    /// SQLite file or PostgreSQL server: `sqlite://liaison.db` or `postgres://user@host/database`
    #[arg(long, global = true, env = "DATABASE_URL", default_value = URL, hide_env_values = true)]
    pub database_url: Hidden,

    /// Connections for reading (SQLite), or for single statements and the same number for transactions (PostgreSQL)
    #[arg(long, global = true, env = "LIAISON_POOL_SIZE", default_value_t = POOL_SIZE, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub pool_size: u32,

    /// Longest wait of a request for a free connection, in milliseconds; after it the request fails with
    /// `SERVICE_UNAVAILABLE`
    #[arg(long, global = true, env = "LIAISON_ACQUIRE_TIMEOUT_MS", default_value_t = ACQUIRE_TIMEOUT_MS, value_parser = clap::value_parser!(u64).range(1..))]
    pub acquire_timeout_ms: u64,
}

impl DatabaseArgs {
    /// Converts the settings into the form that `storage` takes.
    ///
    /// The URL is checked here and not by clap, because clap's errors quote the value and with it perhaps a password.
    pub fn config(&self) -> Result<DatabaseConfig, String> {
        let url = self.database_url.expose().to_owned();
        check(&url).map_err(|wrong| format!("DATABASE_URL (--database-url) is wrong: {wrong}"))?;
        Ok(DatabaseConfig {
            url,
            pool_size: self.pool_size,
            acquire_timeout: Duration::from_millis(self.acquire_timeout_ms),
            statement_timeout: None,
            standbys: Standbys::default(),
        })
    }
}

/// Settings for reaching the database.
#[derive(Clone)]
pub struct DatabaseConfig {
    /// `sqlite:…` or `postgres://…`. It may contain a password and is never printed.
    pub url: String,
    /// Connections for reading on SQLite; on PostgreSQL for single statements, and the same number for everything else.
    pub pool_size: u32,
    /// Longest wait for a connection.
    pub acquire_timeout: Duration,
    /// Longest time for a statement on PostgreSQL, and between two statements of a transaction. `None` for no limit.
    pub statement_timeout: Option<Duration>,
    /// Standbys, from which queries are read. Only `serve` has any.
    pub standbys: Standbys,
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        let acquire_timeout = Duration::from_millis(ACQUIRE_TIMEOUT_MS);
        Self {
            url: URL.to_owned(),
            pool_size: POOL_SIZE,
            acquire_timeout,
            statement_timeout: None,
            standbys: Standbys::default(),
        }
    }
}

/// Standbys of a database on PostgreSQL.
#[derive(Clone)]
pub struct Standbys {
    /// URLs, which may contain passwords and are never printed.
    pub urls: Vec<String>,
    /// Longest time that a standby may lag behind.
    pub lag_max: Duration,
}

impl Default for Standbys {
    fn default() -> Self {
        Self { urls: Vec::new(), lag_max: Duration::from_millis(LAG_MAX_MS) }
    }
}

impl DatabaseConfig {
    /// Returns true for a SQLite file.
    pub fn is_sqlite(&self) -> bool {
        self.url.starts_with(SQLITE)
    }
}

impl std::fmt::Debug for DatabaseConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DatabaseConfig").field("pool_size", &self.pool_size).finish_non_exhaustive()
    }
}

const SQLITE: &str = "sqlite:";

/// Parameters that a URL of PostgreSQL may have after its `?`.
const POSTGRES_PARAMETERS: &[&str] = &[
    "application_name",
    "dbname",
    "host",
    "hostaddr",
    "options",
    "password",
    "port",
    "ssl-ca",
    "ssl-cert",
    "ssl-key",
    "ssl-mode",
    "ssl-root-cert",
    "sslcert",
    "sslkey",
    "sslmode",
    "sslrootcert",
    "statement-cache-capacity",
    "user",
];

/// Checks a URL. The error names the wrong part and the correct form.
pub(crate) fn check(url: &str) -> Result<(), String> {
    if let Some(rest) = url.strip_prefix(SQLITE) {
        return check_sqlite(rest);
    }
    match url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://")) {
        Some(rest) => check_postgres(rest),
        None => Err("it must begin with sqlite:, postgres:// or postgresql://".to_owned()),
    }
}

fn check_sqlite(rest: &str) -> Result<(), String> {
    let (file, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let file = file.strip_prefix("//").unwrap_or(file);
    if rest.contains(":memory:") || parameters.contains("mode=memory") {
        return Err("it must name a file: a database in memory has one connection only".to_owned());
    }
    if file.is_empty() {
        return Err("the name of the file is missing, as in sqlite://liaison.db".to_owned());
    }
    for (name, value) in form_urlencoded::parse(parameters.as_bytes()) {
        match (&*name, &*value) {
            ("mode", "ro") | ("immutable", "1" | "true") => {
                return Err(
                    "it asks for a database that is only read (mode=ro or immutable), but Liaison writes to it"
                        .to_owned(),
                );
            }
            ("mode", "rw" | "rwc") | ("cache", "private" | "shared") | ("immutable", "0" | "false") | ("vfs", _) => {}
            _ => return Err("only mode=rw, mode=rwc, cache= and vfs= may stand behind the ?".to_owned()),
        }
    }
    Ok(())
}

fn check_postgres(rest: &str) -> Result<(), String> {
    let (authority, behind) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if behind.contains('@') {
        return Err("a / ? or # stands before the @. In the user's name and the password / is written %2F, ? is %3F, \
                    # is %23, @ is %40 and % is %25; so is @ everywhere behind the host"
            .to_owned());
    }
    if behind.contains('#') {
        return Err("it holds a #, which is written %23".to_owned());
    }
    let host = authority.rsplit_once('@').map_or(authority, |(_user, host)| host);
    check_host(host, host.len() < authority.len())?;
    let parameters = behind.split_once('?').map_or("", |(_path, parameters)| parameters);
    for (name, value) in form_urlencoded::parse(parameters.as_bytes()) {
        check_parameter(&name, &value)?;
    }
    Ok(())
}

/// Checks the part between the `@` and the database's name.
fn check_host(host: &str, has_user: bool) -> Result<(), String> {
    // An IPv6 address stands in brackets, because it contains colons.
    let after_brackets = host.rfind(']').map_or(0, |end| end + 1);
    let (name, port) = match host.rfind(':').filter(|colon| *colon >= after_brackets) {
        Some(colon) => (host.get(..colon), host.get(colon + 1..)),
        None => (Some(host), None),
    };
    if has_user && name.is_none_or(str::is_empty) {
        return Err("the host is missing behind the @".to_owned());
    }
    match port {
        None | Some("") => Ok(()),
        Some(port) => check_port(port),
    }
}

fn check_port(port: &str) -> Result<(), String> {
    match parse_port(port) {
        Some(1..) => Ok(()),
        _ => Err(
            "the port behind the host must be a number from 1 to 65535. If it is a part of the password: there / is \
                  written %2F, ? is %3F and # is %23"
                .to_owned(),
        ),
    }
}

fn check_parameter(name: &str, value: &str) -> Result<(), String> {
    let is_option = name.starts_with("options[") && name.ends_with(']');
    if !is_option && !POSTGRES_PARAMETERS.contains(&name) {
        return Err(format!(
            "there is an unknown parameter behind the ?; the known ones are {}, and options[…]",
            POSTGRES_PARAMETERS.join(", ")
        ));
    }
    match name {
        "port" => check_port(value),
        "sslmode" | "ssl-mode"
            if !["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]
                .contains(&&*value.to_ascii_lowercase()) =>
        {
            Err("sslmode must be disable, allow, prefer, require, verify-ca or verify-full".to_owned())
        }
        "hostaddr" if value.parse::<std::net::IpAddr>().is_err() => Err("hostaddr must be an IP address".to_owned()),
        "statement-cache-capacity" if value.parse::<usize>().is_err() => {
            Err("statement-cache-capacity must be a number".to_owned())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn urls_that_work_are_taken() {
        for url in [
            "sqlite://liaison.db",
            "sqlite:liaison.db",
            "sqlite:///var/lib/liaison/liaison.db?mode=rwc",
            "postgres://localhost",
            "postgres:///liaison?host=/run/postgresql",
            "postgresql://liaison@db.internal/liaison",
            "postgres://ann:s%2Fe%3Fc%23r%40t@db.internal:5433/liaison?sslmode=require",
            "postgres://ann:sec@ret@db.internal/liaison",
            "postgres://[::1]:5432/liaison?options[lock_timeout]=100",
            "postgres://ann@[::1]/liaison",
        ] {
            assert_eq!(check(url), Ok(()), "{url}");
        }
    }

    #[test]
    fn the_part_that_is_wrong_is_named_and_never_quoted() {
        for (url, part) in [
            ("postgres://ann:se/cret@h/d", "%2F"),
            ("postgres://ann:se?cret@h/d", "%3F"),
            ("postgres://ann:se#cret@h/d", "%23"),
            ("postgres://ann:12/cret@h/d", "%2F"),
            ("postgres://ann:12?cret@h/d", "%3F"),
            ("postgres://ann:12#cret@h/d", "%23"),
            ("postgres://ann:cr@et/secret@h/d", "%2F"),
            ("postgres://ann:12#cret", "%23"),
            ("postgres://ann:secret", "port"),
            ("postgres://ann:secret@h:cret/d", "port"),
            ("postgres://ann:secret@h:0/d", "port"),
            ("postgres://ann:secret@/d", "host"),
            ("postgres://ann:secret@:5432/d", "host"),
            ("postgres://ann:secret@h/d?pass=cret", "parameter"),
            ("postgres://ann:12?cret", "parameter"),
            ("postgres://ann:secret@h/d?sslmode=cret", "sslmode"),
            ("postgres://ann:secret@h/d?port=cret", "port"),
            ("postgres://ann:secret@h/d?hostaddr=cret", "hostaddr"),
            ("postgres://ann:secret@h/d?statement-cache-capacity=cret", "statement-cache-capacity"),
            ("mysql://ann:secret@h/d", "postgres://"),
            ("cret", "postgres://"),
            ("", "postgres://"),
            ("sqlite:", "file"),
            ("sqlite://", "file"),
            ("sqlite:?mode=rwc", "file"),
            ("sqlite::memory:", "file"),
            ("sqlite://x.db?mode=memory", "file"),
            ("sqlite://x.db?mode=ro", "mode=ro"),
            ("sqlite://x.db?immutable=1", "immutable"),
            ("sqlite://x.db?mode=cret", "mode=rw"),
            ("sqlite://x.db?cret", "mode=rw"),
        ] {
            let said = check(url).unwrap_err();
            assert!(said.contains(part), "{url}: {said}");
            assert!(!said.contains("cret"), "{url}: {said}");
        }
    }
}
