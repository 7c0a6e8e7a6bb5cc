//! Values by which records are found, and finding the ids of those that have them.

use sea_orm::{
    ConnectionTrait, DbBackend, FromQueryResult,
    sea_query::{Expr, Query, SelectStatement, UnionType},
};
use uuid::Uuid;

use crate::{
    domain::{condition::is_one_of, error::Result, refusal::Keyed},
    storage::lock_texts,
};

/// A value by which a record is found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Id(Uuid),
    ExternalId(String),
    /// The UID of a card.
    Uid(String),
    /// An e-mail address in lower case.
    Email(String),
    /// The digits of a phone number, and the folded name of who has it.
    Phone(String, String),
    /// The host of a website, without "www.".
    Website(String),
    /// A folded name.
    Name(String),
    /// A name that folds to nothing, and is like no other.
    ExactName(String),
}

/// A table whose records are found by keys.
pub(crate) trait Findable: Keyed
where
    Self::Model: FromQueryResult,
{
    /// The keys of a record beside its id.
    fn keys(record: &Self::Model) -> Vec<Key>;

    /// The ids of the records that have one of the texts, for each kind of key.
    fn with_texts(texts: &Texts, backend: DbBackend) -> Vec<SelectStatement>;
}

/// The texts of keys by their kinds.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    pub(crate) external_ids: Vec<String>,
    pub(crate) uids: Vec<String>,
    pub(crate) emails: Vec<String>,
    pub(crate) phones: Vec<String>,
    pub(crate) phone_names: Vec<String>,
    pub(crate) websites: Vec<String>,
    pub(crate) names: Vec<String>,
    pub(crate) exact_names: Vec<String>,
}

/// Selects the ids of the records that have one of the keys.
pub(super) fn select_ids<E: Findable>(keys: &[Key], backend: DbBackend) -> SelectStatement {
    let (mut ids, mut texts) = (Vec::new(), Texts::default());
    for key in keys {
        match key.clone() {
            Key::Id(id) => ids.push(id),
            Key::ExternalId(text) => texts.external_ids.push(text),
            Key::Uid(text) => texts.uids.push(text),
            Key::Email(text) => texts.emails.push(text),
            Key::Phone(digits, name) => {
                texts.phones.push(digits);
                texts.phone_names.push(name);
            }
            Key::Website(text) => texts.websites.push(text),
            Key::Name(text) => texts.names.push(text),
            Key::ExactName(text) => texts.exact_names.push(text),
        }
    }
    let mut select = with_values(E::RESOURCE.table, "id", "id", &ids, backend);
    for part in E::with_texts(&texts, backend) {
        select.union(UnionType::Distinct, part);
    }
    select
}

/// Selects a column of the rows whose other column has one of the values.
pub(crate) fn with_values<V>(
    table: &'static str,
    shown: &'static str,
    column: &'static str,
    values: &[V],
    backend: DbBackend,
) -> SelectStatement
where
    V: Clone + Into<Expr>,
    Vec<V>: Into<sea_orm::Value>,
{
    let mut select = Query::select();
    select.column((table, shown)).from(table).and_where(is_one_of(Expr::col((table, column)), values, backend));
    select
}

/// Makes transactions that look for the same texts take turns, because texts that nobody has yet are in no row that
/// could be locked.
pub(crate) async fn take_turns(tx: &impl ConnectionTrait, texts: Vec<String>) -> Result<()> {
    Ok(lock_texts(tx, texts).await?)
}

impl Key {
    /// The text that transactions take turns by, for a table.
    pub(crate) fn turn(&self, table: &str) -> Option<String> {
        match self {
            Self::Id(id) => Some(format!("id:{id}")),
            // Of these nothing is made that would have to be unique.
            Self::Uid(_) | Self::Website(_) => None,
            Self::ExternalId(text) => Some(format!("{table}:external_id:{text}")),
            Self::Email(text) => Some(format!("{table}:email:{text}")),
            Self::Phone(digits, _) => Some(format!("{table}:phone:{digits}")),
            // As `companies::reference` locks a name.
            Self::Name(text) => Some(text.clone()),
            Self::ExactName(_) => Some(String::new()),
        }
    }
}
