//! Many of what there are usually few of: files of a ConfigMap, images, replacements, vars.

use std::fmt::Write as _;
use std::io;

use super::{Folder, Random};

const FILES: usize = 2_000;
const IMAGES: usize = 50;
const REPLACEMENTS: usize = 200;
const VARS: usize = 200;

pub fn make(to: &Folder) -> io::Result<Vec<String>> {
    let mut random = Random::new(5);
    let mut kustomization =
        "resources:\n- apps.yaml\nconfigMapGenerator:\n- name: files\n  files:\n".to_owned();
    for file in 0..FILES {
        let text: String = (0..3 + random.below(10))
            .map(|line| format!("line {line} of file {file}: {}\n", random.below(1 << 30)))
            .collect();
        to.write(format!("files/file-{file:04}.txt"), text)?;
        let _ = writeln!(kustomization, "  - files/file-{file:04}.txt");
    }
    kustomization.push_str("images:\n");
    for image in 0..IMAGES {
        let _ = writeln!(kustomization, "- name: example.com/image-{image}\n  newTag: v{image}");
    }
    kustomization.push_str("replacements:\n");
    for at in 0..REPLACEMENTS {
        let _ = writeln!(
            kustomization,
            "- source:\n    kind: Deployment\n    name: app-{at}\n    fieldPath: metadata.annotations.port\n  targets:\n  - select:\n      kind: Deployment\n      name: app-{}\n    fieldPaths:\n    - metadata.annotations.peer\n    options:\n      create: true",
            (at + 1) % REPLACEMENTS
        );
    }
    kustomization.push_str("vars:\n");
    for at in 0..VARS {
        let _ = writeln!(
            kustomization,
            "- name: APP_{at}\n  objref:\n    apiVersion: apps/v1\n    kind: Deployment\n    name: app-{at}\n  fieldref:\n    fieldpath: metadata.name"
        );
    }
    to.write("kustomization.yaml", kustomization)?;
    let mut apps = String::new();
    for app in 0..REPLACEMENTS.max(VARS) {
        let _ = write!(
            apps,
            "---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: app-{app}\n  annotations:\n    port: \"{}\"\nspec:\n  template:\n    spec:\n      containers:\n      - name: app\n        image: example.com/image-{}\n        args: [\"--self=$(APP_{app})\"]\n",
            1024 + app,
            app % IMAGES
        );
    }
    to.write("apps.yaml", apps)?;
    Ok(vec![".".to_owned()])
}
