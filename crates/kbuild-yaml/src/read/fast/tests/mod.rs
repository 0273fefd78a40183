//! The fast path against the full path: where the former gives a tree, the latter must give the same.

mod random;

use random::{Random, Seeds, TEXTS};

use super::super::chunks::Chunks;
use super::super::{
    Document, Options, Piece, cut_resources, input, read_node_in_full, read_resources, without_mark,
};
use super::*;
use crate::tree::LONG;
use crate::write::is_printed_as_it_is;
use crate::{Node, NodeRef, SourceId, Value, is_json_form};

/// True when the two are the same in all that a node holds.
fn is_same(one: &Node, other: &Node) -> bool {
    one.place == other.place
        && match (&one.value, &other.value) {
            (Value::Scalar(one), Value::Scalar(other)) => one == other,
            (Value::Sequence(one), Value::Sequence(other)) => {
                one.len() == other.len() && one.iter().zip(other).all(|(a, b)| is_same(a, b))
            }
            (Value::Mapping(one), Value::Mapping(other)) => {
                one.len() == other.len()
                    && one.iter().zip(other).all(|(a, b)| {
                        a.key == b.key
                            && a.key.place() == b.key.place()
                            && is_same(&a.value, &b.value)
                    })
            }
            _ => false,
        }
}

/// Panics where the reader has not noted the same of two nodes as there is to note of their values.
fn check_flags(one: NodeRef<'_>, other: NodeRef<'_>, text: &str) {
    // A tree that is made otherwise notes nothing of long texts.
    let is_as_is = match other.as_scalar().filter(|scalar| scalar.text.len() >= LONG) {
        Some(long) => one.slot().is_as_is() && is_printed_as_it_is(long.text, long.kind),
        None => other.slot().is_as_is(),
    };
    let expected = (other.key(), is_as_is, other.slot().is_key_as_is());
    assert_eq!((one.key(), one.slot().is_as_is(), one.slot().is_key_as_is()), expected, "{text:?}");
    assert_eq!(one.slot().key_mark, other.slot().key_mark, "{text:?}");
    one.children().zip(other.children()).for_each(|(one, other)| check_flags(one, other, text));
}

fn holds_json_forms(node: &Node) -> bool {
    match &node.value {
        Value::Scalar(scalar) => is_json_form(scalar),
        Value::Sequence(items) => items.iter().all(holds_json_forms),
        Value::Mapping(mapping) => mapping.iter().all(|entry| holds_json_forms(&entry.value)),
    }
}

/// Panics where the two paths differ. Returns how many documents the fast path has read.
fn compare(bytes: &[u8], dialect: Dialect) -> usize {
    let Ok(input) = input::decode(bytes) else { return 0 };
    let text = &*input.text;
    if input.unusual_breaks {
        return 0;
    }
    let chunks = match dialect {
        Dialect::Resource => Chunks::new(text, 1, true),
        Dialect::Config => Chunks::new(text, 1, false),
    };
    let split = dialect == Dialect::Resource;
    let start = |chunk: &str| chunk.as_ptr().addr() - text.as_ptr().addr();
    chunks
        .filter_map(Result::ok)
        .filter(|(chunk, line)| {
            let chunk = without_mark(chunk);
            compare_chunk(chunk, &text[start(chunk)..], split, *line, dialect)
        })
        .count()
}

/// The same for the document of the chunk `text`, which `rest` starts with.
fn compare_chunk(text: &str, rest: &str, split: bool, line: u32, dialect: Dialect) -> bool {
    let options = Options::new(SourceId(3), dialect);
    let (mut fast_budget, mut budget) = (Budget::default(), Budget::default());
    let mut reader = Reader::new(rest, split, options, Memory::default());
    let Some(fast) = reader.read(rest, line, &mut fast_budget) else {
        assert_eq!(fast_budget, budget, "{text:?}");
        let alone = reader.read(text, line, &mut fast_budget);
        assert!(alone.is_none(), "{text:?}");
        return false;
    };
    let line_feeds = text.bytes().filter(|&byte| byte == b'\n').count() as u32;
    assert_eq!((fast.length, fast.last_line), (text.len(), line + line_feeds), "{text:?}");
    let Document { tree, is_json_form, .. } = reader.take(&fast);
    let fast = tree.root().to_node();
    check_flags(tree.root(), Tree::from(&fast).root(), text);
    if dialect == Dialect::Resource {
        assert_eq!(is_json_form, holds_json_forms(&fast), "{text:?}");
    }
    match read_node_in_full(text, line, false, options, &mut budget) {
        Ok(Some(full)) if is_same(&fast, &full) => {}
        full => panic!("{dialect:?} {text:?}\nfast {fast:?}\nfull {full:?}"),
    }
    assert_eq!(fast_budget, budget, "{text:?}");
    true
}

/// Compares `count` inputs; what they are hangs on `seed` alone.
fn compare_many(count: usize, seed: u64) -> usize {
    let (seeds, mut random) = (Seeds::read(), Random::new(seed));
    let mut fast = 0;
    for _ in 0..count {
        let text = seeds.text(&mut random);
        let dialect = if random.one_in(4) { Dialect::Config } else { Dialect::Resource };
        fast += usize::from(compare(&text, dialect) > 0);
    }
    fast
}

#[test]
fn both_read_the_seeds_alike() {
    for text in Seeds::read().texts() {
        for dialect in [Dialect::Resource, Dialect::Config] {
            compare(text, dialect);
        }
    }
    for text in TEXTS.iter().map(|text| text.as_bytes()) {
        for at in 0..text.len() {
            compare(&text[..at], Dialect::Resource);
            compare(&text[at..], Dialect::Resource);
        }
    }
}

#[test]
fn both_read_random_texts_alike() {
    let count = 30_000;
    let fast = compare_many(count, 1);
    // Otherwise the comparison says little.
    assert!(fast > count / 4, "{fast}");
}

/// Compares what the pieces of `text` hold with what the whole does. True when it could be read in pieces.
fn compare_pieces(text: &[u8], count: usize) -> bool {
    let source = SourceId(3);
    let pieces = cut_resources(text, source, count).unwrap_or_default();
    assert!(pieces.len() <= count, "{text:?}");
    let documents: Option<Vec<_>> = pieces.iter().map(Piece::read).collect();
    let Some(documents) = documents.filter(|_| !pieces.is_empty()) else { return false };
    let documents: Vec<Document> = documents.into_iter().flatten().collect();
    let whole = read_resources(text, source);
    let whole = whole.unwrap_or_else(|error| panic!("{error} in {text:?}"));
    let is_same = |(one, other): (&Document, &Document)| {
        one.is_json_form == other.is_json_form
            && is_same(&one.tree.root().to_node(), &other.tree.root().to_node())
    };
    assert_eq!(documents.len(), whole.len(), "{text:?}");
    assert!(documents.iter().zip(&whole).all(is_same), "{text:?}\n{documents:?}\n{whole:?}");
    true
}

#[test]
fn pieces_hold_what_the_whole_does() {
    const BETWEEN: &[&str] = &[
        "\n---\n",
        "\n---\n---\n",
        "\n--- # c\n",
        "\n---x\n",
        "\n----\n",
        "\n\n---  \n\n",
        "---\n",
        "\n---",
    ];
    let (seeds, mut random, mut read) = (Seeds::read(), Random::new(7), 0);
    for _ in 0..10_000 {
        let mut text = Vec::new();
        for _ in 0..2 + random.below(5) {
            text.extend(seeds.text(&mut random));
            text.extend(
                BETWEEN[if random.one_in(3) { random.below(BETWEEN.len()) } else { 0 }].as_bytes(),
            );
        }
        read += usize::from(compare_pieces(&text, 2 + random.below(6)));
    }
    assert!(read > 300, "{read}");
}

#[test]
fn aliases_are_read_with_the_whole() {
    let plain = "k: v\n---\n".repeat(4);
    let reads = |first: &str| compare_pieces(format!("{first}{plain}k: v\n").as_bytes(), 2);
    assert!(reads("k: v\n---\n"));
    for first in ["a: &x 1\nb: *x\n---\n", "a: [\n---\n"] {
        assert!(!reads(first), "{first}");
    }
    assert!(!compare_pieces(format!("{plain}k: v\n--- {{a: 1}}\n{plain}").as_bytes(), 2));
}

/// Other inputs in every run: `cargo test --release -p kbuild-yaml -- --ignored differential`
#[test]
#[ignore = "takes minutes"]
#[expect(clippy::print_stdout, reason = "the figure is what the run is for")]
fn differential_ten_million() {
    use std::hash::BuildHasher;
    let first = std::collections::hash_map::RandomState::new().hash_one(0);
    let (rounds, count) = (100, 100_000);
    let mut fast = 0;
    for round in 0..rounds {
        fast += compare_many(count, first.wrapping_add(round));
    }
    println!(
        "{} inputs from {first}, {fast} of them with documents for the fast path",
        rounds as usize * count
    );
}

/// The fast path reads `text`, and as the full path does.
#[track_caller]
fn reads(text: &str) {
    assert!(compare(text.as_bytes(), Dialect::Resource) > 0, "left to the full path: {text:?}");
}

/// The fast path gives up on `text`.
#[track_caller]
fn leaves(text: &str) {
    assert_eq!(compare(text.as_bytes(), Dialect::Resource), 0, "{text:?}");
}

#[test]
fn what_manifests_hold_is_read_fast() {
    reads(
        "---\n# c\na: 1 # c\n\nb:\n  c: x\n  d:\n  - y\n  - z: 2\n    w:\n\n  - - v\n    -\n      u\n# end",
    );
    reads("a: {b: 100m, \"c\":1, 'd': [x, \"y\", {}, [], -1, a:b, ],\n  e: [f\n  ]}\n");
    reads("{\n  \"a\": \"b\",\n  \"c\": [1, 2, {\"d\": null}]\n}\n");
    reads(
        "a: 'it''s'\nb: \"x\\ty \\\n  z\"\nc: 'one\n\n  two'\nd: plain\n  goes\n\n  on # c\ne: f\n",
    );
    reads(
        "a: |\n  x\n   y\n\n  z\nb: >-\n  x\n  y\n\n   z\nc: |2+ # c\n   x\n\n\nd:\n- |-\n  x\n# c\n",
    );
    reads("\"quoted\": a\n'single': b\na b : c\n1: d\ntrue: e\n-x: f\nurl: http://a:b#c\n");
    let long = "x-long-key-of-a-schema";
    reads(&format!("{long}: 1\na:\n  {long}: 2\n"));
    reads(&(0..100).map(|at| format!("k{at}: {at}\n")).collect::<String>());
    reads(&format!("{}x", "- ".repeat(MAX_DEPTH)));
    let nested = |depth: usize| -> String {
        (0..depth).map(|level| format!("{}k:\n", " ".repeat(level))).collect()
    };
    reads(&nested(MAX_DEPTH));
    leaves(&nested(MAX_DEPTH + 1));
}

#[test]
fn what_is_odd_is_left_to_the_full_path() {
    for text in [
        "",
        "# c",
        "a",
        "a: &x b",
        "a: *x",
        "a: !t b",
        "<<: {}",
        "a: {<<: {}}",
        "? a",
        "~: a",
        "null: b",
        "%YAML 1.1",
        "a: b\n...\n",
        "a:\tb",
        "a: b\n\tc: d",
        "a: b: c",
        "a: b\n c: d",
        "a: {b, c}",
        "a: [b: c]",
        "a: {b: }",
        "a: 1\na: 2",
        "a: 2\n'a': 1",
        "a: [2001-1-4T1:2:3Z]",
        "a: |\n  \tx",
        "a: 'b",
        "a: 'b' c",
        "- a\nb: c",
        "a: [b # c\n]",
    ] {
        leaves(text);
    }
    let many: String = (0..100).map(|at| format!("k{at}: {at}\n")).collect();
    leaves(&format!("{many}k7: x\n"));
    leaves(&format!("{}x", "- ".repeat(MAX_DEPTH + 1)));
    leaves(&format!("{}: v", "k".repeat(1024)));
}
