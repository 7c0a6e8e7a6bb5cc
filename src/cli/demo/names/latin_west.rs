//! Names of western Europe and the Americas, in Latin letters.
//!
//! Not formatted by rustfmt, which would give every word a line of its own.

use super::{Extra, Locale};

/// English as in the United States.
#[rustfmt::skip]
pub(in super::super) const AMERICAN: Locale = Locale {
    given: &[
        "Emily", "James", "Ashley", "Michael", "Jessica", "Christopher", "Hannah", "Tyler", "Madison", "Joshua",
        "Abigail", "Brandon", "Grace", "Ethan", "Natalie", "Logan", "Chloe", "Austin",
    ],
    family: &[
        "Smith", "Johnson", "Miller", "Davis", "Wilson", "Anderson", "Taylor", "Jackson", "O'Connor", "Harris",
        "Clark", "Lewis", "Walker", "McAllister", "Young", "Hill", "Baker", "Carter",
    ],
    latin_given: &[
        "emily", "james", "ashley", "michael", "jessica", "christopher", "hannah", "tyler", "madison", "joshua",
        "abigail", "brandon", "grace", "ethan", "natalie", "logan", "chloe", "austin",
    ],
    latin_family: &[
        "smith", "johnson", "miller", "davis", "wilson", "anderson", "taylor", "jackson", "oconnor", "harris",
        "clark", "lewis", "walker", "mcallister", "young", "hill", "baker", "carter",
    ],
    gendered: false,
    family_first: false,
    separator: " ",
    extra: Extra::MiddleName,
    titles: &["Dr.", "Prof."],
    phone_prefix: "+1",
    phone_rest: "2## 555 01##",
    email_domain_tlds: &["com", "net", "org"],
    weight: 16,
};

/// English, Welsh, Scottish and Irish names.
#[rustfmt::skip]
pub(in super::super) const BRITISH: Locale = Locale {
    given: &[
        "Oliver", "Charlotte", "Siân", "Rhys", "Niamh", "Callum", "Siobhán", "Oisín", "Imogen", "Alistair", "Zoë",
        "Fiona", "Gareth", "Poppy", "Ewan", "Harriet",
    ],
    family: &[
        "Jones", "Williams", "Evans", "Thompson", "Wright", "O'Brien", "Ó Súilleabháin", "MacDonald", "Campbell",
        "Hughes", "Edwards", "Cooper", "Ward", "Fletcher", "Ashworth", "Penhaligon",
    ],
    latin_given: &[
        "oliver", "charlotte", "sian", "rhys", "niamh", "callum", "siobhan", "oisin", "imogen", "alistair", "zoe",
        "fiona", "gareth", "poppy", "ewan", "harriet",
    ],
    latin_family: &[
        "jones", "williams", "evans", "thompson", "wright", "obrien", "osuilleabhain", "macdonald", "campbell",
        "hughes", "edwards", "cooper", "ward", "fletcher", "ashworth", "penhaligon",
    ],
    gendered: false,
    family_first: false,
    separator: " ",
    extra: Extra::MiddleName,
    titles: &["Dr", "Prof."],
    phone_prefix: "+44",
    phone_rest: "20 7946 0###",
    email_domain_tlds: &["com", "net", "org"],
    weight: 10,
};

/// German, with umlauts and ß.
#[rustfmt::skip]
pub(in super::super) const GERMAN: Locale = Locale {
    given: &[
        "Jürgen", "Käthe", "Björn", "Sabine", "Günther", "Anneliese", "Jörg", "Ursula", "Lukas", "Jana", "Götz",
        "Heike", "Matthias", "Annika", "Sören", "Bärbel", "Florian", "Mareike",
    ],
    family: &[
        "Müller", "Schmidt", "Schröder", "Weiß", "Köhler", "Krüger", "Groß", "Böhm", "Jäger", "Lüdemann", "Schäfer",
        "Vogel", "Strauß", "Hübner", "Wagner", "Großmann", "Fischer", "von Ahlefeld",
    ],
    latin_given: &[
        "juergen", "kaethe", "bjoern", "sabine", "guenther", "anneliese", "joerg", "ursula", "lukas", "jana",
        "goetz", "heike", "matthias", "annika", "soeren", "baerbel", "florian", "mareike",
    ],
    latin_family: &[
        "mueller", "schmidt", "schroeder", "weiss", "koehler", "krueger", "gross", "boehm", "jaeger", "luedemann",
        "schaefer", "vogel", "strauss", "huebner", "wagner", "grossmann", "fischer", "vonahlefeld",
    ],
    gendered: false,
    family_first: false,
    separator: " ",
    extra: Extra::HyphenFamily,
    titles: &["Dr.", "Prof. Dr.", "Dipl.-Ing."],
    phone_prefix: "+49",
    phone_rest: "30 23125 ###",
    email_domain_tlds: &["com", "net"],
    weight: 10,
};

/// French, with accents.
#[rustfmt::skip]
pub(in super::super) const FRENCH: Locale = Locale {
    given: &[
        "Élodie", "François", "Hélène", "Jérôme", "Chloé", "Benoît", "Agnès", "Rémi", "Océane", "Loïc", "Anaïs",
        "Gaëtan", "Noémie", "Cédric", "Jean-Baptiste", "Maëlle", "Étienne", "Aurélie",
    ],
    family: &[
        "Lefèvre", "Dupré", "Bérenger", "Garnier", "Béranger-Roux", "L'Hôpital", "Chevalier", "Gauthier", "Mercier",
        "Lemaître", "Fournier", "Besançon", "Noël", "Barthélemy", "Dubœuf", "Lacroix",
    ],
    latin_given: &[
        "elodie", "francois", "helene", "jerome", "chloe", "benoit", "agnes", "remi", "oceane", "loic", "anais",
        "gaetan", "noemie", "cedric", "jeanbaptiste", "maelle", "etienne", "aurelie",
    ],
    latin_family: &[
        "lefevre", "dupre", "berenger", "garnier", "berangerroux", "lhopital", "chevalier", "gauthier", "mercier",
        "lemaitre", "fournier", "besancon", "noel", "barthelemy", "duboeuf", "lacroix",
    ],
    gendered: false,
    family_first: false,
    separator: " ",
    extra: Extra::HyphenFamily,
    titles: &["Dr", "Me"],
    phone_prefix: "+33",
    phone_rest: "1 99 00 ## ##",
    email_domain_tlds: &["com", "net", "org"],
    weight: 8,
};

/// Spanish, mostly with two family names.
#[rustfmt::skip]
pub(in super::super) const SPANISH: Locale = Locale {
    given: &[
        "María", "José", "Lucía", "Ángel", "Begoña", "Íñigo", "Sofía", "Andrés", "Inés", "Joaquín", "Belén", "Rubén",
        "Ximena", "Martín", "Rocío", "Óscar", "Paz", "Raúl",
    ],
    family: &[
        "García", "Muñoz", "Rodríguez", "Fernández", "Núñez", "Ibáñez", "López", "Peña", "Jiménez", "Ordóñez",
        "Vázquez", "Castaño", "Gutiérrez", "Sáez", "Romero", "Güell", "Domínguez", "Ríos",
    ],
    latin_given: &[
        "maria", "jose", "lucia", "angel", "begona", "inigo", "sofia", "andres", "ines", "joaquin", "belen", "ruben",
        "ximena", "martin", "rocio", "oscar", "paz", "raul",
    ],
    latin_family: &[
        "garcia", "munoz", "rodriguez", "fernandez", "nunez", "ibanez", "lopez", "pena", "jimenez", "ordonez",
        "vazquez", "castano", "gutierrez", "saez", "romero", "guell", "dominguez", "rios",
    ],
    gendered: false,
    family_first: false,
    separator: " ",
    extra: Extra::TwoFamilies,
    titles: &[],
    phone_prefix: "+34",
    phone_rest: "555 ### ###",
    email_domain_tlds: &["com", "net", "org"],
    weight: 9,
};

/// Portuguese, of Portugal and Brazil.
#[rustfmt::skip]
pub(in super::super) const PORTUGUESE: Locale = Locale {
    given: &[
        "João", "Conceição", "Luís", "Inês", "Antônio", "Beatriz", "Gonçalo", "Letícia", "Sebastião", "Lúcia",
        "Tomé", "Fátima", "Caetano", "Vitória", "Simão", "Débora",
    ],
    family: &[
        "Gonçalves", "Magalhães", "Araújo", "Simões", "Assunção", "Brandão", "Conceição", "Guimarães", "Ribeiro",
        "Falcão", "Nóbrega", "Sá Pereira", "Teixeira", "Queirós", "Leitão", "Moura",
    ],
    latin_given: &[
        "joao", "conceicao", "luis", "ines", "antonio", "beatriz", "goncalo", "leticia", "sebastiao", "lucia",
        "tome", "fatima", "caetano", "vitoria", "simao", "debora",
    ],
    latin_family: &[
        "goncalves", "magalhaes", "araujo", "simoes", "assuncao", "brandao", "conceicao", "guimaraes", "ribeiro",
        "falcao", "nobrega", "sapereira", "teixeira", "queiros", "leitao", "moura",
    ],
    gendered: false,
    family_first: false,
    separator: " ",
    extra: Extra::TwoFamilies,
    titles: &[],
    phone_prefix: "+351",
    phone_rest: "2## 000 ###",
    email_domain_tlds: &["com", "net", "org"],
    weight: 6,
};

/// Italian.
#[rustfmt::skip]
pub(in super::super) const ITALIAN: Locale = Locale {
    given: &[
        "Giulia", "Matteo", "Chiara", "Lorenzo", "Niccolò", "Francesca", "Davide", "Elisa", "Pietro", "Ilaria",
        "Tommaso", "Beatrice", "Riccardo", "Mariasole", "Andrea", "Noemi",
    ],
    family: &[
        "Rossi", "Esposito", "Ricci", "Marino", "Greco", "Conti", "De Luca", "Costa", "Mancini", "Lombardi",
        "Dell'Acqua", "Rizzo", "Cantù", "Testa", "Caputo", "D'Angelo",
    ],
    latin_given: &[
        "giulia", "matteo", "chiara", "lorenzo", "niccolo", "francesca", "davide", "elisa", "pietro", "ilaria",
        "tommaso", "beatrice", "riccardo", "mariasole", "andrea", "noemi",
    ],
    latin_family: &[
        "rossi", "esposito", "ricci", "marino", "greco", "conti", "deluca", "costa", "mancini", "lombardi",
        "dellacqua", "rizzo", "cantu", "testa", "caputo", "dangelo",
    ],
    gendered: false,
    family_first: false,
    separator: " ",
    extra: Extra::None,
    titles: &["Dott.", "Ing."],
    phone_prefix: "+39",
    phone_rest: "06 0### ####",
    email_domain_tlds: &["com", "net", "org"],
    weight: 5,
};

/// Dutch, with the small words before family names.
#[rustfmt::skip]
pub(in super::super) const DUTCH: Locale = Locale {
    given: &[
        "Daan", "Sanne", "Thijs", "Lotte", "Bram", "Fleur", "Joost", "Maaike", "Sven", "Femke", "Ruben", "Anouk",
        "Teun", "Noë", "Wouter", "Liesbeth",
    ],
    family: &[
        "de Vries", "van den Berg", "Bakker", "Visser", "van 't Hof", "de Boer", "Mulder", "Hoekstra", "Dekker",
        "Dijkstra", "van der Meer", "Kuipers", "Coenraad", "Groen", "Willems", "Brouwer",
    ],
    latin_given: &[
        "daan", "sanne", "thijs", "lotte", "bram", "fleur", "joost", "maaike", "sven", "femke", "ruben", "anouk",
        "teun", "noe", "wouter", "liesbeth",
    ],
    latin_family: &[
        "devries", "vandenberg", "bakker", "visser", "vanthof", "deboer", "mulder", "hoekstra", "dekker", "dijkstra",
        "vandermeer", "kuipers", "coenraad", "groen", "willems", "brouwer",
    ],
    gendered: false,
    family_first: false,
    separator: " ",
    extra: Extra::HyphenFamily,
    titles: &["ir.", "dr."],
    phone_prefix: "+31",
    phone_rest: "20 000 ####",
    email_domain_tlds: &["com", "net", "org"],
    weight: 5,
};
