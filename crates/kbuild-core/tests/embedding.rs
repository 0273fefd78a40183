//! What a program that embeds the library gets to see beside the YAML: places, warnings, files and the parts of an error.

#![allow(clippy::unwrap_used, reason = "a test fails where anything is refused")]

use std::io;
use std::num::NonZeroUsize;

use kbuild_core::{Error, MemoryHost, Options, OutputError, Rendered, render};

fn build(files: &[(&str, &str)], folder: &str) -> Result<Rendered, Error> {
    render(&MemoryHost::from_iter(files.iter().copied()), folder, &Options::default())
}

#[test]
fn resources_know_where_they_come_from() {
    let rendered = build(
        &[
            ("base/kustomization.yaml", "resources: [pods.yaml]\n\nconfigMapGenerator:\n- name: settings\n"),
            (
                "base/pods.yaml",
                "apiVersion: v1\nkind: Pod\nmetadata: {name: one}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: two}\n",
            ),
            ("prd/kustomization.yaml", "resources: [../base]\nnamespace: prd\n"),
        ],
        "prd",
    )
    .unwrap();
    let places = rendered.resources().iter().map(|resource| {
        let file = rendered.sources().name(resource.place().source).unwrap_or("(no file)");
        format!("{} {file}:{}", resource.id(), resource.place().line)
    });
    insta::assert_snapshot!(places.collect::<Vec<_>>().join("\n"), @r"
    ConfigMap/settings-6ct58987ht in namespace prd base/kustomization.yaml:4
    Pod/one in namespace prd base/pods.yaml:1
    Pod/two in namespace prd base/pods.yaml:5
    ");
    let files: Vec<String> =
        rendered.to_files().unwrap().into_iter().map(|(name, _)| name).collect();
    insta::assert_snapshot!(files.join("\n"), @r"
    v1_configmap_settings-6ct58987ht.yaml
    v1_pod_one.yaml
    v1_pod_two.yaml
    ");
}

/// In files of single resources the reference has folded blocks as they were written; in one text for all, it has printed and
/// read them first, which gives lines that have nothing to fold into an empty one behind them.
#[test]
fn folded_blocks_keep_their_lines_in_files() {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: texts}\ndata:\n  text: >\n    shelf\n      top\n    floor\n";
    let rendered =
        build(&[("kustomization.yaml", "resources: [texts.yaml]\n"), ("texts.yaml", map)], ".");
    let rendered = rendered.unwrap();
    insta::assert_snapshot!(rendered.to_files().unwrap()[0].1, @r"
    apiVersion: v1
    data:
      text: |
        shelf
          top
        floor
    kind: ConfigMap
    metadata:
      name: texts
    ");
    insta::assert_snapshot!(rendered.to_yaml().unwrap(), @r"
    apiVersion: v1
    data:
      text: |
        shelf

          top
        floor
    kind: ConfigMap
    metadata:
      name: texts
    ");
}

#[test]
fn warnings_are_values_with_a_place() {
    let rendered = build(
        &[
            ("kustomization.yaml", "commonLabels: {app: web}\nbases: [base]\n"),
            ("base/kustomization.yaml", "resources: [pod.yaml]\n"),
            ("base/pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: one}\n"),
        ],
        ".",
    )
    .unwrap();
    let warnings = rendered.warnings().iter().map(|warning| {
        format!(
            "{}:{} {}",
            warning.file().unwrap_or_default(),
            warning.line().unwrap_or_default(),
            warning.message()
        )
    });
    insta::assert_snapshot!(warnings.collect::<Vec<_>>().join("\n"), @r"
    kustomization.yaml:2 'bases' is deprecated. Please use 'resources' instead.
    kustomization.yaml:1 'commonLabels' is deprecated. Please use 'labels' instead.
    ");
}

#[test]
fn an_error_can_be_taken_apart() {
    let error = build(
        &[
            ("prd/kustomization.yaml", "resources:\n- ../base\n"),
            ("base/kustomization.yaml", "resources:\n- pod.yaml\n"),
            ("base/pod.yaml", "apiVersion: v1\nkind: Pod\nmetadata:\n  name: one\n   labels: {}\n"),
        ],
        "prd",
    )
    .unwrap_err();
    assert_eq!(
        (error.file(), error.line(), error.first().column()),
        (Some("base/pod.yaml"), Some(5), Some(10))
    );
    insta::assert_snapshot!(error, @r"
    a `:` cannot stand here: the line is indented wrongly, or the value needs quotes
      --> base/pod.yaml:5:10
      from base/kustomization.yaml:2
      from prd/kustomization.yaml:2
    ");
}

#[test]
fn documents_are_written_one_by_one() {
    let host = MemoryHost::from_iter([
        ("kustomization.yaml", "resources: [a.yaml]\n"),
        (
            "a.yaml",
            "kind: A\nmetadata: {name: a}\n---\nkind: B\nmetadata: {name: b}\n---\nkind: C\nmetadata: {name: c}\nspec: .inf\n",
        ),
    ]);
    let rendered = render(&host, ".", &Options::default()).unwrap();
    let documents: Vec<_> = rendered.documents().collect();
    assert_eq!(documents[0].as_deref().unwrap(), "kind: A\nmetadata:\n  name: a\n");
    assert_eq!(documents[1].as_deref().unwrap(), "kind: B\nmetadata:\n  name: b\n");
    assert!(documents[2].is_err() && rendered.to_yaml().is_err());
    // Not even the beginning of an output that cannot be printed is written.
    let mut out = Vec::new();
    let refused = rendered.write_yaml(&mut out);
    assert!(matches!(refused, Err(OutputError::Resource(_))) && out.is_empty());
}

/// What takes some bytes and no more.
struct Full(usize);

impl io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.checked_sub(bytes.len()) {
            Some(left) => self.0 = left,
            None => return Err(io::ErrorKind::StorageFull.into()),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_cannot_be_written_to_is_an_error() {
    let map = |number: usize| {
        format!("kind: A\nmetadata: {{name: a{number}}}\ntext: {}\n", "x".repeat(900))
    };
    let maps: String = (0..1000).map(|number| format!("---\n{}", map(number))).collect();
    let host =
        MemoryHost::from_iter([("kustomization.yaml", "resources: [a.yaml]\n"), ("a.yaml", &maps)]);
    for threads in [1, 3] {
        let mut options = Options::default();
        options.threads = NonZeroUsize::new(threads);
        let rendered = render(&host, ".", &options).unwrap();
        for room in [0, 1, 100_000, 500_000] {
            match rendered.write_yaml(Full(room)) {
                Err(OutputError::Io(error)) => {
                    assert_eq!(error.kind(), io::ErrorKind::StorageFull);
                }
                other => panic!("{room} bytes of room: {other:?}"),
            }
        }
        rendered.write_yaml(Full(2_000_000)).unwrap();
    }
}

#[test]
fn lines_that_only_look_like_fields_are_no_cause_for_warnings() {
    let text = "commonAnnotations:\n  text: \"first\nresources: a\nresources: b\"\nresources: [map.yaml]\n---\n# end\n";
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: map}\n";
    let host = MemoryHost::from_iter([("kustomization.yaml", text), ("map.yaml", map)]);
    let rendered = render(&host, ".", &Options::default()).unwrap();
    assert_eq!(rendered.resources().len(), 1);
    assert!(rendered.warnings().is_empty(), "{:?}", rendered.warnings());
}
