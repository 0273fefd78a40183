//! Entries of `resources`: paths and URLs of every form. The host has neither files nor a network.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let entry = text.lines().next().unwrap_or_default().replace('\'', "''");
    let kustomization = format!("resources: ['{entry}']\ncomponents: ['{entry}']\n");
    kbuild_fuzz::build([("kustomization.yaml", kustomization.as_bytes())]);
});
