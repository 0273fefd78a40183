//! Functions and plugins as a user runs them: programs of this machine, containers, and what goes wrong.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails where anything is refused")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// Two resources, of which one names the other.
const RESOURCES: &str = "apiVersion: v1
kind: Pod
metadata: {name: web, annotations: {note: \"1\"}}
spec:
  volumes:
  - name: v
    configMap: {name: settings}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
";

const BOTH: [&str; 2] = ["--enable-alpha-plugins", "--enable-exec"];

/// A folder with a kustomization, and places for programs beside it.
struct Project {
    folder: TempDir,
}

struct Run {
    ok: bool,
    out: String,
    err: String,
}

impl Project {
    /// `field` names `fn.yaml`, the configuration of a function that runs `./fn`, which is this script.
    fn new(field: &str, script: &str) -> Project {
        let project = Project { folder: TempDir::new().unwrap() };
        project.write(
            "app/kustomization.yaml",
            &format!("resources: [all.yaml]\n{field}: [fn.yaml]\n"),
        );
        project.write("app/all.yaml", RESOURCES);
        project.function("exec: {path: ./fn}");
        project.script("app/fn", script);
        project
    }

    fn function(&self, spec: &str) {
        let config = format!(
            "apiVersion: example.com/v1\nkind: Fn\nmetadata:\n  name: fn\n  annotations:\n    config.kubernetes.io/function: |\n      {spec}\nspec: {{value: 7}}\n"
        );
        self.write("app/fn.yaml", &config);
    }

    fn write(&self, path: &str, content: &str) -> PathBuf {
        let path = self.folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        path
    }

    fn script(&self, path: &str, script: &str) {
        let path = self.write(path, &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.folder.path().join(path)).unwrap()
    }

    fn build(&self, flags: &[&str]) -> Run {
        self.build_with(flags, |_| {})
    }

    fn build_with(&self, flags: &[&str], prepare: impl FnOnce(&mut Command)) -> Run {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kbuild"));
        command.current_dir(self.folder.path()).arg("build").args(flags).arg("app");
        command
            .env("HOME", self.folder.path().join("home"))
            .env_remove("KUSTOMIZE_PLUGIN_HOME")
            .env_remove("XDG_CONFIG_HOME");
        prepare(&mut command);
        let output = command.output().unwrap();
        Run {
            ok: output.status.success(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// With nothing in the `PATH` but the folder `bin` of the project.
    fn build_alone(&self, flags: &[&str]) -> Run {
        let bin = self.folder.path().join("bin");
        fs::create_dir_all(&bin).unwrap();
        self.build_with(flags, |command| {
            command.env("PATH", &bin);
        })
    }
}

impl Run {
    #[track_caller]
    fn prints(self, expected: &str) {
        assert!(self.ok, "{}", self.err);
        assert_eq!(self.out, expected);
    }

    #[track_caller]
    fn fails(self, expected: &[&str]) {
        assert!(!self.ok, "{}", self.out);
        assert_eq!(self.out, "");
        for text in expected {
            assert!(self.err.contains(text), "{text} is not in:\n{}", self.err);
        }
    }
}

#[test]
fn generators_print_resources() {
    let project = Project::new(
        "configMapGenerator: [{name: settings, literals: [a=b]}]\nnamePrefix: p-\ngenerators",
        "grep -c 'value: 7' >/dev/null && cat <<END
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
  annotations:
    kustomize.config.k8s.io/behavior: merge
    kustomize.config.k8s.io/needs-hash: \"true\"
data: {c: d}
---
apiVersion: v1
kind: Secret
metadata:
  name: made
  annotations: {kustomize.config.k8s.io/needs-hash: \"true\"}
END",
    );
    project.build(&BOTH).prints(
        "apiVersion: v1
data:
  a: b
  c: d
kind: ConfigMap
metadata:
  name: p-settings-fh478f99mk
---
apiVersion: v1
kind: Secret
metadata:
  name: p-made-2bg6t6bf6t
---
apiVersion: v1
kind: Service
metadata:
  name: p-web
spec:
  ports:
  - port: 80
---
apiVersion: v1
kind: Pod
metadata:
  annotations:
    note: \"1\"
  name: p-web
spec:
  volumes:
  - configMap:
      name: p-settings-fh478f99mk
    name: v
",
    );
}

#[test]
fn transformers_get_a_list_and_print_one() {
    let project = Project::new(
        "namePrefix: p-\nconfigMapGenerator: [{name: settings}]\ntransformers",
        "tee list | sed 's/port: 80/port: 8080/'",
    );
    let run = project.build(&BOTH);
    assert!(run.ok, "{}", run.err);
    assert!(run.out.contains("port: 8080"), "{}", run.out);
    // Names that changed before the function are known after it.
    assert!(run.out.contains("configMap:\n      name: p-settings-6ct58987ht"), "{}", run.out);
    assert!(!run.out.contains("kubernetes.io") && !run.out.contains("k8s.io"), "{}", run.out);
    let list = project.read("app/list");
    assert!(
        list.starts_with(
            "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- apiVersion: v1\n"
        ),
        "{list}"
    );
    for text in [
        "\n      internal.config.kubernetes.io/previousNames: web\n",
        "\n      internal.config.kubernetes.io/prefixes: p-\n",
        "\n      internal.config.kubernetes.io/needsHashSuffix: enabled\n",
        "\n      kustomize.config.k8s.io/id: |\n        kind: Pod\n        name: p-web\n        version: v1\n",
        "\n      config.kubernetes.io/index: \"1\"\n",
        "\nfunctionConfig:\n  apiVersion: example.com/v1\n  kind: Fn\n",
        "\n      config.kubernetes.io/local-config: \"true\"\n",
    ] {
        assert!(list.contains(text), "{text} is not in:\n{list}");
    }
}

#[test]
fn what_a_transformer_does_not_print_is_gone() {
    let project = Project::new(
        "transformers",
        "cat <<END
apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: new}}
- {apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 81}]}}
END",
    );
    project.write(
        "app/kustomization.yaml",
        "resources: [all.yaml]\ntransformers: [fn.yaml]\nsortOptions: {order: fifo}\n",
    );
    project.build(&BOTH).prints(
        "apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports:
  - port: 81
---
apiVersion: v1
kind: Namespace
metadata:
  name: new
",
    );
    project.script("app/fn", "exit 0");
    project.build(&BOTH).prints("");
}

#[test]
fn programs_get_arguments_variables_and_their_folder() {
    let project = Project::new("transformers", "");
    project.function("exec: {path: sh, args: [-c, 'echo \"$0 $A $B\" > said; pwd >> said; cat', zero], envs: [A=1, B=1]}");
    let run = project.build(&["--enable-alpha-plugins", "--enable-exec", "-e", "B=2"]);
    assert!(run.ok, "{}", run.err);
    let folder = fs::canonicalize(project.folder.path().join("app")).unwrap();
    assert_eq!(project.read("app/said"), format!("zero 1 2\n{}\n", folder.display()));
}

#[test]
fn validators_check_and_change_nothing() {
    let project = Project::new("validators", "cat");
    let plain = project.build(&BOTH);
    assert!(
        plain.ok && plain.out.contains("note: \"1\"") && !plain.out.contains("kubernetes.io"),
        "{}{}",
        plain.err,
        plain.out
    );
    project.script("app/fn", "sed 's/note:/other:/'");
    project.build(&BOTH).fails(&["the validator Fn/fn changes resources", "app/fn.yaml:1"]);
    project.script(
        "app/fn",
        "awk '/^    name: web/ {print \"    labels: {validated-by: me}\"} {print}'",
    );
    let run = project.build(&BOTH);
    assert!(run.ok && run.out.matches("validated-by: me").count() == 2, "{}{}", run.err, run.out);
    project.script("app/fn", "echo 'no good' >&2; exit 4");
    project.build(&BOTH).fails(&[
        "the function Fn/fn failed with exit status 4:\n",
        "= note: no good\n",
        "app/fn.yaml",
    ]);
}

#[test]
fn results_are_heard() {
    let project = Project::new(
        "transformers",
        "cat; echo 'a word' >&2; printf 'results:\\n- {message: hm, severity: warning}\\n'",
    );
    let run = project.build(&BOTH);
    assert!(run.ok && run.out.contains("kind: Pod"), "{}", run.err);
    assert!(
        run.err.contains("the function Fn/fn says: a word\n")
            && run.err.contains("the function Fn/fn reports: hm\n"),
        "{}",
        run.err
    );
    project.script(
        "app/fn",
        "cat; printf 'results:\\n- {message: too bad, severity: error, resourceRef: {kind: Pod, name: web}}\\n'",
    );
    project
        .build(&BOTH)
        .fails(&["the function Fn/fn reports an error:\n", "= note: too bad, in Pod/web\n"]);
}

#[test]
fn nothing_runs_unless_the_flags_allow_it() {
    let project = Project::new("transformers", "touch ran; cat");
    project.build(&[]).fails(&["Fn/fn is not built in", "--enable-alpha-plugins"]);
    project.build(&["--enable-exec"]).fails(&["Fn/fn is not built in"]);
    project
        .build(&["--enable-alpha-plugins"])
        .fails(&["runs ./fn on this machine, which is not allowed", "--enable-exec"]);
    project
        .build(&["--enable-alpha-plugins", "--enable-exec=false"])
        .fails(&["which is not allowed"]);
    assert!(!project.folder.path().join("app/ran").exists());
}

#[test]
fn programs_that_cannot_run_are_named() {
    let project = Project::new("transformers", "cat");
    project.function("exec: {path: ./other}");
    project
        .build(&BOTH)
        .fails(&["./other, which the function Fn/fn runs, is not there", "app/fn.yaml:6"]);
    project.function("exec: {path: ../app}");
    project.build(&BOTH).fails(&["../app, which the function Fn/fn runs, is a folder"]);
    project.function("exec: {path: ./all.yaml}");
    project.build(&BOTH).fails(&["cannot be started", "chmod +x"]);
    project.function("exec: {}");
    project.build(&BOTH).fails(&["it names neither a program nor an image"]);
    project.function("exec: [");
    project.build(&BOTH).fails(&["the annotation config.kubernetes.io/function: "]);
    project.function("exec: {path: no-such-program-anywhere}");
    project.build(&BOTH).fails(&["no-such-program-anywhere, which Fn/fn runs, cannot be started"]);
}

#[test]
fn what_is_no_list_is_refused() {
    let project = Project::new("transformers", "");
    for (script, message) in [
        ("echo hello", "a resource must be a mapping"),
        ("echo 'a: [1'", "output of the function Fn/fn:"),
        ("echo 'a: b'", "the resource has no kind"),
        ("printf 'kind: ResourceList\\nitems: 3\\n'", "the items of the list must be a list"),
        ("cat all.yaml; echo ---; cat all.yaml", "it prints Pod/web twice"),
    ] {
        project.script("app/fn", script);
        project.build(&BOTH).fails(&[message, "Fn/fn"]);
    }
}

#[test]
fn functions_that_hang_are_stopped() {
    let project = Project::new("transformers", "sleep 60");
    let flags = ["--enable-alpha-plugins", "--enable-exec", "--function-timeout", "1"];
    project.build(&flags).fails(&["Fn/fn is stopped: it takes longer than 1 seconds"]);
    project.script("app/fn", "sleep 60 &\ncat");
    project.build(&flags).fails(&["Fn/fn is stopped: it takes longer than 1 seconds"]);
}

#[test]
fn containers_run_through_docker_or_podman() {
    let project = Project::new("transformers", "");
    let recorder = "printf '%s\\n' \"$0\" \"$@\" > ../arguments; exec /bin/cat";
    project.script("bin/podman", recorder);
    project.function("container: {image: 'img:v1', network: true, mounts: [{type: bind, src: data, dst: /d}], envs: [A=1, B]}");
    project
        .build_alone(&["--enable-alpha-plugins"])
        .fails(&["the function Fn/fn needs the network", "--network"]);
    let flags = [
        "--enable-alpha-plugins",
        "--network",
        "--network-name",
        "x",
        "-e",
        "C=3",
        "--env",
        "A=2",
        "--mount",
        "type=volume,source=/v,target=/w,rw=true",
    ];
    let run = project.build_alone(&flags);
    assert!(run.ok && run.out.contains("kind: Pod"), "{}", run.err);
    let arguments = project.read("arguments");
    assert!(arguments.lines().next().unwrap().ends_with("podman"), "{arguments}");
    project.script("bin/docker", recorder);
    let run = project.build_alone(&flags);
    assert!(run.ok, "{}", run.err);
    let folder = fs::canonicalize(project.folder.path().join("app")).unwrap();
    let arguments = project.read("arguments").replace(folder.to_str().unwrap(), "APP");
    let words: Vec<&str> = arguments.lines().skip(1).collect();
    assert_eq!(
        words.join(" "),
        "run --rm -i -a STDIN -a STDOUT -a STDERR --network host --user nobody --security-opt=no-new-privileges \
         --mount type=bind,source=APP/data,target=/d,readonly --mount type=volume,source=/v,target=/w \
         -e A=2 -e C=3 -e LOG_TO_STDERR=true -e STRUCTURED_RESULTS=true -e B img:v1"
    );
    project.function("container: {image: img}");
    assert!(project.build_alone(&["--enable-alpha-plugins", "--as-current-user"]).ok);
    let arguments = project.read("arguments");
    assert!(
        arguments.contains("--network\nnone\n") && !arguments.contains("nobody"),
        "{arguments}"
    );
    let user = arguments.split("--user\n").nth(1).unwrap().lines().next().unwrap();
    assert!(
        user.split(':').count() == 2 && user.split(':').all(|id| id.parse::<u32>().is_ok()),
        "{user}"
    );
}

#[test]
fn containers_without_a_runner_or_with_bad_mounts_are_refused() {
    let project = Project::new("generators", "");
    project.function("container: {image: img}");
    project
        .build_alone(&["--enable-alpha-plugins"])
        .fails(&["runs in a container, and neither docker nor podman is there"]);
    std::os::unix::fs::symlink("/etc", project.folder.path().join("app/link")).unwrap();
    for source in ["/etc", "..", "a/../../b", "'a,source=/etc'", "link"] {
        project.function(&format!(
            "container: {{image: img, mounts: [{{type: bind, src: {source}, dst: /d}}]}}"
        ));
        project
            .build_alone(&["--enable-alpha-plugins"])
            .fails(&["the function Fn/fn mounts", "--mount"]);
    }
    project.function("container: {image: --privileged}");
    project.build_alone(&["--enable-alpha-plugins"]).fails(&["is no image"]);
}

const PLUGIN: &str = "apiVersion: example.com/v1\nkind: Fn\nmetadata: {name: fn}\nargsOneLiner: one 'two three' # four\nargsFromFile: more.txt\n";

#[test]
fn plugins_are_found_in_their_home() {
    let project = Project::new("transformers", "");
    project.write("app/fn.yaml", PLUGIN);
    project.write("app/more.txt", "five six\n\n  seven\n");
    let flags = ["--enable-alpha-plugins"];
    project.build(&[]).fails(&["Fn/fn is not built in", "--enable-alpha-plugins"]);
    project.build(&flags).fails(&["there is no plugin home", "KUSTOMIZE_PLUGIN_HOME"]);
    let script = "cat \"$1\" > ../config; shift; printf '%s\\n' \"$@\" \"$KUSTOMIZE_PLUGIN_CONFIG_ROOT\" > ../said; sed 's/port: 80/port: 8080/'";
    project.script("home/.config/kustomize/plugin/example.com/v1/fn/Fn", script);
    let run = project.build(&flags);
    assert!(
        run.ok && run.out.contains("port: 8080") && !run.out.contains("k8s.io"),
        "{}{}",
        run.err,
        run.out
    );
    let folder = fs::canonicalize(project.folder.path().join("app")).unwrap();
    assert_eq!(
        project.read("said"),
        format!("one\ntwo three\nfive six\nseven\n{}\n", folder.display())
    );
    assert_eq!(
        project.read("config"),
        "apiVersion: example.com/v1\nargsFromFile: more.txt\nargsOneLiner: one 'two three'\nkind: Fn\nmetadata:\n  name: fn\n"
    );
    let elsewhere = project.folder.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    let at = |place: &Path| {
        project.build_with(&flags, |command| {
            command.env("KUSTOMIZE_PLUGIN_HOME", place);
        })
    };
    at(&elsewhere).fails(&["there is no plugin ", "elsewhere/example.com/v1/fn/Fn"]);
    project.write("elsewhere/example.com/v1/fn/Fn.so", "");
    at(&elsewhere).fails(&["there is a Go plugin of this name"]);
    project.script("elsewhere/example.com/v1/fn/Fn", "echo 'not today' >&2; exit 5");
    at(&elsewhere).fails(&["the plugin Fn/fn failed with exit status 5:\n", "= note: not today\n"]);
}

#[test]
fn plugins_generate() {
    let project = Project::new("generators", "");
    project.write("app/fn.yaml", "apiVersion: v2\nkind: Fn\nmetadata: {name: fn}\n");
    project.script(
        "home/kustomize/plugin/v2/fn/Fn",
        "cat <<END\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: made, annotations: {kustomize.config.k8s.io/needs-hash: \"true\"}}\nEND",
    );
    let run = project.build(&["--enable-alpha-plugins"]);
    assert!(run.ok && run.out.contains("  name: made-6ct58987ht\n"), "{}{}", run.err, run.out);
    assert!(!run.out.contains("needs-hash"), "{}", run.out);
    project.write("app/fn.yaml", "apiVersion: v2\nkind: ../fn/Fn\nmetadata: {name: fn}\n");
    project.build(&["--enable-alpha-plugins"]).fails(&["has a type that no plugin can have"]);
}
