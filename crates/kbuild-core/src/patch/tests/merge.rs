//! Strategic merges.

use kbuild_yaml::{NodeRef, SourceId};

use super::{CONFIG_MAP, DEPLOYMENT, POD, SERVICE, WIDGET, printed, resource, tree};
use crate::patch::strategic::{self, Merged};
use crate::tables::schema::Schema;

#[track_caller]
fn check_merge(header: &str, target: &str, patch: &str, expected: &str) {
    let mut target = resource(header, target, 1);
    let patch = resource(header, patch, 2);
    let merged = strategic::merge(&mut target, patch.root(), Schema::builtin()).unwrap();
    assert_eq!(merged, Merged::Kept);
    assert_eq!(printed(&target), printed(&resource(header, expected, 3)));
}

#[track_caller]
fn check_refused_merge(header: &str, target: &str, patch: &str, expected: &str) {
    let mut target = resource(header, target, 1);
    let patch = resource(header, patch, 2);
    let error = strategic::merge(&mut target, patch.root(), Schema::builtin()).unwrap_err();
    assert_eq!(error.message, expected);
    assert_eq!((error.place.source, error.place.line), (SourceId(2), 1));
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
        "spec: {spelled: null, tilde: ~}",
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
    let merged = strategic::merge(&mut target, patch.root(), Schema::builtin());
    assert_eq!(merged, Ok(Merged::Deleted));
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
    let mut target = tree("apiVersion: v1\nkind: ConfigMap\ndata:\n  a: x\n  b: y\n", 1);
    let patch = tree("kind: ConfigMap\ndata:\n\n  a: z\n", 2);
    strategic::merge(&mut target, patch.root(), Schema::builtin()).unwrap();
    let data = target.root().get("data").unwrap();
    let place = |key: &str| data.get(key).map(NodeRef::place);
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
