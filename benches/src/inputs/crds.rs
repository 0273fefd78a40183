//! CustomResourceDefinitions with deep schemas and long descriptions.

use std::fmt::Write as _;
use std::io;

use super::{Folder, Random};

/// The size of all together.
const BYTES: usize = 12_000_000;

pub fn make(to: &Folder) -> io::Result<Vec<String>> {
    let mut random = Random::new(4);
    let mut kustomization = "namespace: operators\nresources:\n- operator.yaml\n".to_owned();
    to.write("operator.yaml", OPERATOR)?;
    let (mut written, mut number) = (0, 0);
    while written < BYTES {
        let text = definition(number, &mut random);
        written += text.len();
        to.write(format!("crd-{number:02}.yaml"), text)?;
        let _ = writeln!(kustomization, "- crd-{number:02}.yaml");
        number += 1;
    }
    kustomization.push_str("patches:\n- target: {kind: CustomResourceDefinition}\n  patch: |-\n    - op: add\n      path: /metadata/labels\n      value: {part-of: operators}\n");
    to.write("kustomization.yaml", kustomization)?;
    Ok(vec![".".to_owned()])
}

fn definition(number: usize, random: &mut Random) -> String {
    let mut out = format!(
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  annotations:\n    controller-gen.kubebuilder.io/version: v0.16.1\n  name: things{number}.example.com\nspec:\n  group: example.com\n  names:\n    kind: Thing{number}\n    listKind: Thing{number}List\n    plural: things{number}\n    singular: thing{number}\n  scope: Namespaced\n  versions:\n  - name: v1\n    schema:\n      openAPIV3Schema:\n"
    );
    let end = out.len() + 300_000 + random.below(900_000);
    out.push_str("        description: Thing is the schema for things.\n        properties:\n");
    let mut field = 0;
    while out.len() < end {
        let _ = writeln!(out, "          field{field}:");
        schema(random, &mut out, 12, 9);
        field += 1;
    }
    out.push_str("        type: object\n    served: true\n    storage: true\n    subresources:\n      status: {}\n");
    out
}

/// A schema whose keys stand in column `indent`.
fn schema(random: &mut Random, out: &mut String, indent: usize, depth: usize) {
    let pad = " ".repeat(indent);
    description(random, out, &pad);
    match random.below(if depth == 0 { 3 } else { 6 }) {
        0 => {
            let _ = writeln!(
                out,
                "{pad}format: int32\n{pad}maximum: {}\n{pad}type: integer",
                random.below(1000)
            );
        }
        1 => {
            let _ = writeln!(
                out,
                "{pad}enum:\n{pad}- Always\n{pad}- Never\n{pad}- IfNotPresent\n{pad}type: string"
            );
        }
        2 => {
            let _ = writeln!(out, "{pad}default: false\n{pad}type: boolean");
        }
        3 => {
            let _ = writeln!(out, "{pad}items:");
            schema(random, out, indent + 2, depth - 1);
            let _ = writeln!(out, "{pad}type: array\n{pad}x-kubernetes-list-type: atomic");
        }
        _ => {
            let _ = writeln!(out, "{pad}properties:");
            for property in 0..2 + random.below(4) {
                let name = random.pick(NAMES);
                let _ = writeln!(out, "{pad}  {name}{property}:");
                schema(random, out, indent + 4, depth - 1);
            }
            let _ = writeln!(out, "{pad}type: object");
        }
    }
}

/// A description in one of the styles that generators of schemas write.
fn description(random: &mut Random, out: &mut String, pad: &str) {
    let lines = random.below(5);
    match random.below(3) {
        0 => {
            let _ = writeln!(out, "{pad}description: |-");
            for _ in 0..=lines {
                let _ = writeln!(out, "{pad}  {}", random.pick(SENTENCES));
            }
        }
        1 => {
            let _ = write!(out, "{pad}description: ");
            for line in 0..=lines {
                let _ = writeln!(
                    out,
                    "{}{}",
                    if line == 0 { String::new() } else { format!("{pad}  ") },
                    random.pick(SENTENCES)
                );
            }
        }
        _ => {
            let _ = writeln!(out, "{pad}description: '{}'", random.pick(SENTENCES));
        }
    }
}

const NAMES: &[&str] = &[
    "name",
    "matchExpressions",
    "key",
    "operator",
    "template",
    "containers",
    "resources",
    "topologySpreadConstraints",
    "ports",
    "value",
];

const SENTENCES: &[&str] = &[
    "The name of the object that this one belongs to.",
    "A list of the conditions under which the thing is taken to be ready, in the order in which they are met.",
    "Defaults to the value of the operator, and cannot be changed later.",
    "How often it is tried again, in seconds.",
    "More about this stands in the documentation of the operator (see the chapter on scheduling).",
];

const OPERATOR: &str = "apiVersion: v1\nkind: ServiceAccount\nmetadata:\n  name: operator\n";
