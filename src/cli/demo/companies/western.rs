//! Companies of the Americas and of western and central Europe.
//!
//! Not formatted by rustfmt, which would give every word a line of its own.

use super::Style;
use crate::cli::demo::names;

/// Companies in the United States.
#[rustfmt::skip]
pub(super) const AMERICAN: Style = Style {
    heads: &[
        ("Blue", "blue"), ("North", "north"), ("Silver", "silver"), ("Iron", "iron"), ("Bright", "bright"),
        ("Cedar", "cedar"), ("Harbor", "harbor"), ("Summit", "summit"), ("Granite", "granite"),
        ("Prairie", "prairie"), ("Red", "red"), ("Clear", "clear"),
    ],
    tails: &[
        ("ridge", "ridge"), ("field", "field"), ("gate", "gate"), ("stone", "stone"), ("lake", "lake"),
        ("wood", "wood"), ("port", "port"), ("leaf", "leaf"), ("path", "path"), ("crest", "crest"),
        ("point", "point"), ("works", "works"),
    ],
    trades: &[
        "Logistics", "Software", "Foods", "Medical Supply", "Analytics", "Energy", "Packaging", "Insurance",
        "Robotics", "Hardware",
    ],
    patterns: &[
        "{head}{tail} {trade}, Inc.", "{head}{tail} {trade} LLC", "{head}{tail} {trade} Corp.",
        "{family} & {partner} {trade} LLP", "{family}, {partner} and Daughters {trade}",
        "{head}{tail} {trade} of {city}",
    ],
    streets: &[
        "Main Street", "Oak Avenue", "Market Street", "Industrial Parkway", "Lakeview Drive", "2nd Street",
    ],
    cities: &["Springfield", "Portland", "Columbus", "Albany", "Boulder", "Savannah"],
    address: "1## {street}, {city}, 000##, USA",
    mailboxes: &["info", "hello", "sales", "contact"],
    locale: &names::AMERICAN,
    weight: 16,
};

/// Companies in the United Kingdom and Ireland.
#[rustfmt::skip]
pub(super) const BRITISH: Style = Style {
    heads: &[
        ("Ash", "ash"), ("Thorn", "thorn"), ("King", "king"), ("Wood", "wood"), ("Whit", "whit"), ("Black", "black"),
        ("Fair", "fair"), ("Haw", "haw"), ("Stan", "stan"), ("Brook", "brook"), ("Oak", "oak"), ("Hart", "hart"),
    ],
    tails: &[
        ("bury", "bury"), ("ford", "ford"), ("ley", "ley"), ("worth", "worth"), ("mere", "mere"), ("well", "well"),
        ("combe", "combe"), ("dale", "dale"), ("hurst", "hurst"), ("wick", "wick"),
    ],
    trades: &[
        "Engineering", "Publishing", "Textiles", "Consulting", "Breweries", "Shipping", "Joinery", "Pharmaceuticals",
        "Care Homes", "Software",
    ],
    patterns: &[
        "{head}{tail} {trade} Ltd", "{head}{tail} {trade} plc", "{family} & {partner} Solicitors, {city}",
        "{family} & Sons {trade} of {city} Ltd", "{head}{tail} {trade} ({city}) Ltd",
        "The {city} {head}{tail} Trust",
    ],
    streets: &["High Street", "Station Road", "Church Lane", "Mill Road", "Victoria Road", "Kingsway"],
    cities: &["London", "Leeds", "Bristol", "Cardiff", "Belfast", "Dundee"],
    address: "1# {street}, {city}, United Kingdom",
    mailboxes: &["info", "enquiries", "office", "sales"],
    locale: &names::BRITISH,
    weight: 10,
};

/// Companies in Germany and Austria.
#[rustfmt::skip]
pub(super) const GERMAN: Style = Style {
    heads: &[
        ("Nord", "nord"), ("Süd", "sued"), ("Rhein", "rhein"), ("Alpen", "alpen"), ("Wald", "wald"),
        ("Stein", "stein"), ("Grün", "gruen"), ("Silber", "silber"), ("Eichen", "eichen"), ("Möwen", "moewen"),
        ("Löwen", "loewen"), ("Hanse", "hanse"),
    ],
    tails: &[
        ("wind", "wind"), ("werk", "werk"), ("bach", "bach"), ("berg", "berg"), ("brücke", "bruecke"),
        ("tal", "tal"), ("mühle", "muehle"), ("hof", "hof"), ("feld", "feld"), ("stern", "stern"),
    ],
    trades: &[
        "Maschinenbau", "Getränke", "Softwarelösungen", "Präzisionstechnik", "Verpackungen", "Gebäudetechnik",
        "Großhandel", "Möbel", "Energieberatung", "Spedition",
    ],
    patterns: &[
        "{head}{tail} {trade} GmbH", "{head}{tail} {trade} GmbH & Co. KG", "{head}{tail} {trade} AG",
        "{family} & Söhne {trade} {city} GmbH", "{family} + {partner} Rechtsanwälte {city} PartGmbB",
        "{head}{tail} {trade} {city} eG",
    ],
    streets: &[
        "Hauptstraße", "Bahnhofstraße", "Lindenallee", "Am Mühlbach", "Gewerbering", "Schloßplatz",
    ],
    cities: &[
        "#0### Köln", "#0### München", "#0### Düsseldorf", "#0### Lübeck", "#0### Gießen", "#0### Würzburg",
    ],
    address: "{street} 1#, {city}, Deutschland",
    mailboxes: &["info", "kontakt", "office", "vertrieb"],
    locale: &names::GERMAN,
    weight: 11,
};

/// Companies in France.
#[rustfmt::skip]
pub(super) const FRENCH: Style = Style {
    heads: &[
        ("Bel", "bel"), ("Clair", "clair"), ("Haut", "haut"), ("Mont", "mont"), ("Roche", "roche"), ("Val", "val"),
        ("Chante", "chante"), ("Beau", "beau"), ("Fort", "fort"), ("Mire", "mire"),
    ],
    tails: &[
        ("rivage", "rivage"), ("fontaine", "fontaine"), ("forêt", "foret"), ("lac", "lac"), ("pré", "pre"),
        ("clairière", "clairiere"), ("étoile", "etoile"), ("moulin", "moulin"),
    ],
    trades: &[
        "Énergies", "Conseil", "Bâtiment", "Boulangeries", "Numérique", "Santé", "Transports", "Édition", "Traiteur",
        "Ingénierie",
    ],
    patterns: &[
        "{head}{tail} {trade} S.A.", "{head}{tail} {trade} SARL", "{head}{tail} {trade} SAS",
        "{trade} {family} et Fils, {city}", "{family}-{partner} Avocats {city}", "Société {head}{tail} de {city}",
    ],
    streets: &[
        "rue de la République", "avenue de la Gare", "boulevard des Tilleuls", "place de l'Église", "rue des Lilas",
    ],
    cities: &["69### Lyon", "75### Paris", "31### Toulouse", "67### Strasbourg", "38### Grenoble"],
    address: "1# {street}, {city}, France",
    mailboxes: &["contact", "bonjour", "info", "accueil"],
    locale: &names::FRENCH,
    weight: 8,
};

/// Companies in Spain and Latin America.
#[rustfmt::skip]
pub(super) const SPANISH: Style = Style {
    heads: &[
        ("Sol", "sol"), ("Mar", "mar"), ("Río", "rio"), ("Monte", "monte"), ("Luz", "luz"), ("Costa", "costa"),
        ("Campo", "campo"), ("Cielo", "cielo"), ("Viento", "viento"), ("Peña", "pena"),
    ],
    tails: &[
        ("alto", "alto"), ("verde", "verde"), ("norte", "norte"), ("claro", "claro"), ("azul", "azul"),
        ("nuevo", "nuevo"), ("real", "real"),
    ],
    trades: &[
        "Construcciones", "Alimentación", "Tecnología", "Logística", "Energía Solar", "Diseño", "Viñedos",
        "Cerámica", "Turismo",
    ],
    patterns: &[
        "{trade} {head}{tail} S.L.", "{trade} {head}{tail} S.A.", "{trade} {head}{tail} S.A. de C.V.",
        "Hermanos {family} {trade} {city} S.L.", "{family} y {partner} Abogados {city}",
        "{trade} {head}{tail} {city} S.Coop.",
    ],
    streets: &[
        "Calle Mayor", "Avenida de la Constitución", "Plaza de España", "Calle del Muñoz", "Paseo Marítimo",
    ],
    cities: &["28### Madrid", "08### Barcelona", "15### A Coruña", "14### Córdoba", "29### Málaga"],
    address: "{street}, 1#, {city}, España",
    mailboxes: &["info", "contacto", "ventas", "hola"],
    locale: &names::SPANISH,
    weight: 9,
};

/// Companies in Brazil and Portugal.
#[rustfmt::skip]
pub(super) const BRAZILIAN: Style = Style {
    heads: &[
        ("Bom", "bom"), ("Boa", "boa"), ("Alto", "alto"), ("Porto", "porto"), ("Serra", "serra"), ("Vila", "vila"),
        ("Água", "agua"), ("Pedra", "pedra"), ("Flor", "flor"),
    ],
    tails: &[
        ("verde", "verde"), ("branca", "branca"), ("norte", "norte"), ("mar", "mar"), ("lua", "lua"),
        ("azul", "azul"), ("sertão", "sertao"),
    ],
    trades: &[
        "Comércio", "Construções", "Informática", "Alimentos", "Transportes", "Educação", "Móveis", "Soluções",
    ],
    patterns: &[
        "{head}{tail} {trade} Ltda.", "{head}{tail} {trade} S.A.", "{head}{tail} {trade} Lda.",
        "{family} & {partner} {trade} Ltda.", "Irmãos {family} {trade} {city} Ltda.",
        "{head}{tail} {trade} {city} ME",
    ],
    streets: &["Rua das Acácias", "Avenida São João", "Travessa da Conceição", "Rua 15 de Novembro"],
    cities: &["São Paulo", "Brasília", "Florianópolis", "Goiânia", "São Luís"],
    address: "{street}, 1##, {city}, Brasil",
    mailboxes: &["contato", "info", "vendas"],
    locale: &names::PORTUGUESE,
    weight: 6,
};

/// Companies in Denmark, Norway, Sweden and Finland.
#[rustfmt::skip]
pub(super) const NORDIC: Style = Style {
    heads: &[
        ("Nord", "nord"), ("Sjö", "sjo"), ("Fjord", "fjord"), ("Ø", "oe"), ("Ås", "aas"), ("Bjørn", "bjorn"),
        ("Sæl", "sael"), ("Björk", "bjork"), ("Is", "is"), ("Vind", "vind"),
    ],
    tails: &[
        ("lys", "lys"), ("vik", "vik"), ("gård", "gaard"), ("strøm", "strom"), ("skog", "skog"), ("berg", "berg"),
        ("havn", "havn"), ("næs", "naes"),
    ],
    trades: &[
        "Fiskeri", "Energi", "Møbler", "Skibsværft", "Bygg", "Rådgivning", "Trävaror", "Ohjelmistot",
    ],
    patterns: &[
        "{head}{tail} {trade} AB", "{head}{tail} {trade} AS", "{head}{tail} {trade} A/S", "{head}{tail} {trade} Oy",
        "{family} og Sønner {trade} {city} ApS", "{family} & {partner} Advokatbyrå {city}",
        "{head}{tail} {trade} {city} AB",
    ],
    streets: &["Storgatan", "Åkervägen", "Sjötullsgatan", "Björkallén"],
    cities: &["### ## Göteborg", "### ## Malmö", "### ## Umeå", "### ## Örebro", "### ## Stockholm"],
    address: "{street} 1#, {city}, Sverige",
    mailboxes: &["info", "kontakt", "post"],
    locale: &names::NORDIC,
    weight: 6,
};

/// Companies in Poland.
#[rustfmt::skip]
pub(super) const POLISH: Style = Style {
    heads: &[
        ("Wisło", "wislo"), ("Złoto", "zloto"), ("Pol", "pol"), ("Eko", "eko"), ("Śląsko", "slasko"),
        ("Żubro", "zubro"), ("Agro", "agro"), ("Baltyk", "baltyk"),
    ],
    tails: &[
        ("met", "met"), ("bud", "bud"), ("trans", "trans"), ("drew", "drew"), ("chem", "chem"), ("plast", "plast"),
        ("łąk", "lak"),
    ],
    trades: &["Usługi", "Żywność", "Meble", "Narzędzia", "Oprogramowanie", "Księgowość", "Hurtownia"],
    patterns: &[
        "{head}{tail} {trade} sp. z o.o.", "{head}{tail} {trade} S.A.", "{trade} {head}{tail} {city} sp.j.",
        "{head}{tail} {trade} sp.k.",
    ],
    streets: &["ul. Długa", "ul. Świętojańska", "al. Jerozolimskie", "ul. Łąkowa"],
    cities: &["00-### Warszawa", "30-### Kraków", "90-### Łódź", "50-### Wrocław", "60-### Poznań"],
    address: "{street} 1#, {city}, Polska",
    mailboxes: &["biuro", "kontakt", "info"],
    locale: &names::POLISH,
    weight: 5,
};
