//! What a composition says where a build would fail, and what it refuses.

#![allow(clippy::unwrap_used, reason = "a test fails where anything is refused")]

use kbuild_core::{Code, Error, MemoryHost, Options, Part, compose};

fn parts(files: &[(&str, &str)], folder: &str) -> Result<String, Error> {
    let host = MemoryHost::from_iter(files.iter().copied());
    let composition = compose(&host, folder, &Options::default())?;
    let mut lines = Vec::new();
    list(&composition.root, 0, &mut lines);
    Ok(lines.join("\n"))
}

fn list(part: &Part, depth: usize, lines: &mut Vec<String>) {
    let kinds: Vec<String> =
        part.kinds.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
    let fields = [
        format!("{:?}", part.role),
        part.field.to_owned(),
        part.name.clone(),
        part.detail.clone(),
        kinds.join(" "),
        part.targets.join(" "),
        if part.is_remote { "remote".to_owned() } else { String::new() },
        part.problem.clone().unwrap_or_default(),
    ];
    let fields: Vec<&str> =
        fields.iter().map(String::as_str).filter(|field| !field.is_empty()).collect();
    lines.push(format!("{}{}", "  ".repeat(depth), fields.join(" | ")));
    part.parts.iter().for_each(|part| list(part, depth + 1, lines));
}

#[test]
fn what_a_build_would_refuse_is_shown() {
    let parts = parts(
        &[
            (
                "top/kustomization.yaml",
                "resources: [bad.yaml, ../base, 'https://github.com/a/b?ref=v1', 'https://example.org/x.yaml']\npatches:\n- path: none.yaml\n- patch: '{'\n- patch: '[{op: remove, path: /a}]'\n  target: {kind: Pod, group: g, version: v1, labelSelector: a=b}\nnamePrefix: a-\nimages: [{name: a}, {name: b}]\nconfigMapGenerator:\n- name: c\n  literals: [a=b]\nhelmCharts:\n- {name: chart, version: 1.2.3}\ntransformers:\n- t.yaml\n- |\n  apiVersion: builtin\n  kind: PrefixTransformer\n  metadata: {name: p}\n",
            ),
            ("top/bad.yaml", "kind: [\n"),
            ("top/t.yaml", "apiVersion: x/v1\nkind: T\nmetadata: {name: t}\n"),
            ("base/kustomization.yaml", "resources: [pods.yaml]\n"),
            (
                "base/pods.yaml",
                "apiVersion: v1\nkind: Pod\nmetadata: {name: one}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: two}\n",
            ),
        ],
        "top",
    );
    insta::assert_snapshot!(parts.unwrap(), @r"
    Kustomization | top
      File | resources | bad.yaml | a value must stand here; found the end of the document
      Kustomization | resources | base
        File | resources | pods.yaml | 2 Pod
      Kustomization | resources | https://github.com/a/b?ref=v1 | remote | https://github.com/a/b?ref=v1 is neither a file nor a repository: this build may not get files over HTTP; this build may not run programs
      Kustomization | resources | https://example.org/x.yaml | remote | https://example.org/x.yaml cannot be read: this build may not get files over HTTP
      Generator | configMapGenerator | c | 1 ConfigMap
      Chart | helmCharts | chart | 1.2.3
      Patch | patches | none.yaml | none.yaml is neither a file, a folder nor a URL
      Patch | patches | it cannot be read as YAML
      Patch | patches | JSON | Pod.v1.g/* with labels a=b
      Transformer | namePrefix | a-
      Transformer | images
      Plugin | transformers | t.yaml | T
      Plugin | transformers | PrefixTransformer/p
    ");
}

#[test]
fn a_circle_is_an_error() {
    let error = parts(
        &[
            ("a/kustomization.yaml", "resources: [../b]\n"),
            ("b/kustomization.yaml", "resources: [../a]\n"),
        ],
        "a",
    );
    assert_eq!(error.unwrap_err().code(), Code::CYCLE);
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let error = parts(&[("a/kustomization.yaml", "resources: [../base]\n")], "a").unwrap_err();
    assert_eq!((error.code(), error.line()), (Code::NOT_FOUND, Some(1)));
}
