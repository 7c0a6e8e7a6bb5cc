//! PostgreSQL's own programs: finding those that fit the server, and running them without a password among the arguments.

use std::{
    env,
    io::Read,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread::{self, JoinHandle},
    time::Duration,
};

use percent_encoding::percent_decode_str;
use sea_orm::DbErr;
use sqlx::postgres::PgConnectOptions;
use url::Url;

use super::super::{error::Error, task::Waiter};
use crate::{config::DatabaseConfig, storage::postgres_options};

/// Folder in which Debian keeps the programs, by version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// Interval between two looks at a running program.
const LOOK_INTERVAL: Duration = Duration::from_millis(50);

/// Parameters of a URL, and the variables of the same meaning. Host, port, user and database are set in any case.
const VARIABLES: [(&[&str], &str); 5] = [
    (&["password"], "PGPASSWORD"),
    (&["sslmode", "ssl-mode"], "PGSSLMODE"),
    (&["sslrootcert", "ssl-root-cert", "ssl-ca"], "PGSSLROOTCERT"),
    (&["sslcert", "ssl-cert"], "PGSSLCERT"),
    (&["sslkey", "ssl-key"], "PGSSLKEY"),
];

/// The programs, and the environment by which they reach the database.
#[derive(Clone)]
pub(super) struct Tools {
    folder: PathBuf,
    environment: Vec<(&'static str, String)>,
}

impl Tools {
    /// Finds programs for a server of a version: the same major version, or else the next newer one.
    pub(super) fn find(config: &DatabaseConfig, server: u32) -> Result<Self, Error> {
        let mut found: Vec<(u32, PathBuf)> =
            folders().into_iter().filter_map(|folder| Some((major(&folder)?, folder))).collect();
        // Folders of one version stay in their order.
        found.sort_by_key(|(version, _)| *version);
        let Some((_, folder)) = found.into_iter().find(|(version, _)| *version >= server) else {
            return Err(Error::Refused(format!(
                "pg_dump of PostgreSQL {server} or newer is needed, on the PATH or in {DEBIAN} (Debian's package \
                 postgresql-client-{server})."
            )));
        };
        Ok(Self { folder, environment: environment(config)? })
    }

    /// One of the programs.
    pub(super) fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.folder.join(name));
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

fn folders() -> Vec<PathBuf> {
    let debian = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    let path = env::var_os("PATH").unwrap_or_default();
    debian.chain(env::split_paths(&path)).filter(|folder| folder.join("pg_dump").is_file()).collect()
}

/// The major version of the programs in a folder: `pg_dump (PostgreSQL) 15.3 (Debian 15.3-1)`.
fn major(folder: &Path) -> Option<u32> {
    let output = Command::new(folder.join("pg_dump")).arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let number = text.split_whitespace().find(|word| word.starts_with(|letter: char| letter.is_ascii_digit()))?;
    number.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

/// The URL as variables, because others may read a program's arguments.
fn environment(config: &DatabaseConfig) -> Result<Vec<(&'static str, String)>, Error> {
    let config = &config.direct();
    let options: PgConnectOptions = postgres_options(config, None)?;
    // The library's socket has the folder of the host's parameter.
    let socket = options.get_socket().map(|folder| folder.to_string_lossy().into_owned());
    let user = options.get_username().to_owned();
    let mut environment = vec![
        ("PGHOST", socket.unwrap_or_else(|| options.get_host().trim_matches(['[', ']']).to_owned())),
        ("PGPORT", options.get_port().to_string()),
        ("PGDATABASE", options.get_database().unwrap_or(&user).to_owned()),
        ("PGUSER", user),
    ];
    environment.extend(options.get_options().map(|options| ("PGOPTIONS", options.to_owned())));
    let url = Url::parse(&config.url).map_err(|_cause| DbErr::Custom("DATABASE_URL is wrong".to_owned()))?;
    if let Some(password) = url.password() {
        environment.push(("PGPASSWORD", percent_decode_str(password).decode_utf8_lossy().into_owned()));
    }
    for (name, value) in url.query_pairs() {
        let variable = VARIABLES.iter().find(|(names, _)| names.contains(&&*name));
        environment.extend(variable.map(|(_, variable)| (*variable, value.clone().into_owned())));
    }
    Ok(environment)
}

/// A program that runs. It is stopped when this is dropped.
pub(super) struct Running {
    name: String,
    pub(super) child: Child,
    said: Option<JoinHandle<String>>,
}

impl Running {
    /// Starts a program.
    pub(super) fn start(mut command: Command) -> Result<Self, Error> {
        let path = PathBuf::from(command.get_program());
        let mut child = command.spawn().map_err(|cause| Error::file(&path, cause))?;
        // Read as it comes: a full pipe would stop the program.
        let said = child.stderr.take().map(|mut stderr| {
            thread::spawn(move || {
                let mut said = Vec::new();
                drop(stderr.read_to_end(&mut said));
                String::from_utf8_lossy(&said).trim().to_owned()
            })
        });
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { name, child, said })
    }

    /// Waits for its end, for as long as anybody waits for this. Fails with what it has said.
    pub(super) fn finish(mut self, waiter: &Waiter) -> Result<(), Error> {
        let failed = |cause: std::io::Error| Error::Refused(format!("{}: {cause}", self.name));
        let status: ExitStatus = loop {
            if let Some(status) = self.child.try_wait().map_err(failed)? {
                break status;
            }
            if waiter.is_gone() {
                return Err(Error::Refused(format!("{} was stopped.", self.name)));
            }
            thread::sleep(LOOK_INTERVAL);
        };
        if status.success() {
            return Ok(());
        }
        let said = self.said.take().and_then(|said| said.join().ok()).unwrap_or_default();
        Err(Error::Refused(format!("{} failed: {said}", self.name)))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str) -> Vec<(&'static str, String)> {
        environment(&DatabaseConfig { url: url.to_owned(), ..DatabaseConfig::default() }).unwrap()
    }

    fn value<'a>(environment: &'a [(&str, String)], name: &str) -> Option<&'a str> {
        environment.iter().rfind(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    #[test]
    fn a_url_becomes_variables() {
        let all = of("postgres://ann:a%40b=c&d+e@[::1]:5433/li%20aison?sslmode=verify-full&ssl-root-cert=/ca.pem");
        assert_eq!(value(&all, "PGPASSWORD"), Some("a@b=c&d+e"));
        assert_eq!(value(&all, "PGHOST"), Some("::1"));
        assert_eq!(value(&all, "PGPORT"), Some("5433"));
        assert_eq!(value(&all, "PGUSER"), Some("ann"));
        assert_eq!(value(&all, "PGDATABASE"), Some("li aison"));
        assert_eq!(value(&all, "PGSSLMODE"), Some("verify-full"));
        assert_eq!(value(&all, "PGSSLROOTCERT"), Some("/ca.pem"));
        let all = of("postgres://ann@localhost/liaison?host=/run/postgresql&password=secret&options[search_path]=crm");
        assert_eq!(value(&all, "PGHOST"), Some("/run/postgresql"));
        assert_eq!(value(&all, "PGPASSWORD"), Some("secret"));
        assert!(value(&all, "PGOPTIONS").unwrap().contains("search_path=crm"));
    }

    #[test]
    fn no_argument_holds_a_password() {
        let tools = Tools { folder: PathBuf::new(), environment: of("postgres://ann:secret@localhost/liaison") };
        let command = tools.command("pg_dump");
        assert!(command.get_args().all(|argument| !argument.to_string_lossy().contains("secret")));
    }
}
