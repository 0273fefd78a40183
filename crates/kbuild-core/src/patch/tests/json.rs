//! JSON patches.

use kbuild_yaml::{Dialect, SourceId, Tree};

use super::{WIDGET, printed, read, resource, tree};
use crate::patch::PatchError;
use crate::patch::json::JsonPatch;

fn apply(operations: &[&str]) -> Result<Tree, PatchError> {
    let mut target = resource(WIDGET, "spec: {a: 1, list: [a, 2, {k: v}]}", 1);
    let text: String = operations.iter().map(|operation| format!("- {operation}\n")).collect();
    JsonPatch::parse(&read(&text, 2, Dialect::Config))?.apply(&mut target, false)?;
    Ok(target)
}

#[track_caller]
fn check_json(operations: &[&str], expected: &str) {
    let target = apply(operations).unwrap();
    assert_eq!(printed(&target), printed(&resource(WIDGET, &format!("spec: {expected}"), 3)));
}

#[track_caller]
fn check_refused_json(operations: &[&str], line: u32, expected: &str) {
    let error = apply(operations).unwrap_err();
    let hint = error.hint.map(|hint| format!("; {hint}")).unwrap_or_default();
    assert_eq!(format!("{}{hint}", error.message), expected);
    assert_eq!((error.place.source, error.place.line), (SourceId(2), line));
}

#[test]
fn replacing_a_missing_field_adds_it() {
    check_json(&["{op: replace, path: /spec/b, value: 2}"], "{a: 1, b: 2, list: [a, 2, {k: v}]}");
}

#[test]
fn negative_indices_count_from_the_end() {
    check_json(
        &[
            "{op: add, path: /spec/list/-1, value: x}",
            "{op: replace, path: /spec/list/-2, value: z}",
            "{op: remove, path: /spec/list/-4}",
        ],
        "{a: 1, list: [2, z, x]}",
    );
}

#[test]
fn indices_are_read_leniently() {
    check_json(
        &[
            "{op: replace, path: /spec/list/01, value: x}",
            "{op: replace, path: /spec/list/+2, value: z}",
        ],
        "{a: 1, list: [a, x, z]}",
    );
}

#[test]
fn a_test_for_null_passes_where_nothing_is() {
    check_json(&["{op: test, path: /spec/missing, value: null}"], "{a: 1, list: [a, 2, {k: v}]}");
}

#[test]
fn copying_a_missing_field_writes_null() {
    check_json(
        &["{op: copy, from: /spec/missing, path: /spec/b}"],
        "{a: 1, b: null, list: [a, 2, {k: v}]}",
    );
}

#[test]
fn adding_without_a_value_adds_null() {
    check_json(&["{op: add, path: /spec/a}"], "{a: null, list: [a, 2, {k: v}]}");
}

#[test]
fn a_path_loses_what_stands_before_the_first_slash() {
    check_json(&["{op: add, path: x/spec/b, value: 2}"], "{a: 1, b: 2, list: [a, 2, {k: v}]}");
}

#[test]
fn escapes() {
    check_json(
        &["{op: add, path: /spec/a~1b~0c, value: 1}", "{op: add, path: /spec/~01, value: 2}"],
        "{a: 1, a/b~c: 1, ~1: 2, list: [a, 2, {k: v}]}",
    );
}

#[test]
fn an_empty_step_is_a_field() {
    check_json(&["{op: add, path: /spec/, value: 1}"], r#"{a: 1, "": 1, list: [a, 2, {k: v}]}"#);
}

#[test]
fn moving() {
    check_json(
        &[
            "{op: move, from: /spec/list/0, path: /spec/list/-}",
            "{op: move, from: /spec/a, path: /spec/c}",
        ],
        "{c: 1, list: [2, {k: v}, a]}",
    );
}

#[test]
fn values_are_read_as_yaml_1_1() {
    check_json(
        &["{op: replace, path: /spec/list, value: [yes, 0644, 1_000, 2020-01-01, ~]}"],
        r#"{a: 1, list: [true, 420, 1000, "2020-01-01", null]}"#,
    );
}

#[test]
fn numbers_are_rounded() {
    check_json(
        &["{op: replace, path: /spec/list, value: [9007199254740993, 1234567, 1.50, 1e21]}"],
        "{a: 1, list: [9007199254740992, 1234567, 1.5, 1e21]}",
    );
}

#[test]
fn tests_compare_values() {
    check_json(
        &[
            "{op: test, path: /spec/a, value: 1}",
            "{op: test, path: /spec/list, value: [a, 2, {k: v}]}",
        ],
        "{a: 1, list: [a, 2, {k: v}]}",
    );
}

#[test]
fn operations_that_do_not_apply_are_refused() {
    check_refused_json(
        &["{op: test, path: /spec/a, value: 1}", "{op: remove, path: /spec/b}"],
        2,
        "operation 1 (`remove`) of the JSON patch: the resource has nothing at `/spec/b`; `/spec` has `a`, `list`",
    );
    check_refused_json(
        &["{op: replace, path: /spec/list/3, value: 1}"],
        1,
        "operation 0 (`replace`) of the JSON patch: the resource has nothing at `/spec/list/3`; \
         `/spec/list` is a list with the indices 0 to 2",
    );
    check_refused_json(
        &["{op: test, path: /spec/a, value: \"1\"}"],
        1,
        "operation 0 (`test`) of the JSON patch: `/spec/a` is the number 1, not the string `1`",
    );
    check_refused_json(
        &["{op: put, path: /spec/a}"],
        1,
        "operation 0 (`put`) of the JSON patch: unknown operation `put`; \
         the operations are `add`, `remove`, `replace`, `move`, `copy` and `test`",
    );
    check_refused_json(
        &["{op: add, value: 1}"],
        1,
        "operation 0 (`add`) of the JSON patch: `path` is missing, or is not a string",
    );
}

/// Where both follow RFC 6902, the operations do what an independent library does.
#[test]
fn json_patches_agree_with_another_implementation() {
    let document = r#"{"a": 1, "l": [1, 2, {"x": "y"}], "m": {"n": {"o": true}}, "s": "t"}"#;
    let patches = [
        r#"[{"op": "add", "path": "/l/1", "value": {"z": [null]}}, {"op": "remove", "path": "/m/n"}]"#,
        r#"[{"op": "move", "from": "/m/n", "path": "/l/-"}, {"op": "replace", "path": "/a", "value": "x"}]"#,
        r#"[{"op": "copy", "from": "/l", "path": "/m/l"}, {"op": "add", "path": "/m/l/0", "value": 5}]"#,
        r#"[{"op": "test", "path": "/m", "value": {"n": {"o": true}}}, {"op": "replace", "path": "/l/2/x", "value": null}]"#,
        r#"[{"op": "test", "path": "/s", "value": "u"}]"#,
        r#"[{"op": "remove", "path": "/l/3"}]"#,
        r#"[{"op": "add", "path": "/x/y", "value": 1}]"#,
        r#"[{"op": "add", "path": "/l/4", "value": 1}]"#,
    ];
    for text in patches {
        let mut theirs: serde_json::Value = serde_json::from_str(document).unwrap();
        let patch: json_patch::Patch = serde_json::from_str(text).unwrap();
        let theirs = json_patch::patch(&mut theirs, &patch).is_ok().then(|| theirs.to_string());
        let mut ours = tree(document, 1);
        let patch = JsonPatch::parse(&read(text, 2, Dialect::Config)).unwrap();
        let ours = patch.apply(&mut ours, false).is_ok().then(|| printed(&ours));
        let theirs = theirs.map(|text| printed(&tree(&text, 3)));
        assert_eq!(ours, theirs, "{text}");
    }
}

#[test]
fn a_test_in_json_compares_text() {
    let resource = "{h: <b>, e: é, s: a/b, n: 1, f: 1000.0, u: \"\\u2028\", z: {a: 1, b: x}}";
    let cases = [
        (r#"{"op":"test","path":"/h","value":"<b>"}"#, false),
        (r#"{"op":"test","path":"/h","value":"\u003cb\u003e"}"#, true),
        (r#"{"op":"test","path":"/h","value":"\u003Cb\u003e"}"#, false),
        (r#"{"op":"test","path":"/e","value":"é"}"#, true),
        (r#"{"op":"test","path":"/e","value":"\u00e9"}"#, false),
        (r#"{"op":"test","path":"/n","value":1.0}"#, false),
        (r#"{"op":"test","path":"/n","value":1e0}"#, false),
        (r#"{"op":"test","path":"/f","value":1000}"#, true),
        (r#"{"op":"test","path":"/f","value":1e3}"#, false),
        (r#"{"op":"test","path":"/u","value":"\u2028"}"#, true),
        (r#"{"op":"test","path":"/z","value":{"b":"x", "a" : 1}}"#, true),
        (r#"{"op":"test","path":"/z","value":{"b":"\u0078","a":1}}"#, false),
        (r#"{"op":"add","path":"/q","value":"<"},{"op":"test","path":"/q","value":"<"}"#, true),
        (r#"{"op":"add","path":"/q","value":1.0},{"op":"test","path":"/q","value":1.0}"#, true),
    ];
    for (operations, passes) in cases {
        let text = format!("[{operations}]");
        let patch =
            JsonPatch::parse_json(&read(&text, 2, Dialect::Resource), text.as_bytes()).unwrap();
        let applied = patch.apply(&mut tree(resource, 1), false);
        assert_eq!(applied.is_ok(), passes, "{text}: {applied:?}");
    }
}

#[test]
fn nothing_is_nested_deeper_than_what_is_read() {
    let deeper = |verb: &str| {
        let mut operations = vec!["{op: add, path: /spec/x, value: {a: {}}}".to_owned()];
        for times in 0..20 {
            let path = format!("/spec/x{}", "/a".repeat(1 << times));
            operations.push("{op: copy, from: /spec/x, path: /spec/y}".to_owned());
            let from = if verb == "copy" { "/spec/x" } else { "/spec/y" };
            operations.push(format!("{{op: {verb}, from: {from}, path: {path}}}"));
        }
        let operations: Vec<&str> = operations.iter().map(String::as_str).collect();
        apply(&operations).unwrap_err().message
    };
    for verb in ["copy", "move"] {
        let message = deeper(verb);
        assert!(message.contains(&format!("(`{verb}`)")), "{message}");
        assert!(message.ends_with("would be nested deeper than 200 levels"), "{message}");
    }
    // One level after the other.
    let mut operations = vec!["{op: add, path: /spec/x, value: {}}".to_owned()];
    for level in 1..300 {
        operations.push(format!("{{op: add, path: /spec/x{}, value: {{}}}}", "/a".repeat(level)));
    }
    let operations: Vec<&str> = operations.iter().map(String::as_str).collect();
    let error = apply(&operations).unwrap_err();
    assert!(error.message.starts_with("operation 198 ") && error.message.contains("deeper"));
    assert!(apply(&operations[..198]).is_ok());
    let value = format!("{}{}", "[".repeat(190), "]".repeat(190));
    for verb in ["add", "replace"] {
        let fits = format!("{{op: {verb}, path: /spec/x, value: {value}}}");
        assert!(apply(&[&fits]).is_ok());
        let deep = format!("{{op: {verb}, path: /spec/y{}, value: {value}}}", "/0".repeat(188));
        let error = apply(&[&fits, "{op: move, from: /spec/x, path: /spec/y}", &deep]).unwrap_err();
        assert!(error.message.contains("deeper"), "{error}");
    }
}

#[test]
fn fields_of_a_whole_resource_that_is_replaced_are_the_new_ones() {
    let fields: Vec<String> = (0..40).map(|field| format!("f{field}: 1")).collect();
    let whole = |more: &str| {
        let head = "apiVersion: example.org/v1, kind: Widget, metadata: {name: w}";
        format!("{{op: replace, path: '', value: {{{head}, {more}}}}}")
    };
    let mut operations = vec![whole(&fields.join(", "))];
    operations.extend((0..10).map(|field| format!("{{op: test, path: /f{field}, value: 1}}")));
    operations.push(whole("spec: {y: 2}"));
    operations.push("{op: add, path: /spec/z, value: 3}".to_owned());
    operations.push("{op: add, path: /f0, value: new}".to_owned());
    operations.push("{op: test, path: /f1, value: null}".to_owned());
    let operations: Vec<&str> = operations.iter().map(String::as_str).collect();
    let root = apply(&operations).unwrap();
    let spec = root.root().get("spec").unwrap();
    assert_eq!(spec.get("z").and_then(|z| z.text()), Some("3"));
    assert_eq!(root.root().get("f0").and_then(|f0| f0.text()), Some("new"));
}

#[test]
fn items_of_long_lists_are_found_after_changes() {
    let mut operations = vec!["{op: add, path: /spec/long, value: []}".to_owned()];
    for item in 0..100 {
        operations.push(format!("{{op: add, path: /spec/long/-, value: {item}}}"));
    }
    for text in [
        "{op: remove, path: /spec/long/50}",
        "{op: add, path: /spec/long/0, value: first}",
        "{op: test, path: /spec/long/50, value: 49}",
        "{op: test, path: /spec/long/51, value: 51}",
        "{op: replace, path: /spec/long/99, value: last}",
        "{op: test, path: /spec/long/-1, value: last}",
        "{op: copy, from: /spec/long, path: /spec/copy}",
        "{op: move, from: /spec/long/99, path: /spec/long/40}",
        "{op: test, path: /spec/long/40, value: last}",
        "{op: test, path: /spec/long/41, value: 39}",
        "{op: test, path: /spec/copy/40, value: 39}",
        "{op: replace, path: /spec/long, value: [x]}",
        "{op: test, path: /spec/long/0, value: x}",
        "{op: remove, path: /spec/copy}",
        "{op: move, from: /spec/long/0, path: /spec/a}",
    ] {
        operations.push(text.to_owned());
    }
    let operations: Vec<&str> = operations.iter().map(String::as_str).collect();
    check_json(&operations, "{a: x, list: [a, 2, {k: v}], long: []}");
}
