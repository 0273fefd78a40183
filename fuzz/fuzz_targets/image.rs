//! Image references: the image of a container, and what an entry of `images` makes of it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut lines = text.lines().map(|line| line.replace('\'', "''"));
    let mut next = || lines.next().unwrap_or_default();
    let (image, name, new_name) = (next(), next(), next());
    let (tag, digest, suffix) = (next(), next(), next());
    let kustomization = format!(
        "resources: [a.yaml]\nimages: [{{name: '{name}', newName: '{new_name}', newTag: '{tag}', digest: '{digest}', tagSuffix: '{suffix}'}}]\n"
    );
    let resource = format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: a}}\nspec: {{containers: [{{name: a, image: '{image}'}}]}}\n"
    );
    kbuild_fuzz::build([
        ("kustomization.yaml", kustomization.as_bytes()),
        ("a.yaml", resource.as_bytes()),
    ]);
});
