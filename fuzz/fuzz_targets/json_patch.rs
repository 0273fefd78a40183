//! A JSON patch of any bytes over a resource with values of every sort.
#![no_main]

use libfuzzer_sys::fuzz_target;

const RESOURCE: &[u8] = b"apiVersion: v1\nkind: A\nmetadata: {name: a, annotations: {x: y}}\nlist: [1, two, {three: 3}, [4]]\nmap: {a: {b: {c: null}}, 'x/y': 1, 'm~n': 2}\nnumber: 1.5\ntext: |\n  a\n  b\n";

fuzz_target!(|bytes: &[u8]| {
    kbuild_fuzz::build([
        ("kustomization.yaml", &b"resources: [a.yaml]\npatches: [{path: p.yaml, target: {kind: A}}]\n"[..]),
        ("a.yaml", RESOURCE),
        ("p.yaml", bytes),
    ]);
});
