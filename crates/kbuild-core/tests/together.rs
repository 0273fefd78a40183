//! Steps that go over the resources together do what they do one after the other.

use kbuild_core::{MemoryHost, Observer, Options, render};

/// Builds the folder in three ways, of which two take one step after the other. Returns the output and the warnings, or the
/// error.
#[track_caller]
fn build(kustomization: &str, resources: &str) -> Result<String, String> {
    let host = MemoryHost::from_iter([
        ("kustomization.yaml", format!("resources: [all.yaml]\n{kustomization}")),
        ("all.yaml", resources.to_owned()),
    ]);
    let build = |options: &Options| match render(&host, ".", options) {
        Ok(rendered) => {
            let warnings: Vec<String> =
                rendered.warnings().iter().map(|warning| format!("{warning}\n")).collect();
            rendered
                .to_yaml()
                .map(|text| text + &warnings.concat())
                .map_err(|error| error.to_string())
        }
        Err(error) => Err(error.to_string()),
    };
    let (mut watched, mut traced) = (Options::default(), Options::default());
    watched.observer = Observer::new(|_| {});
    traced.provenance = true;
    let together = build(&Options::default());
    assert_eq!(together, build(&watched));
    assert_eq!(together, build(&traced));
    together
}

fn deployment(name: &str, more: &str) -> String {
    format!("---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}{more}}}\n")
}

#[test]
fn the_step_that_comes_first_is_the_one_that_fails() {
    let resources = [
        deployment("one", ", labels: [odd]"),
        deployment("two", ""),
        deployment("three", ", namespace: {odd: true}"),
    ];
    let fields = "namespace: shop\nlabels: [{pairs: {a: b}}]\nnamePrefix: x-\n";
    let error = build(fields, &resources.concat()).unwrap_err();
    assert!(error.contains("a namespace is expected here"), "{error}");
    assert!(!error.contains("labels"), "{error}");
}

#[test]
fn what_is_wrong_with_entries_of_one_field_is_said_at_once() {
    let resources = [
        deployment("one", ", labels: {a: b}"),
        deployment("two", ", annotations: 1"),
        deployment("three", ", labels: 2"),
    ];
    let fields = "labels: [{pairs: {a: b}, fields: [{path: metadata/annotations}]}, {pairs: {c: d}}]\nimages: [{name: x, newTag: '2'}]\n";
    let error = build(fields, &resources.concat()).unwrap_err();
    assert!(error.contains("Deployment/two") && error.contains("Deployment/three"), "{error}");

    let error = build(
        "replicas: [{name: none, count: 2}, {name: one, count: 3}, {name: nil, count: 4}]\n",
        &deployment("one", ""),
    )
    .unwrap_err();
    assert!(error.contains("called none") && error.contains("called nil"), "{error}");
}

#[test]
fn two_names_that_become_one_are_refused_by_the_step_that_makes_them_so() {
    let resources = [deployment("one", ", namespace: a"), deployment("one", ", namespace: b")];
    let error = build("namespace: c\nnamePrefix: x-\n", &resources.concat()).unwrap_err();
    assert!(error.contains("Deployment/one in namespace c"), "{error}");
    assert!(error.contains("both are put into one namespace by"), "{error}");
}

#[test]
fn later_steps_see_what_earlier_ones_did() {
    let resources = [deployment("one", ", labels: {drop: it}"), deployment("two", "")].concat();
    let fields = "
patches:
- target: {labelSelector: drop=it}
  patch: '{$patch: delete, kind: any, metadata: {name: any}}'
- target: {kind: Deployment}
  patch: |
    kind: any
    metadata: {name: any}
    spec: {template: {spec: {containers: [{name: main, image: app:1}]}}}
- target: {annotationSelector: none}
  patch: |
    - op: remove
      path: /spec
namespace: shop
nameSuffix: -v2
commonAnnotations: {by: us}
replicas: [{name: two, count: 3}]
images: [{name: app, newTag: '2'}, {name: other, newTag: '3'}]
";
    let output = build(fields, &resources).unwrap();
    insta::assert_snapshot!(output, @r"
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      annotations:
        by: us
      name: two-v2
      namespace: shop
    spec:
      replicas: 3
      template:
        metadata:
          annotations:
            by: us
        spec:
          containers:
          - image: app:2
            name: main
    the patch changes nothing: there is no resource with annotations none
      --> kustomization.yaml:11
    the entry changes nothing: there is no image other
      --> kustomization.yaml:19
      help: write the name as the containers have it, without the tag
    ");
}

#[test]
fn entries_that_are_many_do_the_same() {
    let names: Vec<String> = (0..12).map(|number| format!("app-{number}")).collect();
    let resources: String = names.iter().map(|name| deployment(name, "")).collect();
    let replicas = |names: &[String]| -> String {
        let entries = names.iter().map(|name| format!("- {{name: {name}, count: 7}}\n"));
        format!("replicas:\n{}", entries.collect::<String>())
    };
    let (few, many) =
        (build(&replicas(&names[..8]), &resources), build(&replicas(&names), &resources));
    assert_eq!(few.unwrap().matches("replicas: 7").count(), 8);
    assert_eq!(many.unwrap().matches("replicas: 7").count(), 12);
}

#[test]
fn what_renames_resources_goes_alone() {
    let resources = [deployment("one", ", namespace: a"), deployment("one", ", namespace: b")];
    let fields = "namespace: z\nlabels: [{pairs: {name: same}, fields: [{path: metadata}]}]\n";
    let error = build(fields, &resources.concat()).unwrap_err();
    assert!(error.contains("Deployment/one in namespace z"), "{error}");
    assert!(error.contains("both are put into one namespace by"), "{error}");

    let fields = "
patches:
- target: {kind: Rollout}
  patch: '{kind: any, metadata: {name: any}, spec: {paused: true}}'
- target: {kind: Deployment}
  patch: |
    - {op: replace, path: /kind, value: Rollout}
";
    let output = build(fields, &deployment("one", "")).unwrap();
    assert!(output.contains("kind: Rollout"), "{output}");
    assert!(output.contains("have no resource of this kind"), "{output}");
}

#[test]
fn a_base_in_which_two_names_became_one_is_refused() {
    let host = MemoryHost::from_iter([
        (
            "base/kustomization.yaml",
            "resources: [all.yaml]\nlabels: [{pairs: {name: same}, fields: [{path: metadata}]}]\n",
        ),
        (
            "base/all.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, labels: {x: y}}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: b}\n",
        ),
        (
            "kustomization.yaml",
            "resources: [base]\npatches: [{target: {labelSelector: x=y}, patch: '{$patch: delete, kind: any, metadata: {name: any}}'}]\n",
        ),
    ]);
    let error = render(&host, ".", &Options::default()).unwrap_err();
    assert_eq!(error.code().to_string(), "KB1204", "{error}");
}
