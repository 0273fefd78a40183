//! Merges and JSON patches of small resources. What is expected is what the reference makes of them.

use kbuild_yaml::{Dialect, Node, SourceId, read_documents, write};

use super::json::JsonPatch;
use super::strategic::{self, Merged};
use crate::tables::schema::Schema;

const WIDGET: &str = "apiVersion: example.com/v1, kind: Widget";
const CONFIG_MAP: &str = "apiVersion: v1, kind: ConfigMap";
const POD: &str = "apiVersion: v1, kind: Pod";
const SERVICE: &str = "apiVersion: v1, kind: Service";
const DEPLOYMENT: &str = "apiVersion: apps/v1, kind: Deployment";

fn read(text: &str, source: u32, dialect: Dialect) -> Node {
    read_documents(text.as_bytes(), SourceId(source), dialect).unwrap().remove(0)
}

fn resource(header: &str, body: &str, source: u32) -> Node {
    let metadata = if body.contains("metadata:") { "" } else { "metadata: {name: n}, " };
    read(&format!("{{{header}, {metadata}{body}}}"), source, Dialect::Resource)
}

fn printed(node: &Node) -> String {
    let mut text = String::new();
    write(node, &mut text).unwrap();
    text
}

#[track_caller]
fn check_merge(header: &str, target: &str, patch: &str, expected: &str) {
    let mut target = resource(header, target, 1);
    let merged =
        strategic::merge(&mut target, &resource(header, patch, 2), Schema::builtin()).unwrap();
    assert_eq!(merged, Merged::Kept);
    assert_eq!(printed(&target), printed(&resource(header, expected, 3)));
}

#[track_caller]
fn check_refused_merge(header: &str, target: &str, patch: &str, expected: &str) {
    let mut target = resource(header, target, 1);
    let error =
        strategic::merge(&mut target, &resource(header, patch, 2), Schema::builtin()).unwrap_err();
    assert_eq!(error.message, expected);
    assert_eq!((error.place.source, error.place.line), (SourceId(2), 1));
}

fn apply(operations: &[&str]) -> Result<Node, super::PatchError> {
    let mut target = resource(WIDGET, "spec: {a: 1, list: [a, 2, {k: v}]}", 1);
    let text: String = operations.iter().map(|operation| format!("- {operation}\n")).collect();
    JsonPatch::parse(&read(&text, 2, Dialect::Config))?.apply(&mut target)?;
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
fn nulls_delete_fields() {
    check_merge(
        CONFIG_MAP,
        "data: {keep: a, drop: b}",
        "data: {drop: null, absent: null}",
        "data: {keep: a}",
    );
}

#[test]
fn nulls_of_the_resource_stay_where_they_are_spelled_out() {
    check_merge(
        WIDGET,
        "spec: {nothing: !!null , spelled: null, tilde: ~}",
        "spec: {more: 1}",
        "spec: {spelled: null, tilde: null, more: 1}",
    );
}

#[test]
fn nulls_in_an_added_mapping_go() {
    check_merge(
        WIDGET,
        "spec: {}",
        "spec: {a: {b: null, c: 1}, l: [null, {d: null}]}",
        "spec: {a: {c: 1}, l: [null, {d: null}]}",
    );
}

#[test]
fn a_quoted_field_stays_text() {
    check_merge(
        WIDGET,
        r#"spec: {quoted: "1", plain: 1}"#,
        r#"spec: {quoted: 2, plain: "2"}"#,
        r#"spec: {quoted: "2", plain: "2"}"#,
    );
}

#[test]
fn a_plain_field_takes_the_type() {
    check_merge(
        WIDGET,
        "spec: {text: a, number: 1}",
        "spec: {text: true, number: b}",
        "spec: {text: true, number: b}",
    );
}

#[test]
fn lists_of_unknown_types_are_replaced() {
    check_merge(
        WIDGET,
        "spec: {list: [{name: a, x: 1}, {name: b}]}",
        "spec: {list: [{name: a, y: 2}]}",
        "spec: {list: [{name: a, y: 2}]}",
    );
}

#[test]
fn a_resource_within_a_resource_is_known() {
    check_merge(
        WIDGET,
        "spec: {manifest: {apiVersion: v1, kind: Pod, spec: {containers: [{name: a}]}}}",
        "spec: {manifest: {spec: {containers: [{name: b}]}}}",
        "spec: {manifest: {apiVersion: v1, kind: Pod, spec: {containers: [{name: b}, {name: a}]}}}",
    );
}

#[test]
fn a_directive_deletes_a_mapping() {
    check_merge(
        WIDGET,
        "spec: {a: {x: 1}, b: {x: 1}}",
        "spec: {a: {$patch: delete}}",
        "spec: {b: {x: 1}}",
    );
}

#[test]
fn a_directive_replaces_a_mapping() {
    check_merge(
        WIDGET,
        "spec: {a: {x: 1}}",
        "spec: {a: {$patch: replace, y: 2, z: null}}",
        "spec: {a: {y: 2}}",
    );
}

#[test]
fn an_unknown_directive_is_a_field_where_the_resource_has_nothing() {
    check_merge(WIDGET, "spec: {}", "spec: {a: {$patch: bogus}}", "spec: {a: {$patch: bogus}}");
}

#[test]
fn retain_keys_is_a_field() {
    check_merge(
        DEPLOYMENT,
        "spec: {strategy: {type: A, rollingUpdate: {}}}",
        "spec: {strategy: {$retainKeys: [type], type: B}}",
        "spec: {strategy: {$retainKeys: [type], type: B, rollingUpdate: {}}}",
    );
}

#[test]
fn element_order_is_a_field() {
    check_merge(
        POD,
        "spec: {containers: [{name: a}]}",
        "spec: {$setElementOrder/containers: [{name: b}], containers: [{name: b}]}",
        "spec: {$setElementOrder/containers: [{name: b}], containers: [{name: b}, {name: a}]}",
    );
}

#[test]
fn replacing_a_whole_resource_does_nothing() {
    check_merge(CONFIG_MAP, "data: {a: b}", "$patch: replace, data: {c: d}", "data: {a: b}");
}

#[test]
fn elements_of_the_patch_come_first() {
    check_merge(
        POD,
        "spec: {containers: [{name: a, image: x}, {name: b}]}",
        "spec: {containers: [{name: new}, {name: b, image: y}]}",
        "spec: {containers: [{name: new}, {name: b, image: y}, {name: a, image: x}]}",
    );
}

#[test]
fn a_directive_deletes_an_element() {
    check_merge(
        POD,
        "spec: {containers: [{name: a}, {name: b}]}",
        "spec: {containers: [{name: a, $patch: delete}, {name: c, $patch: delete}]}",
        "spec: {containers: [{name: b}]}",
    );
}

#[test]
fn a_directive_replaces_a_list() {
    check_merge(
        POD,
        "spec: {containers: [{name: a}, {name: b}]}",
        "spec: {containers: [{$patch: replace}, {name: c}]}",
        "spec: {containers: [{name: c}]}",
    );
}

#[test]
fn a_directive_deletes_a_list() {
    check_merge(
        POD,
        "spec: {containers: [{name: a}], volumes: [{name: v}]}",
        "spec: {volumes: [{$patch: delete}]}",
        "spec: {containers: [{name: a}]}",
    );
}

#[test]
fn replacing_an_element_does_nothing() {
    check_merge(
        POD,
        "spec: {containers: [{name: a, image: x}]}",
        "spec: {containers: [{name: a, $patch: replace, args: [y]}]}",
        "spec: {containers: [{name: a, image: x}]}",
    );
}

#[test]
fn plain_values_are_united() {
    check_merge(
        POD,
        "spec: {}, metadata: {name: n, finalizers: [a, b, a]}",
        "metadata: {name: n, finalizers: [c, b]}",
        "spec: {}, metadata: {name: n, finalizers: [c, b, a]}",
    );
}

#[test]
fn two_keys() {
    check_merge(
        POD,
        "spec: {containers: [{name: a, ports: [{containerPort: 80, protocol: TCP}, {containerPort: 80, protocol: UDP}]}]}",
        "spec: {containers: [{name: a, ports: [{containerPort: 80, protocol: UDP, name: u}, {containerPort: 81, protocol: TCP}]}]}",
        "spec: {containers: [{name: a, ports: [{containerPort: 81, protocol: TCP}, {containerPort: 80, protocol: TCP}, {containerPort: 80, protocol: UDP, name: u}]}]}",
    );
}

#[test]
fn the_first_key_is_enough_where_no_element_has_the_second() {
    check_merge(
        SERVICE,
        "spec: {ports: [{port: 80, name: a}, {port: 443}]}",
        "spec: {ports: [{port: 443, name: b}]}",
        "spec: {ports: [{port: 443, name: b}, {port: 80, name: a}]}",
    );
}

#[test]
fn two_keys_of_which_one_element_has_one() {
    check_merge(
        SERVICE,
        "spec: {ports: [{port: 80, name: a}, {port: 443}]}",
        "spec: {ports: [{port: 80, protocol: TCP, targetPort: 8080}]}",
        "spec: {ports: [{port: 80, name: a}, {port: 443}]}",
    );
}

#[test]
fn of_equal_elements_the_last_one_stays() {
    check_merge(
        POD,
        "spec: {containers: [{name: a, env: [{name: E, value: x}, {name: F}, {name: E, value: y}]}]}",
        "spec: {containers: [{name: a, image: x}]}",
        "spec: {containers: [{name: a, image: x, env: [{name: E, value: y}, {name: F}]}]}",
    );
}

#[test]
fn an_element_without_its_key_takes_the_others_along() {
    check_merge(
        POD,
        "spec: {containers: [{name: a}, {name: b}]}",
        "spec: {containers: [{image: x}]}",
        "spec: {containers: []}",
    );
}

#[test]
fn an_empty_list_merges_nothing() {
    check_merge(
        POD,
        "spec: {containers: [{name: a}]}",
        "spec: {containers: []}",
        "spec: {containers: [{name: a}]}",
    );
}

#[test]
fn deleting_a_whole_resource() {
    let mut target = resource(CONFIG_MAP, "data: {}", 1);
    let patch = resource(CONFIG_MAP, "$patch: delete", 2);
    assert_eq!(strategic::merge(&mut target, &patch, Schema::builtin()), Ok(Merged::Deleted));
}

#[test]
fn long_mappings_and_lists_take_the_indexed_way() {
    let fields = |from: u32, to: u32, value: &str| {
        (from..to).map(|i| format!("k{i}: {value}, ")).collect::<String>()
    };
    check_merge(
        CONFIG_MAP,
        &format!("data: {{{}}}", fields(0, 30, "a")),
        &format!("data: {{{}}}", fields(10, 20, "b") + &fields(20, 40, "null")),
        &format!("data: {{{}}}", fields(0, 10, "a") + &fields(10, 20, "b")),
    );
    let items = |from: u32, to: u32, rest: &str| {
        (from..to).map(|i| format!("{{name: v{i}{rest}}}, ")).collect::<String>()
    };
    check_merge(
        POD,
        &format!("spec: {{volumes: [{}]}}", items(0, 30, "")),
        &format!("spec: {{volumes: [{}]}}", items(20, 40, ", emptyDir: {}")),
        &format!("spec: {{volumes: [{}]}}", items(20, 40, ", emptyDir: {}") + &items(0, 20, "")),
    );
}

#[test]
fn values_of_a_patch_keep_their_places() {
    let mut target =
        read("apiVersion: v1\nkind: ConfigMap\ndata:\n  a: x\n  b: y\n", 1, Dialect::Resource);
    let patch = read("kind: ConfigMap\ndata:\n\n  a: z\n", 2, Dialect::Resource);
    strategic::merge(&mut target, &patch, Schema::builtin()).unwrap();
    let place =
        |key: &str| target.get("data").and_then(|data| data.get(key)).map(|node| node.place);
    assert_eq!(place("a").map(|place| (place.source.0, place.line)), Some((2, 4)));
    assert_eq!(place("b").map(|place| (place.source.0, place.line)), Some((1, 5)));
}

#[test]
fn values_of_different_sorts_are_refused() {
    check_refused_merge(
        POD,
        "spec: {containers: [{name: a, resources: {limits: {}}}]}",
        "spec: {containers: [{name: a, resources: 1}]}",
        "spec.containers[name=a].resources: the patch has a number where the resource has a mapping",
    );
    check_refused_merge(
        POD,
        "spec: {a: {}}",
        "spec: {a: {$patch: remove}}",
        "spec.a: unknown directive `remove` in `$patch`",
    );
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
fn annotations_become_strings_after_a_json_patch() {
    let add = |value: &str| {
        let operation = format!("{{op: add, path: /metadata/annotations, value: {value}}}");
        printed(apply(&[&operation]).unwrap().get("metadata").unwrap())
    };
    assert_eq!(
        add("{a: 1, b: null, c: true}"),
        "annotations:\n  a: \"1\"\n  b: \"null\"\n  c: \"true\"\nname: \"n\"\n"
    );
    assert_eq!(add("{}"), "name: \"n\"\n");
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
        let mut ours = read(document, 1, Dialect::Resource);
        let patch = JsonPatch::parse(&read(text, 2, Dialect::Config)).unwrap();
        let ours = patch.apply(&mut ours).is_ok().then(|| printed(&ours));
        let theirs = theirs.map(|text| printed(&read(&text, 3, Dialect::Resource)));
        assert_eq!(ours, theirs, "{text}");
    }
}
