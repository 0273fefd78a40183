//! The command under the name `kustomize`, first on the `PATH` of the scripts that people have.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A project as a pipeline finds it: a base, an overlay, a chart, and programs in `bin`.
struct Pipeline {
    folder: TempDir,
}

/// A helm that inflates every chart to one Service, which shows the release, its namespace and the values of the chart.
const HELM: &str = r#"#!/bin/sh
case "$1" in
version) echo v3.17.3+ge4da497; exit ;;
esac
release=$2
for argument; do
    case "$before" in
    -f) values=$(cat "$argument") ;;
    --namespace) namespace=$argument ;;
    esac
    before=$argument
done
cat << END
apiVersion: v1
kind: Service
metadata:
  name: $release
  namespace: $namespace
spec:
  $values
END
"#;

const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    spec:\n      containers:\n      - name: web\n        image: web\n        envFrom:\n        - configMapRef: {name: facts}\n";

const OVERLAY: &str = "# the shop, for customers
resources:
- ../../base   # all of it
configMapGenerator:
- name: facts
  literals: [stage=prd]
helmCharts:
- name: cache
  releaseName: pages
  namespace: caches
";

/// The overlay after the edits: all that was there is still there, with its comments.
const EDITED: &str = "# the shop, for customers
resources:
- ../../base   # all of it
- quota.yaml
configMapGenerator:
- name: facts
  literals: [stage=prd, colour=green]
helmCharts:
- name: cache
  releaseName: pages
  namespace: caches
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
images:
- name: web
  newName: registry/web
  newTag: v2
namespace: shop
namePrefix: prd-
replicas:
- count: 3
  name: web
";

/// What is built of it.
const BUILT: &str = "apiVersion: v1
kind: ResourceQuota
metadata:
  name: prd-quota
  namespace: shop
---
apiVersion: v1
data:
  colour: green
  stage: prd
kind: ConfigMap
metadata:
  name: prd-facts-795tfk29k9
  namespace: shop
---
apiVersion: v1
kind: Service
metadata:
  name: prd-pages
  namespace: caches
spec:
  type: ClusterIP
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: prd-web
  namespace: shop
spec:
  replicas: 3
  template:
    spec:
      containers:
      - envFrom:
        - configMapRef:
            name: prd-facts-795tfk29k9
        image: registry/web:v2
        name: web
";

impl Pipeline {
    fn new() -> Pipeline {
        let pipeline = Pipeline { folder: TempDir::new().unwrap() };
        pipeline.write("base/kustomization.yaml", "resources: [web.yaml]\n");
        pipeline.write("base/web.yaml", DEPLOYMENT);
        pipeline.write("overlays/prd/kustomization.yaml", OVERLAY);
        pipeline.write(
            "overlays/prd/quota.yaml",
            "apiVersion: v1\nkind: ResourceQuota\nmetadata: {name: quota}\n",
        );
        pipeline.write("overlays/prd/charts/cache/values.yaml", "type: ClusterIP\n");
        pipeline.program("helm", HELM);
        symlink(env!("CARGO_BIN_EXE_kbuild"), pipeline.path("bin/kustomize")).unwrap();
        pipeline
    }

    fn path(&self, path: &str) -> std::path::PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn program(&self, name: &str, script: &str) {
        let path = format!("bin/{name}");
        self.write(&path, script);
        fs::set_permissions(self.path(&path), fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// Runs a script in the folder of the project, with its programs first on the `PATH`.
    fn run(&self, script: &str) -> Output {
        let path = std::env::var("PATH").unwrap_or_default();
        Command::new("sh")
            .args(["-eu", "-c", script])
            .current_dir(self.folder.path())
            .env("PATH", format!("{}:{path}", self.path("bin").display()))
            .env_remove("KUSTOMIZE_ENABLE_MANAGEDBY_LABEL")
            .output()
            .unwrap()
    }

    /// What a script prints, which must not fail.
    #[track_caller]
    fn out(&self, script: &str) -> String {
        let output = self.run(script);
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{script}\n{error}");
        String::from_utf8(output.stdout).unwrap()
    }
}

#[test]
fn a_pipeline_sets_an_image_and_builds() {
    let pipeline = Pipeline::new();
    let out = pipeline.out(
        "kustomize version
        cd overlays/prd
        kustomize edit set image web=registry/web:v2
        kustomize edit set namespace shop
        kustomize edit add resource quota.yaml
        kustomize edit set nameprefix prd-
        kustomize edit set replicas web=3
        kustomize edit add configmap facts --from-literal=colour=green
        kustomize build --enable-helm . > all.yaml
        kustomize build --enable-helm . | grep -c '^kind:'
        kustomize build --enable-helm -o out.yaml
        cmp all.yaml out.yaml
        mkdir files && kustomize build --enable-helm --output files .
        ls files | sort | head -n 2
        cd ../.. && kustomize build overlays/prd --enable-helm | cmp - overlays/prd/all.yaml",
    );
    assert_eq!(
        out,
        format!(
            "v{}\n4\ncaches_v1_service_prd-pages.yaml\nshop_apps_v1_deployment_prd-web.yaml\n",
            env!("CARGO_PKG_VERSION")
        )
    );
    assert_eq!(pipeline.read("overlays/prd/kustomization.yaml"), EDITED);
    assert_eq!(pipeline.read("overlays/prd/all.yaml"), BUILT);
}

#[test]
fn flags_that_scripts_pass_are_taken() {
    let pipeline = Pipeline::new();
    pipeline.write("flat/kustomization.yaml", "resources: [../base/web.yaml]\n");
    let expected = pipeline.out("kustomize build base");
    for flags in [
        "--load-restrictor LoadRestrictionsNone",
        "--load-restrictor=LoadRestrictionsNone --reorder none",
        "--load-restrictor LoadRestrictionsNone --reorder=legacy",
        "--load-restrictor=LoadRestrictionsNone --enable-helm --enable-helm --helm-command helm",
        "--load-restrictor=LoadRestrictionsNone --enable-alpha-plugins --enable-exec --stack-trace",
        "--load-restrictor=LoadRestrictionsNone --enable-alpha-plugins=true --as-current-user",
        "--load-restrictor=LoadRestrictionsNone --network --network-name bridge -e A=b --env C",
        "--load-restrictor=LoadRestrictionsNone --mount type=bind,src=/a,dst=/b --env=A=b",
        "--load-restrictor=LoadRestrictionsNone --helm-api-versions a/v1 --helm-kube-version 1.30",
        "--load-restrictor=LoadRestrictionsNone --helm-debug --enable-managedby-label=false -o=",
    ] {
        assert_eq!(pipeline.out(&format!("kustomize build {flags} flat")), expected, "{flags}");
        assert_eq!(pipeline.out(&format!("kustomize build flat {flags}")), expected, "{flags}");
    }
    assert!(!pipeline.run("kustomize build flat").status.success());
    assert!(!pipeline.run("kustomize build flat --load-restrictor ''").status.success());
    assert!(!pipeline.run("kustomize build base --reorder random").status.success());
}

#[test]
fn versions_have_the_forms_that_scripts_look_for() {
    let pipeline = Pipeline::new();
    let version = concat!("v", env!("CARGO_PKG_VERSION"));
    assert_eq!(pipeline.out("kustomize version"), format!("{version}\n"));
    let short = pipeline.out("kustomize version --short | sed -E 's/^\\{([^ ]+) .*\\}$/\\1/'");
    assert_eq!(short, format!("{version}\n"));
    let json = pipeline.out("kustomize version -o json");
    assert!(json.starts_with(&format!("{{\n  \"version\": \"{version}\",\n")), "{json}");
    let yaml = pipeline.out("kustomize version --output=yaml | grep ^version:");
    assert_eq!(yaml, format!("version: {version}\n"));
    assert!(!pipeline.run("kustomize version --short -o json").status.success());
}

#[test]
fn completion_is_for_the_name_that_it_is_called_by() {
    let pipeline = Pipeline::new();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = pipeline.out(&format!("kustomize completion {shell}"));
        assert!(script.contains("kustomize") && !script.contains("kbuild "), "{shell}");
    }
    let own = Command::new(Path::new(env!("CARGO_BIN_EXE_kbuild")))
        .args(["completion", "bash"])
        .output()
        .unwrap();
    assert!(String::from_utf8(own.stdout).unwrap().contains("kbuild"));
}

#[test]
fn help_is_found_where_scripts_look_for_it() {
    let pipeline = Pipeline::new();
    let help = pipeline.out("kustomize help build");
    assert!(help.contains("--load-restrictor") && help == pipeline.out("kustomize build --help"));
}

#[test]
fn a_failure_stops_the_script() {
    let pipeline = Pipeline::new();
    pipeline.write("broken/kustomization.yaml", "resources: [missing.yaml]\n");
    let output = pipeline.run("kustomize build broken > out.yaml; echo never");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(pipeline.read("out.yaml") + &String::from_utf8(output.stdout).unwrap(), "");
    let output = pipeline.run("cd base && kustomize edit add resource missing.yaml");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(pipeline.read("base/kustomization.yaml"), "resources: [web.yaml]\n");
}

#[test]
fn a_new_overlay_is_made_from_nothing() {
    let pipeline = Pipeline::new();
    let out = pipeline.out(
        "mkdir new && cd new && cp ../base/web.yaml .
        kustomize create --autodetect --namespace shop --nameprefix new- --labels app:web,tier:front
        kustomize edit add annotation owner:checkout
        kustomize edit add label team:web --without-selector
        kustomize edit add patch --kind Deployment --patch '[{\"op\": \"add\", \"path\": \"/spec/replicas\", \"value\": 2}]'
        kustomize edit set label stage:prd
        kustomize edit set buildmetadata originAnnotations
        kustomize edit remove label tier
        kustomize edit remove buildmetadata originAnnotations
        kustomize edit fix > /dev/null
        kustomize build | grep -A 6 '^metadata:'",
    );
    assert_eq!(
        out,
        "metadata:\n  annotations:\n    owner: checkout\n  labels:\n    app: web\n    stage: prd\n    team: web\n"
    );
}
