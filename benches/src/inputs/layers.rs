//! Many overlays beside each other, and many above each other.

use std::io;

use super::{Folder, synthetic};

const OVERLAYS: usize = 500;
const LAYERS: usize = 30;

/// One base of 60 objects and 500 overlays, each with a namespace, a label and an image of its own.
pub fn overlays(to: &Folder) -> io::Result<Vec<String>> {
    synthetic::make(to, 20)?;
    (0..OVERLAYS)
        .map(|overlay| {
            let directory = format!("overlays/customer-{overlay:03}");
            to.write(
                format!("{directory}/kustomization.yaml"),
                format!(
                    "namespace: customer-{overlay:03}\nresources:\n- ../../base\nlabels:\n- pairs: {{customer: c-{overlay:03}}}\nimages:\n- name: proxy\n  newTag: v{overlay}\n"
                ),
            )?;
            Ok(directory)
        })
        .collect()
}

/// A base of 60 objects under 30 layers, each with a label, an annotation and a patch of its own.
pub fn deep(to: &Folder) -> io::Result<Vec<String>> {
    synthetic::make(to, 20)?;
    let mut below = "../base".to_owned();
    for layer in 0..LAYERS {
        to.write(
            format!("layer-{layer:02}/kustomization.yaml"),
            format!(
                "resources:\n- {below}\nnamePrefix: l{layer}-\nlabels:\n- pairs: {{layer-{layer}: \"true\"}}\ncommonAnnotations: {{note-{layer}: from layer {layer}}}\npatches:\n- target: {{kind: Service}}\n  patch: |-\n    - op: add\n      path: /spec/ports/-\n      value: {{name: p{layer}, port: {}}}\n",
                1000 + layer
            ),
        )?;
        below = format!("../layer-{layer:02}");
    }
    Ok(vec![format!("layer-{:02}", LAYERS - 1)])
}
