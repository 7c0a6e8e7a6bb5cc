//! vCards of every version and encoding.
#![no_main]

use liaison::card::vcard::Reader;
use liaison_fuzz::cards::check_all;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| check_all(Reader::new(file)));
