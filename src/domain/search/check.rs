//! The condition that a row matches a search, for rows that are looked at one by one.

use sea_orm::{
    DbBackend, Value,
    sea_query::{Expr, ExprTrait},
};

use super::{sql::Sql, words::Word};
use crate::{domain::condition::constant, resources::CONTACT};

/// Knowledge of the companies whose names have a word.
#[derive(Clone, Debug)]
pub(super) enum Companies {
    /// There may be some.
    Unknown,
    /// They are in a part of the statement with this number.
    Near(usize),
    /// They are known, by their row numbers on SQLite as a JSON array.
    Listed(String),
    /// There are none.
    None,
}

/// True where the word is in one of the texts that searches of the table look at. A contact's are its name, all its
/// e-mail addresses, its phone numbers, and the name of its primary company, trashed or not.
fn has_word(word: &Word, table: &str, backend: DbBackend, companies: Companies) -> Sql {
    let find = if backend == DbBackend::Sqlite { "instr" } else { "strpos" };
    let text = || Value::from(word.text.clone());
    let mut either = vec![Sql::new(format!("{find}({table}.search_key, ?) > 0"), [text()])];
    if looks_further(table) {
        either.push(Sql::new(
            format!(
                "(contacts.email_points IS NOT NULL AND EXISTS (SELECT 1 FROM contact_emails other \
                 WHERE other.contact_id = contacts.id AND {find}(other.key, ?) > 0))"
            ),
            [text()],
        ));
        if let Some(digits) = &word.digits {
            either.push(Sql::new(
                format!(
                    "{find}(contacts.phone_digits, ?) > 0 OR (contacts.phone_points IS NOT NULL AND EXISTS \
                     (SELECT 1 FROM contact_phones other WHERE other.contact_id = contacts.id \
                     AND {find}(other.digits, ?) > 0))"
                ),
                [digits.clone().into(), digits.clone().into()],
            ));
        }
        let employer = format!(
            "EXISTS (SELECT 1 FROM company_memberships job JOIN companies employer ON employer.id = job.company_id \
             WHERE job.contact_id = contacts.id AND job.is_primary AND {find}(employer.search_key, ?) > 0)"
        );
        match companies {
            Companies::None => {}
            Companies::Unknown => either.push(Sql::new(employer, [text()])),
            // The people of these companies are selected once, rather than the employer of each contact.
            Companies::Listed(companies) => either.push(Sql::new(
                "contacts.search_number IN (SELECT contact FROM company_contacts \
                 WHERE company IN (SELECT value FROM json_each(?)))",
                [companies.into()],
            )),
            Companies::Near(place) => {
                either.push(Sql::new(format!("(EXISTS (SELECT 1 FROM near{place}) AND {employer})"), [text()]));
            }
        }
    }
    let any = Sql::joined(either, " OR ");
    Sql::new(format!("({})", any.text), any.values)
}

/// True where all the words are. `companies` tells what is known of the companies of the word at a place.
pub(super) fn has_words(
    words: &[Word],
    table: &str,
    backend: DbBackend,
    companies: impl Fn(usize) -> Companies,
) -> Sql {
    let each = words.iter().enumerate().map(|(place, word)| has_word(word, table, backend, companies(place)));
    Sql::joined(each, " AND ")
}

/// The same as an expression; false without words.
pub(super) fn has_words_expr(words: &[Word], table: &str, backend: DbBackend) -> Expr {
    let conditions = words.iter().map(|word| has_word(word, table, backend, Companies::Unknown).into_expr(backend));
    conditions.reduce(ExprTrait::and).unwrap_or_else(|| constant(false))
}

/// True of the table whose searches look at more than the texts of a row.
pub(super) fn looks_further(table: &str) -> bool {
    table == CONTACT.table
}
