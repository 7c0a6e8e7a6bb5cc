//! The record that an interaction is logged on.

use sea_orm::{ColumnTrait, sea_query::Expr};
use uuid::Uuid;

use crate::entity::interaction::{Column, Model};

/// A record that interactions are logged on. Only a merge of contacts changes that of an interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The contact with this id.
    Contact(Uuid),
    /// The company with this id.
    Company(Uuid),
}

impl Subject {
    /// The subject of an interaction, of which a constraint of the table ensures that there is one.
    pub(super) fn of(interaction: &Model) -> Self {
        match interaction.contact_id {
            Some(id) => Self::Contact(id),
            None => Self::Company(interaction.company_id.unwrap_or_default()),
        }
    }

    /// Its id, where it is a contact.
    pub(crate) fn contact_id(self) -> Option<Uuid> {
        match self {
            Self::Contact(id) => Some(id),
            Self::Company(_) => None,
        }
    }

    /// Its id, where it is a company.
    pub(crate) fn company_id(self) -> Option<Uuid> {
        match self {
            Self::Contact(_) => None,
            Self::Company(id) => Some(id),
        }
    }

    /// True of the interactions that were logged on it.
    pub(super) fn interactions(self) -> Expr {
        match self {
            Self::Contact(id) => Column::ContactId.eq(id),
            Self::Company(id) => Column::CompanyId.eq(id),
        }
    }
}
