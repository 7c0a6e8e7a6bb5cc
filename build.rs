//! Tells the binary its version and commit, and builds the console and GraphiQL, which it embeds.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
    time::SystemTime,
};

/// In an archive made by `git archive`, git has put the commit here: see `.gitattributes`.
const ARCHIVED: &str = "$Format:%H$";

/// The tracked files that the binary is made of.
const SOURCES: [&str; 6] = ["src", "migration", "Cargo.toml", "Cargo.lock", "build.rs", "web"];

/// What the bundle is made of. The documents are checked against the schema.
const WEB_SOURCES: [&str; 10] = [
    "web/src",
    "web/graphiql",
    "web/index.html",
    "web/graphiql.html",
    "web/package.json",
    "web/package-lock.json",
    "web/codegen.ts",
    "web/vite.config.ts",
    "web/compress.mjs",
    "schema.graphql",
];
const WEB_BUNDLE: &str = "web/dist";

fn main() {
    // A change to one of these compiles the program again anyway.
    for source in SOURCES.into_iter().filter(|source| *source != "web" && Path::new(source).exists()) {
        println!("cargo::rerun-if-changed={source}");
    }
    if env::var_os("CARGO_FEATURE_WEB").is_some() {
        build_web();
    }
    println!("cargo::rerun-if-env-changed=LIAISON_COMMIT");
    let given = env::var("LIAISON_COMMIT").ok().filter(|commit| !commit.is_empty()).map(|commit| shortened(&commit));
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    let version = match given.or_else(from_git).or_else(from_archive) {
        Some(commit) => format!("{version} ({commit})"),
        None => version,
    };
    println!("cargo::rustc-env=LIAISON_VERSION={version}");
}

/// Builds the bundle where it is missing or older than its sources, unless `LIAISON_WEB` says otherwise.
fn build_web() {
    println!("cargo::rerun-if-env-changed=LIAISON_WEB");
    let wanted = env::var("LIAISON_WEB").unwrap_or_default();
    let sources: Vec<&str> = WEB_SOURCES.into_iter().filter(|source| Path::new(source).exists()).collect();
    for source in &sources {
        println!("cargo::rerun-if-changed={source}");
    }
    let changed = sources.iter().filter_map(|source| newest(Path::new(source))).max();
    let built = modified(&Path::new(WEB_BUNDLE).join("index.html.gz"));
    if wanted == "skip" || (built.is_some() && built >= changed) {
        return watch_bundle();
    }
    // With its output: a build script's own is shown only when it fails.
    if let Err(problem) = install().and_then(|()| npm(&["run", "--silent", "build"])) {
        let told = format!(
            "The console is {}, because {problem}. The server works without it. LIAISON_WEB=skip does not try.",
            if built.is_some() { "as it was built before" } else { "left out" }
        );
        if wanted == "require" {
            println!("cargo::error={told}");
        } else {
            println!("cargo::warning={told}");
        }
        watch_bundle();
    }
}

/// Has a bundle that somebody else builds, or copies here, embedded. A path that is not there would have every build
/// compile everything again, so an empty folder is made, which is older than what cargo compares it with.
fn watch_bundle() {
    if !Path::new(WEB_BUNDLE).exists() {
        let made = fs::create_dir(WEB_BUNDLE).and_then(|()| fs::File::open(WEB_BUNDLE));
        // Elsewhere than in the repository, such as in a read-only vendored copy, there is nothing to watch.
        if made.and_then(|folder| folder.set_modified(SystemTime::UNIX_EPOCH)).is_err() {
            return;
        }
    }
    println!("cargo::rerun-if-changed={WEB_BUNDLE}");
}

/// Installs what the bundle is built with, unless it is there as the lock file has it.
fn install() -> Result<(), String> {
    let installed = modified(Path::new("web/node_modules/.package-lock.json"));
    if installed.is_some() && installed >= modified(Path::new("web/package-lock.json")) {
        return Ok(());
    }
    npm(&["ci", "--no-audit", "--no-fund", "--loglevel=error"])
}

fn npm(arguments: &[&str]) -> Result<(), String> {
    let command = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let output =
        Command::new(command).args(arguments).current_dir("web").output().map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => "npm is not there to build it".to_owned(),
            _ => format!("npm cannot be run ({cause})"),
        })?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let told = said.lines().find(|line| line.to_lowercase().contains("error")).or_else(|| said.lines().last());
    Err(format!("`npm {}` in web/ failed: {}", arguments.join(" "), told.unwrap_or("it says nothing").trim()))
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).and_then(|metadata| metadata.modified()).ok()
}

/// Returns the time of the newest file in a folder, or of a file. A folder's own time tells of files that are gone.
fn newest(path: &Path) -> Option<SystemTime> {
    let inner: Vec<PathBuf> =
        fs::read_dir(path).into_iter().flatten().filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    inner.iter().filter_map(|path| newest(path)).chain(modified(path)).max()
}

fn shortened(commit: &str) -> String {
    commit.chars().take(12).collect()
}

/// The commit that is checked out here, with a plus sign where the sources have been changed since; none where this
/// folder is not the top of a repository of its own.
fn from_git() -> Option<String> {
    if !Path::new(".git").exists() {
        return None;
    }
    let commit = git(&["rev-parse", "HEAD"])?;
    // The log of the head is written at each commit, checkout and reset.
    for name in ["HEAD", "logs/HEAD"] {
        let path = git(&["rev-parse", "--git-path", name])?;
        if fs::exists(&path).unwrap_or_default() {
            println!("cargo::rerun-if-changed={path}");
        }
    }
    let mut status = vec!["--no-optional-locks", "status", "--porcelain", "--untracked-files=no", "--"];
    status.extend(SOURCES);
    let changed = if git(&status).is_some() { "+" } else { "" };
    Some(shortened(&commit) + changed)
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let printed = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| printed.trim().to_owned()).filter(|printed| !printed.is_empty())
}

fn from_archive() -> Option<String> {
    (!ARCHIVED.starts_with('$')).then(|| shortened(ARCHIVED))
}
