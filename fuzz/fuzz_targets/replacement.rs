//! The field paths and options of a replacement: one line each.
#![no_main]

use libfuzzer_sys::fuzz_target;

const RESOURCE: &[u8] = b"apiVersion: v1\nkind: A\nmetadata: {name: a, annotations: {a.b/c: 'x:y:z'}}\nlist: [{name: one, value: 'a,b,c'}, {name: two, value: 2}]\njson: '{\"a\": {\"b\": [1, 2]}}'\nyaml: |\n  a: 1\n  b: [x, y]\n";

fuzz_target!(|text: &str| {
    let mut lines = text.lines().map(|line| line.replace('\'', "''"));
    let mut next = || lines.next().unwrap_or_default();
    let (source, target, delimiter) = (next(), next(), next());
    let index = next().trim().parse::<i32>().unwrap_or(0);
    let kustomization = format!(
        "resources: [a.yaml]\nreplacements:\n- source: {{kind: A, fieldPath: '{source}'}}\n  targets:\n  - select: {{kind: A}}\n    fieldPaths: ['{target}']\n    options: {{delimiter: '{delimiter}', index: {index}, create: {}}}\n",
        index % 2 == 0
    );
    kbuild_fuzz::build([("kustomization.yaml", kustomization.as_bytes()), ("a.yaml", RESOURCE)]);
});
