//! Postal addresses.

use serde::{Deserialize, Serialize};

/// A postal address; each part is optional, but an address has at least one of them besides its label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PostalAddress {
    /// Its purpose, e.g. "home".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Street and number; several lines where the address has them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    /// Town or village.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locality: Option<String>,
    /// State, province or county.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// Country, as given: a name or an ISO 3166 code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// Countries that write the postal code before the town, on one line.
const CODE_FIRST: &[&str] = &[
    "at",
    "be",
    "ch",
    "cz",
    "de",
    "dk",
    "ee",
    "es",
    "fi",
    "fr",
    "gr",
    "hr",
    "hu",
    "is",
    "it",
    "li",
    "lt",
    "lu",
    "lv",
    "mx",
    "nl",
    "no",
    "pl",
    "pt",
    "ro",
    "rs",
    "se",
    "si",
    "sk",
    "tr",
    "austria",
    "belgien",
    "belgique",
    "belgium",
    "croatia",
    "czechia",
    "danmark",
    "denmark",
    "deutschland",
    "eesti",
    "españa",
    "estonia",
    "finland",
    "france",
    "germany",
    "greece",
    "hungary",
    "iceland",
    "italia",
    "italy",
    "latvia",
    "liechtenstein",
    "lithuania",
    "luxembourg",
    "mexico",
    "nederland",
    "netherlands",
    "norge",
    "norway",
    "poland",
    "polska",
    "portugal",
    "romania",
    "schweiz",
    "serbia",
    "slovakia",
    "slovenia",
    "spain",
    "suisse",
    "suomi",
    "sverige",
    "svizzera",
    "sweden",
    "switzerland",
    "turkey",
    "österreich",
];

impl PostalAddress {
    /// True of an address without any part but its label.
    pub fn is_blank(&self) -> bool {
        [&self.street, &self.locality, &self.region, &self.postal_code, &self.country].iter().all(|part| part.is_none())
    }

    /// The address as it is written on an envelope, on several lines. The postal code stands before the town where the
    /// country, or its absence beside a code that begins with a digit, says so; elsewhere behind town and region.
    pub fn formatted(&self) -> String {
        let country = self.country.as_deref().unwrap_or_default().to_lowercase();
        let code = self.postal_code.as_deref();
        let is_code_first = if country.is_empty() {
            self.region.is_none()
                && code.is_some_and(|code| code.len() <= 5 && code.starts_with(|c: char| c.is_ascii_digit()))
        } else {
            CODE_FIRST.contains(&country.as_str())
        };
        let town = self.locality.as_deref();
        let region = self.region.as_deref();
        let town = if is_code_first {
            join(&[join(&[code, town], " ").as_deref(), region], ", ")
        } else {
            join(&[join(&[town, region], ", ").as_deref(), code], " ")
        };
        let lines = [self.street.as_deref(), town.as_deref(), self.country.as_deref()];
        join(&lines, "\n").unwrap_or_default()
    }
}

/// The parts that are there, with something between them.
fn join(parts: &[Option<&str>], between: &str) -> Option<String> {
    let parts: Vec<&str> = parts.iter().copied().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(between))
}

#[cfg(test)]
mod tests {
    use super::PostalAddress;

    fn address(street: &str, locality: &str, region: &str, postal_code: &str, country: &str) -> String {
        let part = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let (street, locality, region) = (part(street), part(locality), part(region));
        let (postal_code, country) = (part(postal_code), part(country));
        PostalAddress { label: None, street, locality, region, postal_code, country }.formatted()
    }

    #[test]
    fn the_code_stands_where_the_country_wants_it() {
        assert_eq!(address("Pikk 1", "Tallinn", "", "10123", "Estonia"), "Pikk 1\n10123 Tallinn\nEstonia");
        assert_eq!(address("1 Main St", "Springfield", "IL", "62701", "USA"), "1 Main St\nSpringfield, IL 62701\nUSA");
        assert_eq!(address("Hauptstr. 1", "Bonn", "", "53111", ""), "Hauptstr. 1\n53111 Bonn");
        assert_eq!(address("", "London", "", "SW1A 1AA", ""), "London SW1A 1AA");
        assert_eq!(address("", "", "", "", "FR"), "FR");
        assert_eq!(address("", "", "", "", ""), "");
    }
}
