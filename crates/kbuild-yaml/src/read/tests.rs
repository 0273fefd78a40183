//! Tests of the reader as a whole.

use super::*;
use crate::{ScalarType, Value};

/// The node in a notation of its own: `'text'` for strings, `kind:text` for other scalars, brackets around the rest.
fn show(node: &Node) -> String {
    match &node.value {
        Value::Scalar(scalar) if scalar.kind == ScalarType::Str => {
            format!("{:?}", scalar.text.as_str())
        }
        Value::Scalar(scalar) => format!("{:?}:{}", scalar.kind, scalar.text),
        Value::Sequence(items) => {
            format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", "))
        }
        Value::Mapping(mapping) => {
            let entries =
                mapping.iter().map(|entry| format!("{}={}", entry.key.text, show(&entry.value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

fn read(text: &str, dialect: Dialect) -> String {
    match read_documents(text.as_bytes(), SourceId(1), dialect) {
        Ok(nodes) => nodes.iter().map(show).collect::<Vec<_>>().join(" --- "),
        Err(error) => format!("{}:{}: {error}", error.line, error.column),
    }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(read(text, Dialect::Resource), expected, "{text:?}");
}

#[track_caller]
fn check_config(text: &str, expected: &str) {
    assert_eq!(read(text, Dialect::Config), expected, "{text:?}");
}

/// The text is refused at `line` and `column` with a message that holds `words`.
#[track_caller]
fn refuse(text: &str, line: u32, column: u32, words: &str) {
    let error = read_documents(text.as_bytes(), SourceId(1), Dialect::Resource).expect_err(text);
    assert_eq!((error.line, error.column), (line, column), "{text:?}: {error}");
    assert!(error.message.contains(words), "{text:?}: {error}");
}

#[test]
fn block_collections() {
    check(
        "a: 1\nb:\n  c: x\n  d:\n  - y\n  - z: 2\n    w:\n",
        "{a=Int:1, b={c=\"x\", d=[\"y\", {z=Int:2, w=Null:}]}}",
    );
    check("- - a\n  - b\n-\n- c", "[[\"a\", \"b\"], Null:, \"c\"]");
    check("? a\n: b\n? c\n", "{a=\"b\", c=Null:}");
    check("a:\n- b\n-\nc: d", "{a=[\"b\", Null:], c=\"d\"}");
    check("a:b: c", "{a:b=\"c\"}");
}

#[test]
fn flow_collections() {
    check(
        "{a: [b, c: d, {e}, ], \"f\":g, h:i}",
        "{a=[\"b\", {c=\"d\"}, {e=Null:}], f=\"g\", h:i=Null:}",
    );
    check("[a, [], {},\n\tb\n]", "[\"a\", [], {}, \"b\"]");
    check("{? a : b, ? c}", "{a=\"b\", c=Null:}");
    refuse("a: [b, c\nd: e\n", 2, 2, "`[` on line 1 is still open");
    refuse("a: {b: c", 1, 9, "`{` on line 1 is still open");
    refuse("[a, , b]", 1, 5, "a value must stand here");
}

#[test]
fn folding() {
    check("a b\n  c\n\n\n  d\n", "\"a b c\\n\\nd\"");
    check("a: x y\n  z#w :v\n", "{a=\"x y z#w :v\"}");
    check("a: 'b''c\n  d\n\n  e '", "{a=\"b'c d\\ne \"}");
    check("\"a\\tb\\x41\\u00e9\\U0001F600 \\\n   c\\\n  \\ d  \n  e\"", "\"a\\tbAé😀 c d e\"");
    check("a: |\n  b\n   c\n\n  d\n\ne: f", "{a=\"b\\n c\\n\\nd\\n\", e=\"f\"}");
    check("a: >\n  b\n  c\n\n  d\n   e\n  f\n", "{a=\"b c\\nd\\n\\n e\\nf\\n\"}");
    check(
        "- |-\n b\n\n- |+\n c\n\n- |2\n   d\n- >-\n\n e",
        "[\"b\", \"c\\n\\n\", \" d\\n\", \"\\ne\"]",
    );
    check("a: |\nb: c", "{a=\"\", b=\"c\"}");
    check("a: |-", "{a=\"\"}");
}

#[test]
fn documents() {
    check("", "");
    check("# nothing\n", "");
    check("a: 1\n---\nb: 2\n--- # c\n---\n---\n~\n---\nc", "{a=Int:1} --- {b=Int:2} --- \"c\"");
    check("a: 1\n...\nb: 2\n", "{a=Int:1}");
    check("--- a", "\"a\"");
    check("a\n---", "\"a\"");
    check("a\r\n---\r\nb\r\n", "\"a\" --- \"b\"");
    check("\u{FEFF}a\n---\n\u{FEFF}b", "\"a\" --- \"b\"");
    refuse("a: 1\n\n--- b\n", 3, 4, "nothing but a comment may follow `---`");
    refuse("a: 1\n---\nb: 2\n---\nc: d: e\n", 5, 5, "a `:` cannot stand here");
    refuse("a: 1\n...\n@b", 3, 1, "cannot start with `@`");
    check_config("a: 1\n--- b\nc: d: e", "{a=Int:1}");
    check_config("", "Null:");
    check("%YAML 1.1 # c\n%TAG !i! tag:yaml.org,2002:\n---", "");
    check_config("%TAG !i! tag:yaml.org,2002:\n---\n!i!int '1'", "Int:1");
    refuse("%YAML 1.1\n---\n", 2, 1, "needs a `---` behind it");
    refuse("%YAML 1.2\n---\n", 1, 1, "only YAML version 1.1");
    refuse("%FOO\n", 1, 1, "`%YAML` or `%TAG`");
}

#[test]
fn utf16_is_one_chunk() {
    let bytes: Vec<u8> = "\u{FEFF}a\n---\nb".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let nodes = read_documents(&bytes, SourceId(0), Dialect::Resource).expect("readable");
    assert_eq!(nodes.iter().map(show).collect::<Vec<_>>(), ["\"a\""]);
}

#[test]
fn keys() {
    check("{1: a, true: b, '': c, yes: d}", "{1=\"a\", true=\"b\", =\"c\", yes=\"d\"}");
    refuse("a: 1\nb: 2\na: 3", 3, 1, "the key `a` is already defined on line 1");
    refuse("1: a\n'1': b", 2, 1, "already defined on line 1");
    refuse("null: a", 1, 1, "null cannot be a key");
    refuse("? [a]\n: b", 1, 3, "must be a single value");
    let many: String = (0..100).map(|at| format!("k{at}: {at}\n")).collect();
    refuse(&format!("{many}k7: x\n"), 101, 1, "already defined on line 8");
    check_config(
        "{a: b, 1: c, a: d, 0x10: e, yes: f, 1.50: g, 1e7: h, '2': ~}",
        "{a=\"d\", 1=\"c\", 16=\"e\", true=\"f\", 1.5=\"g\", 1e+07=\"h\", 2=Null:~}",
    );
}

#[test]
fn aliases() {
    check(
        "a: &x 1\nb: *x\nc: &x y\nd: [*x]\n*x : z",
        "{a=Int:1, b=Int:1, c=\"y\", d=[\"y\"], y=\"z\"}",
    );
    check("a: &x\nb: *x", "{a=Null:, b=Null:}");
    check("a: &x {b: &x c}\nd: *x", "{a={b=\"c\"}, d=\"c\"}");
    refuse("a: *x", 1, 4, "no anchor `&x`");
    refuse("a: &x 1\n---\na: *x", 3, 4, "no anchor `&x`");
    refuse("a: &x [*x]", 1, 8, "inside of its own anchor");
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
    }
    refuse(&bomb, 5, 45, "grow far too large");
    let mut tower = "a0: &a0 x\n".to_owned();
    for level in 1..1100 {
        tower.push_str(&format!("a{level}: &a{level} [*a{}]\n", level - 1));
    }
    assert!(read_documents(tower.as_bytes(), SourceId(0), Dialect::Resource).is_err());
}

#[test]
fn places_of_aliases_are_the_originals() {
    let nodes = read_documents(
        b"\n- &x\n  a: b\n- *x\n- {<<: *x}\n- |\n  t",
        SourceId(7),
        Dialect::Resource,
    )
    .expect("readable");
    let items = nodes[0].as_sequence().expect("a list");
    assert_eq!(nodes[0].place, crate::Place { source: SourceId(7), line: 2 });
    assert_eq!(items.iter().map(|item| item.place.line).collect::<Vec<_>>(), [3, 3, 5, 6]);
    assert_eq!(items[2].get("a").map(|node| node.place.line), Some(3));
}

#[test]
fn merge_keys() {
    check(
        "- &x {a: 1, b: 2}\n- {c: 0, <<: *x, b: 3}",
        "[{a=Int:1, b=Int:2}, {c=Int:0, b=Int:3, a=Int:1}]",
    );
    check("{<<: [{a: 1, b: 1}, {a: 2, c: 2}], d: 3}", "{d=Int:3, a=Int:1, c=Int:2, b=Int:1}");
    check("{'<<': {a: b}, c: d}", "{c=\"d\"}");
    check("{<<: {a: b}, '<<': c}", "{<<=\"c\", a=\"b\"}");
    check("[<<]", "[\"<<\"]");
    refuse("{<<: {a: b}, <<: {c: d}}", 1, 14, "only one merge key");
    refuse("a: &x [{}]\nb: {<<: *x}", 2, 9, "must be a mapping or a list of mappings");
    check_config(
        "{a: b, <<: {a: z, b: q}, b: r, <<: [{x: 1}, {x: 2}]}",
        "{a=\"z\", b=\"r\", x=Int:1}",
    );
}

#[test]
fn tags() {
    check(
        "[!!str 1, !!int '1', !!float 1, !!bool \"true\", !!null '', !!null , !foo 12, !!binary aGk=, ! 12, ! '12']",
        "[\"1\", Int:1, Int:1, Bool:true, Null:null, Null:null, \"12\", Binary:aGk=, Int:12, \"12\"]",
    );
    check(
        "[!!timestamp '2020-01-01', !!set {a}, !!str [b], !<tag:yaml.org,2002:str> 1, !!float 0x10]",
        "[Timestamp:2020-01-01, {a=Null:}, [\"b\"], \"1\", Int:16]",
    );
    refuse("a: !!int x", 1, 10, "the value `x` has the tag `!!int`, but is not an integer");
    refuse("a: !!binary x", 1, 13, "not base64");
    refuse("a: !e!x y", 1, 4, "no `%TAG` directive");
    check_config(
        "[!!binary aGk=, ! 12, 2020-01-01, yes]",
        "[\"hi\", \"12\", \"2020-01-01\", Bool:yes]",
    );
}

#[test]
fn mistakes_are_told_where_they_are() {
    refuse("a: b: c", 1, 5, "a `:` cannot stand here");
    refuse("a:\n  b: 1\n c: 2", 3, 2, "indentation of the mapping that starts on line 1");
    refuse("a:\n\tb: 1", 2, 1, "indent with spaces only");
    refuse("a: 1\nb: 'c\nd: e\n", 2, 4, "never closed");
    refuse("a: \"b\n---\n", 1, 4, "never closed");
    refuse("a: 1\nb\nc: 2", 2, 1, "no `:` follows");
    refuse("- a\nb: c", 2, 1, "indentation of the list that starts on line 1");
    refuse("a: - b", 1, 4, "a list item cannot start on this line");
    refuse("a: \"\\q\"", 1, 5, "no escape starts with");
    refuse("a: %x", 1, 4, "cannot start with `%`");
    refuse("a: |x\n", 1, 5, "must start on the line below");
    refuse("a: &b *c", 1, 7, "indentation of the mapping");
    refuse("é: *é", 1, 4, "letters, digits");
}

#[test]
fn nesting_has_an_end() {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", "")] {
        let nest = |depth: usize| format!("{}x{}", open.repeat(depth), close.repeat(depth));
        assert!(
            read_documents(nest(MAX_DEPTH).as_bytes(), SourceId(0), Dialect::Resource).is_ok(),
            "{open}"
        );
        refuse(
            &nest(MAX_DEPTH + 1),
            1,
            (MAX_DEPTH * open.len()) as u32 + 1,
            &format!("deeper than {MAX_DEPTH} levels"),
        );
        assert!(
            read_documents(open.repeat(100_000).as_bytes(), SourceId(0), Dialect::Config).is_err()
        );
    }
}

#[test]
fn long_keys_need_a_question_mark() {
    let key = "k".repeat(1024);
    check(&format!("{key}: v"), &format!("{{{key}=\"v\"}}"));
    refuse(&format!("{key}k: v"), 1, 1026, "a `:` cannot stand here");
    check(&format!("{}: v", "é".repeat(1024)), &format!("{{{}=\"v\"}}", "é".repeat(1024)));
}

#[test]
fn values_that_are_missing_in_flow_collections() {
    let texts = [
        ("a: {b: , c}", "{\"a\":{\"b\":\"\",\"c\":\"\"}}"),
        ("a: {b: ~, c: !!null , d: !!null ''}", "{\"a\":{\"b\":null,\"c\":null,\"d\":null}}"),
        ("a: [{b: &x }]\nc: *x\nd: [*x]", "{\"a\":[{\"b\":\"\"}],\"c\":null,\"d\":[\"\"]}"),
        ("a: &x {b: }\nc: *x", "{\"a\":{\"b\":\"\"},\"c\":{\"b\":\"\"}}"),
        (
            "a: &x\n  b:\nc: [*x]\nd: *x",
            "{\"a\":{\"b\":null},\"c\":[{\"b\":\"\"}],\"d\":{\"b\":null}}",
        ),
    ];
    for (text, json) in texts {
        let nodes =
            read_documents(text.as_bytes(), SourceId(0), Dialect::Resource).expect("readable");
        let mut out = String::new();
        crate::write_json(&nodes[0], &mut out).expect("printable");
        assert_eq!(out, json, "{text:?}");
    }
    check("{a: , b: [c: ]}", "{a=Null:, b=[{c=Null:}]}");
    check("[? a]", "[{a=Null:}]");
}

#[test]
fn dates_with_a_time_in_flow_collections() {
    check("[2001-1-4T1:2:3Z, 2001-1-4]", "[\"2001-1-4T1:2:3Z\", Timestamp:2001-1-4]");
    check("2001-1-4T1:2:3Z", "Timestamp:2001-1-4T1:2:3Z");
    check("a: {2001-1-4T1:2:3Z: b}", "{a={2001-1-4T1:2:3Z=\"b\"}}");
}

#[test]
fn folded_texts_are_folded_again() {
    check("a: >\n b\n  c\n", "{a=\"b\\n\\n c\\n\"}");
    check("a: >-\n b\n\n  c\n\n d\n e", "{a=\"b\\n\\n\\n c\\n\\nd e\"}");
    check("a: >+\n b\n\n", "{a=\"b\\n\\n\\n\"}");
    check("a: >+\n\n b\n", "{a=\"\\nb\\n\"}");
    check("a: >2\n   b\n  c\n  d\n", "{a=\" b\\nc d\\n\"}");
    check("a: >\n b \n  c\n", "{a=\"b \\n c\\n\"}");
    check("a: >+\n\n\n", "{a=\"\\n\\n\"}");
    check_config("a: >\n b\n  c\n", "{a=\"b\\n c\\n\"}");
    refuse("a: |2\n  \tb\n", 1, 4, "cannot start with a tab");
    check("a: |2\n  \tb \n", "{a=\"\\tb \\n\"}");
}

#[test]
fn keys_with_tags_of_their_own() {
    check("!x a: b", "{a=\"b\"}");
    check("a:\n  ! b: c\n  !!str d: !x e", "{a={b=\"c\", d=\"e\"}}");
    refuse("a:\n  !x b: c", 2, 6, "a key must be a string");
}

#[test]
fn lines_are_counted_as_editors_count_them() {
    for unusual in ["\r", "\u{85}", "\u{2028}", "\u{2029}"] {
        for text in [
            format!("# one{unusual}# two\r\na: 'x{unusual} y'\nb:{unusual}  c: 1\nd: x\n"),
            format!("---\n# one{unusual}a: x{unusual}  y\nb: c\nd: \"x{unusual}y\"\n"),
        ] {
            let text = format!("{text}---\ne: f\n");
            let nodes = read_documents(text.as_bytes(), SourceId(1), Dialect::Resource).unwrap();
            let line = |node: usize, key: &str| nodes[node].get(key).map(|node| node.place.line);
            assert_eq!((line(0, "d"), line(1, "e")), (Some(4), Some(6)), "{text:?}");
        }
        refuse(&format!("a: 1{unusual}b: \"x{unusual}\" y\n"), 1, 14, "");
        refuse(&format!("a: 1\nb{unusual}c: 2\n"), 2, 1, "");
    }
}

#[test]
fn one_reader_reads_files_as_several_do() {
    let files = [
        "a: 1\nb: [x, 'y z', \"\\t\"]\nc: >\n d\n  e\n---\n# none\n---\nf: g\n h\n",
        "",
        "a: &b c\nd: *b\n---\ne: {f: g}\n",
        "a: 1\n---\na: [\n",
        "long: \"a\\\n  b\"\nr\u{e4}: k\u{e4}se\r\n",
        "a: b",
    ];
    let (mut reader, mut documents) = (ResourceReader::default(), Vec::new());
    for (number, text) in (1..).zip(files) {
        let (bytes, source) = (text.as_bytes(), SourceId(number));
        documents.clear();
        let read = reader.read(bytes, source, &mut documents);
        match read_resources(bytes, source) {
            Err(error) => assert_eq!(read, Err(error), "{text:?}"),
            Ok(expected) => {
                assert_eq!(read, Ok(()), "{text:?}");
                assert_eq!(documents.len(), expected.len(), "{text:?}");
                for (one, other) in documents.iter().zip(&expected) {
                    assert_eq!(one.tree.root().to_node(), other.tree.root().to_node(), "{text:?}");
                    assert_eq!(one.refolded, other.refolded, "{text:?}");
                    assert_eq!(one.is_json_form, other.is_json_form, "{text:?}");
                }
            }
        }
    }
}
