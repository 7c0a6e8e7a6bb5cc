//! The filter inputs, and the domain's filter trees that they stand for.

use async_graphql::{Enum, ID, InputObject};

use super::{
    scalars::DateTime,
    types::{InteractionType, RecordStatus},
};
use crate::{
    domain::{
        companies::CompanyTest,
        contacts::ContactTest,
        filter::{Filter, IdTest, StatusTest, TextTest, TimeTest},
        interactions::InteractionTest,
        memberships::MembershipTest,
        parse_id,
    },
    entity::status::Status,
};

/// Which way an order goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum OrderDirection {
    /// Smallest first.
    Asc,
    /// Greatest first.
    Desc,
}

/// A test of a text: all operators given must hold. `eq`, `neq`, `in` and `notIn` compare exactly (e-mail: ignoring
/// case); the others ignore case and accents and know no wildcards. A null is equal to nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, InputObject)]
pub(crate) struct StringFilter {
    /// Is exactly this text.
    eq: Option<String>,
    /// Is another text, or null.
    neq: Option<String>,
    /// Is one of these texts.
    r#in: Option<Vec<String>>,
    /// Is none of these texts, or null.
    not_in: Option<Vec<String>>,
    /// Contains this text.
    contains: Option<String>,
    /// Begins with this text.
    starts_with: Option<String>,
    /// Ends with this text.
    ends_with: Option<String>,
    /// Is null (true), or is not (false).
    is_null: Option<bool>,
}

impl StringFilter {
    fn into_domain<T>(self, test: fn(TextTest) -> T) -> Filter<T> {
        all([
            self.eq.map(TextTest::Eq),
            self.neq.map(TextTest::Neq),
            self.r#in.map(TextTest::In),
            self.not_in.map(TextTest::NotIn),
            self.contains.map(TextTest::Contains),
            self.starts_with.map(TextTest::StartsWith),
            self.ends_with.map(TextTest::EndsWith),
            self.is_null.map(TextTest::IsNull),
        ]
        .map(|given| given.map(|text| Filter::Is(test(text)))))
    }
}

/// A test of an id: all operators given must hold. A malformed id is the id of nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash, InputObject)]
#[graphql(name = "IDFilter")]
pub(crate) struct IdFilter {
    /// Is this id.
    eq: Option<ID>,
    /// Is another id, or null.
    neq: Option<ID>,
    /// Is one of these ids.
    r#in: Option<Vec<ID>>,
    /// Is none of these ids, or null.
    not_in: Option<Vec<ID>>,
    /// Is null (true), or is not (false).
    is_null: Option<bool>,
}

impl IdFilter {
    fn into_domain<T>(self, test: fn(IdTest) -> T) -> Filter<T> {
        let ids = |ids: Vec<ID>| ids.iter().filter_map(|id| parse_id(id)).collect();
        all([
            self.eq.map(|id| IdTest::Eq(parse_id(&id))),
            self.neq.map(|id| IdTest::Neq(parse_id(&id))),
            self.r#in.map(|list| IdTest::In(ids(list))),
            self.not_in.map(|list| IdTest::NotIn(ids(list))),
            self.is_null.map(IdTest::IsNull),
        ]
        .map(|given| given.map(|id| Filter::Is(test(id)))))
    }
}

/// A test of an instant: all operators given must hold. Null passes none but `isNull`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, InputObject)]
pub(crate) struct DateTimeFilter {
    /// Is this instant.
    eq: Option<DateTime>,
    /// Is later.
    gt: Option<DateTime>,
    /// Is this instant or later.
    gte: Option<DateTime>,
    /// Is earlier.
    lt: Option<DateTime>,
    /// Is this instant or earlier.
    lte: Option<DateTime>,
    /// Is null (true), or is not (false).
    is_null: Option<bool>,
}

impl DateTimeFilter {
    fn into_domain<T>(self, test: fn(TimeTest) -> T) -> Filter<T> {
        all([
            self.eq.map(|time| TimeTest::Eq(time.0)),
            self.gt.map(|time| TimeTest::Gt(time.0)),
            self.gte.map(|time| TimeTest::Gte(time.0)),
            self.lt.map(|time| TimeTest::Lt(time.0)),
            self.lte.map(|time| TimeTest::Lte(time.0)),
            self.is_null.map(TimeTest::IsNull),
        ]
        .map(|given| given.map(|time| Filter::Is(test(time)))))
    }
}

/// A test of a status: all operators given must hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash, InputObject)]
pub(crate) struct RecordStatusFilter {
    /// Is this status.
    eq: Option<RecordStatus>,
    /// Is another status.
    neq: Option<RecordStatus>,
    /// Is one of these statuses.
    r#in: Option<Vec<RecordStatus>>,
}

impl RecordStatusFilter {
    fn into_domain<T>(self, test: fn(StatusTest) -> T) -> Filter<T> {
        all([
            self.eq.map(|status| StatusTest(vec![Status::from(status)])),
            self.neq.map(|status| StatusTest::other_than(Status::from(status))),
            self.r#in.map(|list| StatusTest(list.into_iter().map(Status::from).collect())),
        ]
        .map(|given| given.map(|status| Filter::Is(test(status)))))
    }
}

/// A test of contacts: all of it must hold. At most 500 operators and listed values fit in one filter.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ContactFilter {
    /// All of these hold; an empty list holds.
    and: Option<Vec<Self>>,
    /// One of these holds; an empty list does not.
    or: Option<Vec<Self>>,
    /// This does not hold.
    not: Option<Box<Self>>,
    /// The contact's id.
    id: Option<IdFilter>,
    /// The contact's name.
    name: Option<StringFilter>,
    /// The contact's e-mail address.
    email: Option<StringFilter>,
    /// The contact's phone number.
    phone: Option<StringFilter>,
    /// The caller's own key.
    external_id: Option<StringFilter>,
    /// The contact's status. Naming a status lifts the default that hides trashed contacts.
    status: Option<RecordStatusFilter>,
    /// The connected login user.
    user_id: Option<IdFilter>,
    /// One of the contact's memberships meets all of it.
    membership: Option<MembershipFilter>,
    /// True: no membership at all. False: at least one.
    without_company: Option<bool>,
    /// When the contact was created.
    created_at: Option<DateTimeFilter>,
    /// When the contact was last written.
    updated_at: Option<DateTimeFilter>,
    /// When the contact was trashed.
    trashed_at: Option<DateTimeFilter>,
    /// The newest interaction that the contact is involved in.
    last_interaction_at: Option<DateTimeFilter>,
}

impl ContactFilter {
    pub(crate) fn into_domain(self) -> Filter<ContactTest> {
        let each = |list: Vec<Self>| list.into_iter().map(Self::into_domain).collect();
        all([
            self.and.map(|list| Filter::All(each(list))),
            self.or.map(|list| Filter::Any(each(list))),
            self.not.map(|inner| Filter::Not(Box::new(inner.into_domain()))),
            self.id.map(|filter| filter.into_domain(ContactTest::Id)),
            self.name.map(|filter| filter.into_domain(ContactTest::Name)),
            self.email.map(|filter| filter.into_domain(ContactTest::Email)),
            self.phone.map(|filter| filter.into_domain(ContactTest::Phone)),
            self.external_id.map(|filter| filter.into_domain(ContactTest::ExternalId)),
            self.status.map(|filter| filter.into_domain(ContactTest::Status)),
            self.user_id.map(|filter| filter.into_domain(ContactTest::UserId)),
            self.membership.map(|filter| Filter::Is(ContactTest::Membership(filter.into_domain()))),
            self.without_company.map(|without| Filter::Is(ContactTest::WithoutCompany(without))),
            self.created_at.map(|filter| filter.into_domain(ContactTest::CreatedAt)),
            self.updated_at.map(|filter| filter.into_domain(ContactTest::UpdatedAt)),
            self.trashed_at.map(|filter| filter.into_domain(ContactTest::TrashedAt)),
            self.last_interaction_at.map(|filter| filter.into_domain(ContactTest::LastInteractionAt)),
        ])
    }
}

/// A test of memberships. It is true of a contact when one of its memberships meets all of it.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct MembershipFilter {
    /// The company's id.
    company_id: Option<IdFilter>,
    /// The company's name.
    company_name: Option<StringFilter>,
    /// What the contact does there.
    role: Option<StringFilter>,
    /// Where in the company.
    department: Option<StringFilter>,
    /// The membership is the primary one (true), or is not (false).
    is_primary: Option<bool>,
}

impl MembershipFilter {
    fn into_domain(self) -> Filter<MembershipTest> {
        all([
            self.company_id.map(|filter| filter.into_domain(MembershipTest::CompanyId)),
            self.company_name.map(|filter| filter.into_domain(MembershipTest::CompanyName)),
            self.role.map(|filter| filter.into_domain(MembershipTest::Role)),
            self.department.map(|filter| filter.into_domain(MembershipTest::Department)),
            self.is_primary.map(|is_primary| Filter::Is(MembershipTest::IsPrimary(is_primary))),
        ])
    }
}

/// A test of companies: all of it must hold. At most 500 operators and listed values fit in one filter.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CompanyFilter {
    /// All of these hold; an empty list holds.
    and: Option<Vec<Self>>,
    /// One of these holds; an empty list does not.
    or: Option<Vec<Self>>,
    /// This does not hold.
    not: Option<Box<Self>>,
    /// The company's id.
    id: Option<IdFilter>,
    /// The company's name.
    name: Option<StringFilter>,
    /// The company's e-mail address.
    email: Option<StringFilter>,
    /// The company's website.
    website: Option<StringFilter>,
    /// The company's industry.
    industry: Option<StringFilter>,
    /// The caller's own key.
    external_id: Option<StringFilter>,
    /// The company's status. Naming a status lifts the default that hides trashed companies.
    status: Option<RecordStatusFilter>,
    /// True: no membership of a contact that is not trashed. False: at least one.
    without_contacts: Option<bool>,
    /// When the company was created.
    created_at: Option<DateTimeFilter>,
    /// When the company was last written.
    updated_at: Option<DateTimeFilter>,
}

impl CompanyFilter {
    pub(crate) fn into_domain(self) -> Filter<CompanyTest> {
        let each = |list: Vec<Self>| list.into_iter().map(Self::into_domain).collect();
        all([
            self.and.map(|list| Filter::All(each(list))),
            self.or.map(|list| Filter::Any(each(list))),
            self.not.map(|inner| Filter::Not(Box::new(inner.into_domain()))),
            self.id.map(|filter| filter.into_domain(CompanyTest::Id)),
            self.name.map(|filter| filter.into_domain(CompanyTest::Name)),
            self.email.map(|filter| filter.into_domain(CompanyTest::Email)),
            self.website.map(|filter| filter.into_domain(CompanyTest::Website)),
            self.industry.map(|filter| filter.into_domain(CompanyTest::Industry)),
            self.external_id.map(|filter| filter.into_domain(CompanyTest::ExternalId)),
            self.status.map(|filter| filter.into_domain(CompanyTest::Status)),
            self.without_contacts.map(|without| Filter::Is(CompanyTest::WithoutContacts(without))),
            self.created_at.map(|filter| filter.into_domain(CompanyTest::CreatedAt)),
            self.updated_at.map(|filter| filter.into_domain(CompanyTest::UpdatedAt)),
        ])
    }
}

/// A test of interactions: all of it must hold.
#[derive(Clone, Debug, PartialEq, Eq, Hash, InputObject)]
pub(crate) struct InteractionFilter {
    /// The subject.
    contact_id: Option<IdFilter>,
    /// The user who logged it.
    owner_id: Option<IdFilter>,
    /// One of these types.
    r#type: Option<Vec<InteractionType>>,
    /// When it happened.
    occurred_at: Option<DateTimeFilter>,
    /// What it was about.
    subject: Option<StringFilter>,
    /// What was said.
    body: Option<StringFilter>,
}

impl InteractionFilter {
    pub(crate) fn into_domain(self) -> Filter<InteractionTest> {
        all([
            self.contact_id.map(|filter| filter.into_domain(InteractionTest::ContactId)),
            self.owner_id.map(|filter| filter.into_domain(InteractionTest::OwnerId)),
            self.r#type.map(|kinds| Filter::Is(InteractionTest::Kind(kinds.into_iter().map(Into::into).collect()))),
            self.occurred_at.map(|filter| filter.into_domain(InteractionTest::OccurredAt)),
            self.subject.map(|filter| filter.into_domain(InteractionTest::Subject)),
            self.body.map(|filter| filter.into_domain(InteractionTest::Body)),
        ])
    }
}

fn all<T, const N: usize>(parts: [Option<Filter<T>>; N]) -> Filter<T> {
    Filter::All(parts.into_iter().flatten().collect())
}
