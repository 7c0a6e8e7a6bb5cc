//! Trusted documents: the operations that an application's build has extracted.

use std::{collections::HashMap, fmt, fs, path::Path, sync::Arc};

use clap::{Args, builder::BoolishValueParser};

/// Settings of documents that clients send by key.
#[derive(Clone, Debug, Default, Args)]
pub struct DocumentArgs {
    /// File of documents that clients may send by key: a JSON object of keys and documents, as graphql-codegen's client
    /// preset and relay-compiler write it
    #[arg(long, env = "LIAISON_TRUSTED_DOCUMENTS", value_name = "FILE", value_parser = TrustedDocuments::read)]
    pub trusted_documents: Option<TrustedDocuments>,

    /// Answer only trusted documents
    #[arg(long, env = "LIAISON_ONLY_TRUSTED", value_parser = BoolishValueParser::new())]
    pub only_trusted: bool,
}

/// Documents by their keys. A key may be any text: some tools write a hash with its algorithm before it, some without.
#[derive(Clone)]
pub struct TrustedDocuments(Arc<HashMap<String, String>>);

impl TrustedDocuments {
    /// Reads a file.
    pub fn read(file: &str) -> Result<Self, String> {
        let text = fs::read_to_string(Path::new(file)).map_err(|cause| format!("cannot be read: {cause}"))?;
        let documents: HashMap<String, String> = serde_json::from_str(&text)
            .map_err(|cause| format!("must be a JSON object of keys and documents: {cause}"))?;
        if documents.is_empty() {
            return Err("holds no document".to_owned());
        }
        Ok(Self(Arc::new(documents)))
    }

    /// Returns the documents of both; of two with one key, that of `self`.
    #[must_use]
    pub fn with(&self, others: &Self) -> Self {
        let all = others.0.iter().chain(self.0.iter());
        all.map(|(key, text)| (key.clone(), text.clone())).collect()
    }

    /// Returns the document with a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }
}

impl FromIterator<(String, String)> for TrustedDocuments {
    fn from_iter<Documents: IntoIterator<Item = (String, String)>>(documents: Documents) -> Self {
        Self(Arc::new(documents.into_iter().collect()))
    }
}

impl fmt::Debug for TrustedDocuments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} documents", self.0.len())
    }
}
