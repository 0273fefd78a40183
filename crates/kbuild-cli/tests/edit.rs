//! `kbuild edit` and `kbuild create` as a script sees them.

#![allow(clippy::unwrap_used, reason = "tests fail where they cannot go on")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use tempfile::TempDir;

const HEAD: &str = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";

/// A folder with a kustomization and files that it may name.
struct Project {
    folder: TempDir,
}

struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Project {
    fn new(kustomization: &str) -> Project {
        let project = Project { folder: TempDir::new().unwrap() };
        let deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\nspec:\n  template:\n    spec:\n      containers:\n      - name: d\n        image: d:1\n";
        project.write("kustomization.yaml", kustomization);
        project.write("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n");
        project.write("b.yaml", deployment);
        project.write("a.txt", "one\n");
        project.write("b.txt", "two\n");
        project.write("x.env", "A=b\n");
        project.write("base/kustomization.yaml", "resources: []\n");
        project.write("part/kustomization.yaml", "kind: Component\n");
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, content: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), content).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn kbuild(&self, arguments: &[&str]) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kbuild"));
        let Output { status, stdout, stderr } =
            command.current_dir(self.folder.path()).args(arguments).output().unwrap();
        Run {
            code: status.code(),
            out: String::from_utf8(stdout).unwrap(),
            err: String::from_utf8(stderr).unwrap(),
        }
    }

    #[track_caller]
    fn edit(&self, arguments: &[&str]) -> Run {
        let run = self.kbuild(&[&["edit"], arguments].concat());
        assert_eq!(run.code, Some(0), "{arguments:?}: {}", run.err);
        run
    }

    #[track_caller]
    fn fails(&self, arguments: &[&str], message: &str) {
        let before = self.read("kustomization.yaml");
        let run = self.kbuild(&[&["edit"], arguments].concat());
        assert_eq!(run.code, Some(1), "{arguments:?}");
        assert!(run.err.contains(message), "{arguments:?}: {}", run.err);
        assert_eq!(self.read("kustomization.yaml"), before);
    }
}

/// A kustomization with comments, in several styles.
const BEFORE: &str = "\
# The shop.
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization

namespace: shop   # set by the pipeline
namePrefix: 'dev-'

resources:
  # what runs
  - a.yaml   # settings
  # more to come
  - b.yaml

components: [part]   # only one

commonLabels:
  app: shop   # for the selector
  team: web

commonAnnotations: {note: \"1\"}

images:
# the app
- name: d   # as in b.yaml
  newTag: \"1.0\"   # bumped on release

configMapGenerator:
- name: settings
  literals:
  # how much it says
  - LEVEL=info   # or debug
  - COLOR=red

secretGenerator:
- name: key
  literals: [A=b]

patches:
- path: p.yaml   # the only one
  target:
    kind: Deployment

# the end
";

/// What one edit makes of the lines of `BEFORE`: the arguments, the lines that go, and the text that is there instead.
const EDITS: &[(&[&str], &str, &str)] = &[
    (&["add", "resource", "base"], "  - b.yaml\n", "  - b.yaml\n  - base\n"),
    (&["add", "resource", "*.txt"], "  - b.yaml\n", "  - b.yaml\n  - a.txt\n  - b.txt\n"),
    (
        &["add", "resource", "https://example.com/r.git?ref=v1"],
        "  - b.yaml\n",
        "  - b.yaml\n  - https://example.com/r.git?ref=v1\n",
    ),
    (
        &["add", "resource", "--no-verify", "none.yaml"],
        "  - b.yaml\n",
        "  - b.yaml\n  - none.yaml\n",
    ),
    (&["add", "resource", "a.yaml", "kustomization.yaml"], "", ""),
    (&["add", "base", "base,part"], "  - b.yaml\n", "  - b.yaml\n  - base\n  - part\n"),
    (&["add", "component", "base"], "[part]", "[part, base]"),
    (&["add", "transformer", "a.txt"], "# the end\n", "# the end\ntransformers:\n  - a.txt\n"),
    (
        &["add", "generator", "*.txt"],
        "# the end\n",
        "# the end\ngenerators:\n  - a.txt\n  - b.txt\n",
    ),
    (&["add", "configuration", "a.txt"], "# the end\n", "# the end\nconfigurations:\n  - a.txt\n"),
    (
        &["add", "buildmetadata", "originAnnotations,managedByLabel"],
        "# the end\n",
        "# the end\nbuildMetadata:\n  - originAnnotations\n  - managedByLabel\n",
    ),
    (
        &["add", "label", "tier:front", "a"],
        "  app: shop   # for the selector\n  team: web\n",
        "  app: shop   # for the selector\n  team: web\n  a: \"\"\n  tier: front\n",
    ),
    (&["add", "label", "-f", "app:store"], "app: shop ", "app: store "),
    (&["add", "label", "--force=true", "team:\"db\""], "team: web", "team: db"),
    (
        &["add", "label", "--without-selector", "x:z"],
        "# the end\n",
        "# the end\nlabels:\n  - pairs:\n      x: z\n",
    ),
    (
        &["add", "label", "--without-selector", "--include-templates", "x:z"],
        "# the end\n",
        "# the end\nlabels:\n  - includeTemplates: true\n    pairs:\n      x: z\n",
    ),
    (&["add", "annotation", "-f", "note:2", "by:me"], "{note: \"1\"}", "{note: \"2\", by: me}"),
    (
        &["add", "configmap", "settings", "--from-literal=SIZE=2,3"],
        "  - COLOR=red\n",
        "  - COLOR=red\n  - SIZE=2,3\n",
    ),
    (
        &[
            "add",
            "configmap",
            "files",
            "--from-file=a.txt,k=b.txt",
            "--behavior",
            "merge",
            "--namespace=n1",
        ],
        "  - COLOR=red\n",
        "  - COLOR=red\n- behavior: merge\n  files:\n  - a.txt\n  - k=b.txt\n  name: files\n  namespace: n1\n",
    ),
    (
        &["add", "configmap", "env", "--from-env-file", "x.env", "--disableNameSuffixHash"],
        "  - COLOR=red\n",
        "  - COLOR=red\n- envs:\n  - x.env\n  name: env\n  options:\n    disableNameSuffixHash: true\n",
    ),
    (&["add", "secret", "key", "--from-literal=C=d"], "[A=b]", "[A=b, C=d]"),
    (
        &[
            "add",
            "secret",
            "tls",
            "--type=kubernetes.io/tls",
            "--from-file=tls.key=a.txt",
            "--from-file=tls.crt=b.txt",
        ],
        "  literals: [A=b]\n",
        "  literals: [A=b]\n- files:\n  - tls.key=a.txt\n  - tls.crt=b.txt\n  name: tls\n  type: kubernetes.io/tls\n",
    ),
    (
        &["add", "patch", "--path", "q.yaml", "--kind=Service", "--label-selector", "a=b"],
        "    kind: Deployment\n",
        "    kind: Deployment\n- path: q.yaml\n  target:\n    kind: Service\n    labelSelector: a=b\n",
    ),
    (
        &["add", "patch", "--patch", "- op: remove\n  path: /a\n", "--name", "d"],
        "    kind: Deployment\n",
        "    kind: Deployment\n- patch: |\n    - op: remove\n      path: /a\n  target:\n    name: d\n",
    ),
    (&["add", "patch", "--path=p.yaml", "--kind=Deployment"], "", ""),
    (
        &["set", "image", "d=registry.example.com:5000/d:2.0"],
        "  newTag: \"1.0\" ",
        "  newName: registry.example.com:5000/d\n  newTag: \"2.0\" ",
    ),
    (
        &["set", "image", "d:1.1", "a@sha256:ab", "z=y"],
        "# the app\n- name: d   # as in b.yaml\n  newTag: \"1.0\"   # bumped on release\n",
        "- digest: sha256:ab\n  name: a\n# the app\n- name: d   # as in b.yaml\n  newTag: \"1.1\"   # bumped on release\n- name: z\n  newName: \"y\"\n",
    ),
    (&["set", "image", "d=e:*"], "  newTag: \"1.0\" ", "  newName: e\n  newTag: \"1.0\" "),
    (&["set", "namespace", "prod"], "namespace: shop ", "namespace: prod "),
    (&["set", "namespace", ""], "namespace: shop   # set by the pipeline\n", ""),
    (&["set", "nameprefix", "prod-"], "'dev-'", "'prod-'"),
    (&["set", "namesuffix", "--", "-v1"], "# the end\n", "# the end\nnameSuffix: -v1\n"),
    (
        &["set", "replicas", "d=3", "c=0"],
        "# the end\n",
        "# the end\nreplicas:\n  - count: 0\n    name: c\n  - count: 3\n    name: d\n",
    ),
    (&["set", "label", "app:store"], "app: shop ", "app: store "),
    (&["set", "annotation", "note:x y"], "{note: \"1\"}", "{note: \"x y\"}"),
    (
        &["set", "buildmetadata", "managedByLabel"],
        "# the end\n",
        "# the end\nbuildMetadata:\n  - managedByLabel\n",
    ),
    (
        &["set", "configmap", "settings", "--from-literal=LEVEL=debug", "--new-namespace", "n1"],
        "  - LEVEL=info   # or debug\n  - COLOR=red\n",
        "  - LEVEL=debug   # or debug\n  - COLOR=red\n  namespace: n1\n",
    ),
    (&["set", "secret", "key", "--from-literal", "A=c"], "[A=b]", "[A=c]"),
    (&["remove", "resource", "a.*"], "  - a.yaml   # settings\n", ""),
    (&["remove", "resource", "c.yaml"], "", ""),
    (&["remove", "component", "part"], "components: [part]   # only one\n", ""),
    (&["remove", "label", "app"], "  app: shop   # for the selector\n", ""),
    (&["remove", "annotation", "-i", "note,other"], "commonAnnotations: {note: \"1\"}\n", ""),
    (
        &["remove", "configmap", "settings,none"],
        "configMapGenerator:\n- name: settings\n  literals:\n  # how much it says\n  - LEVEL=info   # or debug\n  - COLOR=red\n",
        "",
    ),
    (
        &["remove", "secret", "key", "--namespace=default"],
        "secretGenerator:\n- name: key\n  literals: [A=b]\n",
        "",
    ),
    (
        &["remove", "patch", "--path=p.yaml", "--kind", "Deployment"],
        "patches:\n- path: p.yaml   # the only one\n  target:\n    kind: Deployment\n",
        "",
    ),
    (&["remove", "patch", "--path=p.yaml"], "", ""),
    (&["remove", "transformer", "*"], "", ""),
    (&["remove", "buildmetadata", "managedByLabel"], "", ""),
];

#[test]
fn edits_change_what_they_name_and_nothing_else() {
    for (arguments, old, new) in EDITS {
        let project = Project::new(BEFORE);
        let count = BEFORE.matches(old).count();
        assert!(old.is_empty() || count == 1, "{old}: {count}");
        let expected =
            if old.is_empty() { BEFORE.to_owned() } else { BEFORE.replacen(old, new, 1) };
        project.edit(arguments);
        assert_eq!(project.read("kustomization.yaml"), expected, "{arguments:?}");
        let twice = project.kbuild(&[&["edit"], *arguments].concat());
        assert!(twice.code.is_some(), "{}", twice.err);
    }
}

#[test]
fn what_is_wrong_changes_nothing() {
    let project = Project::new(BEFORE);
    project.fails(&["add", "resource", "none.yaml"], "none.yaml has no match");
    project.fails(&["add", "resource"], "required");
    project.fails(&["add", "base", "none"], "none does not exist");
    project.fails(&["remove", "label", "app", "team"], "unexpected argument");
    project.fails(
        &["set", "buildmetadata", "managedByLabel", "originAnnotations"],
        "unexpected argument",
    );
    project.fails(&["add", "label", "app:x"], "--force");
    project.fails(&["add", "label", ":x"], "no key");
    project.fails(&["add", "label", "--include-templates", "x:z"], "--without-selector");
    project.fails(&["add", "annotation", "note:x"], "--force");
    project.fails(&["add", "configmap", "c"], "--from-literal");
    project.fails(&["add", "configmap", "c", "--from-file=nope"], "nope has no match");
    project.fails(&["add", "configmap", "c", "--from-file=key=nope"], "nope has no match");
    project.fails(&["add", "configmap", "c", "--from-env-file=no.env"], "no.env");
    project.fails(&["add", "configmap", "settings", "--from-literal=COLOR=blue"], "COLOR");
    project.fails(&["add", "secret", "c", "--from-literal=a"], "a");
    project.fails(&["add", "configmap", "c", "--from-literal=a=b", "--type=Opaque"], "--type");
    project.fails(&["add", "patch"], "--path or --patch");
    project.fails(&["add", "patch", "--path=a", "--patch=b"], "not both");
    project.fails(&["add", "buildmetadata", "originAnotations"], "did you mean originAnnotations");
    project.fails(&["set", "image", "d"], "IMAGE=NEWNAME");
    project.fails(&["set", "replicas", "d=many"], "NAME=COUNT");
    project.fails(&["set", "annotation", "a b:c"], "a b");
    project.fails(&["set", "configmap", "none", "--from-literal=a=b"], "none");
    project.fails(&["set", "configmap", "settings"], "--new-namespace");
    project.fails(&["remove", "label", "none"], "none");
    project.fails(&["remove", "configmap", "none"], "none");
    project.fails(&["remove", "resource", "[a"], "malformed");
    project.fails(&["replace", "resource"], "unrecognized");
    project.write("kustomization.yml", "");
    project.fails(&["set", "namespace", "x"], "more than one");
}

#[test]
fn the_folder_may_be_given() {
    let project = Project::new("");
    project.edit(&["-C", "base", "set", "namespace", "x"]);
    project.edit(&["set", "nameprefix", "p-", "--directory", "base"]);
    assert_eq!(
        project.read("base/kustomization.yaml"),
        format!("resources: []\n{HEAD}namePrefix: p-\nnamespace: x\n")
            .replace("namePrefix: p-\nnamespace: x\n", "namespace: x\nnamePrefix: p-\n")
    );
    project.edit(&["-C", "base", "add", "resource", "../a.yaml"]);
    assert!(project.read("base/kustomization.yaml").starts_with("resources:\n- ../a.yaml\n"));
    assert_eq!(project.read("kustomization.yaml"), "");
    project.fails(&["-C", "none", "set", "namespace", "x"], "no kustomization file in none");
}

#[test]
fn other_names_and_empty_files() {
    let project = Project::new("");
    fs::rename(project.path("kustomization.yaml"), project.path("kustomization.yml")).unwrap();
    project.edit(&["add", "resource", "a.yaml"]);
    assert_eq!(project.read("kustomization.yml"), format!("{HEAD}resources:\n- a.yaml\n"));
    assert!(!project.path("kustomization.yaml").exists());
    let rendered = project.kbuild(&["build"]);
    assert_eq!(rendered.out, project.read("a.yaml"), "{}", rendered.err);
}

#[test]
fn an_edit_and_a_build_as_a_script_does_it() {
    let project = Project::new("resources:\n- b.yaml # it\n");
    project.edit(&["set", "image", "d=registry/d:2"]);
    project.edit(&["set", "namespace", "prod"]);
    project.edit(&["add", "label", "app:shop", "-f"]);
    let rendered = project.kbuild(&["build", "."]).out;
    for expected in ["image: registry/d:2", "namespace: prod", "app: shop"] {
        assert!(rendered.contains(expected), "{rendered}");
    }
    assert!(project.read("kustomization.yaml").starts_with("resources:\n- b.yaml # it\n"));
}

#[test]
fn fix_replaces_deprecated_fields() {
    let project = Project::new(
        "# shop\nbases:\n- base\ncommonLabels: {app: shop}\npatchesStrategicMerge:\n- p.yaml\nresources:\n- b.yaml\n",
    );
    project.write(
        "p.yaml",
        "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: d\nspec:\n  replicas: 2\n",
    );
    let run = project.edit(&["fix"]);
    assert!(run.out.contains("patchesStrategicMerge -> patches"));
    assert_eq!(run.err, "");
    assert_eq!(
        project.read("kustomization.yaml"),
        format!(
            "# shop\nresources:\n- b.yaml\n- base\n{HEAD}labels:\n- includeSelectors: true\n  pairs:\n    app: shop\npatches:\n- path: p.yaml\n"
        )
    );
}

#[test]
fn fix_turns_vars_into_replacements() {
    let project = Project::new(
        "resources: [b.yaml, s.yaml]\nvars:\n- name: HOST\n  objref:\n    apiVersion: v1\n    kind: Service\n    name: s\n",
    );
    project.write("s.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n  name: s\n");
    let deployment = project.read("b.yaml") + "        args:\n        - --host=$(HOST) # where\n";
    project.write("b.yaml", &deployment);
    let before = project.kbuild(&["build"]).out;
    let run = project.edit(&["fix", "--vars"]);
    assert_eq!(run.err, "");
    assert!(project.read("b.yaml").ends_with("- --host=HOST_PLACEHOLDER # where\n"));
    assert!(!project.read("kustomization.yaml").contains("vars"));
    assert_eq!(project.kbuild(&["build"]).out, before);
}

#[test]
fn built_in_plugins_are_listed() {
    let project = Project::new("");
    let run = project.edit(&["list-builtin-plugin"]);
    assert!(run.out.starts_with("Builtin plugins:\n\n * AnnotationsTransformer\n"));
    assert_eq!(project.edit(&["alpha-list-builtin-plugin"]).out, run.out);
}

#[test]
fn create_makes_a_kustomization() {
    let project = Project::new("");
    fs::remove_file(project.path("kustomization.yaml")).unwrap();
    let create = |arguments: &[&str]| {
        let run = project.kbuild(&[&["create"], arguments].concat());
        let text = fs::read_to_string(project.path("kustomization.yaml"));
        let _ = fs::remove_file(project.path("kustomization.yaml"));
        (run.code, text.unwrap_or(run.err))
    };
    assert_eq!(create(&[]), (Some(0), HEAD.to_owned()));
    assert_eq!(
        create(&[
            "--resources",
            "b.yaml,base",
            "--namespace=n1",
            "--nameprefix",
            "p-",
            "--namesuffix=-s",
            "--labels=b:c,a:d",
            "--annotations",
            "x:z"
        ]),
        (
            Some(0),
            format!(
                "{HEAD}resources:\n- b.yaml\n- base\nnamePrefix: p-\nnameSuffix: -s\nnamespace: n1\ncommonLabels:\n  a: d\n  b: c\ncommonAnnotations:\n  x: z\n"
            )
        )
    );
    assert_eq!(
        create(&["--autodetect"]),
        (Some(0), format!("{HEAD}resources:\n- a.yaml\n- b.yaml\n"))
    );
    project.write("deep/er/c.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: c\n");
    assert_eq!(
        create(&["--autodetect", "--recursive", "--resources=b.yaml"]),
        (
            Some(0),
            format!("{HEAD}resources:\n- b.yaml\n- a.yaml\n- base\n- deep/er/c.yaml\n- part\n")
        )
    );
    let (code, message) = create(&["--resources=none.yaml"]);
    assert!(code == Some(1) && message.contains("none.yaml has no match"), "{message}");
    project.write("kustomization.yml", "");
    let (code, message) = create(&[]);
    assert!(code == Some(1) && message.contains("already"), "{message}");
}
