//! Renders an overlay from memory: no file is read, no process started.

use std::io::{self, Write};

use kbuild_core::{Error, MemoryHost, Options, Rendered, render};

/// A base with two resources.
const BASE: &str = "\
resources: [web.yaml]
configMapGenerator:
- name: settings
  literals: [greeting=hello]
";

const WEB: &str = "\
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example/web
    envFrom:
    - configMapRef:
        name: settings
";

/// An overlay on it, as a program would put it together from what its user asks for.
fn overlay(stage: &str, tag: &str) -> String {
    format!(
        "resources: [../base]\nnamePrefix: {stage}-\nimages:\n- name: example/web\n  newTag: \"{tag}\"\n"
    )
}

fn build() -> Result<Rendered, Error> {
    let mut host =
        MemoryHost::from_iter([("base/kustomization.yaml", BASE), ("base/web.yaml", WEB)]);
    host.insert("prd/kustomization.yaml", overlay("prd", "1.4"));
    render(&host, "prd", &Options::default())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let rendered = build()?;
    let (mut out, mut notes) = (io::stdout(), io::stderr());
    // Warnings are values; whether and where to show them is up to the program.
    for warning in rendered.warnings() {
        writeln!(notes, "{warning}")?;
    }
    // Every resource is a tree that can be looked into. Each value knows the file and line that it came from.
    for resource in rendered.resources() {
        let place = resource.place();
        let file = rendered.sources().name(place.source).unwrap_or("(no file)");
        writeln!(out, "# {}/{} from {file}:{}", resource.kind(), resource.name(), place.line)?;
    }
    // The whole result, as `kbuild prd` would print it.
    rendered.write_yaml(out)?;
    Ok(())
}
