//! The formats of exports, and the records that can be exported.

/// Records that can be exported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// Contacts, with their places in companies.
    Contacts,
    /// Companies.
    Companies,
    /// Interactions, with the names of their subjects and parties.
    Interactions,
}

/// Format of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A table.
    Csv,
    /// vCard 3.0, which the most programs read.
    Vcard3,
    /// vCard 4.0, which keeps everything.
    Vcard4,
    /// An array of JSContact cards (RFC 9553).
    Jscontact,
}

impl Of {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Contacts, Self::Companies, Self::Interactions];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Contacts => "contacts",
            Self::Companies => "companies",
            Self::Interactions => "interactions",
        }
    }
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Csv, Self::Vcard3, Self::Vcard4, Self::Jscontact];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Vcard3 => "vcard3",
            Self::Vcard4 => "vcard4",
            Self::Jscontact => "jscontact",
        }
    }

    /// The media type of its files.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Vcard3 => "text/vcard; charset=utf-8; version=3.0",
            Self::Vcard4 => "text/vcard; charset=utf-8; version=4.0",
            Self::Jscontact => "application/jscontact+json",
        }
    }

    /// The end of its files' names.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Vcard3 | Self::Vcard4 => "vcf",
            Self::Jscontact => "json",
        }
    }
}
