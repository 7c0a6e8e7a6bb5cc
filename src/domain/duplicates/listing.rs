//! Groups of contacts that are likely one person, in pages.

use std::collections::{HashMap, HashSet};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use uuid::Uuid;

use super::{Certainty, Group, Pair, cache::Rank, groups};
use crate::{
    domain::{
        Context,
        error::{Error, Result},
        page::PageRequest,
        parse_id, records,
        trash::Trashable,
    },
    entity::contact,
};

/// Most contacts of a group that is merged without being asked for by its members.
const MERGED_MAX: usize = 50;

/// Prefix of every cursor of a group, so that a cursor of another list is noticed.
const SIGNATURE: &str = "group";

/// Points at a group in the list of all.
fn cursor(group: &Group) -> String {
    let (is_likely, best, oldest) = group.rank();
    BASE64_URL_SAFE_NO_PAD.encode(format!("{SIGNATURE}:{}:{best}:{oldest}", u8::from(is_likely)))
}

/// The groups that are left of one with these contacts alone, perhaps none.
fn left_of(group: &Group, those: &HashMap<Uuid, contact::Model>) -> Vec<Group> {
    if group.contacts.iter().all(|id| those.contains_key(id)) {
        return vec![group.clone()];
    }
    let is_left = |pair: &&Pair| those.contains_key(&pair.first) && those.contains_key(&pair.second);
    groups(group.pairs.iter().filter(is_left).copied().collect())
}

fn parse_cursor(cursor: &str) -> Result<Rank> {
    let malformed =
        || Error::BadRequest("The cursor is malformed. Pass one that this list returned, unchanged.".to_owned());
    let text = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let text = text.ok_or_else(malformed)?;
    let parts: Vec<&str> = text.split(':').collect();
    let [SIGNATURE, is_likely @ ("0" | "1"), best, oldest] = parts.as_slice() else { return Err(malformed()) };
    let best = best.parse().ok().ok_or_else(malformed)?;
    Ok((*is_likely == "1", best, parse_id(oldest).ok_or_else(malformed)?))
}

/// A group with its contacts.
#[derive(Clone, Debug)]
pub struct FullGroup {
    /// Position of the group in the list.
    pub cursor: String,
    /// The contacts, the oldest first.
    pub contacts: Vec<contact::Model>,
    /// The pairs, the most certain ones first.
    pub pairs: Vec<Pair>,
    /// Certain where certain pairs alone hold it together.
    pub certainty: Certainty,
    /// The contact to keep: the fullest, else the oldest.
    pub survivor: contact::Model,
}

/// A page of the groups.
#[derive(Debug)]
pub struct GroupPage {
    /// The groups.
    pub groups: Vec<FullGroup>,
    /// There are groups after these.
    pub has_next: bool,
    /// There are groups before these.
    pub has_previous: bool,
    /// Cursor of the last group.
    pub end_cursor: Option<String>,
    /// Number of all groups.
    pub total: u64,
}

/// A page of the groups, the most certain ones first. Contacts that were trashed or deleted a moment ago are left out, and
/// with them groups of which fewer than two are left.
pub async fn groups_page(ctx: &Context, at_least: Certainty, request: &PageRequest) -> Result<GroupPage> {
    let after = request.after.as_deref().map(parse_cursor).transpose()?;
    let all = ctx.groups.current(&ctx.db).await?;
    let wanted = match at_least {
        Certainty::Certain => all.ranked.partition_point(|group| group.certainty == Certainty::Certain),
        Certainty::Likely => all.ranked.len(),
    };
    let listed = all.ranked.get(..wanted).unwrap_or_default();
    let begin = after.map_or(0, |after| listed.partition_point(|group| group.rank() <= after));
    let limit = usize::try_from(request.limit).unwrap_or(usize::MAX);
    let page = listed.get(begin..).unwrap_or_default();
    let page = page.get(..limit).unwrap_or(page);
    Ok(GroupPage {
        groups: complete(ctx, page).await?,
        has_next: begin + page.len() < wanted,
        has_previous: begin > 0,
        end_cursor: page.last().map(cursor),
        total: wanted as u64,
    })
}

/// Reads the contacts of groups.
async fn complete(ctx: &Context, some: &[Group]) -> Result<Vec<FullGroup>> {
    let ids: HashSet<Uuid> = some.iter().flat_map(|group| group.contacts.iter().copied()).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    let mut found = if ids.is_empty() {
        HashMap::new()
    } else {
        records::get_many::<contact::Entity>(ctx.db.reads(), &ids).await?
    };
    found.retain(|_, contact| !contact::Entity::is_trashed(contact));
    let left = some.iter().flat_map(|group| left_of(group, &found));
    let complete = left.filter_map(|group| {
        let contacts: Vec<contact::Model> = group.contacts.iter().filter_map(|id| found.get(id).cloned()).collect();
        let survivor = survivor(&contacts)?.clone();
        Some(FullGroup { cursor: cursor(&group), contacts, pairs: group.pairs, certainty: group.certainty, survivor })
    });
    Ok(complete.collect())
}

/// The contact to keep of several: the one of which most is known, else the oldest.
fn survivor(contacts: &[contact::Model]) -> Option<&contact::Model> {
    contacts.iter().max_by_key(|contact| (fullness(contact), std::cmp::Reverse(contact.id)))
}

/// Number of values that a contact has.
fn fullness(contact: &contact::Model) -> usize {
    use serde_json::Value as Json;
    let items = |list: &Json| list.as_array().map_or(0, Vec::len);
    let points =
        |list: &Option<Json>, first: &Option<String>| list.as_ref().map_or_else(|| usize::from(first.is_some()), items);
    let texts = [&contact.birthday, &contact.notes, &contact.external_id, &contact.uid];
    points(&contact.emails, &contact.email)
        + points(&contact.phones, &contact.phone)
        + items(&contact.links)
        + items(&contact.addresses)
        + items(&contact.tags)
        + contact.metadata.as_object().map_or(0, serde_json::Map::len)
        + usize::from(contact.user_id.is_some())
        + texts.into_iter().flatten().count()
}

/// The certain groups that may be merged without being asked for by their members: of at most [`MERGED_MAX`] contacts,
/// and without a pair that somebody has said are different people.
pub(crate) async fn mergeable(ctx: &Context) -> Result<Vec<FullGroup>> {
    let all = ctx.groups.current(&ctx.db).await?;
    let mut mergeable = Vec::new();
    let may_be_merged = |group: &&Group| {
        let is_vetoed = || {
            let contacts = &group.contacts;
            let pairs = contacts
                .iter()
                .enumerate()
                .flat_map(|(place, first)| contacts.iter().skip(place + 1).map(|second| (*first, *second)));
            pairs.into_iter().any(|pair| all.vetoed.contains(&pair))
        };
        group.contacts.len() <= MERGED_MAX && !is_vetoed()
    };
    let certain = all.ranked.iter().take_while(|group| group.certainty == Certainty::Certain);
    let certain: Vec<Group> = certain.filter(may_be_merged).cloned().collect();
    for some in certain.chunks(GROUPS_AT_ONCE) {
        mergeable.extend(complete(ctx, some).await?);
    }
    mergeable.retain(|group| group.certainty == Certainty::Certain);
    Ok(mergeable)
}

/// Groups of which the contacts are read in one statement.
const GROUPS_AT_ONCE: usize = 200;
