//! Columns of other programs: Google Contacts, Outlook in four languages, HubSpot, Salesforce, LinkedIn, iCloud, Twenty, Odoo,
//! EspoCRM and Monica, and the words that people use in tables of their own.

use std::{collections::HashMap, sync::LazyLock};

use super::{
    field::{AddressPart, CompanyField, Field},
    header,
};

/// Known names of a column, and the field that the column feeds.
pub(super) struct Alias<F> {
    pub(super) field: F,
    /// Label of its values.
    pub(super) label: Option<&'static str>,
    /// Text that its values begin with, so that keys of different systems differ.
    pub(super) prefix: Option<&'static str>,
    /// Names of the column, separated by bars.
    names: &'static str,
}

const fn plain<F>(field: F, names: &'static str) -> Alias<F> {
    Alias { field, label: None, prefix: None, names }
}

const fn labelled<F>(field: F, label: &'static str, names: &'static str) -> Alias<F> {
    Alias { field, label: Some(label), prefix: None, names }
}

const fn keyed<F>(field: F, prefix: &'static str, names: &'static str) -> Alias<F> {
    Alias { field, label: None, prefix: Some(prefix), names }
}

const fn address(part: AddressPart) -> Field {
    Field::Addresses(Some(part))
}

/// Columns of persons. Where a name means different things, `mapping` decides by the other columns.
static PEOPLE: &[Alias<Field>] = &[
    plain(Field::Id, "id"),
    plain(Field::ExternalId, "external id|externe id|clé externe"),
    keyed(Field::ExternalId, "hubspot:", "record id|record id contact"),
    keyed(Field::ExternalId, "salesforce:", "contact id|lead id"),
    plain(Field::Uid, "uid"),
    plain(Field::Status, "status"),
    plain(
        Field::Name,
        "name|full name|display name|contact name|complete name|nom complet|nombre completo|vollständiger name|angezeigter name|\
         nom|nombre|nome completo|naam|氏名|名前|姓名|表示名|фио|имя полностью|nome",
    ),
    plain(
        Field::NamePrefix,
        "name prefix|prefix|salutation|anrede|civilité|tratamiento|honorific prefix|honorific|敬称|titre|título",
    ),
    plain(
        Field::NameGiven,
        "first name|given name|firstname|forename|fname|vorname|prénom|primer nombre|voornaam|förnamn|fornavn|name first name|\
         first name name|名|имя|imię|first|primo nome",
    ),
    plain(
        Field::NameAdditional,
        "middle name|additional name|weitere vornamen|zweiter vorname|deuxième prénom|segundo nombre|отчество|second prénom|middle",
    ),
    plain(
        Field::NameFamily,
        "last name|family name|lastname|surname|lname|nachname|familienname|nom de famille|apellidos|apellido|achternaam|efternavn|\
         efternamn|cognome|name last name|last name name|姓|фамилия|nazwisko|last",
    ),
    plain(Field::NameSuffix, "name suffix|suffix|suffixe|sufijo|honorific suffix|generational suffix"),
    plain(Field::Nickname, "nickname|spitzname|surnom|apodo"),
    plain(
        Field::Emails,
        "e mail|email|mail|e mail address|email address|e mail value|email value|e mail addresses|email addresses|emails primary email|\
         primary email|emails primary email emails|e mail adresse|email adresse|mailadresse|adresse de messagerie|adresse e mail|courriel|\
         adresse mail|adresse électronique|dirección de correo electrónico|dirección del correo electrónico|correo electrónico|correo|\
         e mail 1|emails|indirizzo e mail|posta elettronica|メール|メールアドレス|電子メール アドレス|電子メール|электронная почта|\
         адрес электронной почты|emails additional emails|additional emails|other email|other emails|secondary email|e mail other|\
         additional email addresses|primary e mail",
    ),
    labelled(
        Field::Emails,
        "work",
        "work email|business email|work e mail|business e mail|email work|e mail geschäftlich|e mail work",
    ),
    labelled(
        Field::Emails,
        "home",
        "home email|personal email|home e mail|private email|email home|e mail privat|personal e mail|e mail home",
    ),
    plain(Field::EmailLabels, "e mail label|e mail type|email label|email type"),
    plain(
        Field::Phones,
        "phone|phone number|telephone|phone value|phone numbers|telephone number|tel|telefon|telefonnummer|téléphone|numéro de téléphone|\
         teléfono|phones primary phone number|primary phone number|phones primary phone number phones|primary phone|number|telefono|\
         電話|電話番号|телефон|phones|phones additional phones|additional phones|telefoon|contact number|phone other",
    ),
    labelled(
        Field::Phones,
        "work",
        "business phone|work phone|office phone|direct phone|direct dial|phone work|work phone number|telefon geschäftlich|telefon büro|\
         geschäftstelefon|téléphone bureau|téléphone professionnel|teléfono del trabajo|teléfono de trabajo|会社電話|会社電話番号|business telephone",
    ),
    labelled(
        Field::Phones,
        "home",
        "home phone|phone home|home phone number|private phone|telefon privat|téléphone domicile|téléphone personnel|particular|teléfono particular|\
         teléfono de casa|自宅電話|自宅電話番号|home telephone",
    ),
    labelled(
        Field::Phones,
        "mobile",
        "mobile phone|mobile|mobile number|mobile phone number|cell phone|cell|cellphone|cell number|phone mobile|mobiltelefon|handy|mobil|\
         handynummer|tél mobile|téléphone mobile|téléphone portable|portable|móvil|teléfono móvil|celular|携帯電話|携帯|携帯電話番号|\
         мобильный телефон|мобильный|whats app|cellulare|gsm",
    ),
    labelled(
        Field::Phones,
        "work fax",
        "business fax|work fax|fax geschäftlich|télécopie bureau|fax bureau|fax del trabajo|会社 fax|company fax|phone work fax",
    ),
    labelled(
        Field::Phones,
        "home fax",
        "home fax|fax privat|télécopie domicile|fax domicile|fax particular|phone home fax",
    ),
    labelled(Field::Phones, "fax", "fax|fax number|faxnummer|télécopie|fax phone|phone fax|telefax"),
    labelled(Field::Phones, "pager", "pager|récepteur de radiomessagerie|localizador|phone pager"),
    labelled(
        Field::Phones,
        "main",
        "main phone|primary telephone|haupttelefon|téléphone principal|teléfono principal|phone main",
    ),
    labelled(
        Field::Phones,
        "company",
        "company main phone|company phone|telefon firma|téléphone société|teléfono de la organización",
    ),
    labelled(Field::Phones, "car", "car phone|autotelefon|téléphone voiture|teléfono del automóvil"),
    labelled(
        Field::Phones,
        "assistant",
        "assistant phone|assistant s phone|asst phone|telefon assistent|téléphone de l assistant e|teléfono del ayudante",
    ),
    labelled(
        Field::Phones,
        "other",
        "other phone|weiteres telefon|téléphone autre|autre téléphone|otro teléfono|other telephone",
    ),
    labelled(Field::Phones, "other fax", "other fax|weiteres fax|télécopie autre|otro fax"),
    plain(Field::PhoneLabels, "phone label|phone type"),
    plain(
        Field::Links,
        "website|web page|web site|website url|url|webseite|homepage|internet|page web|site web|página web|sitio web|website value|link|links|\
         personal web page|web|ホームページ|web ページ|сайт|site",
    ),
    labelled(
        Field::Links,
        "linkedin",
        "linked in|linked in link url|linked in url|linked in profile|linked in link primary link url|linkedin|linkedin url|linkedin link|linked in link|\
         linkedin profile url|linkedin bio|person linkedin url|linkedin link primary link url|linkedin profile|linkedin primary link url",
    ),
    labelled(
        Field::Links,
        "x",
        "x link|x link url|x link primary link url|twitter|twitter username|twitter url|x url|x primary link url|twitter profile",
    ),
    labelled(Field::Links, "facebook", "facebook|facebook url|facebook profile"),
    labelled(Field::Links, "github", "github|github url"),
    plain(Field::LinkLabels, "website label|website type"),
    plain(address(AddressPart::Label), "address label|address type"),
    plain(Field::Addresses(None), "address formatted|formatted address|full address|postal address"),
    plain(
        address(AddressPart::Street),
        "street|street address|address|address street|address line|mailing street|street name|straße|strasse|anschrift|adresse|rue|calle|dirección|\
         address address street|street line|mailing address|primary address street|address street address|address extended address|\
         address po box|address address|indirizzo|via|住所|улица|адрес|postal street|residential address|extended address|address line street",
    ),
    plain(
        address(AddressPart::Locality),
        "city|town|locality|address city|mailing city|ort|stadt|ville|ciudad|address locality|primary address city|wohnort|población|città|市区町村|город|\
         address address city|city town",
    ),
    plain(
        address(AddressPart::Region),
        "state|region|province|county|provincia o estado|state region|address region|address state|mailing state|mailing state province|bundesland|kanton|\
         région|provincia|estado|state province|primary address state|address address state|都道府県|регион|область|department state|province state|\
         dép région",
    ),
    plain(
        address(AddressPart::PostalCode),
        "postal code|zip|zip code|postcode|zip postal code|address postal code|address postcode|mailing postal code|mailing zip postal code|plz|postleitzahl|\
         code postal|código postal|primary address postal code|address address post code|address address postcode|郵便番号|индекс|почтовый индекс|cap|\
         zip postcode",
    ),
    plain(
        address(AddressPart::Country),
        "country|country region|address country|mailing country|país o región|land|pays|país|primary address country|address address country|国|страна|paese|\
         land region|pays région|country name|address country region",
    ),
    plain(
        Field::Birthday,
        "birthday|birthdate|birth date|date of birth|dob|geburtstag|geburtsdatum|anniversaire|date de naissance|cumpleaños|fecha de nacimiento|\
         誕生日|生年月日|дата рождения|день рождения|born|compleanno|data di nascita|birthdays",
    ),
    plain(
        Field::Tags,
        "tags|labels|label|categories|category|groups|group|group membership|kategorien|stichwörter|catégories|categorías|contact tags|\
         tag|étiquettes|etiquetas|schlagwörter|分類|категории|gruppen|keywords|kategorie|grupos|groupes",
    ),
    plain(
        Field::Notes,
        "notes|note|description|comment|comments|internal notes|notizen|notiz|bemerkung|bemerkungen|remarques|notas|nota|メモ|заметки|\
         примечания|contact description|kommentar|beschreibung|commentaire|comentarios|about|descripción",
    ),
    plain(
        Field::Company,
        "company|company name|organization|organisation|organization name|organisation name|account|account name|employer|firma|unternehmen|société|\
         entreprise|empresa|organización|organización nombre|associated company|primary company|companies|会社|会社名|компания|организация|\
         company company name|current company|azienda|parent company|associated company name|related company|organization value|\
         company name for emails|bedrijf|compañía",
    ),
    plain(
        Field::CompanyWebsite,
        "company website|company domain|company domain name|company url|account website|company web site|company website url|organization website|\
         domain name|company domain name primary link url|firmenwebseite",
    ),
    plain(
        Field::Department,
        "department|organization department|abteilung|service|departamento|division|部署|отдел|département|business unit|reparto",
    ),
    plain(
        Field::Role,
        "job title|role|position|job position|job|function|occupation|organization title|account role|contact role|beruf|funktion|\
         fonction|poste|intitulé du poste|puesto|cargo|役職|должность|current position|jobtitle|profession|stelle|titre 1|work title|title|titel",
    ),
];

/// Columns of companies.
static COMPANIES: &[Alias<CompanyField>] = &[
    plain(CompanyField::Id, "id"),
    plain(CompanyField::ExternalId, "external id|externe id"),
    keyed(CompanyField::ExternalId, "hubspot:", "record id|record id company"),
    keyed(CompanyField::ExternalId, "salesforce:", "account id"),
    plain(
        CompanyField::Name,
        "name|company name|company|account name|organization name|organisation name|organization|organisation|account|firma|unternehmen|\
         société|entreprise|empresa|nom|nombre|会社名|display name|компания|название|firmenname|raison sociale",
    ),
    plain(CompanyField::Status, "status"),
    plain(
        CompanyField::Website,
        "website|web site|website url|url|domain|domain name|company domain name|company domain|webseite|homepage|site web|página web|\
         sitio web|domain name primary link url|domain name url|web|ホームページ|сайт|internet|company website",
    ),
    plain(
        CompanyField::Email,
        "e mail|email|email address|e mail address|company email|e mail adresse|correo electrónico|adresse e mail|メール",
    ),
    plain(
        CompanyField::Phone,
        "phone|phone number|telephone|telefon|téléphone|teléfono|company phone|main phone|電話番号|телефон|company phone number|tel",
    ),
    plain(
        CompanyField::Address,
        "address|full address|anschrift|adresse|dirección|billing address|住所|адрес|formatted address|shipping address",
    ),
    plain(
        CompanyField::AddressPart(AddressPart::Street),
        "street|street address|address street|billing street|billing address street|straße|rue|calle|address address street|address line|address address",
    ),
    plain(
        CompanyField::AddressPart(AddressPart::Locality),
        "city|town|address city|billing city|billing address city|ort|stadt|ville|ciudad|address address city|locality",
    ),
    plain(
        CompanyField::AddressPart(AddressPart::Region),
        "state|region|state region|address state|billing state|billing state province|billing address state|bundesland|région|provincia|province|\
         address address state|state province",
    ),
    plain(
        CompanyField::AddressPart(AddressPart::PostalCode),
        "postal code|zip|zip code|postcode|address postal code|billing postal code|billing zip postal code|billing address postal code|plz|\
         postleitzahl|code postal|código postal|address address post code|zip postal code|address address postcode",
    ),
    plain(
        CompanyField::AddressPart(AddressPart::Country),
        "country|country region|address country|billing country|billing address country|land|pays|país|address address country",
    ),
    plain(
        CompanyField::Industry,
        "industry|branche|secteur|sector|industria|sector industry|業種|отрасль|secteur d activité|primary industry",
    ),
    plain(CompanyField::Tags, "tags|labels|categories|category|kategorien|catégories|categorías|keywords"),
    plain(
        CompanyField::Notes,
        "notes|note|description|comment|comments|about us|notizen|notas|internal notes|メモ|beschreibung|remarques",
    ),
];

/// Words that say which of several addresses a column is a part of, with the label of that address.
static ADDRESS_OWNERS: &[(&str, &[&str])] = &[
    (
        "work",
        &[
            "business",
            "work",
            "office",
            "company",
            "geschaftlich",
            "bureau",
            "del trabajo",
            "de trabajo",
            "trabajo",
            "会社",
            "professionnel",
        ],
    ),
    (
        "home",
        &["home", "privat", "domicile", "del domicilio", "de domicilio", "domicilio", "particular", "自宅", "personal"],
    ),
    (
        "other",
        &["other", "weitere", "weiterer", "weiteres", "weiteres e", "autre", "otra", "otro", "other address", "その他"],
    ),
];

/// Columns whose number is that of an address, not of a line of one.
const NUMBERED_STREETS: &[&str] = &["address street", "address extended address", "address po box"];

/// Aliases by the words of their names.
type Index<F> = HashMap<String, &'static Alias<F>>;

static PEOPLE_INDEX: LazyLock<Index<Field>> = LazyLock::new(|| index(PEOPLE));

static COMPANIES_INDEX: LazyLock<Index<CompanyField>> = LazyLock::new(|| index(COMPANIES));

fn index<F>(table: &'static [Alias<F>]) -> Index<F> {
    let mut index = Index::new();
    for alias in table {
        for name in alias.names.split('|') {
            index.entry(header::words(name)).or_insert(alias);
        }
    }
    index
}

/// A column that a table of aliases knows.
pub(super) trait Known: Sized + 'static {
    /// The table.
    fn index() -> &'static Index<Self>;

    /// True of the parts of an address, of which there may be several.
    fn is_address(&self) -> bool;

    /// True of the street of an address, which may have several lines.
    fn is_street(&self) -> bool;

    /// True of fields whose columns are numbered.
    fn is_numbered(&self) -> bool;
}

impl Known for Field {
    fn index() -> &'static Index<Self> {
        &PEOPLE_INDEX
    }

    fn is_address(&self) -> bool {
        matches!(self, Self::Addresses(_))
    }

    fn is_street(&self) -> bool {
        *self == Self::Addresses(Some(AddressPart::Street))
    }

    fn is_numbered(&self) -> bool {
        matches!(
            self,
            Self::Addresses(_)
                | Self::Emails
                | Self::EmailLabels
                | Self::Phones
                | Self::PhoneLabels
                | Self::Links
                | Self::LinkLabels
                | Self::Company
                | Self::Department
                | Self::Role
        )
    }
}

impl Known for CompanyField {
    fn index() -> &'static Index<Self> {
        &COMPANIES_INDEX
    }

    fn is_address(&self) -> bool {
        matches!(self, Self::AddressPart(_) | Self::Address)
    }

    fn is_street(&self) -> bool {
        *self == Self::AddressPart(AddressPart::Street)
    }

    fn is_numbered(&self) -> bool {
        self.is_address()
    }
}

/// A column's alias, the number among its words, and the label of the address that it is a part of.
pub(super) struct Found<F: 'static> {
    pub(super) alias: &'static Alias<F>,
    pub(super) number: Option<u32>,
    pub(super) owner: Option<&'static str>,
}

/// The alias of a column.
pub(super) fn find<F: Known>(name: &str) -> Option<Found<F>> {
    let words = header::words(name);
    if let Some(alias) = of_words(&words) {
        return Some(Found { alias, number: None, owner: None });
    }
    let (rest, number) = header::numbered(&words);
    if number.is_some()
        && let Some(alias) = of_words::<F>(&rest).filter(|alias| alias.field.is_numbered())
    {
        // "Address Line 2" is the second line of one address, and "Address 2 - Street" the first of another.
        let is_line = alias.field.is_street() && !NUMBERED_STREETS.contains(&rest.as_str());
        return Some(Found { alias, number: number.filter(|_| !is_line), owner: None });
    }
    for (owner, others) in ADDRESS_OWNERS {
        for other in *others {
            let without = rest.strip_prefix(other).or_else(|| rest.strip_suffix(other)).map(str::trim);
            let alias = without.filter(|rest| rest.len() < words.len()).and_then(of_words::<F>);
            if let Some(alias) = alias.filter(|alias| alias.field.is_address()) {
                return Some(Found { alias, number: None, owner: Some(owner) });
            }
        }
    }
    None
}

fn of_words<F: Known>(words: &str) -> Option<&'static Alias<F>> {
    F::index().get(words).copied()
}
