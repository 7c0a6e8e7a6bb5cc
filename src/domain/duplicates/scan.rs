//! Comparing all people of a directory with each other, in memory.

use std::cmp::Ordering;

use rapidhash::RapidHashSet;

use super::{
    BLOCK_MAX,
    frequencies::{Counted, Frequencies, NEIGHBOURHOODS, Neighbourhood, neighbourhood},
    keys::keys,
    languages,
    likeness::{Likeness, Pair},
    parts,
    person::Person,
    score::{Comparison, Weighed},
    sketch::Sketch,
};

/// Contacts after which progress is told.
const TOLD_EACH: usize = 1_000;

/// People who are to be compared with each other.
#[derive(Debug, Default)]
pub struct Scan {
    people: Vec<Person>,
    frequencies: Frequencies,
    keys: ScannedKeys,
}

/// Findings of a scan.
#[derive(Debug)]
pub struct Scanned {
    /// How frequent words are in this directory.
    pub frequencies: Frequencies,
    /// The keys of all people, in the order in which they were added.
    pub keys: ScannedKeys,
    /// Pairs that are at least likely one person, each once.
    pub pairs: Vec<Pair>,
    /// Number of keys that too many people share.
    pub skipped_blocks: usize,
    /// Number of pairs of people that were compared.
    pub compared: u64,
}

/// Keys that a scan has found, by the places of the people among all.
#[derive(Debug, Default)]
pub struct ScannedKeys {
    /// End offsets in `keys`, one for each person.
    ends: Vec<u32>,
    keys: Vec<i64>,
}

impl ScannedKeys {
    /// The keys of one, sorted, each once.
    pub fn of(&self, place: usize) -> &[i64] {
        let start = place.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let range = start.zip(self.ends.get(place).copied());
        range.and_then(|(start, end)| self.keys.get(start as usize..end as usize)).unwrap_or_default()
    }

    /// Number of all keys.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// True where there are no keys.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

impl Scan {
    /// Makes room for so many people.
    pub fn with_capacity(people: usize) -> Self {
        let keys = ScannedKeys { ends: Vec::with_capacity(people), keys: Vec::new() };
        Self { people: Vec::with_capacity(people), frequencies: Frequencies::default(), keys }
    }

    /// Adds somebody.
    pub fn add(&mut self, person: Person) {
        self.frequencies.count(person.frequent_words());
        let mut keys: Vec<i64> = keys(&person).into_iter().map(u64::cast_signed).collect();
        keys.sort_unstable();
        self.keys.keys.extend(keys);
        self.keys.ends.push(u32::try_from(self.keys.keys.len()).unwrap_or(u32::MAX));
        self.people.push(person);
    }

    /// Finds all pairs that are likely one person. Tells numbers of people that are done.
    pub fn run(self, progress: &dyn Fn(usize)) -> Scanned {
        let (mut pairs, mut compared) = (Vec::new(), 0);
        let (frequencies, keys, skipped_blocks) = self.each(true, progress, &mut |weighed, first, second| {
            compared += 1;
            if let Some(likeness) = weighed.compare_likely(first, second).as_ref().and_then(Likeness::of) {
                let (first, second) = (first.0.id.min(second.0.id), first.0.id.max(second.0.id));
                pairs.push(Pair { first, second, likeness });
            }
        });
        Scanned { frequencies, keys, pairs, skipped_blocks, compared }
    }

    /// Compares all who share a key, each pair once, and hands over every comparison.
    pub fn compare(self, visit: &mut dyn FnMut(&Person, &Person, &Comparison)) {
        self.each(false, &|_| {}, &mut |weighed, first, second| {
            visit(first.0, second.0, &weighed.compare(first, second));
        });
    }

    /// Visits all who share a key, each pair once; or only those who can be likely one person. Returns the frequencies, the
    /// keys, and the number of keys that too many people share.
    fn each(
        mut self,
        is_likely: bool,
        progress: &dyn Fn(usize),
        visit: &mut Visit<'_>,
    ) -> (Frequencies, ScannedKeys, usize) {
        count_points(&self.people, &mut self.frequencies);
        // The list has room for up to twice as many.
        self.keys.keys.shrink_to_fit();
        let Self { people, frequencies, keys } = self;
        let weighed = WeighedPeople::new(&people, &frequencies, is_likely);
        // Keys are hashes, so that each part has about as many.
        let (mut skipped, mut entries) =
            (RapidHashSet::default(), Vec::with_capacity(keys.len() / (PARTS.count() - 1)));
        let (mut done, mut told) = (0, 0);
        for part in PARTS {
            fill_entries(&mut entries, &keys, people.len(), part);
            let blocks = || entries.chunk_by(|first, second| first.0 == second.0);
            let large = blocks().filter(|block| block.len() > BLOCK_MAX);
            // No key is looked up before its part.
            skipped.extend(large.filter_map(|block| Some(block.first()?.0)));
            for block in blocks() {
                done += block.len();
                if block.len() <= BLOCK_MAX {
                    weighed.visit_block(block, &keys, &skipped, visit);
                }
                let of_people = people.len() * done / keys.len();
                if of_people - told >= TOLD_EACH {
                    progress(of_people - told);
                    told = of_people;
                }
            }
        }
        progress(people.len() - told);
        (frequencies, keys, skipped.len())
    }
}

/// Is shown two people with the rarities of their words.
type Visit<'a> = dyn FnMut(Weighed, (&Person, &[f32]), (&Person, &[f32])) + 'a;

/// Counts whole names, e-mail addresses and phone numbers that several people have. Most have their own, which need not be
/// kept.
fn count_points(people: &[Person], frequencies: &mut Frequencies) {
    // One list for all, which does not grow: for some time the process would keep what is freed.
    let mut list = Vec::with_capacity(people.iter().map(Person::point_count).sum());
    note_frequent(frequencies, &mut list, people.iter().map(Person::points), 2);
    for Neighbourhood { digits, crowd } in NEIGHBOURHOODS {
        let near = people.iter().map(|person| person.phones().iter().map(|phone| neighbourhood(*phone, digits)));
        note_frequent(frequencies, &mut list, near, crowd);
    }
    languages::count(people, frequencies);
}

/// Notes the values that so many people have, with their number. Nobody counts twice. The list is used for all of them.
fn note_frequent<V: Iterator<Item = Counted>>(
    frequencies: &mut Frequencies,
    all: &mut Vec<Counted>,
    of_people: impl Iterator<Item = V>,
    least: usize,
) {
    let mut of_one = Vec::new();
    all.clear();
    for values in of_people {
        of_one.clear();
        of_one.extend(values);
        of_one.sort_unstable();
        of_one.dedup();
        all.extend_from_slice(&of_one);
    }
    all.sort_unstable();
    for run in all.chunk_by(|first, second| first == second).filter(|run| run.len() >= least) {
        if let Some(value) = run.first() {
            frequencies.note_shared(*value, u32::try_from(run.len()).unwrap_or(u32::MAX));
        }
    }
}

/// First bits of the keys that are sorted at once. Those of all keys would take a quarter of the memory.
const PARTS: std::ops::Range<i64> = -4..4;

fn part_of(key: i64) -> i64 {
    key >> 61
}

/// Makes the keys of a part with the places of those who have them, sorted.
fn fill_entries(entries: &mut Vec<(i64, u32)>, keys: &ScannedKeys, people: usize, part: i64) {
    entries.clear();
    for (place, number) in (0..people).zip(0_u32..) {
        let of_part = keys.of(place).iter().filter(|key| part_of(**key) == part);
        entries.extend(of_part.map(|key| (*key, number)));
    }
    entries.sort_unstable();
}

/// True for the least key that two people share and that is not skipped, so that they are compared once.
fn is_first_key(key: i64, mut first: &[i64], mut second: &[i64], skipped: &RapidHashSet<i64>) -> bool {
    while let ([one, rest @ ..], [other, others @ ..]) = (first, second) {
        match one.cmp(other) {
            Ordering::Less => first = rest,
            Ordering::Greater => second = others,
            Ordering::Equal if *one == key => break,
            Ordering::Equal if !skipped.contains(one) => return false,
            Ordering::Equal => (first, second) = (rest, others),
        }
    }
    true
}

struct WeighedPeople<'a> {
    people: &'a [Person],
    ends: Vec<u32>,
    rarities: Vec<f32>,
    /// None where everybody is compared.
    sketches: Option<Vec<Sketch>>,
    weighed: Weighed,
}

impl<'a> WeighedPeople<'a> {
    fn new(people: &'a [Person], frequencies: &Frequencies, is_likely: bool) -> Self {
        // A list that grows takes the memory of two.
        let count = people.iter().map(parts::count).sum();
        let (mut ends, mut rarities) = (Vec::with_capacity(people.len()), Vec::with_capacity(count));
        let mut sketches = is_likely.then(|| Vec::with_capacity(people.len()));
        for person in people {
            let of_person = Weighed::rarities(person, frequencies);
            if let Some(sketches) = &mut sketches {
                sketches.push(Sketch::new(person, &of_person));
            }
            rarities.extend(of_person);
            ends.push(u32::try_from(rarities.len()).unwrap_or(u32::MAX));
        }
        Self { people, ends, rarities, sketches, weighed: Weighed::new(frequencies) }
    }

    fn get(&self, place: usize) -> Option<(&Person, &[f32])> {
        let start = place.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        let end = self.ends.get(place)?;
        Some((self.people.get(place)?, self.rarities.get(start as usize..*end as usize)?))
    }

    fn can_be_likely(&self, one: usize, other: usize) -> bool {
        let Some(sketches) = &self.sketches else { return true };
        let both = sketches.get(one).zip(sketches.get(other));
        both.is_some_and(|(one, other)| self.weighed.can_be_likely(one, other))
    }

    fn visit_block(
        &self,
        block: &[(i64, u32)],
        keys: &ScannedKeys,
        skipped: &RapidHashSet<i64>,
        visit: &mut Visit<'_>,
    ) {
        for (place, (key, one)) in block.iter().enumerate() {
            for (_, other) in block.iter().skip(place + 1) {
                let (one, other) = (*one as usize, *other as usize);
                if !self.can_be_likely(one, other) || !is_first_key(*key, keys.of(one), keys.of(other), skipped) {
                    continue;
                }
                if let (Some(one), Some(other)) = (self.get(one), self.get(other)) {
                    visit(self.weighed, one, other);
                }
            }
        }
    }
}
