//! Scalars, keys and shapes that are hard to print: what is read and written again is what the reference prints.

use std::path::Path;

use kbuild_yaml::{Dialect, SourceId, read_documents, write};

#[test]
fn hard_scalars_are_printed_as_the_reference_prints_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/scalars");
    let input = std::fs::read(folder.join("input.yaml")).unwrap();
    let expected = std::fs::read_to_string(folder.join("expected.yaml")).unwrap();
    let documents = read_documents(&input, SourceId(1), Dialect::Resource).unwrap();
    let mut printed = String::new();
    for document in &documents {
        write(document, &mut printed).unwrap();
    }
    for (at, (printed, expected)) in printed.lines().zip(expected.lines()).enumerate() {
        assert_eq!(printed, expected, "line {}", at + 1);
    }
    assert!(printed == expected, "one of the two ends early");
}
