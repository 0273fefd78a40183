//! The reader: any bytes, both dialects. What it reads and can be written reads back as the same tree.
//!
//! All but texts like `0o+7`: the reference writes them without quotes, and reads a number then.
#![no_main]

use kbuild_core::yaml::{Dialect, SourceId, read_documents, write};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let _ = read_documents(bytes, SourceId(1), Dialect::Config);
    let Ok(documents) = read_documents(bytes, SourceId(1), Dialect::Resource) else { return };
    for document in documents {
        let mut text = String::new();
        if write(&document, &mut text).is_err() {
            continue;
        }
        let again = read_documents(text.as_bytes(), SourceId(1), Dialect::Resource).unwrap();
        let mut twice = String::new();
        if let [again] = again.as_slice() {
            write(again, &mut twice).unwrap();
            assert!(text == twice || text.contains("0o+") || text.contains("0o-"), "{text}\n{twice}");
        }
    }
});
