//! What helm is asked to do, and what happens when it does not do it: with a script that takes its place.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails where anything is refused")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A folder with a kustomization, and a script called `helm` that notes what it is asked and prints what it is told.
struct Project {
    folder: TempDir,
    root: PathBuf,
}

/// Says its version, pulls by making folders, and inflates to one ConfigMap and one ClusterRole that show what they were
/// made from. The variables are set by the tests.
const HELM: &str = r##"#!/bin/sh
echo "$*" >> "$LOG"
case "$1" in
version) echo "${HELM_VERSION:-v3.17.3+ge4da497}"; exit ;;
pull)
    echo "$HELM_CONFIG_HOME" >> "$LOG.home"
    [ -z "$FAILS_TO_PULL" ] || { echo "Error: no such repository" >&2; exit 1; }
    for last; do case "$last" in oci://*/*) name=${last##*/} ;; demo) name=demo ;; esac; done
    mkdir -p "$4/$name" && echo 'from: pull' > "$4/$name/values.yaml"
    exit ;;
esac
echo "$HELM_CONFIG_HOME $HELM_CACHE_HOME $HELM_DATA_HOME" >> "$LOG.home"
namespace=
for argument; do
    case "$before" in
    -f) cat "$argument" >> "$LOG.values" ;;
    --namespace) namespace=$argument ;;
    esac
    before=$argument
done
[ -z "$OUTPUT" ] || { printf "$OUTPUT"; exit "${STATUS:-0}"; }
cat << END
# Source: demo/templates/cm.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: cm
data:
  namespace: "$namespace"
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: placed
  namespace: "${namespace:-default}"
END
"##;

impl Project {
    fn new(kustomization: &str) -> Project {
        let folder = TempDir::new().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        let project = Project { folder, root };
        project.write("kustomization.yaml", kustomization);
        project.write("charts/demo/values.yaml", "from: chart\n");
        project.write("bin/helm", HELM);
        fs::set_permissions(project.root.join("bin/helm"), fs::Permissions::from_mode(0o755))
            .unwrap();
        project
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Builds a folder with charts allowed and the script as helm.
    fn build(
        &self,
        folder: &str,
        flags: &[&str],
        variables: &[(&str, &str)],
    ) -> Result<String, String> {
        let helm = self.root.join("bin/helm").display().to_string();
        let mut arguments = vec![folder, "--enable-helm", "--helm-command", &helm];
        arguments.extend(flags);
        self.kbuild(&arguments, variables)
    }

    fn kbuild(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Result<String, String> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kbuild"));
        command.current_dir(self.folder.path()).args(arguments).env("LOG", self.root.join("log"));
        command.envs(variables.iter().copied());
        let output = command.output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
    }

    /// The command lines that helm got, without the folder of the project and that of the values.
    fn log(&self) -> Vec<String> {
        let text = self.read("log").replace(&self.root.display().to_string(), "ROOT");
        let words = |line: &str| {
            line.split(' ')
                .map(|word| match Path::new(word).file_name().and_then(|name| name.to_str()) {
                    Some(name @ "demo-kustomize-values.yaml") => format!("TEMP/{name}"),
                    _ => word.to_owned(),
                })
                .collect::<Vec<_>>()
                .join(" ")
        };
        text.lines().map(words).collect()
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap_or_default()
    }

    /// The temporary folders that helm worked in.
    fn homes(&self) -> Vec<PathBuf> {
        self.read("log.home").split_whitespace().map(PathBuf::from).collect()
    }
}

const DEMO: &str = "helmCharts:\n- name: demo\n  releaseName: r\n";

#[test]
fn all_fields_become_arguments() {
    let project = Project::new(
        "helmGlobals: {chartHome: ./charts/../charts}
helmCharts:
- name: demo
  releaseName: r
  namespace: ns
  nameTemplate: n-{{ randAlpha 3 }}
  valuesFile: own.yaml
  additionalValuesFiles: [more/a.yaml, ./b.yaml]
  apiVersions: [a/v1, b/v1/B]
  kubeVersion: '1.30'
  includeCRDs: true
  skipTests: true
  skipHooks: true
  debug: true
  devel: true
",
    );
    for file in ["own.yaml", "more/a.yaml", "b.yaml"] {
        project.write(file, &format!("from: {file}\n"));
    }
    for version in ["v3.17.3", "v4.0.0+gabc"] {
        project
            .build(
                ".",
                &["--helm-api-versions=c/v1", "--helm-kube-version=1.2"],
                &[("HELM_VERSION", version)],
            )
            .unwrap();
        assert_eq!(
            project.log(),
            [
                "version --short",
                "template r ROOT/charts/demo --namespace ns --name-template n-{{ randAlpha 3 }} \
                 -f TEMP/demo-kustomize-values.yaml -f ROOT/more/a.yaml -f ROOT/b.yaml --api-versions a/v1 \
                 --api-versions b/v1/B --kube-version 1.30 --include-crds --skip-tests --no-hooks --debug --devel"
            ]
        );
        assert_eq!(project.read("log.values"), "from: own.yaml\nfrom: more/a.yaml\nfrom: b.yaml\n");
        fs::remove_file(project.root.join("log")).unwrap();
        fs::remove_file(project.root.join("log.values")).unwrap();
    }
}

#[test]
fn flags_fill_in_what_the_kustomization_leaves_out() {
    let project = Project::new("helmCharts:\n- name: demo\n");
    let flags = [
        "--helm-api-versions",
        "a/v1,b",
        "--helm-api-versions=c",
        "--helm-kube-version",
        "1.2",
        "--helm-debug",
    ];
    project.build(".", &flags, &[]).unwrap();
    assert_eq!(
        project.log()[1],
        "template --generate-name ROOT/charts/demo -f TEMP/demo-kustomize-values.yaml --api-versions a/v1,b \
         --api-versions c --kube-version 1.2 --debug"
    );
    assert_eq!(project.read("log.values"), "from: chart\n");
}

#[test]
fn values_are_put_together_before_helm_sees_them() {
    let values =
        "a: 1\nb: yes\nc: \"5\"\nd: {x: 1, y: null, z: }\ne: [1, 2]\nf: 2020-01-01\nn: null\no:\n";
    let inline =
        "{a: '2', c: 7, d: {w: yes, x: null}, e: [3], f: null, g: null, h: 1.0, k: 2020-01-01}";
    for (mode, expected) in [
        (
            "",
            "a: \"2\"\nb: \"yes\"\nc: 7\nd:\n  w: true\n  \"y\": null\ne:\n- 3\nh: 1\nk: \"2020-01-01\"\n\"n\": null\n",
        ),
        (
            "merge",
            "a: 1\nb: \"yes\"\nc: \"5\"\nd:\n  w: true\n  x: 1\ne:\n- 1\n- 2\nf: \"2020-01-01T00:00:00Z\"\ng: null\nh: 1\nk: \"2020-01-01\"\n",
        ),
        (
            "replace",
            "a: \"2\"\nc: 7\nd:\n  w: true\n  x: null\ne:\n- 3\nf: null\ng: null\nh: 1\nk: \"2020-01-01\"\n",
        ),
    ] {
        let project = Project::new(&format!(
            "helmCharts:\n- name: demo\n  valuesMerge: '{mode}'\n  valuesInline: {inline}\n"
        ));
        project.write("charts/demo/values.yaml", values);
        project.build(".", &[], &[]).unwrap();
        assert_eq!(project.read("log.values"), expected, "{mode}");
    }
    let project = Project::new("helmCharts:\n- name: demo\n  valuesMerge: mix\n");
    assert!(
        project.build(".", &[], &[]).unwrap_err().contains("merge, override or replace, not mix")
    );
    let project = Project::new("helmCharts:\n- name: demo\n  valuesInline: {from: {a: b}}\n");
    let error = project.build(".", &[], &[]).unwrap_err();
    assert!(
        error.contains("valuesInline and charts/demo/values.yaml do not go together"),
        "{error}"
    );
}

#[test]
fn charts_are_pulled_from_repositories_and_registries() {
    for (repo, arguments) in [
        ("https://charts.example/", "--repo https://charts.example/ demo"),
        ("oci://registry.example/charts", "oci://registry.example/charts/demo"),
        ("oci://registry.example/charts/", "oci://registry.example/charts/demo"),
    ] {
        let entry = format!(
            "helmCharts:\n- {{name: demo, repo: '{repo}', version: 1.2.3, devel: true, releaseName: r}}\n"
        );
        let project = Project::new(&entry);
        for _ in 0..2 {
            project.build(".", &[], &[]).unwrap();
        }
        let template =
            "template r ROOT/charts/demo-1.2.3/demo -f TEMP/demo-kustomize-values.yaml --devel";
        let pull = format!(
            "pull --untar --untardir ROOT/charts/demo-1.2.3 {arguments} --version 1.2.3 --devel"
        );
        // The chart stays, and is not pulled again.
        assert_eq!(
            project.log(),
            ["version --short", &pull, template, "version --short", template]
        );
        assert_eq!(project.read("log.values"), "from: pull\nfrom: pull\n");
    }
    let project = Project::new(
        "helmGlobals: {chartHome: fresh}\nhelmCharts:\n- {name: demo, repo: 'https://a.example'}\n",
    );
    project.build(".", &[], &[]).unwrap();
    assert_eq!(
        project.log()[1],
        "pull --untar --untardir ROOT/fresh --repo https://a.example demo"
    );
    let project = Project::new(
        "helmGlobals: {chartHome: fresh}\nhelmCharts:\n- {name: demo, repo: 'https://a.example'}\n",
    );
    let error = project.build(".", &[], &[("FAILS_TO_PULL", "1")]).unwrap_err();
    assert!(
        error.contains("exits with status 1")
            && error.contains("= note: Error: no such repository\n"),
        "{error}"
    );
    let project = Project::new("helmGlobals: {chartHome: fresh}\nhelmCharts:\n- {name: demo}\n");
    assert!(
        project
            .build(".", &[], &[])
            .unwrap_err()
            .contains("/fresh/demo, and no repo to pull it from")
    );
    assert_eq!(project.log(), ["version --short"]);
}

#[test]
fn nothing_runs_unless_it_is_allowed() {
    let project = Project::new(DEMO);
    let helm = project.root.join("bin/helm").display().to_string();
    for flags in [
        &[".", "--helm-command", &helm][..],
        &[".", "--enable-helm=false", "--helm-command", &helm],
    ] {
        let error = project.kbuild(flags, &[]).unwrap_err();
        assert!(
            error.contains("--> kustomization.yaml:2") && error.contains("--enable-helm"),
            "{error}"
        );
    }
    assert_eq!(project.read("log"), "");
    let error =
        project.kbuild(&[".", "--enable-helm", "--helm-command", "./no/helm"], &[]).unwrap_err();
    assert!(error.contains("there is no program ./no/helm"), "{error}");
    assert!(
        project
            .kbuild(&[".", "--enable-helm", "--helm-command", ""], &[])
            .unwrap_err()
            .contains("--helm-command")
    );
}

#[test]
fn helm_is_looked_up_in_the_path() {
    let project = Project::new(DEMO);
    let path = format!("{}:/usr/bin:/bin", project.root.join("bin").display());
    project.kbuild(&["build", "--enable-helm"], &[("PATH", &path)]).unwrap();
    assert_eq!(project.log().len(), 2);
}

#[test]
fn failures_show_what_helm_said() {
    let project = Project::new(DEMO);
    let fails = [("OUTPUT", "half: a\\ndocument\\n"), ("STATUS", "1")];
    let error = project.build(".", &[], &fails).unwrap_err();
    assert!(error.contains("template r ") && error.contains("` exits with status 1"), "{error}");
    assert!(!error.contains("half: a"), "{error}");
    let error = project.build(".", &["--helm-debug"], &fails).unwrap_err();
    assert!(error.contains("= note: half: a\n          document\n"), "{error}");
    for (output, message) in [
        ("hello world\\n", "the output of helm template for demo:1"),
        ("Pulled: a\\n---\\napiVersion: v1\\n", "the resource has no kind"),
        ("a: b\\n c: d\\n", "the output of helm template for demo:2"),
    ] {
        let error = project.build(".", &[], &[("OUTPUT", output)]).unwrap_err();
        assert!(error.contains(message) && error.contains("in chart demo"), "{error}");
    }
    for (version, message) in [
        ("v2.16.1", "is helm 2.16.1, and helm 3 or 4 is needed"),
        ("junk", "which version of helm it is: junk"),
    ] {
        let error = project.build(".", &[], &[("HELM_VERSION", version)]).unwrap_err();
        assert!(error.contains(message), "{error}");
    }
}

#[test]
fn temporary_folders_do_not_stay() {
    let project = Project::new(DEMO);
    project.build(".", &[], &[]).unwrap();
    project.build(".", &[], &[("OUTPUT", "["), ("STATUS", "0")]).unwrap_err();
    let homes = project.homes();
    assert_eq!(homes.len(), 6);
    for home in &homes {
        assert!(
            home.is_absolute()
                && !home.exists()
                && !home.ancestors().nth(2).unwrap().join("helm").exists(),
            "{home:?}"
        );
    }
    let folder = homes[0].parent().unwrap();
    assert!(!folder.exists());
    assert_eq!(homes[1..3], [homes[0].join(".cache"), homes[0].join(".data")]);

    let project = Project::new(&format!("helmGlobals: {{configHome: ./own}}\n{DEMO}"));
    project.build(".", &[], &[]).unwrap();
    assert_eq!(project.read("log.home"), "./own ./own/.cache ./own/.data\n");
}

fn config_map(name: &str, namespace: Option<&str>, release: Option<&str>) -> String {
    let data =
        release.map(|release| format!("data:\n  namespace: {release}\n")).unwrap_or_default();
    let namespace =
        namespace.map(|namespace| format!("  namespace: {namespace}\n")).unwrap_or_default();
    format!("apiVersion: v1\n{data}kind: ConfigMap\nmetadata:\n  name: {name}\n{namespace}")
}

#[test]
fn the_namespace_goes_to_helm_which_decides_what_to_do_with_it() {
    let project = Project::new(&format!("namespace: own\nresources: [own.yaml]\n{DEMO}"));
    project.write("own.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: beside}\n");
    let expected = [
        config_map("beside", Some("own"), None),
        config_map("placed", Some("own"), None),
        config_map("cm", None, Some("own")),
    ];
    assert_eq!(project.build(".", &[], &[]).unwrap(), expected.join("---\n"));

    project.write(
        "kustomization.yaml",
        "namespace: own\nhelmCharts:\n- {name: demo, namespace: entry}\n",
    );
    let expected =
        [config_map("placed", Some("entry"), None), config_map("cm", None, Some("entry"))];
    assert_eq!(project.build(".", &[], &[]).unwrap(), expected.join("---\n"));
}

#[test]
fn charts_of_bases_get_the_namespace_of_the_nearest_layer_above() {
    let project = Project::new(DEMO);
    fs::rename(project.root.join("charts"), project.root.join("chart-store")).unwrap();
    project.write("base/kustomization.yaml", DEMO);
    project.write("base/charts/demo/values.yaml", "");
    project.write("middle/kustomization.yaml", "namePrefix: middle-\nresources: [../base]\n");
    project.write("top/kustomization.yaml", "namespace: top\nresources: [../middle]\n");
    project.write("roof/kustomization.yaml", "namespace: roof\nresources: [../top]\n");
    for folder in ["top", "roof"] {
        let expected = [
            config_map("middle-placed", Some("top"), None),
            config_map("middle-cm", None, Some("top")),
        ];
        assert_eq!(project.build(folder, &[], &[]).unwrap(), expected.join("---\n"), "{folder}");
    }
    // A namespace is gone behind the layer that names it.
    project.write("named/kustomization.yaml", "namespace: named\nresources: [empty]\n");
    project.write("named/empty/kustomization.yaml", "resources: []\n");
    project.write("side/kustomization.yaml", "resources: [../named, ../base]\n");
    let expected =
        [config_map("placed", Some("default"), None), config_map("cm", None, Some("\"\""))]
            .join("---\n");
    assert_eq!(project.build("side", &[], &[]).unwrap(), expected);
    // A component is a layer below its user, too.
    project.write(
        "part/kustomization.yaml",
        &format!("apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n{DEMO}"),
    );
    project.write("part/charts/demo/values.yaml", "");
    project.write("user/kustomization.yaml", "namespace: user\ncomponents: [../part]\n");
    let expected = [config_map("placed", Some("user"), None), config_map("cm", None, Some("user"))];
    assert_eq!(project.build("user", &[], &[]).unwrap(), expected.join("---\n"));
}

#[test]
fn what_helm_made_is_known_by_an_annotation() {
    let project = Project::new(DEMO);
    fs::rename(project.root.join("charts"), project.root.join("chart-store")).unwrap();
    project.write(
        "base/kustomization.yaml",
        &format!("{DEMO}patches:\n- target: {{name: cm}}\n  patch: '[{{\"op\": \"add\", \"path\": \"/metadata/annotations/a\", \"value\": \"b\"}}]'\n"),
    );
    project.write("base/charts/demo/values.yaml", "");
    // A JSON patch leaves it alone. Who takes all annotations away takes this one as well.
    let patch = "patches:\n- patch: |\n    apiVersion: v1\n    kind: ConfigMap\n    metadata: {name: placed, namespace: default, annotations: null}\n";
    project.write("patched/kustomization.yaml", &format!("resources: [../base]\n{patch}"));
    project.write("top/kustomization.yaml", "resources: [../patched]\ntransformers:\n- |-\n  apiVersion: builtin\n  kind: NamespaceTransformer\n  metadata: {name: x, namespace: top}\n");
    let annotated = config_map("cm", None, Some("\"\""))
        .replace("metadata:\n", "metadata:\n  annotations:\n    a: b\n");
    let placed = config_map("placed", Some("top"), None);
    let expected = [&*placed, &annotated].join("---\n");
    assert_eq!(project.build("top", &[], &[]).unwrap(), expected);
    // And who writes it has a say.
    project.write(
        "patched/kustomization.yaml",
        &format!(
            "resources: [../base, own.yaml]\n{}",
            patch.replace(
                "annotations: null",
                "annotations: {internal.config.kubernetes.io/helm-generated: 'false'}"
            )
        ),
    );
    project.write(
        "patched/own.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: own\n  annotations: {internal.config.kubernetes.io/helm-generated: 'true'}\n",
    );
    let expected = [placed, annotated, config_map("own", None, None)].join("---\n");
    assert_eq!(project.build("top", &[], &[]).unwrap(), expected);
}

#[test]
fn a_chart_cannot_bring_what_is_there() {
    let project = Project::new(&format!("configMapGenerator:\n- name: cm\n{DEMO}"));
    let error = project.build(".", &[], &[]).unwrap_err();
    assert!(error.contains("ConfigMap/cm exists already, so a chart cannot bring it"), "{error}");
    assert!(error.contains("the output of helm template for demo:2"), "{error}");
    let project = Project::new("helmCharts:\n- releaseName: r\n");
    assert!(project.build(".", &[], &[]).unwrap_err().contains("a chart needs a name"));
    let project = Project::new("helmCharts:\n- {name: demo, additionalValuesFiles: [../a.yaml]}\n");
    assert!(project.build(".", &[], &[]).is_err());
    assert_eq!(project.read("log"), "");
}
