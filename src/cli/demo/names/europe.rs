//! Names in Greek and Cyrillic letters.
//!
//! Not formatted by rustfmt, which would give every word a line of its own.

use super::{Extra, Locale};

/// Greek; family names follow the gender.
#[rustfmt::skip]
pub(in super::super) const GREEK: Locale = Locale {
    given: &[
        "Ελένη", "Γιώργος", "Μαρία", "Δημήτρης", "Κατερίνα", "Νίκος", "Σοφία", "Παναγιώτης", "Αθηνά", "Βασίλης",
        "Ιωάννα", "Χρήστος", "Δέσποινα", "Ανδρέας",
    ],
    family: &[
        "Παπαδοπούλου", "Παπαδόπουλος", "Οικονόμου", "Γεωργίου", "Καραγιάννη", "Καραγιάννης", "Νικολάου",
        "Δημητρίου", "Βλάχου", "Βλάχος", "Αγγελοπούλου", "Αγγελόπουλος", "Μακρή", "Μακρής",
    ],
    latin_given: &[
        "eleni", "giorgos", "maria", "dimitris", "katerina", "nikos", "sofia", "panagiotis", "athina", "vasilis",
        "ioanna", "christos", "despina", "andreas",
    ],
    latin_family: &[
        "papadopoulou", "papadopoulos", "oikonomou", "georgiou", "karagianni", "karagiannis", "nikolaou",
        "dimitriou", "vlachou", "vlachos", "angelopoulou", "angelopoulos", "makri", "makris",
    ],
    gendered: true,
    family_first: false,
    separator: " ",
    extra: Extra::None,
    titles: &[],
    phone_prefix: "+30",
    phone_rest: "21 0000 0###",
    email_domain_tlds: &["com", "net", "org"],
    weight: 4,
};

/// Russian; family names follow the gender.
#[rustfmt::skip]
pub(in super::super) const RUSSIAN: Locale = Locale {
    given: &[
        "Анна", "Дмитрий", "Екатерина", "Алексей", "Наталья", "Сергей", "Ольга", "Иван", "Светлана", "Артём", "Юлия",
        "Михаил", "Ксения", "Фёдор",
    ],
    family: &[
        "Иванова", "Иванов", "Кузнецова", "Кузнецов", "Смирнова", "Смирнов", "Соловьёва", "Соловьёв", "Новикова",
        "Новиков", "Щербакова", "Щербаков", "Белых", "Черных", "Зайцева", "Зайцев",
    ],
    latin_given: &[
        "anna", "dmitry", "ekaterina", "alexey", "natalya", "sergey", "olga", "ivan", "svetlana", "artyom", "yulia",
        "mikhail", "ksenia", "fyodor",
    ],
    latin_family: &[
        "ivanova", "ivanov", "kuznetsova", "kuznetsov", "smirnova", "smirnov", "solovyova", "solovyov", "novikova",
        "novikov", "shcherbakova", "shcherbakov", "belykh", "chernykh", "zaytseva", "zaytsev",
    ],
    gendered: true,
    family_first: false,
    separator: " ",
    extra: Extra::None,
    titles: &[],
    phone_prefix: "+7",
    phone_rest: "495 000 0# ##",
    email_domain_tlds: &["com", "net", "org"],
    weight: 6,
};

/// Ukrainian; adjectives among the family names follow the gender.
#[rustfmt::skip]
pub(in super::super) const UKRAINIAN: Locale = Locale {
    given: &[
        "Оксана", "Андрій", "Наталія", "Тарас", "Ірина", "Богдан", "Соломія", "Олексій", "Ганна", "Євген", "Лариса",
        "Ігор", "Дарина", "Сергій",
    ],
    family: &[
        "Шевчук", "Коваленко", "Бондаренко", "Ткаченко", "Лисенко", "Гнатюк", "Яворська", "Яворський", "Кравець",
        "Поліщук", "Чорна", "Чорний", "Єременко", "Ґудзь",
    ],
    latin_given: &[
        "oksana", "andriy", "nataliia", "taras", "iryna", "bohdan", "solomiia", "oleksii", "hanna", "yevhen",
        "larysa", "ihor", "daryna", "serhii",
    ],
    latin_family: &[
        "shevchuk", "kovalenko", "bondarenko", "tkachenko", "lysenko", "hnatiuk", "yavorska", "yavorskyi", "kravets",
        "polishchuk", "chorna", "chornyi", "yeremenko", "gudz",
    ],
    gendered: true,
    family_first: false,
    separator: " ",
    extra: Extra::None,
    titles: &[],
    phone_prefix: "+380",
    phone_rest: "44 000 ## ##",
    email_domain_tlds: &["com", "net", "org"],
    weight: 4,
};
