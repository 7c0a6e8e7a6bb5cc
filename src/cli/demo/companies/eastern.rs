//! Companies of the Mediterranean, eastern Europe and Asia.
//!
//! Not formatted by rustfmt, which would give every word a line of its own.

use super::Style;
use crate::cli::demo::names;

/// Companies in Turkey.
#[rustfmt::skip]
pub(super) const TURKISH: Style = Style {
    heads: &[
        ("Ak", "ak"), ("Yıldız", "yildiz"), ("Gök", "gok"), ("Demir", "demir"), ("Çınar", "cinar"),
        ("Güneş", "gunes"), ("Öz", "oz"), ("Işık", "isik"),
    ],
    tails: &[
        ("su", "su"), ("dağ", "dag"), ("taş", "tas"), ("yol", "yol"), ("deniz", "deniz"), ("ova", "ova"),
    ],
    trades: &["Tekstil", "Gıda", "İnşaat", "Yazılım", "Nakliyat", "Danışmanlık", "Tarım"],
    patterns: &[
        "{head}{tail} {trade} A.Ş.", "{head}{tail} {trade} Ltd. Şti.", "{family} Kardeşler {city} {trade} Ltd. Şti.",
        "{city} {family} ve {partner} Hukuk Bürosu", "{city} {head}{tail} {trade} A.Ş.",
    ],
    streets: &["İstiklal Caddesi", "Atatürk Bulvarı", "Çiçek Sokağı", "Gül Sokağı"],
    cities: &["34### İstanbul", "35### İzmir", "06### Ankara", "26### Eskişehir"],
    address: "{street} No: 1#, {city}, Türkiye",
    mailboxes: &["bilgi", "iletisim", "info"],
    locale: &names::TURKISH,
    weight: 5,
};

/// Companies in Greece.
#[rustfmt::skip]
pub(super) const GREEK: Style = Style {
    heads: &[
        ("Αιγαίο", "aigaio"), ("Ήλιος", "ilios"), ("Όλυμπος", "olympos"), ("Δελφίνι", "delfini"), ("Ελιά", "elia"),
        ("Άνεμος", "anemos"), ("Γαλάζιο", "galazio"),
    ],
    tails: &[
        (" Πλους", "plous"), (" Γη", "gi"), (" Κύμα", "kyma"), (" Φως", "fos"), (" Λίθος", "lithos"),
    ],
    trades: &["Τρόφιμα", "Ναυτιλιακή", "Τουριστική", "Κατασκευές", "Λογισμικό", "Εκδόσεις"],
    patterns: &[
        "{head}{tail} {trade} Α.Ε.", "{head}{tail} {trade} Ε.Π.Ε.", "{head}{tail} {trade} Ι.Κ.Ε.",
        "{trade} {head}{tail} {city} Ο.Ε.",
    ],
    streets: &["Οδός Ερμού", "Λεωφόρος Συγγρού", "Οδός Αθηνάς", "Οδός Αριστοτέλους"],
    cities: &["1## ## Αθήνα", "5## ## Θεσσαλονίκη", "2## ## Πάτρα", "7## ## Ηράκλειο"],
    address: "{street} 1#, {city}, Ελλάδα",
    mailboxes: &["info", "epikoinonia"],
    locale: &names::GREEK,
    weight: 4,
};

/// Companies with Russian names.
#[rustfmt::skip]
pub(super) const RUSSIAN: Style = Style {
    heads: &[
        ("Север", "sever"), ("Волга", "volga"), ("Урал", "ural"), ("Сибирь", "sibir"), ("Альфа", "alfa"),
        ("Восток", "vostok"), ("Пром", "prom"), ("Агро", "agro"),
    ],
    tails: &[
        ("Строй", "stroy"), ("Мет", "met"), ("Транс", "trans"), ("Торг", "torg"), ("Лес", "les"),
        ("Сервис", "servis"), ("Ёлка", "yolka"),
    ],
    trades: &["Логистика", "Инжиниринг", "Продукты", "Мебель", "Технологии", "Консалтинг"],
    patterns: &[
        "ООО «{head}{tail} {city}»", "АО «{head}{tail} {trade}»", "ООО «{head}{tail} {trade}»",
        "ООО «{head}{tail} {trade} {city}»", "ИП {head}{tail} {trade}",
    ],
    streets: &["ул. Ленина", "Невский проспект", "ул. Садовая", "ул. Озёрная"],
    cities: &["101### Москва", "190### Санкт-Петербург", "630### Новосибирск", "420### Казань"],
    address: "{city}, {street}, д. 1#, Россия",
    mailboxes: &["info", "office", "zakaz"],
    locale: &names::RUSSIAN,
    weight: 5,
};

/// Companies in the Arab world.
#[rustfmt::skip]
pub(super) const ARABIC: Style = Style {
    heads: &[
        ("النور", "alnoor"), ("الواحة", "alwaha"), ("النخيل", "alnakheel"), ("الفجر", "alfajr"), ("الصقر", "alsaqr"),
        ("البحر", "albahr"), ("الياسمين", "alyasmin"),
    ],
    tails: &[
        (" الذهبي", "althahabi"), (" الأخضر", "alakhdar"), (" الجديد", "aljadid"), (" الدولي", "aldawli"),
        (" المتحد", "almuttahid"),
    ],
    trades: &["للتجارة", "للمقاولات", "للبرمجيات", "للأغذية", "للنقل", "للسياحة"],
    patterns: &[
        "شركة {head}{tail} {trade} ذ.م.م", "مؤسسة {head}{tail} {trade}", "شركة {head}{tail} {trade} ش.م.م",
        "مجموعة {family} {trade}", "{family} و{partner} للمحاماة", "شركة {head}{tail} {trade} - {city}",
    ],
    streets: &["شارع الملك حسين", "شارع الجامعة", "شارع السلام", "طريق المطار"],
    cities: &["عمّان", "القاهرة", "دبي", "بيروت", "الرباط"],
    address: "{street} 1#، {city}",
    mailboxes: &["info", "sales", "contact"],
    locale: &names::ARABIC,
    weight: 5,
};

/// Companies in Israel.
#[rustfmt::skip]
pub(super) const HEBREW: Style = Style {
    heads: &[
        ("אור", "or"), ("גל", "gal"), ("הר", "har"), ("כרמל", "carmel"), ("ארז", "erez"), ("תמר", "tamar"),
    ],
    tails: &[
        (" ים", "yam"), (" צפון", "tzafon"), (" שחר", "shachar"), (" מעיין", "maayan"), (" חדש", "chadash"),
    ],
    trades: &["טכנולוגיות", "מזון", "בנייה", "תוכנה", "לוגיסטיקה", "יעוץ"],
    patterns: &[
        "{head}{tail} {trade} בע״מ", "{head}{tail} {trade} ושות׳", "{family} את {partner} עורכי דין",
        "{family} {trade} בע״מ", "{head}{tail} {trade} {city} בע״מ",
    ],
    streets: &["רחוב הרצל", "שדרות רוטשילד", "רחוב ויצמן", "רחוב הגפן"],
    cities: &["תל אביב", "חיפה", "ירושלים", "באר שבע"],
    address: "{street} 1#, {city}",
    mailboxes: &["info", "office"],
    locale: &names::HEBREW,
    weight: 3,
};

/// Companies in India.
#[rustfmt::skip]
pub(super) const HINDI: Style = Style {
    heads: &[
        ("सूर्य", "surya"), ("गंगा", "ganga"), ("हिमालय", "himalaya"), ("शक्ति", "shakti"), ("नव", "nav"),
        ("भारत", "bharat"), ("कमल", "kamal"),
    ],
    tails: &[
        ("ज्योति", "jyoti"), ("दीप", "deep"), ("पथ", "path"), ("सागर", "sagar"), ("शिखर", "shikhar"),
    ],
    trades: &["उद्योग", "ट्रेडिंग", "टेक्नोलॉजीज", "खाद्य पदार्थ", "वस्त्र", "निर्माण"],
    patterns: &[
        "{head}{tail} {trade} प्राइवेट लिमिटेड", "{head}{tail} {trade} लिमिटेड", "{family} एंड संस {trade} {city}",
        "{family} एंड {partner} एसोसिएट्स {city}", "{head}{tail} {trade} {city}",
    ],
    streets: &["महात्मा गांधी मार्ग", "स्टेशन रोड", "नेहरू मार्ग", "सरोजिनी रोड"],
    cities: &["नई दिल्ली", "लखनऊ", "जयपुर", "भोपाल"],
    address: "1##, {street}, {city}, भारत",
    mailboxes: &["info", "sales"],
    locale: &names::HINDI,
    weight: 5,
};

/// Companies in China.
#[rustfmt::skip]
pub(super) const CHINESE: Style = Style {
    heads: &[
        ("华", "hua"), ("远", "yuan"), ("金", "jin"), ("东", "dong"), ("瑞", "rui"), ("天", "tian"), ("海", "hai"),
        ("鑫", "xin"), ("恒", "heng"),
    ],
    tails: &[
        ("达", "da"), ("盛", "sheng"), ("泰", "tai"), ("峰", "feng"), ("源", "yuan"), ("通", "tong"), ("龙", "long"),
        ("辉", "hui"),
    ],
    trades: &["科技", "贸易", "物流", "食品", "建材", "医疗器械", "软件", "纺织"],
    patterns: &[
        "{city}{head}{tail}{trade}有限公司", "{head}{tail}{trade}股份有限公司", "{city}{head}{tail}{trade}集团",
        "{head}{tail}{trade}(中国)有限公司",
    ],
    streets: &["人民路", "中山路", "建设大道", "解放街"],
    cities: &["上海", "北京", "深圳", "广州", "成都", "杭州"],
    address: "中国{city}{street}1##号",
    mailboxes: &["info", "sales", "service"],
    locale: &names::CHINESE,
    weight: 8,
};

/// Companies in Japan.
#[rustfmt::skip]
pub(super) const JAPANESE: Style = Style {
    heads: &[
        ("青", "ao"), ("富士", "fuji"), ("桜", "sakura"), ("大和", "yamato"), ("北", "kita"), ("朝日", "asahi"),
        ("松", "matsu"), ("光", "hikari"), ("さくら", "sakura"), ("ミナト", "minato"),
    ],
    tails: &[
        ("山", "yama"), ("川", "kawa"), ("島", "shima"), ("原", "hara"), ("野", "no"), ("丸", "maru"), ("波", "nami"),
    ],
    trades: &["製作所", "商事", "工業", "システムズ", "食品", "建設", "印刷", "サービス"],
    patterns: &[
        "株式会社{head}{tail}{trade}", "{head}{tail}{trade}株式会社", "有限会社{head}{tail}{trade}", "{city}{family}{trade}合同会社",
        "{city}{head}{tail}{trade}株式会社", "{city}{family}・{partner}法律事務所",
    ],
    streets: &["中央", "本町", "栄町", "緑が丘"],
    cities: &["東京都", "大阪市", "京都市", "札幌市", "福岡市"],
    address: "〒000-0### {city}{street}1-#-#",
    mailboxes: &["info", "contact", "eigyo"],
    locale: &names::JAPANESE,
    weight: 7,
};

/// Companies in Korea.
#[rustfmt::skip]
pub(super) const KOREAN: Style = Style {
    heads: &[
        ("한빛", "hanbit"), ("대명", "daemyung"), ("새별", "saebyul"), ("미래", "mirae"), ("동해", "donghae"),
        ("푸른", "pureun"), ("가람", "garam"),
    ],
    tails: &[("나라", "nara"), ("누리", "nuri"), ("마루", "maru"), ("산업", "saneop"), ("하늘", "haneul")],
    trades: &["전자", "물산", "식품", "건설", "소프트", "물류", "디자인"],
    patterns: &[
        "주식회사 {head}{tail}{trade}", "{head}{tail}{trade} 주식회사", "(주){head}{tail}{trade}", "{head}{tail}{trade} 유한회사",
        "{city} {head}{tail}{trade}(주)",
    ],
    streets: &["세종대로", "테헤란로", "중앙로", "해운대로"],
    cities: &["서울", "부산", "대구", "광주", "제주"],
    address: "{city} {street} 1##",
    mailboxes: &["info", "sales"],
    locale: &names::KOREAN,
    weight: 5,
};
