//! A strategic merge patch over a resource: the bytes before and behind the first 0xFF.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut parts = bytes.splitn(2, |byte| *byte == 0xff);
    let (resource, patch) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let head = b"apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\n";
    let resource = [head, resource].concat();
    let patch = [head, patch].concat();
    kbuild_fuzz::build([
        ("kustomization.yaml", &b"resources: [a.yaml]\npatches: [{path: p.yaml}]\n"[..]),
        ("a.yaml", &resource),
        ("p.yaml", &patch),
    ]);
});
