//! For every golden case: the output with comments reads as the output without, and is that when the comments are gone.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read files, and fail where they cannot"
)]

use std::fs;
use std::path::{Path, PathBuf};

use kbuild_core::yaml::{Dialect, SourceId, read_documents};
use kbuild_core::{DiskHost, MemoryHost, Options, render};

#[test]
fn comments_change_nothing() {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
    let (mut lines, mut comments) = (0, 0);
    for case in folders(&testdata).iter().flat_map(|field| folders(field)) {
        if !case.join("expected.yaml").is_file() || case.starts_with(testdata.join("helm")) {
            continue;
        }
        let target = fs::read_to_string(case.join("target")).unwrap_or_else(|_| ".".to_owned());
        let mut options = Options::default();
        options.provenance = true;
        let rendered = render(&DiskHost::new(), case.join(target.trim()), &options).unwrap();
        let (plain, annotated) =
            (rendered.to_yaml().unwrap(), rendered.to_annotated_yaml().unwrap());
        let read = |text: &str| {
            read_documents(text.as_bytes(), SourceId::default(), Dialect::Resource).unwrap()
        };
        assert_eq!(read(&annotated), read(&plain), "{}", case.display());
        assert_eq!(plain.lines().count(), annotated.lines().count());
        for (line, annotated) in plain.lines().zip(annotated.lines()) {
            let comment = annotated.strip_prefix(line).unwrap_or_else(|| panic!("{annotated}"));
            assert!(comment.is_empty() || comment.starts_with(" # "), "{annotated}");
            lines += 1;
            comments += usize::from(!comment.is_empty());
        }
    }
    assert!(comments > 2000 && comments * 2 > lines, "{comments} of {lines}");
}

#[test]
fn every_style_takes_a_comment() {
    let long = "word ".repeat(30);
    let host = MemoryHost::from_iter([
        ("kustomization.yaml".to_owned(), "resources: [cm.yaml]\nnamePrefix: a-\n".to_owned()),
        (
            "cm.yaml".to_owned(),
            format!(
                "kind: ConfigMap\napiVersion: v1\nmetadata: {{name: b}}\ndata:\n  block: |\n    one\n    two\n  bare: \"a\\n\\nb\"\n  long: {}\n  quoted: \"{}: x\"\n  empty: {{}}\n",
                long.trim(),
                long.trim()
            ),
        ),
    ]);
    let mut options = Options::default();
    options.provenance = true;
    let rendered = render(&host, ".", &options).unwrap();
    insta::assert_snapshot!(rendered.to_annotated_yaml().unwrap(), @r"
    apiVersion: v1 # cm.yaml:2
    data:
      bare: |- # cm.yaml:8
        a

        b
      block: | # cm.yaml:5
        one
        two
      empty: {} # cm.yaml:11
      long: word word word word word word word word word word word word word word word
        word word word word word word word word word word word word word word word # cm.yaml:9
      quoted: 'word word word word word word word word word word word word word word word
        word word word word word word word word word word word word word word word: x' # cm.yaml:10
    kind: ConfigMap # cm.yaml:1
    metadata:
      name: a-b # kustomization.yaml:2
    ");
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    paths.sort();
    paths
}
