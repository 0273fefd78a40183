//! What `explain`, `tree` and `build --annotate-source` say of the example in `examples/shop`.

#![allow(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

use std::path::Path;
use std::process::Command;

const PRD: &str = "examples/shop/overlays/prd";

fn run(arguments: &[&str]) -> (bool, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_kbuild"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.success(), text(output.stdout), text(output.stderr))
}

#[track_caller]
fn printed(arguments: &[&str]) -> String {
    let (ok, out, err) = run(arguments);
    assert!(ok, "{err}");
    out
}

#[track_caller]
fn refused(arguments: &[&str]) -> String {
    let (ok, out, err) = run(arguments);
    assert!(!ok && out.is_empty(), "{out}");
    err
}

#[test]
fn a_value_has_a_history() {
    let image = "spec.template.spec.containers[name=web].image";
    insta::assert_snapshot!(printed(&["explain", PRD, "Deployment/web", image]), @r"
    Deployment/web.shop-prd: spec.template.spec.containers[name=web].image

      registry.example.org/shop/web-slim:1.8.3

    From the base up:

      1.  shop/web:latest                           file examples/shop/base/web.yaml:17
      2.  shop/web-slim                             patches at examples/shop/overlays/prd/web-slim.yaml:11
      3.  registry.example.org/shop/web-slim:1.8.3  images at examples/shop/overlays/prd/kustomization.yaml:23
    ");
    insta::assert_snapshot!(printed(&["explain", PRD, "deployment/web.shop-prd", "metadata.namespace", "-o", "json"]), @r#"
    {
      "apiVersion": "apps/v1",
      "fields": [
        {
          "path": "metadata.namespace",
          "value": "shop-prd",
          "writers": [
            {
              "file": "examples/shop/overlays/prd/kustomization.yaml",
              "kustomization": "examples/shop/overlays/prd/kustomization.yaml",
              "line": 4,
              "step": "namespace",
              "value": "shop-prd"
            }
          ]
        }
      ],
      "kind": "Deployment",
      "name": "Deployment/web.shop-prd"
    }
    "#);
}

#[test]
fn resources_and_fields_are_listed() {
    insta::assert_snapshot!(printed(&["explain", PRD]));
    insta::assert_snapshot!(printed(&["explain", PRD, "Secret/database"]));
    insta::assert_snapshot!(printed(&["explain", PRD, "Deployment/api", "spec.template.spec.containers[0].args"]), @r"
    Deployment/api.shop-prd

      spec.template.spec.containers[name=api].args[0]  serve             file examples/shop/base/api.yaml:32
      spec.template.spec.containers[name=api].args[1]  --listen=:9000    file examples/shop/base/api.yaml:33
      spec.template.spec.containers[name=api].args[2]  --log-level=warn  patches at examples/shop/overlays/prd/api-log-level.yaml:6
    ");
    insta::assert_snapshot!(printed(&["explain", PRD, "-o=json"]));
}

#[test]
fn steps_are_listed() {
    insta::assert_snapshot!(printed(&["explain", PRD, "--steps"]));
    let json = printed(&["explain", PRD, "--steps", "-o", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert!(json["steps"].as_array().unwrap().len() > 25);
}

#[test]
fn what_is_not_there_has_a_neighbour() {
    insta::assert_snapshot!(refused(&["explain", PRD, "Deployment/wep"]), @r"
    error: there is no resource Deployment/wep
    help: did you mean Deployment/web?
    ");
    insta::assert_snapshot!(refused(&["explain", PRD, "api"]), @r"
    error: api may be any of:
      ServiceAccount/api.shop-prd
      Service/api.shop-prd
      Deployment/api.shop-prd
      HorizontalPodAutoscaler/api.shop-prd
    ");
    insta::assert_snapshot!(refused(&["explain", PRD, "Deployment/web", "spec.replica"]), @r"
    error: there is no replica in spec
    help: did you mean spec.replicas?
    ");
    let label = "metadata.labels.app.kubernetes.io/part-of";
    insta::assert_snapshot!(refused(&["explain", PRD, "Deployment/web", label]), @r"
    error: there is no app in metadata.labels
    help: did you mean metadata.labels.[app.kubernetes.io/part-of]? A key with dots stands in brackets
    ");
    insta::assert_snapshot!(refused(&["explain", PRD, "Deployment/web", "spec['"]), @"error: a bracket is not closed in spec['");
    insta::assert_snapshot!(refused(&["explain", "KB1104", "Deployment/web"]), @r"
    error: KB1104 is a code, which is explained alone
    help: `kbuild explain DIR …` is about a kustomization; a folder of this name is written ./KB1104
    ");
    assert!(refused(&["explain", "nowhere"]).contains("nowhere"));
    assert!(refused(&["explain", PRD, "Deployment/web", "--steps"]).contains("--steps"));
}

#[test]
fn comments_say_where_values_come_from() {
    let text = printed(&["build", PRD, "--annotate-source"]);
    let plain = printed(&["build", PRD]);
    let from = text.find("kind: Ingress").unwrap();
    let to = from + text[from..].find("\n---").unwrap();
    insta::assert_snapshot!(&text[from..to]);
    assert_eq!(text.lines().count(), plain.lines().count());
}

#[test]
fn a_composition_is_shown_in_five_ways() {
    for format in ["text", "json", "dot", "mermaid", "svg"] {
        insta::assert_snapshot!(format!("tree_{format}"), printed(&["tree", PRD, "-o", format]));
    }
}
