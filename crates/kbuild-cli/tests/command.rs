//! The command as a script sees it: what it prints where, what it writes, and how it exits.

#![allow(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// A folder with a kustomization that generates nothing and names one ConfigMap and one Namespace.
struct Project {
    folder: TempDir,
}

const EXPECTED: &str = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ns\n---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\n  namespace: ns\n";

impl Project {
    fn new() -> Project {
        let project = Project { folder: TempDir::new().unwrap() };
        project.write("kustomization.yaml", "resources: [a.yaml]\n");
        project.write(
            "a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, namespace: ns}\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: ns}\n",
        );
        project
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn kbuild(&self, arguments: &[&str]) -> Run {
        Run::of(command(self.folder.path()).args(arguments))
    }

    fn files(&self, folder: &str) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.path(folder))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }
}

fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kbuild"));
    command.current_dir(folder).env_remove("KUSTOMIZE_ENABLE_MANAGEDBY_LABEL");
    command
}

struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Run {
    fn of(command: &mut Command) -> Run {
        let Output { status, stdout, stderr } = command.output().unwrap();
        Run {
            code: status.code(),
            out: String::from_utf8(stdout).unwrap(),
            err: String::from_utf8(stderr).unwrap(),
        }
    }

    #[track_caller]
    fn prints(self, expected: &str) {
        assert_eq!((self.code, self.out.as_str()), (Some(0), expected), "{}", self.err);
    }

    #[track_caller]
    fn fails(self, message: &str) {
        assert_eq!((self.code, self.out.as_str()), (Some(1), ""));
        assert!(self.err.contains(message), "{}", self.err);
    }
}

#[test]
fn the_folder_may_be_given_in_three_ways() {
    let project = Project::new();
    project.kbuild(&[]).prints(EXPECTED);
    project.kbuild(&["build"]).prints(EXPECTED);
    project.kbuild(&["build", "."]).prints(EXPECTED);
    project.kbuild(&["."]).prints(EXPECTED);
}

#[test]
fn an_error_goes_to_standard_error_with_its_place() {
    let project = Project::new();
    project.write("a.yaml", "kind: ConfigMap\nmetadata:\n  name: a\n   b: c\n");
    project.kbuild(&["build"]).fails("--> a.yaml:4:");
    project.kbuild(&["build", "nowhere"]).fails("nowhere is neither a file, a folder nor a URL");
    project
        .kbuild(&["nowhere"])
        .fails("the path that is given is relative to the working directory");
    project.kbuild(&["build", "a.yaml"]).fails("a.yaml is a file");
    project.kbuild(&["--load-restrictor", "never", "."]).fails("LoadRestrictionsNone");
}

#[test]
fn output_goes_to_a_file_only_when_the_build_succeeds() {
    let project = Project::new();
    project.write("out.yaml", "before\n");
    let resources = project.read("a.yaml");
    project.write("a.yaml", "{");
    project.kbuild(&["build", ".", "-o", "out.yaml"]).fails("a.yaml");
    assert_eq!(project.read("out.yaml"), "before\n");
    project.write("a.yaml", "apiVersion: v1\nkind: A\nmetadata: {name: a}\nvalue: .inf\n");
    project.kbuild(&["build", ".", "-o", "out.yaml"]).fails("a.yaml:4");
    assert_eq!(project.read("out.yaml"), "before\n");
    project.write("a.yaml", &resources);
    project.kbuild(&["build", ".", "-o", "out.yaml"]).prints("");
    assert_eq!(project.read("out.yaml"), EXPECTED);
    assert_eq!(project.files("."), ["a.yaml", "kustomization.yaml", "out.yaml"]);
    project.kbuild(&["build", ".", "-o", "no/such/folder.yaml"]).fails("cannot be written");
}

#[test]
fn one_folder_is_built_at_a_time() {
    let project = Project::new();
    project.write("b/kustomization.yaml", "resources: []\n");
    let two = "one folder is built at a time, and 2 are given: ";
    project.kbuild(&["b", "a"]).fails(&format!("{two}b, a"));
    project.kbuild(&["./b", "./b"]).fails(&format!("{two}./b, ./b"));
    project.kbuild(&["b", "buid"]).fails(&format!("{two}b, buid"));
    project.kbuild(&["--strict", "a", "-o", "out", "b"]).fails(&format!("{two}a, b"));
    project.kbuild(&["build", "a", "b"]).fails(&format!("{two}a, b"));
    project.kbuild(&["a", "b", "c", "d"]).fails("and 4 are given: a, b, c, …");
    project.kbuild(&["buid", "b"]).fails("there is no command 'buid'; did you mean 'build'?");
    project.kbuild(&["expain", "b", "c"]).fails("did you mean 'explain'?");
    project.kbuild(&["tree", "a", "b"]).fails("unexpected argument 'b'");
}

#[test]
fn a_command_that_is_misspelt_is_told_from_a_folder() {
    let project = Project::new();
    project.kbuild(&["buid"]).fails("help: did you mean the command build?");
    project.kbuild(&["expain", "--strict"]).fails("help: did you mean the command explain?");
    project.kbuild(&["./buid"]).fails("relative to the working directory");
    fs::create_dir(project.path("bield")).unwrap();
    project.kbuild(&["biuld"]).fails("did you mean bield? Or the command build?");
    project.kbuild(&["bield"]).fails("there is no kustomization file in bield");
}

#[test]
fn flags_before_a_command_belong_behind_it_where_it_has_them() {
    let project = Project::new();
    project.kbuild(&["-o", "x", "build", "."]).fails("before \"build\" belongs behind it");
    let edit = project.kbuild(&["--strict", "edit", "add", "resource", "x"]);
    edit.fails("\"edit add resource\" takes no --strict");
    let edit = project.kbuild(&["dir", "edit", "add", "resource", "x"]);
    edit.fails("\"edit add resource\" takes no DIR before it");
}

#[test]
fn more_errors_than_anybody_reads_are_left_out() {
    let project = Project::new();
    let entries = (0..60).map(|number| format!("- missing-{number}.yaml\n"));
    let text = format!("resources:\n{}", entries.collect::<String>());
    project.write("kustomization.yaml", &text);
    let note = "\n\nnote: these errors came up first, and there may be more\n";
    let run = project.kbuild(&["."]);
    assert!(run.err.ends_with(note), "{}", run.err);
    assert_eq!(run.err.matches("error[").count(), 50);
    let run = project.kbuild(&[".", "--error-format", "json"]);
    assert_eq!(run.err.lines().count(), 50);
    project.write("kustomization.yaml", "resources: [missing.yaml]\n");
    assert!(!project.kbuild(&["."]).err.contains("there may be more"));
}

#[test]
fn programs_get_errors_of_one_shape() {
    let project = Project::new();
    let keys = ["chain", "code", "hint", "message", "related", "resource", "severity", "span"];
    for (arguments, message, hint) in [
        (&["--nope"][..], "unexpected argument '--nope' found", "'-- --nope'"),
        (&[".", "-o"], "a value is required for '--output <PATH>'", "--help lists"),
        (&["edit"], "the command lacks a subcommand", "--help lists"),
        (&["edit", "set"], "'kbuild edit set' requires a subcommand", "--help lists"),
        (&["a", "b"], "one folder is built at a time", "build one after the other"),
        (&["--reorder=x", "."], "invalid value 'x' for '--reorder <ORDER>'", "--help lists"),
        (&["explain", "KB9999"], "there is no code KB9999", ""),
        (&["explain", ".", "Pod/none"], "there is no resource Pod/none", ""),
    ] {
        let all = match arguments {
            [".", "-o"] | ["edit"] => [&["--error-format=json"], arguments].concat(),
            _ => [arguments, &["--error-format", "json"]].concat(),
        };
        let run = project.kbuild(&all);
        assert_eq!((run.code, run.out.as_str()), (Some(1), ""), "{arguments:?}");
        let error: serde_json::Value = serde_json::from_str(&run.err).unwrap();
        assert_eq!(error.as_object().unwrap().keys().collect::<Vec<_>>(), keys);
        assert_eq!(error["code"], "KB2009", "{arguments:?}");
        assert!(error["message"].as_str().unwrap().contains(message), "{error}");
        assert!(error["hint"].as_str().unwrap_or_default().contains(hint), "{error}");
    }
    project.kbuild(&["--error-format=github", "--nope"]).fails("::error title=KB2009::unexpected");
    project.kbuild(&["--nope", "--", "--error-format=json"]).fails("error: unexpected argument");
}

#[cfg(unix)]
#[test]
fn output_to_a_link_goes_where_it_leads() {
    use std::os::unix::fs::symlink;

    let project = Project::new();
    fs::create_dir(project.path("far")).unwrap();
    symlink("far/two", project.path("one")).unwrap();
    symlink("three.yaml", project.path("far/two")).unwrap();
    for _ in 0..2 {
        project.kbuild(&["-o", "one"]).prints("");
        assert_eq!(project.files("far"), ["three.yaml", "two"]);
        assert_eq!(project.read("far/three.yaml"), EXPECTED);
        assert!(project.path("one").is_symlink() && project.path("far/two").is_symlink());
        fs::write(project.path("far/three.yaml"), "old").unwrap();
    }
    symlink("gone/file", project.path("lost")).unwrap();
    project.kbuild(&["-o", "lost"]).fails("lost cannot be written: there is no folder gone");
    symlink("round", project.path("round")).unwrap();
    project.kbuild(&["-o", "round"]).fails("round cannot be written: its links lead round");
    assert!(project.path("round").is_symlink());
}

#[test]
fn output_to_a_folder_is_a_file_per_resource() {
    let project = Project::new();
    fs::create_dir(project.path("out")).unwrap();
    project.kbuild(&["-o", "out"]).prints("");
    assert_eq!(project.files("out"), ["v1_configmap_c.yaml", "v1_namespace_ns.yaml"]);
    assert_eq!(
        project.read("out/v1_namespace_ns.yaml"),
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: ns\n"
    );

    project.write(
        "a.yaml",
        &(project.read("a.yaml")
            + "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: D}\n"),
    );
    fs::create_dir(project.path("several")).unwrap();
    project.kbuild(&["--output=several"]).prints("");
    let expected =
        ["default_apps_v1_deployment_d.yaml", "ns_v1_configmap_c.yaml", "v1_namespace_ns.yaml"];
    assert_eq!(project.files("several"), expected);
}

#[test]
fn flags_are_those_of_the_reference() {
    let project = Project::new();
    let as_read = project.kbuild(&["build", "--reorder=none"]);
    assert!(as_read.out.find("ConfigMap") < as_read.out.find("Namespace"), "{}", as_read.out);
    assert!(as_read.err.contains("Flag --reorder has been deprecated"));
    let labelled = project.kbuild(&["build", "--enable-managedby-label"]);
    assert_eq!(labelled.out.matches("app.kubernetes.io/managed-by: kbuild-v").count(), 2);
    let by_environment =
        Run::of(command(project.folder.path()).env("KUSTOMIZE_ENABLE_MANAGEDBY_LABEL", "on"));
    assert_eq!(by_environment.out, labelled.out);
    project.kbuild(&["build", "--enable-managedby-label=false"]).prints(EXPECTED);

    project.write("top/kustomization.yaml", "resources: [../a.yaml]\n");
    project.kbuild(&["build", "top"]).fails("--load-restrictor LoadRestrictionsNone");
    project.kbuild(&["build", "top", "--load-restrictor", "LoadRestrictionsNone"]).prints(EXPECTED);
    project.kbuild(&["build", "top", "--load-restrictor=LoadRestrictionsRootOnly"]).fails("a.yaml");
}

#[test]
fn warnings_do_not_disturb_the_output() {
    let project = Project::new();
    project.write("kustomization.yaml", "bases: []\nresources: [a.yaml]\n");
    let run = project.kbuild(&[]);
    assert!(
        run.err
            .starts_with("warning[KB3001]: 'bases' is deprecated. Please use 'resources' instead."),
        "{}",
        run.err
    );
    run.prints(EXPECTED);
}

#[test]
fn a_closed_pipe_ends_the_command_as_it_ends_others() {
    let project = Project::new();
    let long = "x".repeat(1 << 20);
    project.write(
        "a.yaml",
        &format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\ndata: {{a: {long}}}\n"),
    );
    let mut child = command(project.folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr), (Some(141), Vec::new()));
}

#[test]
fn help_is_a_command_too() {
    let project = Project::new();
    project.kbuild(&["help"]).prints(&project.kbuild(&["--help"]).out);
    project.kbuild(&["help", "build"]).prints(&project.kbuild(&["build", "--help"]).out);
    let add = project.kbuild(&["edit", "add", "resource", "--help"]).out;
    project.kbuild(&["help", "edit", "add", "resource"]).prints(&add);
    project.kbuild(&["help", "no"]).fails("unrecognized subcommand 'no'");
    project.write("help/kustomization.yaml", &project.read("kustomization.yaml"));
    project.write("help/a.yaml", &project.read("a.yaml"));
    project.kbuild(&["./help"]).prints(EXPECTED);
    project.kbuild(&["build", "help"]).prints(EXPECTED);
}

#[test]
fn version_help_and_completions() {
    let project = Project::new();
    project.kbuild(&["version"]).prints(concat!("v", env!("CARGO_PKG_VERSION"), "\n"));
    insta::assert_snapshot!(project.kbuild(&["--help"]).out);
    insta::assert_snapshot!(project.kbuild(&["build", "--help"]).out);
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = project.kbuild(&["completion", shell]);
        assert_eq!(script.code, Some(0));
        assert!(script.out.contains("kbuild"), "{shell}");
    }
    project.kbuild(&["completion", "tcl"]).fails("tcl");
}
