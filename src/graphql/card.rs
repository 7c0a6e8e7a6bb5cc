//! The parts of a contact's card: contact points and postal addresses.

use async_graphql::{
    ContextSelectionSet, InputObject, Object, OutputType, Positioned, ServerResult, Value, parser::types::Field,
};

use crate::card;

/// One way to reach somebody. The first of its list is the primary one.
pub(crate) struct ContactPoint(card::ContactPoint);

/// One way to reach somebody. The first of its list is the primary one.
#[Object]
impl ContactPoint {
    /// The address, number or link.
    async fn value(&self) -> &str {
        &self.0.value
    }

    /// Its purpose, e.g. "work", "home", "Ferienhaus".
    async fn label(&self) -> Option<&str> {
        self.0.label.as_deref()
    }
}

/// A postal address.
pub(crate) struct PostalAddress(card::PostalAddress);

/// A postal address.
#[Object]
impl PostalAddress {
    /// Its purpose, e.g. "home".
    async fn label(&self) -> Option<&str> {
        self.0.label.as_deref()
    }

    /// Street and number.
    async fn street(&self) -> Option<&str> {
        self.0.street.as_deref()
    }

    /// Town or village.
    async fn locality(&self) -> Option<&str> {
        self.0.locality.as_deref()
    }

    /// State, province or county.
    async fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// Postal code.
    async fn postal_code(&self) -> Option<&str> {
        self.0.postal_code.as_deref()
    }

    /// Country, as given: a name or an ISO 3166 code.
    async fn country(&self) -> Option<&str> {
        self.0.country.as_deref()
    }

    /// The address as it is written on an envelope, on several lines.
    async fn formatted(&self) -> String {
        self.0.formatted()
    }
}

/// The items of a list of a card.
pub(crate) enum CardItems {
    Points(Vec<card::ContactPoint>),
    Addresses(Vec<card::PostalAddress>),
}

impl CardItems {
    /// Resolves the selected fields of each item.
    pub(crate) async fn resolve(
        self,
        selection: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        match self {
            Self::Points(points) => {
                let points: Vec<_> = points.into_iter().map(ContactPoint).collect();
                points.resolve(selection, field).await
            }
            Self::Addresses(addresses) => {
                let addresses: Vec<_> = addresses.into_iter().map(PostalAddress).collect();
                addresses.resolve(selection, field).await
            }
        }
    }
}

/// One way to reach somebody.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ContactPointInput {
    /// The address, number or link; not blank.
    value: String,
    /// Its purpose; at most 100 characters.
    label: Option<String>,
}

impl From<ContactPointInput> for card::ContactPoint {
    fn from(input: ContactPointInput) -> Self {
        Self { value: input.value, label: input.label }
    }
}

/// A postal address, with at least one part beside its label.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct PostalAddressInput {
    /// Its purpose; at most 100 characters.
    label: Option<String>,
    /// Street and number; at most 1,000 characters.
    street: Option<String>,
    /// Town or village; at most 255 characters.
    locality: Option<String>,
    /// State, province or county; at most 255 characters.
    region: Option<String>,
    /// Postal code; at most 255 characters.
    postal_code: Option<String>,
    /// Country: a name or an ISO 3166 code; at most 255 characters.
    country: Option<String>,
}

impl From<PostalAddressInput> for card::PostalAddress {
    fn from(input: PostalAddressInput) -> Self {
        let PostalAddressInput { label, street, locality, region, postal_code, country } = input;
        Self { label, street, locality, region, postal_code, country }
    }
}
