//! Tables of contacts and of companies. The first byte chooses the options.
#![no_main]

use liaison::card::csv::{CompanyReader, Options, Reader};
use liaison_fuzz::cards::check_all;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Some((choice, file)) = data.split_first() else { return };
    let options = Options {
        is_rest_kept: choice & 1 != 0,
        has_header: [None, Some(true), Some(false), None][usize::from(choice >> 1) & 3],
        encoding: [None, Some("windows-1252".to_owned()), Some("shift_jis".to_owned()), None]
            [usize::from(choice >> 3) & 3]
            .clone(),
        ..Options::default()
    };
    if let Ok(reader) = Reader::new(file, &options) {
        check_all(reader);
    }
    if let Ok(reader) = CompanyReader::new(file, &options) {
        reader.for_each(drop);
    }
});
