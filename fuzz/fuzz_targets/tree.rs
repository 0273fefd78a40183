//! A whole tree: the bytes are files of a base, a component and an overlay, with 0xFF between them.
#![no_main]

use libfuzzer_sys::fuzz_target;

const NAMES: [&str; 7] = [
    "kustomization.yaml",
    "patch.yaml",
    "base/kustomization.yaml",
    "base/a.yaml",
    "base/b.env",
    "component/kustomization.yaml",
    "component/c.yaml",
];

fuzz_target!(|bytes: &[u8]| {
    let files: Vec<(&str, &[u8])> =
        NAMES.into_iter().zip(bytes.split(|byte| *byte == 0xff)).collect();
    kbuild_fuzz::build(files);
});
