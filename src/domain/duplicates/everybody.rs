//! Reading all contacts for a scan. Their companies are read beside them in the order of an index, and the name of a company
//! once for many of its members, which costs less than a query for each contact.

use rapidhash::{RapidHashMap, RapidHashSet};
use sea_orm::DbErr;
use uuid::Uuid;

use super::{Facts, people};
use crate::{
    domain::error::Result,
    storage::{Db, Parameters, Row, RowVisitor},
};

/// Contacts that are read at once.
const CONTACTS_PER_READ: usize = 2_000;
/// Names of companies from which on they are forgotten.
const NAMES_MAX: usize = 100_000;

/// Reads live contacts in the order of their ids.
#[derive(Debug, Default)]
pub(super) struct Everybody {
    last: Uuid,
    is_at_end: bool,
    names: RapidHashMap<Uuid, String>,
}

impl Everybody {
    /// Returns the next contacts; none after the last.
    pub(super) async fn next(&mut self, db: &Db) -> Result<Vec<Facts>> {
        if self.is_at_end {
            return Ok(Vec::new());
        }
        let mut read = contacts(db, self.last).await?;
        self.is_at_end = read.len() < CONTACTS_PER_READ;
        let Some(last) = read.last().map(|facts| facts.id) else { return Ok(Vec::new()) };
        let memberships = memberships(db, self.last, &read).await?;
        self.last = last;
        self.read_names(db, &memberships).await?;
        let mut memberships = memberships.into_iter().peekable();
        for facts in &mut read {
            let own = std::iter::from_fn(|| memberships.next_if(|(contact, _)| *contact == facts.id));
            facts.companies =
                people::sorted(own.filter_map(|(_, company)| self.names.get(&company).cloned()).collect());
        }
        Ok(read)
    }

    async fn read_names(&mut self, db: &Db, memberships: &[(Uuid, Uuid)]) -> Result<()> {
        if self.names.len() > NAMES_MAX {
            self.names.clear();
        }
        let companies = memberships.iter().map(|(_, company)| *company);
        let mut unknown: Vec<Uuid> = companies.filter(|company| !self.names.contains_key(company)).collect();
        unknown.sort_unstable();
        unknown.dedup();
        if unknown.is_empty() {
            return Ok(());
        }
        let mut parameters = Parameters::new(db.backend());
        let ids = parameters.bind_ids(&unknown);
        let sql = format!("SELECT id, name FROM companies WHERE id IN {ids}");
        self.names.extend(db.reads().run(parameters.statement(sql), Names(Vec::new())).await?.0);
        Ok(())
    }
}

/// The first live contacts after one, without their companies.
async fn contacts(db: &Db, last: Uuid) -> Result<Vec<Facts>> {
    let mut parameters = Parameters::new(db.backend());
    let last = parameters.bind(last);
    let select = people::select("");
    let sql = format!("{select} AND contacts.id > {last} ORDER BY contacts.id LIMIT {CONTACTS_PER_READ}");
    Ok(db.reads().run(parameters.statement(sql), Contacts(Vec::new())).await?.0)
}

/// Contacts with their companies, in the order of the contacts, which all come after one.
async fn memberships(db: &Db, after: Uuid, contacts: &[Facts]) -> Result<Vec<(Uuid, Uuid)>> {
    let mut parameters = Parameters::new(db.backend());
    let up_to = contacts.last().map_or(after, |facts| facts.id);
    let (after, up_to) = (parameters.bind(after), parameters.bind(up_to));
    let sql = format!(
        "SELECT contact_id, company_id FROM company_memberships WHERE contact_id > {after} AND contact_id <= {up_to} \
         ORDER BY contact_id"
    );
    let of = contacts.iter().map(|facts| facts.id).collect();
    Ok(db.reads().run(parameters.statement(sql), Memberships { of, found: Vec::new() }).await?.found)
}

struct Contacts(Vec<Facts>);

impl RowVisitor for Contacts {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        self.0.push(people::facts(row));
        Ok(())
    }
}

struct Memberships {
    /// The contacts. Between them may come any number of memberships of contacts in the trash.
    of: RapidHashSet<Uuid>,
    found: Vec<(Uuid, Uuid)>,
}

impl RowVisitor for Memberships {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        let membership = row.id(0).zip(row.id(1));
        self.found.extend(membership.filter(|(contact, _)| self.of.contains(contact)));
        Ok(())
    }
}

struct Names(Vec<(Uuid, String)>);

impl RowVisitor for Names {
    fn row(&mut self, row: &impl Row) -> std::result::Result<(), DbErr> {
        self.0.extend(row.id(0).zip(row.text(1).map(str::to_owned)));
        Ok(())
    }
}
