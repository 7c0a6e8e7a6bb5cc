//! Database under the servers.

use std::{
    fs,
    os::unix::process::CommandExt,
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use super::{
    Args, Engine,
    processes::{program, start, stop, wait_for},
};

/// Database under the servers.
pub(crate) struct Database {
    engine: Engine,
    folder: PathBuf,
    /// URL of the PostgreSQL server, without a database's name.
    server_url: String,
    cluster: Option<Child>,
}

const POSTGRES_PORT: &str = "4703";

impl Database {
    pub(crate) fn start(engine: Engine, args: &Args) -> Result<Self> {
        let folder = fs::canonicalize(&args.folder)?;
        let mut database = Self { engine, folder, server_url: String::new(), cluster: None };
        if engine == Engine::Postgres {
            match &args.postgres_url {
                Some(url) => url.trim_end_matches('/').clone_into(&mut database.server_url),
                None => database.start_cluster()?,
            }
        }
        Ok(database)
    }

    /// Returns the process that all of the database's CPU time belongs to, when this program started it.
    pub(crate) fn id(&self) -> Option<u32> {
        self.cluster.as_ref().map(Child::id)
    }

    /// Returns the URL of a database with so many contacts, and fills it if it does not exist.
    pub(crate) fn filled(&self, contacts: u32) -> Result<String> {
        let mark = self.folder.join(format!("{:?}-{contacts}.filled", self.engine));
        let url = match self.engine {
            Engine::Sqlite => format!("sqlite://{}/contacts-{contacts}.db", self.folder.display()),
            Engine::Postgres => format!("{}/contacts_{contacts}", self.server_url),
        };
        if !mark.exists() {
            self.discard(contacts)?;
            let arguments = ["demo", "--contacts", &contacts.to_string(), "--database-url", &url];
            ensure!(Command::new(program("liaison")?).args(arguments).status()?.success(), "liaison demo failed");
            if self.engine == Engine::Postgres {
                self.execute(&url, "VACUUM ANALYZE")?;
            }
            fs::write(mark, "")?;
        }
        if self.engine == Engine::Postgres {
            self.execute(&url, "CHECKPOINT")?;
        }
        Ok(url)
    }

    /// Removes the remains of an interrupted run.
    fn discard(&self, contacts: u32) -> Result<()> {
        if self.engine == Engine::Postgres {
            self.administer(&format!("DROP DATABASE IF EXISTS contacts_{contacts} WITH (FORCE)"))?;
            return self.administer(&format!("CREATE DATABASE contacts_{contacts}"));
        }
        for ending in ["", "-wal", "-shm"] {
            let file = self.folder.join(format!("contacts-{contacts}.db{ending}"));
            if file.exists() {
                fs::remove_file(file)?;
            }
        }
        Ok(())
    }

    fn administer(&self, sql: &str) -> Result<()> {
        self.execute(&format!("{}/postgres", self.server_url), sql)
    }

    #[expect(clippy::unused_self, reason = "only for a database that runs")]
    fn execute(&self, url: &str, sql: &str) -> Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
            let connection = tokio::spawn(connection);
            client.batch_execute(sql).await?;
            connection.abort();
            Ok(())
        })
    }

    /// Starts a private cluster. PostgreSQL refuses to run as root, so root runs it as the system's `postgres` user.
    fn start_cluster(&mut self) -> Result<()> {
        let binaries = fs::read_dir("/usr/lib/postgresql").context("install PostgreSQL (Debian: postgresql)")?;
        let versions = binaries.filter_map(|entry| Some(entry.ok()?.path().join("bin")));
        let bin = versions.filter(|bin| bin.join("initdb").exists()).max().context("no initdb found")?;
        let data = self.folder.join("postgres");
        let owner = owner()?;
        let command = |name: &str| {
            let mut command = Command::new(bin.join(name));
            if let Some((user, group)) = owner {
                command.uid(user).gid(group).current_dir("/");
            }
            command
        };
        if !data.join("PG_VERSION").exists() {
            fs::create_dir_all(&data)?;
            if let Some((user, group)) = owner {
                std::os::unix::fs::chown(&data, Some(user), Some(group))?;
            }
            let mut initdb = command("initdb");
            initdb.arg("-D").arg(&data).args(["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"]);
            ensure!(initdb.stdout(Stdio::null()).status()?.success(), "initdb failed");
        }
        let mut server = command("postgres");
        server.arg("-D").arg(&data).args(["-p", POSTGRES_PORT, "-k", "", "-c", "listen_addresses=127.0.0.1"]);
        server.args(["-c", "shared_buffers=1GB", "-c", "max_wal_size=4GB", "-c", "max_connections=100"]);
        self.cluster = Some(start(&mut server)?);
        self.server_url = format!("postgres://postgres@127.0.0.1:{POSTGRES_PORT}");
        wait_for(&format!("127.0.0.1:{POSTGRES_PORT}"))?;
        let started = Instant::now();
        while self.administer("SELECT 1").is_err() {
            ensure!(started.elapsed() < Duration::from_mins(1), "PostgreSQL does not answer");
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(cluster) = &mut self.cluster {
            stop(cluster);
        }
    }
}

/// Returns the user and group to run PostgreSQL as, when this program runs as root.
fn owner() -> Result<Option<(u32, u32)>> {
    use std::os::unix::fs::MetadataExt;
    if fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd")?;
    for line in users.lines() {
        let fields: Vec<&str> = line.split(':').collect();
        if let ["postgres", _, user, group, ..] = fields[..] {
            return Ok(Some((user.parse()?, group.parse()?)));
        }
    }
    bail!("PostgreSQL does not run as root, and there is no user postgres")
}
