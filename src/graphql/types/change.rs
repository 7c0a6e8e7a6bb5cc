//! `Change`, its fields and its connection.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use uuid::Uuid;

use super::{
    node::Node,
    records::{Change, Company, Contact, Interaction, Membership, User},
};
use crate::{
    domain::{
        self,
        changes::{self, ChangePage, Cursor, HistoryOf},
    },
    entity::change,
    graphql::{
        connection::{PageArgs, PageInfo},
        context::ContextExt,
        enums::SubjectType,
        error::{ApiResult, Nullable},
        items::Items,
        loaders::{CompanyById, ContactById, HistoryKey, InteractionById, MembershipById, UserById},
        scalars::{DateTime, Json},
    },
};

/// Kinds of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum ChangeType {
    /// The record was created.
    Created,
    /// Fields of the record were written.
    Updated,
    /// The record was moved to the trash.
    Trashed,
    /// The record was restored from the trash.
    Restored,
    /// The record was deleted for good.
    Deleted,
    /// The contact was merged into another, which `mergedInto` names; or others were merged into it.
    Merged,
    /// A merge that the contact was in was taken back.
    Unmerged,
    /// A login user was connected to the contact.
    UserConnected,
    /// The contact's login user was disconnected.
    UserDisconnected,
}

impl From<change::ChangeKind> for ChangeType {
    fn from(kind: change::ChangeKind) -> Self {
        use change::ChangeKind;
        match kind {
            ChangeKind::Created => Self::Created,
            ChangeKind::Updated => Self::Updated,
            ChangeKind::Trashed => Self::Trashed,
            ChangeKind::Restored => Self::Restored,
            ChangeKind::Deleted => Self::Deleted,
            ChangeKind::Merged | ChangeKind::Absorbed => Self::Merged,
            ChangeKind::Unmerged => Self::Unmerged,
            ChangeKind::UserConnected => Self::UserConnected,
            ChangeKind::UserDisconnected => Self::UserDisconnected,
        }
    }
}

/// Types of callers who make changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "domain::ActorType")]
pub(crate) enum ActorType {
    /// A login user, who may have been deleted since.
    User,
    /// An API key.
    ApiKey,
    /// The command line, or anybody with `--dev`.
    Operator,
    /// Liaison itself.
    System,
}

/// A change of a record: its kind, its time and the user who made it.
#[Object]
impl Change {
    /// Kind of change.
    async fn r#type(&self) -> ChangeType {
        self.0.kind.into()
    }

    /// Type of the changed record.
    async fn subject_type(&self) -> SubjectType {
        self.0.subject_type.into()
    }

    /// Id of the changed record.
    async fn subject_id(&self) -> ID {
        self.0.subject_id.into()
    }

    /// Present state of the record; null once it is deleted for good.
    async fn subject(&self, ctx: &Context<'_>) -> Nullable<Node> {
        let (loader, id) = (ctx.loader(), self.0.subject_id);
        let found = match self.0.subject_type {
            change::SubjectType::Contact => {
                loader.load_one(ContactById(id)).await.map(|row| row.map(|row| Node::Contact(Contact(row))))
            }
            change::SubjectType::Company => {
                loader.load_one(CompanyById(id)).await.map(|row| row.map(|row| Node::Company(Company(row))))
            }
            change::SubjectType::Membership => {
                loader.load_one(MembershipById(id)).await.map(|row| row.map(|row| Node::Membership(Membership(row))))
            }
            change::SubjectType::Interaction => {
                loader.load_one(InteractionById(id)).await.map(|row| row.map(|row| Node::Interaction(Interaction(row))))
            }
        };
        found.transpose()
    }

    /// The contact whose page shows this change; null for changes of companies and of interactions logged on them.
    async fn contact_id(&self) -> Option<ID> {
        self.0.contact_id.map(ID::from)
    }

    /// Login user who made the change; null for an API key, the command line or a caller who was not signed in.
    async fn actor(&self, ctx: &Context<'_>) -> Nullable<User> {
        let user_id = self.0.user_id?;
        ctx.load_one(UserById(user_id)).await.map(|user| user.map(User)).transpose()
    }

    /// Type of the caller who made the change.
    async fn actor_type(&self) -> ActorType {
        domain::ActorType::of(self.0.user_id, self.0.api_key_id).into()
    }

    /// The batch that the change belongs to, if any.
    async fn batch_id(&self) -> Option<ID> {
        self.0.batch_id.map(ID::from)
    }

    /// Time of the change.
    async fn at(&self) -> DateTime {
        DateTime(self.0.at)
    }

    /// Fields that an update changed, or the last values of a deleted membership until its contact or company is
    /// deleted for good. Changes of a batch also have the first values of a new membership, and the status of a record
    /// that was moved to the trash or restored. Empty after deletion for good, because the values are erased with the
    /// record.
    async fn fields(&self) -> Vec<FieldChange> {
        let fields = self.0.fields();
        let field = fields.into_iter().map(|(field, before, after)| FieldChange {
            field: field.to_owned(),
            before: before.filter(|value| !value.is_null()).cloned().map(Json),
            after: after.filter(|value| !value.is_null()).cloned().map(Json),
        });
        field.collect()
    }
}

/// A field that an update changed.
#[derive(SimpleObject)]
pub(crate) struct FieldChange {
    /// The field's name on its type.
    field: String,
    /// Value before the change; null when it had none, or when values are not recorded.
    before: Option<Json>,
    /// Value after the change; null when it was cleared, or when values are not recorded.
    after: Option<Json>,
}

/// A page of a record's history, or of a batch's changes.
pub(super) async fn history(
    ctx: &Context<'_>,
    of: HistoryOf,
    id: Uuid,
    first: Option<i32>,
    after: Option<String>,
) -> ApiResult<ChangeConnection> {
    let request = PageArgs { first, ..PageArgs::default() }.request(&ctx.state().limits)?;
    let from = after.map(|cursor| Cursor::parse(&cursor)).transpose()?.map(Cursor::position);
    let key = HistoryKey { of, id, from, limit: request.limit };
    Ok(ChangeConnection(ctx.load_one(key).await?.unwrap_or_default()))
}

/// A page of a list of changes.
pub(crate) struct ChangeConnection(pub(crate) ChangePage);

/// A page of a list of changes.
#[Object]
impl ChangeConnection {
    /// The changes with their cursors.
    async fn edges(&self) -> Items<ChangeEdge> {
        self.0.changes.iter().cloned().map(Change).map(ChangeEdge).collect()
    }

    /// The changes.
    async fn nodes(&self) -> Items<Change> {
        self.0.changes.iter().cloned().map(Change).collect()
    }

    /// Position of this page in the list.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_next_page: self.0.has_next,
            has_previous_page: self.0.has_previous,
            start_cursor: self.0.changes.first().map(changes::Change::cursor),
            end_cursor: self.0.end_cursor(),
        }
    }
}

/// A change in a list, with its cursor.
pub(crate) struct ChangeEdge(pub(crate) Change);

/// A change in a list, with its cursor.
#[Object]
impl ChangeEdge {
    /// Cursor of the change, valid across restarts and replicas. Resume `changes` or the subscription from it.
    async fn cursor(&self) -> String {
        self.0.0.cursor()
    }

    /// The change.
    async fn node(&self) -> &Change {
        &self.0
    }
}
