#![allow(
    missing_docs,
    clippy::all,
    clippy::pedantic,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::use_self,
    reason = "it stands in for the scoring"
)]
use super::*;
use std::collections::*;
use std::hash::*;
use uuid::Uuid;
#[derive(Clone, Debug, Hash)]
pub struct Facts {
    pub id: Uuid,
    pub name: String,
    pub emails: Vec<String>,
    pub phones: Vec<String>,
    pub companies: Vec<String>,
    pub addresses: Vec<String>,
    pub birthday: Option<String>,
    pub uid: Option<String>,
}
#[derive(Clone, Debug)]
pub struct Person {
    pub id: Uuid,
    words: Vec<String>,
    emails: Vec<String>,
}
impl Person {
    pub fn new(f: Facts) -> Self {
        let mut words: Vec<String> = f.name.to_lowercase().split_whitespace().map(str::to_owned).collect();
        words.sort();
        Person { id: f.id, words, emails: f.emails.iter().map(|e| e.to_lowercase()).collect() }
    }
    pub fn name_words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(String::as_str)
    }
}
#[derive(Clone, Debug, Default)]
pub struct Frequencies {
    records: u32,
    words: HashMap<String, u32>,
}
impl Frequencies {
    pub fn new(records: u32, words: Vec<(String, u32)>) -> Self {
        Self { records, words: words.into_iter().collect() }
    }
    pub fn words(&self) -> impl Iterator<Item = (&str, u32)> {
        self.words.iter().map(|(a, b)| (a.as_str(), *b))
    }
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Certainty {
    Certain,
    Likely,
}
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    Email,
    Phone,
    Name,
    SimilarName,
    Company,
    Address,
    Birthday,
    Uid,
}
pub struct Comparison {
    pub score: f64,
    pub certainty: Option<Certainty>,
    pub reasons: Vec<Reason>,
}
pub fn compare(a: &Person, b: &Person, f: &Frequencies) -> Comparison {
    let name = a.words == b.words;
    let email = a.emails.iter().any(|e| b.emails.contains(e));
    let rare = a.words.iter().map(|w| f.words.get(w).copied().unwrap_or(1)).max().unwrap_or(1) as f64
        / (f.records.max(1)) as f64;
    let mut reasons = vec![];
    if email {
        reasons.push(Reason::Email)
    }
    if name {
        reasons.push(Reason::Name)
    }
    let (score, certainty) = match (name, email) {
        (true, true) => (0.999, Some(Certainty::Certain)),
        (true, false) => (0.9 - rare * 0.1, Some(Certainty::Likely)),
        (false, true) => (0.4, None),
        _ => (0.0, None),
    };
    Comparison { score, certainty, reasons }
}
fn h(x: impl Hash) -> u64 {
    let mut d = DefaultHasher::new();
    x.hash(&mut d);
    d.finish()
}
pub fn keys(p: &Person) -> Vec<u64> {
    let mut k: Vec<u64> = p.emails.iter().map(|e| h((1, e))).collect();
    k.push(h((2, &p.words)));
    k
}
pub fn groups(pairs: Vec<Pair>) -> Vec<Group> {
    let mut out = vec![];
    let mut certain: Vec<(BTreeSet<Uuid>, Vec<Pair>)> = vec![];
    for p in pairs {
        if p.likeness.certainty == Certainty::Certain {
            let mut set = BTreeSet::from([p.first, p.second]);
            let mut ps = vec![p];
            certain.retain(|(s, q)| {
                if s.contains(&p.first) || s.contains(&p.second) {
                    set.extend(s.iter().copied());
                    ps.extend(q.iter().copied());
                    false
                } else {
                    true
                }
            });
            certain.push((set, ps));
        } else {
            out.push(Group { contacts: vec![p.first, p.second], pairs: vec![p], certainty: Certainty::Likely });
        }
    }
    for (s, mut p) in certain {
        p.sort_by_key(|p| p.likeness.rank());
        out.push(Group { contacts: s.into_iter().collect(), pairs: p, certainty: Certainty::Certain })
    }
    out
}
#[derive(Default)]
pub struct Scan {
    people: Vec<Person>,
}
impl Scan {
    pub fn add(&mut self, p: Person) {
        self.people.push(p)
    }
    pub fn run(self, progress: &dyn Fn(usize)) -> Scanned {
        let mut words: HashMap<String, u32> = HashMap::new();
        for p in &self.people {
            let s: HashSet<_> = p.words.iter().collect();
            for w in s {
                *words.entry(w.clone()).or_default() += 1;
            }
        }
        let frequencies = Frequencies { records: self.people.len() as u32, words };
        let mut starts = vec![0];
        let mut ks = vec![];
        let mut blocks: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (i, p) in self.people.iter().enumerate() {
            let mut k: Vec<i64> = keys(p).into_iter().map(|k| k as i64).collect();
            k.sort();
            k.dedup();
            for x in &k {
                blocks.entry(*x as u64).or_default().push(i);
            }
            ks.extend(k);
            starts.push(ks.len());
            progress(1);
        }
        let mut skipped = 0;
        let mut pairs: HashMap<(usize, usize), Pair> = HashMap::new();
        for (_, m) in blocks {
            if m.len() > BLOCK_MAX {
                skipped += 1;
                continue;
            }
            for (x, &i) in m.iter().enumerate() {
                for &j in &m[x + 1..] {
                    let (a, b) = (&self.people[i], &self.people[j]);
                    if let Some(l) = Likeness::of(&compare(a, b, &frequencies)) {
                        pairs.insert((i, j), Pair { first: a.id, second: b.id, likeness: l });
                    }
                }
            }
        }
        Scanned {
            frequencies,
            keys: ScannedKeys { starts, keys: ks },
            pairs: pairs.into_values().collect(),
            skipped_blocks: skipped,
        }
    }
}
pub struct Scanned {
    pub frequencies: Frequencies,
    pub keys: ScannedKeys,
    pub pairs: Vec<Pair>,
    pub skipped_blocks: usize,
}
