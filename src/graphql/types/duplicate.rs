//! Likely duplicates: candidates of a contact, pairs, groups, and their connection.

use std::sync::Arc;

use async_graphql::{Enum, Object, SimpleObject};

use super::records::Contact;
use crate::{
    domain::duplicates::{self, FullGroup, GroupPage, Likeness, Lookalike},
    graphql::{
        connection::{PageInfo, count},
        items::Items,
    },
};

/// How sure it is that two contacts are one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Enum)]
#[graphql(remote = "duplicates::Certainty")]
pub(crate) enum DuplicateCertainty {
    /// May be merged without looking.
    Certain,
    /// Worth a look.
    Likely,
}

/// Reasons why two contacts are likely one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "duplicates::Reason")]
pub(crate) enum DuplicateReason {
    /// They share an e-mail address.
    Email,
    /// They share a phone number, compared by its last digits.
    Phone,
    /// The same words in the name, in any order, ignoring case and accents.
    Name,
    /// Names that differ by a typing error, a nickname, an initial or a missing word.
    SimilarName,
    /// They work for the same company.
    Company,
    /// They share a postal address.
    Address,
    /// They have the same birthday.
    Birthday,
    /// The same card in another address book (vCard UID).
    Uid,
}

fn reasons(likeness: &Likeness) -> Vec<DuplicateReason> {
    likeness.reasons().into_iter().map(Into::into).collect()
}

/// A contact that is likely the same person as another.
#[derive(SimpleObject)]
pub(crate) struct DuplicateCandidate {
    /// The other contact.
    contact: Contact,
    /// Probability that they are one person, from 0 to 1.
    score: f64,
    /// How sure that is.
    certainty: DuplicateCertainty,
    /// Reasons why the two are likely one person.
    reasons: Vec<DuplicateReason>,
}

impl From<Lookalike> for DuplicateCandidate {
    fn from(Lookalike { contact, likeness }: Lookalike) -> Self {
        Self {
            contact: Contact(contact),
            score: likeness.score(),
            certainty: likeness.certainty.into(),
            reasons: reasons(&likeness),
        }
    }
}

/// Two contacts that are likely one person.
pub(crate) struct DuplicatePair {
    contacts: Vec<Contact>,
    likeness: Likeness,
}

/// Two contacts that are likely one person.
#[Object]
impl DuplicatePair {
    /// The two contacts, the older one first.
    async fn contacts(&self) -> Items<&Contact> {
        self.contacts.iter().collect()
    }

    /// Probability that they are one person, from 0 to 1.
    async fn score(&self) -> f64 {
        self.likeness.score()
    }

    /// How sure that is.
    async fn certainty(&self) -> DuplicateCertainty {
        self.likeness.certainty.into()
    }

    /// Reasons why the two are likely one person.
    async fn reasons(&self) -> Vec<DuplicateReason> {
        reasons(&self.likeness)
    }
}

/// Contacts that hang together by pairs.
#[derive(Clone)]
pub(crate) struct DuplicateGroup(Arc<FullGroup>);

/// Contacts that hang together by pairs.
#[Object]
impl DuplicateGroup {
    /// The contacts, the oldest first.
    async fn contacts(&self) -> Items<Contact> {
        self.0.contacts.iter().cloned().map(Contact).collect()
    }

    /// The pairs, the most certain ones first.
    async fn pairs(&self) -> Items<DuplicatePair> {
        let contact = |id| self.0.contacts.iter().find(|contact| contact.id == id).cloned().map(Contact);
        let pair = |pair: &duplicates::Pair| DuplicatePair {
            contacts: [pair.first, pair.second].into_iter().filter_map(contact).collect(),
            likeness: pair.likeness,
        };
        self.0.pairs.iter().map(pair).collect()
    }

    /// Groups that are CERTAIN hang together by CERTAIN pairs alone; a LIKELY pair never joins two of them.
    async fn certainty(&self) -> DuplicateCertainty {
        self.0.certainty.into()
    }

    /// The contact to keep: the one of which most is known, else the oldest.
    async fn suggested_survivor(&self) -> Contact {
        Contact(self.0.survivor.clone())
    }
}

/// A page of a list of groups.
pub(crate) struct DuplicateGroupConnection {
    groups: Vec<DuplicateGroup>,
    info: PageInfo,
    total: u64,
}

impl From<GroupPage> for DuplicateGroupConnection {
    fn from(page: GroupPage) -> Self {
        let info = PageInfo {
            has_next_page: page.has_next,
            has_previous_page: page.has_previous,
            start_cursor: page.groups.first().map(|group| group.cursor.clone()),
            end_cursor: page.end_cursor,
        };
        let groups = page.groups.into_iter().map(|group| DuplicateGroup(Arc::new(group))).collect();
        Self { groups, info, total: page.total }
    }
}

/// A page of a list of groups.
#[Object]
impl DuplicateGroupConnection {
    /// The groups with their cursors.
    async fn edges(&self) -> Items<DuplicateGroupEdge> {
        let edge = |group: &DuplicateGroup| DuplicateGroupEdge(group.clone());
        self.groups.iter().map(edge).collect()
    }

    /// The groups.
    async fn nodes(&self) -> Items<&DuplicateGroup> {
        self.groups.iter().collect()
    }

    /// Position of this page in the list.
    async fn page_info(&self) -> &PageInfo {
        &self.info
    }

    /// Number of groups in the whole list.
    async fn total_count(&self) -> i64 {
        count(self.total)
    }
}

/// A group in a list, with its cursor.
pub(crate) struct DuplicateGroupEdge(DuplicateGroup);

/// A group in a list, with its cursor.
#[Object]
impl DuplicateGroupEdge {
    /// Position of the group in the list: pass it as `after`. Opaque; it stays valid after the group is gone.
    async fn cursor(&self) -> &str {
        &self.0.0.cursor
    }

    /// The group.
    async fn node(&self) -> &DuplicateGroup {
        &self.0
    }
}
