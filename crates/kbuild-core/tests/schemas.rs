//! Schemas are values of a build: two threads go by two schemas that contradict each other, at the same time.

#![allow(clippy::unwrap_used, reason = "tests fail where something cannot be done")]

use std::sync::Barrier;
use std::thread;

use kbuild_core::{Builder, MemoryHost, Options, render};

const ROUNDS: usize = 200;

/// A kustomization whose patch meets the bed by its schema: one in which rows are told apart by `key`, and beds live in
/// a namespace or not.
fn garden(key: &str, path: &str) -> MemoryHost {
    let mut host = without_schema();
    host.insert("kustomization.yaml", format!("openapi: {{path: schema.json}}\n{KUSTOMIZATION}"));
    host.insert("schema.json", schema(key, path));
    host
}

fn schema(key: &str, path: &str) -> String {
    format!(
        r#"{{"definitions": {{"Bed": {{
            "properties": {{"rows": {{"type": "array", "items": {{"type": "object"}},
                "x-kubernetes-patch-strategy": "merge", "x-kubernetes-patch-merge-key": "{key}"}}}},
            "x-kubernetes-group-version-kind": [{{"group": "example.com", "version": "v1", "kind": "Bed"}}]}}}},
        "paths": {{"{path}": {{"get": {{
            "x-kubernetes-group-version-kind": {{"group": "example.com", "version": "v1", "kind": "Bed"}}}}}}}}}}"#
    )
}

const HEAD: &str = "apiVersion: example.com/v1\nkind: Bed\nmetadata: {name: bed}\n";

const KUSTOMIZATION: &str =
    "namespace: south\nresources: [bed.yaml]\npatches: [{path: patch.yaml}]\n";

fn without_schema() -> MemoryHost {
    MemoryHost::from_iter([
        ("kustomization.yaml", KUSTOMIZATION.to_owned()),
        (
            "bed.yaml",
            format!("{HEAD}rows: [{{crop: beans, number: 1}}, {{crop: peas, number: 2}}]\n"),
        ),
        ("patch.yaml", format!("{HEAD}rows: [{{crop: peas, number: 1}}]\n")),
    ])
}

fn expected(namespace: &str, rows: &[(&str, u8)]) -> String {
    let rows: String =
        rows.iter().map(|(crop, number)| format!("- crop: {crop}\n  number: {number}\n")).collect();
    format!(
        "apiVersion: example.com/v1\nkind: Bed\nmetadata:\n  name: bed\n{namespace}rows:\n{rows}"
    )
}

#[test]
fn two_threads_with_two_schemas() {
    let namespaced = "  namespace: south\n";
    let builds = [
        (garden("crop", "/apis/example.com/v1/beds"), expected("", &[("peas", 1), ("beans", 1)])),
        (
            garden("number", "/apis/example.com/v1/namespaces/{namespace}/beds"),
            expected(namespaced, &[("peas", 1), ("peas", 2)]),
        ),
        (without_schema(), expected(namespaced, &[("peas", 1)])),
    ];
    let barrier = Barrier::new(builds.len());
    thread::scope(|scope| {
        for (host, expected) in &builds {
            let barrier = &barrier;
            scope.spawn(move || {
                for _ in 0..ROUNDS {
                    barrier.wait();
                    let rendered = render(host, ".", &Options::default()).unwrap();
                    assert_eq!(rendered.to_yaml().unwrap(), *expected);
                }
            });
        }
    });
}

#[test]
fn two_schemas_over_one_base_and_one_builder() {
    let mut host = MemoryHost::from_iter([
        ("base/kustomization.yaml", "resources: [bed.yaml]\n".to_owned()),
        (
            "base/bed.yaml",
            format!("{HEAD}rows: [{{crop: beans, number: 1}}, {{crop: peas, number: 2}}]\n"),
        ),
    ]);
    for (key, scope) in [("crop", ""), ("number", "namespaces/{namespace}/")] {
        let schema = schema(key, &format!("/apis/example.com/v1/{scope}beds"));
        let patch = format!("{HEAD}rows: [{{crop: peas, number: 1}}]\n");
        let text = "openapi: {path: schema.json}\nnamespace: south\nresources: [../base]\npatches: [{path: patch.yaml}]\n";
        host.insert(format!("{key}/kustomization.yaml"), text);
        host.insert(format!("{key}/schema.json"), schema);
        host.insert(format!("{key}/patch.yaml"), patch);
    }
    host.insert("plain/kustomization.yaml", "namespace: south\nresources: [../base]\n");
    let namespaced = "  namespace: south\n";
    let builds = [
        ("crop", expected("", &[("peas", 1), ("beans", 1)])),
        ("number", expected(namespaced, &[("peas", 1), ("peas", 2)])),
        ("plain", expected(namespaced, &[("beans", 1), ("peas", 2)])),
    ];
    let builder = Builder::new(host);
    let barrier = Barrier::new(builds.len());
    thread::scope(|scope| {
        for (folder, expected) in &builds {
            let (builder, barrier) = (&builder, &barrier);
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    barrier.wait();
                    let rendered = builder.build(folder).unwrap();
                    assert_eq!(rendered.to_yaml().unwrap(), *expected);
                    if round % 10 == 0 {
                        builder.forget();
                    }
                }
            });
        }
    });
}

#[test]
fn a_schema_does_not_outlive_its_build() {
    let options = Options::default();
    let before = render(&without_schema(), ".", &options).unwrap().to_yaml().unwrap();
    render(&garden("crop", "/apis/example.com/v1/beds"), ".", &options).unwrap();
    assert_eq!(render(&without_schema(), ".", &options).unwrap().to_yaml().unwrap(), before);
}
