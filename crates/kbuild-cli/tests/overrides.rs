//! `kbuild --set-…`, `kbuild inputs` and `kbuild affected` as a script sees them.

#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails where it cannot go on, and says why it is skipped"
)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use tempfile::TempDir;

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: web, image: nginx}]}\n";

/// A folder with a base and two overlays, one of which has a component.
struct Project {
    folder: TempDir,
}

impl Project {
    fn new() -> Project {
        let project = Project { folder: TempDir::new().unwrap() };
        project.write("base/kustomization.yaml", "resources: [pod.yaml]\n");
        project.write("base/pod.yaml", POD);
        project.write("dev/kustomization.yaml", "# for developers\nresources: [../base]\n");
        project.write(
            "prd/kustomization.yaml",
            "resources: [../base]\ncomponents: [../debug]\nconfigMapGenerator: [{name: c, files: [a b.txt]}]\n",
        );
        project.write("prd/a b.txt", "x\n");
        project.write(
            "debug/kustomization.yaml",
            "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncommonAnnotations: {debug: 'yes'}\n",
        );
        project
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn command(&self, program: &str, arguments: &[&str]) -> (bool, String, String) {
        let output = Command::new(program)
            .current_dir(self.folder.path())
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.success(), text(output.stdout), text(output.stderr))
    }

    fn kbuild(&self, arguments: &[&str]) -> (bool, String, String) {
        self.command(env!("CARGO_BIN_EXE_kbuild"), arguments)
    }

    #[track_caller]
    fn printed(&self, arguments: &[&str]) -> String {
        let (success, output, errors) = self.kbuild(arguments);
        assert!(success, "{errors}");
        output
    }

    fn git(&self, arguments: &[&str]) {
        let me = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
        let (success, _, errors) = self.command("git", &[&me, arguments].concat());
        assert!(success, "{arguments:?}: {errors}");
    }

    /// Commits all that is there. False, with a message, where there is no git.
    fn commit(&self) -> bool {
        if Command::new("git").arg("--version").output().is_err() {
            eprintln!("skipped: there is no git");
            return false;
        }
        self.git(&["init", "--quiet"]);
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message=x"]);
        true
    }

    #[track_caller]
    fn affected(&self, expected: &[&str]) {
        let output = self.printed(&["affected", "--since", "HEAD"]);
        assert_eq!(output.lines().collect::<Vec<_>>(), expected);
    }
}

const FLAGS: [&str; 12] = [
    "--namespace=prd",
    "--set-image=nginx=mirror/nginx:1.27",
    "--set-name-prefix",
    "a-",
    "--set-name-suffix",
    "-z",
    "--set-label=team:blue",
    "--set-annotation=note:1",
    "--set-replicas=web=2",
    "--add-component=../debug",
    "--add-patch",
    "patch.yaml",
];

#[test]
fn flags_change_a_build_and_no_file() {
    let project = Project::new();
    let patch = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {hostNetwork: true}\n";
    project.write("dev/patch.yaml", patch);
    let before = fs::read_to_string(project.path("dev/kustomization.yaml")).unwrap();
    // Replicas that no resource has are a mistake.
    let flags: Vec<&str> = FLAGS.into_iter().filter(|flag| !flag.contains("replicas")).collect();
    let output = project.printed(&[&["dev"], flags.as_slice()].concat());
    assert_eq!(
        output,
        "apiVersion: v1\nkind: Pod\nmetadata:\n  annotations:\n    debug: \"yes\"\n    note: \"1\"\n  labels:\n    team: blue\n  name: a-web-z\n  namespace: prd\nspec:\n  containers:\n  - image: mirror/nginx:1.27\n    name: web\n  hostNetwork: true\n"
    );
    assert_eq!(fs::read_to_string(project.path("dev/kustomization.yaml")).unwrap(), before);

    // What is printed is what the commands of `edit` make of the file.
    let printed = project.printed(&[&["dev", "--print-kustomization"], FLAGS.as_slice()].concat());
    assert!(printed.starts_with("# for developers\nresources: [../base]\n"), "{printed}");
    for arguments in [
        ["set", "namespace", "prd"].as_slice(),
        &["set", "nameprefix", "a-"],
        &["set", "namesuffix", "--", "-z"],
        &["set", "image", "nginx=mirror/nginx:1.27"],
        &["set", "replicas", "web=2"],
        &["add", "label", "--without-selector", "team:blue"],
        &["set", "annotation", "note:1"],
        &["add", "component", "../debug"],
        &["add", "patch", "--path", "patch.yaml"],
    ] {
        project.printed(&[&["edit", "-C", "dev"], arguments].concat());
    }
    let edited = fs::read_to_string(project.path("dev/kustomization.yaml")).unwrap();
    let fields = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(fields(&printed), fields(&edited));
}

#[test]
fn flags_that_make_no_sense_are_refused() {
    let project = Project::new();
    for (flag, said) in [
        ("--set-image=nginx", "does not say what to set of an image"),
        ("--set-image==", "\"=\" does not say what to set of an image\n--> --set-image ="),
        ("--set-image=nginx:", "does not say what to set of an image"),
        ("--set-replicas=web=many", "is not of the form NAME=COUNT"),
        ("--set-replicas==2", "is not of the form NAME=COUNT\n--> --set-replicas =2"),
        ("--set-label=:x", "has no key"),
        ("--set-label=team=blue", "cannot be the key of a label\n--> --set-label team=blue"),
        ("--add-component=none", "--> --add-component none"),
        ("--add-patch=", "a patch needs a path or a text\n--> --add-patch \"\""),
    ] {
        for command in ["build", "explain", "tree", "inputs"] {
            let (success, output, errors) = project.kbuild(&[command, "dev", flag]);
            assert!(!success && output.is_empty() && errors.contains(said), "{flag}: {errors}");
        }
    }
}

#[test]
fn what_flags_bring_is_told_from_what_the_file_says() {
    let project = Project::new();
    project.write(
        "dev/kustomization.yaml",
        "resources: [../base]\nimages: [{name: x, newTag: '1'}]\n",
    );
    let flags = ["dev", "--set-image=nginx:2", "--set-image=web:3", "--set-namespace=prd"];
    let (success, _, errors) = project.kbuild(&flags);
    assert!(success);
    let places: Vec<&str> = errors.lines().filter(|line| line.contains("-->")).collect();
    assert_eq!(places, ["--> --set-image web:3", " --> dev/kustomization.yaml:2:17"]);
    let explained = project.printed(&[&["explain", flags[0], "Pod/web"], &flags[1..]].concat());
    assert!(explained.contains("nginx:2  images at --set-image nginx:2"), "{explained}");
    let tree = project.printed(&[&["tree"], flags.as_slice()].concat());
    assert!(tree.contains("namespace prd"), "{tree}");
    let (success, _, errors) = project.kbuild(&["explain", "KB1104", "--set-namespace=prd"]);
    assert!(!success && errors.contains("KB1104 is a code"), "{errors}");
}

#[test]
fn inputs_are_listed_in_four_ways() {
    let project = Project::new();
    let text = project.printed(&["inputs", "prd"]);
    for line in [
        "file     base/kustomization.yaml",
        "file     base/pod.yaml",
        "file     debug/kustomization.yaml",
        "file     prd/a b.txt",
        "missing  prd/Kustomization",
    ] {
        assert!(text.lines().any(|other| other == line), "{line}:\n{text}");
    }
    let json = project.printed(&["inputs", "prd", "-o", "json"]);
    // The digest of "x" and a line break.
    let digest = "73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac";
    assert!(json.contains(&format!("\"sha256\": \"{digest}\"")), "{json}");
    let ninja = project.printed(&["inputs", "prd", "-o", "ninja", "--target", "out.yaml"]);
    assert_eq!(
        ninja,
        "out.yaml: \\\n  base/kustomization.yaml \\\n  base/pod.yaml \\\n  debug/kustomization.yaml \\\n  prd/a\\ b.txt \\\n  prd/kustomization.yaml\n"
    );
    let (success, _, errors) = project.kbuild(&["inputs", "prd", "-o", "make"]);
    assert!(!success && errors.contains("--target"), "{errors}");
    let (success, _, errors) = project.kbuild(&["inputs", "prd", "-o", "make", "--target", ""]);
    assert!(!success && errors.contains("--target"), "{errors}");
    // A depfile has no way to write this name.
    project
        .write("odd/kustomization.yaml", "configMapGenerator: [{name: a, files: [\"a\\nb\"]}]\n");
    project.write("odd/a\nb", "x");
    for format in ["make", "ninja"] {
        let arguments = ["inputs", "odd", "-o", format, "--target", "out.yaml"];
        let (success, output, errors) = project.kbuild(&arguments);
        assert!(!success && output.is_empty(), "{output}");
        assert!(errors.contains(r#"a depfile cannot name "odd/a\nb""#), "{errors}");
    }
}

#[test]
fn settings_are_inputs() {
    let project = Project::new();
    project.write(".git/HEAD", "ref: refs/heads/main\n");
    project.write("kbuild.yaml", "strict: true\n");
    let text = project.printed(&["inputs", "prd"]);
    for line in ["file     kbuild.yaml", "missing  prd/kbuild.yaml", "missing  prd/.git"] {
        assert!(text.lines().any(|other| other == line), "{line}:\n{text}");
    }
    assert!(!text.contains("base/kbuild.yaml"), "{text}");
}

#[test]
fn make_reads_the_depfile() {
    let project = Project::new();
    if Command::new("make").arg("--version").output().is_err() {
        eprintln!("skipped: there is no make");
        return;
    }
    project.write("Makefile", "all: out.yaml\n-include out.d\nout.yaml:\n\ttouch $@\n");
    let depfile = project.printed(&["inputs", "prd", "-o", "make", "--target", "out.yaml"]);
    project.write("out.d", &depfile);
    let makes = || {
        let (success, output, errors) = project.command("make", &["all"]);
        assert!(success, "{errors}");
        output.contains("touch out.yaml")
    };
    assert!(makes());
    assert!(!makes());
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(5);
    let file = fs::File::options().append(true).open(project.path("prd/a b.txt")).unwrap();
    file.set_modified(later).unwrap();
    assert!(makes());
    // A file that is gone is no error, and makes it anew.
    fs::remove_file(project.path("base/pod.yaml")).unwrap();
    assert!(makes());
}

#[test]
fn what_has_changed_affects_those_that_depend_on_it() {
    let project = Project::new();
    if !project.commit() {
        return;
    }
    project.affected(&[]);
    project.write("README.md", "untracked, and of no interest\n");
    project.affected(&[]);
    project.write("prd/a b.txt", "y\n");
    project.affected(&["prd"]);
    project.git(&["checkout", "--quiet", "."]);
    project.write("base/pod.yaml", &POD.replace("nginx", "nginx:1"));
    project.affected(&["base", "dev", "prd"]);
    assert_eq!(project.printed(&["affected", "--since=HEAD", "dev"]), "dev\n");
    let json = project.printed(&["affected", "--since=HEAD", "-o", "json", "dev"]);
    assert!(json.contains("\"changed\": [\n        \"base/pod.yaml\""), "{json}");
    project.commit();
    project.affected(&[]);
    assert_eq!(project.printed(&["affected", "--since=HEAD~1"]), "base\ndev\nprd\n");
    // A second kustomization file in a folder, and a new folder.
    project.write("debug/Kustomization", "kind: Component\n");
    project.write("new/kustomization.yaml", "resources: [../base]\n");
    let (_, output, errors) = project.kbuild(&["affected", "--since=HEAD"]);
    assert_eq!(output, "debug\nnew\nprd\n");
    assert!(errors.contains("prd cannot be built as it is, and counts as affected"), "{errors}");
    assert!(!errors.contains("new cannot"), "{errors}");
}

#[test]
fn builds_that_fail_count_where_what_they_asked_for_has_changed() {
    let project = Project::new();
    project.write("broken/kustomization.yaml", "resources: [../missing]\n");
    project.write("hopeless/kustomization.yaml", "resources: [../never]\n");
    if !project.commit() {
        return;
    }
    project.affected(&[]);
    project.write("missing/kustomization.yaml", "resources: [pod.yaml]\n");
    project.write("missing/pod.yaml", POD);
    let (success, output, errors) = project.kbuild(&["affected", "--since", "HEAD"]);
    assert!(success, "{errors}");
    assert_eq!(output, "broken\nmissing\n");
    assert!(errors.contains("broken cannot be built as it was"), "{errors}");
    assert!(!errors.contains("hopeless"), "{errors}");
}

#[cfg(unix)]
#[test]
fn what_programs_read_is_not_known_and_counts() {
    use std::os::unix::fs::PermissionsExt;

    let project = Project::new();
    let function = "apiVersion: example.com/v1\nkind: Function\nmetadata:\n  name: f\n  annotations:\n    config.kubernetes.io/function: |\n      exec: {path: ./fn.sh}\n";
    project.write("run/function.yaml", function);
    project.write("run/fn.sh", "#!/bin/sh\ncat\n");
    fs::set_permissions(project.path("run/fn.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    project
        .write("run/kustomization.yaml", "resources: [../base]\ntransformers: [function.yaml]\n");
    project.write("run/data/more.txt", "1\n");
    if !project.commit() {
        return;
    }
    let affected = || {
        project.printed(&[
            "affected",
            "--since=HEAD",
            "--enable-alpha-plugins",
            "--enable-exec",
            "run",
            "dev",
        ])
    };
    assert_eq!(affected(), "");
    project.write("run/data/more.txt", "2\n");
    assert_eq!(affected(), "run\n");
    project.git(&["checkout", "--quiet", "."]);
    project.write("run/fn.sh", "#!/bin/sh\ncat \n");
    assert_eq!(affected(), "run\n");
}

#[cfg(unix)]
#[test]
fn links_that_lead_elsewhere_count() {
    let project = Project::new();
    project.write("other/kustomization.yaml", "resources: [pod.yaml]\nnamePrefix: other-\n");
    project.write("other/pod.yaml", POD);
    project.write("linked/kustomization.yaml", "resources: [../link]\n");
    std::os::unix::fs::symlink("base", project.path("link")).unwrap();
    if !project.commit() {
        return;
    }
    project.affected(&[]);
    fs::remove_file(project.path("link")).unwrap();
    std::os::unix::fs::symlink("other", project.path("link")).unwrap();
    project.affected(&["linked"]);
}

#[test]
fn what_is_no_revision_or_no_repository_is_refused() {
    let project = Project::new();
    let (success, _, errors) = project.kbuild(&["affected", "--since", "HEAD"]);
    assert!(!success && errors.contains("not a git repository"), "{errors}");
    if !project.commit() {
        return;
    }
    for (revision, said) in [
        ("none", "there is no revision none"),
        ("--output=stolen", "is not the name of a revision"),
    ] {
        let since = format!("--since={revision}");
        let (success, _, errors) = project.kbuild(&["affected", &since]);
        assert!(!success && errors.contains(said), "{errors}");
    }
    assert!(!project.path("stolen").exists());
    let (success, _, errors) = project.kbuild(&["affected", "--since", "--help"]);
    assert!(!success && errors.contains("a value is required for '--since <REV>'"), "{errors}");
    let (success, _, errors) = project.kbuild(&["affected", "--since", "HEAD", "/"]);
    assert!(!success && errors.contains("is not in the repository"), "{errors}");
}
