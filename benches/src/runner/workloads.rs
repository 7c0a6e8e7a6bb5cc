//! Workloads: their queries and the variables of their requests.

use serde_json::{Value, json};

use super::data::Sample;

/// Workload: a query and the variables of its requests, sent in turn.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    pub(crate) query: &'static str,
    pub(crate) requests: Vec<Request>,
    /// False for searches whose terms the floor's statement is not made for. They are compared between sizes.
    pub(crate) has_floor: bool,
    /// True when the floor keeps the record of the change, as Liaison always does.
    pub(crate) is_recorded: bool,
}

/// Request of a workload. The floor takes the variables as they are.
pub(crate) struct Request {
    pub(crate) variables: Value,
}

const LIST: &str = "query List($after: String) { contacts(first: 50, after: $after) { \
    nodes { id name email phone status updatedAt primaryMembership { role company { id name } } user { id email } } \
    pageInfo { hasNextPage endCursor } } }";

const GET: &str = "query Get($id: ID!) { contact(id: $id) { \
    id name email phone status updatedAt primaryMembership { role company { id name } } user { id email } } }";

pub(crate) const SEARCH: &str =
    "query Search($term: String!) { searchContacts(query: $term, limit: 8) { id name email } }";

const BY_IDS: &str = "query ByIds($ids: [ID!]!) { contactsByIds(ids: $ids) { \
    id name email phone status updatedAt primaryMembership { role company { id name } } user { id email } } }";

const UPDATE: &str = "mutation Update($id: ID!, $phone: String) { updateContact(id: $id, input: { phone: $phone }) { \
    contact { id phone } userErrors { code } } }";

const COUNT: &str = "query Count { contactCount }";

const COMPANY: &str = "query Company($id: ID!) { company(id: $id) { id name memberships(first: 50) { \
    nodes { role contact { id name user { id email } } } } } }";

/// Returns all workloads over a sample of the data.
pub(crate) fn all(sample: &Sample) -> Vec<Workload> {
    let workload = |name: &'static str, query, variables: Vec<Value>| Workload {
        name,
        query,
        requests: variables.into_iter().map(|variables| Request { variables }).collect(),
        has_floor: !name.contains(' '),
        is_recorded: name == "W5+",
    };
    let terms = |terms: &[&str]| terms.iter().map(|term| json!({ "term": term })).collect();
    let updates = || {
        let numbered = sample.ids.iter().enumerate();
        numbered.map(|(at, id)| json!({ "id": id, "phone": format!("555{at:04}") })).collect()
    };
    vec![
        workload("W1", LIST, vec![json!({})]),
        workload("W2", GET, sample.ids.iter().map(|id| json!({ "id": id })).collect()),
        workload("W3", SEARCH, sample.terms.iter().map(|term| json!({ "term": term })).collect()),
        workload("W4", BY_IDS, sample.ids.chunks_exact(100).map(|ids| json!({ "ids": ids })).collect()),
        workload("W5", UPDATE, updates()),
        // Liaison does the same as in W5; the floor records the change too.
        workload("W5+", UPDATE, updates()),
        workload("W6", COUNT, vec![json!({})]),
        workload("W7", LIST, vec![json!({ "after": sample.cursor })]),
        workload("W8", COMPANY, sample.companies.iter().map(|id| json!({ "id": id })).collect()),
        workload("W3 one common letter", SEARCH, terms(&["a", "e", "n"])),
        workload("W3 two common letters", SEARCH, terms(&["an", "er", "ma"])),
        workload(
            "W3 one rare letter",
            SEARCH,
            terms(&sample.rare_letters.iter().map(String::as_str).collect::<Vec<_>>()),
        ),
        workload("W3 not found, short", SEARCH, terms(&["\u{2603}", "\u{2603}\u{2603}", "q\u{2603}"])),
        workload("W3 not found", SEARCH, terms(&["qqzzxv", "anderzz", "zzzzz"])),
        workload("W3 common word", SEARCH, terms(&["maria", "ander", "example"])),
    ]
}
