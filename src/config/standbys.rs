//! Settings of standbys, from which queries read.

use std::time::Duration;

use clap::Args;

use super::{
    DatabaseConfig, Hidden,
    database::{LAG_MAX_MS, Standbys},
    database_url,
};

/// Most standbys.
const STANDBYS_MAX: usize = 16;

/// Settings of standbys.
#[derive(Clone, Debug, Args)]
pub struct StandbyArgs {
    /// Standbys of the PostgreSQL server, from which queries are read: `postgres://user@host/database`, several separated
    /// by commas or blanks; each must lead to one server
    #[arg(long, env = "LIAISON_READ_URL", value_name = "URLS", hide_env_values = true)]
    pub read_url: Option<Hidden>,

    /// Longest time that a standby may lag behind the primary and still answer queries, in milliseconds
    #[arg(long, env = "LIAISON_READ_LAG_MAX_MS", default_value_t = LAG_MAX_MS, value_parser = clap::value_parser!(u64).range(1000..=3_600_000))]
    pub read_lag_max_ms: u64,
}

impl StandbyArgs {
    /// Converts the settings into the form that `storage` takes. The error quotes no URL.
    pub fn config(&self, primary: &DatabaseConfig) -> Result<Standbys, String> {
        let setting = "LIAISON_READ_URL (--read-url)";
        let lag_max = Duration::from_millis(self.read_lag_max_ms);
        let text = self.read_url.as_ref().map_or("", Hidden::expose);
        let is_separator = |letter: char| letter == ',' || letter.is_whitespace();
        let urls: Vec<String> = text.split(is_separator).filter(|url| !url.is_empty()).map(str::to_owned).collect();
        if !urls.is_empty() && primary.is_sqlite() {
            return Err(format!("{setting} needs PostgreSQL (DATABASE_URL): SQLite has no standbys"));
        }
        if urls.len() > STANDBYS_MAX {
            return Err(format!("{setting} names more than {STANDBYS_MAX} standbys"));
        }
        for (number, url) in (1..).zip(&urls) {
            let checked = if database_url::is_sqlite(url) {
                Err("a standby is a server of PostgreSQL".to_owned())
            } else {
                database_url::check(url)
            };
            checked.map_err(|wrong| {
                let number = if urls.len() > 1 { format!(" in URL {number}") } else { String::new() };
                format!("{setting} is wrong{number}: {wrong}. A comma in a URL is written %2C")
            })?;
        }
        Ok(Standbys { urls, lag_max })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(urls: &str, primary: &str) -> Result<Vec<String>, String> {
        let primary = DatabaseConfig { url: primary.to_owned(), ..DatabaseConfig::default() };
        let arguments = StandbyArgs { read_url: Some(urls.to_owned().into()), read_lag_max_ms: LAG_MAX_MS };
        arguments.config(&primary).map(|standbys| standbys.urls)
    }

    #[test]
    fn commas_and_blanks_separate_urls() {
        let two = Ok(vec!["postgres://a/x".to_owned(), "postgres://b/x".to_owned()]);
        for urls in
            ["postgres://a/x,postgres://b/x", " postgres://a/x \n postgres://b/x,", "postgres://a/x, postgres://b/x"]
        {
            assert_eq!(read(urls, "postgres://p/x"), two, "{urls:?}");
        }
        assert_eq!(read(" , ", "postgres://p/x"), Ok(Vec::new()));
        assert_eq!(read("", "sqlite://liaison.db"), Ok(Vec::new()));
    }

    #[test]
    fn a_wrong_url_is_told_by_its_number_and_never_quoted() {
        for (urls, primary, part) in [
            ("postgres://ann:cret@h/d", "sqlite://liaison.db", "SQLite"),
            ("postgres://ann:se/cret@h/d", "postgres://p/x", "%2F"),
            ("postgres://a/x,postgres://ann:cret@h:0/d", "postgres://p/x", "URL 2"),
            ("postgres://ann:se,cret@h/d", "postgres://p/x", "%2C"),
            ("sqlite://cret.db", "postgres://p/x", "PostgreSQL"),
            ("cret", "postgres://p/x", "postgres://"),
            (&"postgres://cret/x ".repeat(17), "postgres://p/x", "16"),
        ] {
            let said = read(urls, primary).unwrap_err();
            assert!(said.contains(part) && said.contains("LIAISON_READ_URL"), "{urls}: {said}");
            assert!(!said.contains("cret"), "{urls}: {said}");
        }
    }
}
