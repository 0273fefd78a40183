//! A kustomization of any bytes, over a resource and a patch.
#![no_main]

use libfuzzer_sys::fuzz_target;

const RESOURCES: &[u8] = b"apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, labels: {a: b}}\nspec:\n  template:\n    spec:\n      containers: [{name: web, image: 'web:1'}]\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata: {a: b}\n";

fuzz_target!(|bytes: &[u8]| {
    kbuild_fuzz::build([
        ("kustomization.yaml", bytes),
        ("a.yaml", RESOURCES),
        ("p.yaml", b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\ndata: {a: null, c: d}\n"),
    ]);
});
