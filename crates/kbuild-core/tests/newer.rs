//! What the reference does since the release that prints the golden cases: its source says so, and no case can.

#![allow(clippy::unwrap_used, reason = "a test fails where anything is refused")]

use kbuild_core::{MemoryHost, Options, render};

#[test]
fn a_patch_without_operations_does_nothing() {
    let pod = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\n";
    for patch in ["{patch: '[]'}", "{patch: '[ ]', target: {kind: Pod}}", "{patch: '--- []'}"] {
        let kustomization = format!("resources: [pod.yaml]\npatches:\n- {patch}\n");
        let host = MemoryHost::from_iter([
            ("kustomization.yaml", kustomization.as_str()),
            ("pod.yaml", pod),
        ]);
        let rendered = render(&host, ".", &Options::default()).unwrap();
        assert_eq!(rendered.to_yaml().unwrap(), pod, "{patch}");
    }
}
