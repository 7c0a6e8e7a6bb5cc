//! Servers under measurement.

use std::{
    collections::HashMap,
    fs,
    path::Path,
    process::{Child, Command},
    time::{SystemTime, UNIX_EPOCH},
};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    processes::{program, start, stop, wait_for},
    workloads::{Request, Workload},
};

/// Server that is put under load.
pub(crate) struct Server {
    pub(crate) name: String,
    url: String,
    kind: Kind,
    child: Option<Child>,
    /// Token that the server needs, if any.
    token: Option<String>,
}

enum Kind {
    /// Takes the variables as they are, at a path for each workload.
    Floor,
    /// Takes the workloads' queries.
    Liaison,
    /// Takes the workloads' queries too, but keeps no record of changes.
    Textbook,
    /// Takes queries of its own.
    Peer(HashMap<String, Value>),
}

#[derive(Deserialize)]
struct Peer {
    name: String,
    url: String,
    queries: HashMap<String, Value>,
}

/// Reads the list of further servers.
pub(crate) fn read_peers(path: Option<&Path>) -> Result<Vec<Server>> {
    let Some(path) = path else { return Ok(Vec::new()) };
    let peers: Vec<Peer> = serde_json::from_slice(&fs::read(path)?)?;
    let server = |peer: Peer| Server {
        name: peer.name,
        url: peer.url,
        kind: Kind::Peer(peer.queries),
        child: None,
        token: None,
    };
    Ok(peers.into_iter().map(server).collect())
}

impl Server {
    /// Starts the least that any server could do.
    pub(crate) fn floor(database_url: &str) -> Result<Self> {
        let address = "127.0.0.1:4701";
        let child = Self::start_yardstick("floor", database_url, address)?;
        let url = format!("http://{address}");
        Ok(Self { name: "floor".to_owned(), url, kind: Kind::Floor, child: Some(child), token: None })
    }

    /// Starts the libraries, put together as their documentation shows.
    pub(crate) fn textbook(database_url: &str) -> Result<Self> {
        let address = "127.0.0.1:4705";
        let child = Self::start_yardstick("textbook", database_url, address)?;
        let url = format!("http://{address}/graphql");
        Ok(Self { name: "textbook".to_owned(), url, kind: Kind::Textbook, child: Some(child), token: None })
    }

    fn start_yardstick(name: &str, database_url: &str, address: &str) -> Result<Child> {
        let arguments = ["--database-url", database_url, "--listen", address];
        let child = start(Command::new(program(name)?).args(arguments))?;
        wait_for(address)?;
        Ok(child)
    }

    /// Starts Liaison as it runs on the internet: every request carries a session's token.
    pub(crate) fn liaison(database_url: &str) -> Result<Self> {
        let mut server = Self::serve("liaison", database_url, "127.0.0.1:4702", &[])?;
        server.token = Some(server.sign_in(database_url)?);
        Ok(server)
    }

    /// Starts Liaison without a login, to measure the cost of the login.
    pub(crate) fn liaison_without_login(database_url: &str) -> Result<Self> {
        Self::serve("liaison --dev", database_url, "127.0.0.1:4704", &["--dev"])
    }

    /// Starts one of several replicas on the same database.
    pub(crate) fn replica(database_url: &str, number: u16) -> Result<Self> {
        Self::serve("liaison", database_url, &format!("127.0.0.1:{}", 4710 + number), &[])
    }

    /// Returns the URL of the API.
    pub(crate) fn graphql_url(&self) -> &str {
        &self.url
    }

    /// Makes an API key.
    #[expect(clippy::unused_self, reason = "only for a server that runs")]
    pub(crate) fn make_key(&self, database_url: &str, role: &str) -> Result<String> {
        let arguments = ["key", "create", "--name", "bench", "--role", role, "--database-url", database_url];
        let output = Command::new(program("liaison")?).args(arguments).output()?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        // The secret is on the last line; the first line names the key by its prefix.
        let key = printed.split_whitespace().rfind(|word| word.starts_with("lsn_"));
        key.map(str::to_owned).with_context(|| format!("liaison key create printed {printed}"))
    }

    fn serve(name: &str, database_url: &str, address: &str, flags: &[&str]) -> Result<Self> {
        let mut command = Command::new(program("liaison")?);
        command.args(["serve", "--database-url", database_url, "--listen", address]).args(flags);
        // The rate limits are counted, but are too high for a test to reach.
        command.args(["--requests-per-second", "1000000", "--mail-dir"]).arg(std::env::temp_dir().join("liaison-mail"));
        let child = start(&mut command)?;
        wait_for(address)?;
        let url = format!("http://{address}/graphql");
        Ok(Self { name: name.to_owned(), url, kind: Kind::Liaison, child: Some(child), token: None })
    }

    /// Makes a user for this run, and returns the token of its session.
    fn sign_in(&self, database_url: &str) -> Result<String> {
        let email = format!(
            "bench-{}-{}@example.com",
            std::process::id(),
            SystemTime::now().duration_since(UNIX_EPOCH)?.as_nanos()
        );
        let arguments = ["user", "create", "--role", "admin", "--email", &email, "--database-url", database_url];
        let output = Command::new(program("liaison")?).args(arguments).output()?;
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        let (_, link) = printed.split_once('#').context("liaison user create printed no link")?;
        let query = "mutation($token: String!, $password: String!) {
            setPassword(token: $token, password: $password) { token } }";
        let variables = json!({ "token": link.trim(), "password": "a password for the benchmark" });
        let answer = self.send(&self.url, json!({ "query": query, "variables": variables }).to_string())?;
        let answer: Value = serde_json::from_str(&answer).with_context(|| format!("setPassword answered {answer}"))?;
        let token = answer.pointer("/data/setPassword/token").and_then(Value::as_str);
        token.map(str::to_owned).with_context(|| format!("setPassword answered {answer}"))
    }

    /// Returns the headers of a request.
    pub(crate) fn headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = vec![("Content-Type", "application/json".to_owned())];
        headers.extend(self.token.as_ref().map(|token| ("Authorization", format!("Bearer {token}"))));
        headers
    }

    /// Returns true for workloads that the server is measured under.
    pub(crate) fn answers(&self, workload: &Workload) -> bool {
        match &self.kind {
            Kind::Floor => workload.has_floor,
            Kind::Liaison => true,
            Kind::Textbook => workload.has_floor && !workload.is_recorded,
            Kind::Peer(queries) => queries.contains_key(workload.name),
        }
    }

    pub(crate) fn id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    pub(crate) fn url(&self, workload: &Workload) -> String {
        match self.kind {
            Kind::Floor => format!("{}/{}", self.url, workload.name),
            Kind::Liaison | Kind::Textbook | Kind::Peer(_) => self.url.clone(),
        }
    }

    /// Returns the body of a request.
    pub(crate) fn body(&self, workload: &Workload, request: &Request) -> String {
        match &self.kind {
            Kind::Floor => request.variables.to_string(),
            Kind::Liaison | Kind::Textbook => {
                json!({ "query": workload.query, "variables": request.variables }).to_string()
            }
            Kind::Peer(queries) => queries.get(workload.name).map(Value::to_string).unwrap_or_default(),
        }
    }

    /// Sends one request and returns the answer's text.
    pub(crate) fn ask(&self, workload: &Workload, request: &Request) -> Result<String> {
        self.send(&self.url(workload), self.body(workload, request))
    }

    fn send(&self, url: &str, body: String) -> Result<String> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let mut request = reqwest::Client::new().post(url).body(body);
            for (name, value) in self.headers() {
                request = request.header(name, value);
            }
            Ok(request.send().await?.text().await?)
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            stop(child);
        }
    }
}
