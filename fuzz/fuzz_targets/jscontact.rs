//! JSContact cards: alone, in an array, and one after the other.
#![no_main]

use liaison::card::jscontact::Reader;
use liaison_fuzz::cards::check_all;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| check_all(Reader::new(file)));
