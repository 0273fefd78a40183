//! What a hostile tree of files might try with those who build it.

#![allow(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

fn tree(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (path, content) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn kbuild(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kbuild"))
        .current_dir(folder)
        .env_remove("CLICOLOR_FORCE")
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn messages_send_no_commands_to_terminals() {
    let name = "x\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}";
    let folder = tree(&[
        ("kustomization.yaml", &format!("resources: ['{name}']\n")),
        ("twice/kustomization.yaml", "resources: [a.yaml, b.yaml]\n"),
        ("twice/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"a\\e[31mb\"}\n"),
        ("twice/b.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"a\\e[31mb\"}\n"),
    ]);
    for target in [".", "twice"] {
        for format in ["text", "json", "github"] {
            let output = kbuild(folder.path(), &["build", "--error-format", format, target]);
            assert!(!output.status.success());
            let text = String::from_utf8(output.stderr).unwrap();
            assert!(
                !text.chars().any(|it| (it.is_control() && it != '\n') || it == '\u{202e}'),
                "{format}: {text:?}"
            );
        }
    }
}

#[cfg(unix)]
#[test]
fn names_of_files_break_no_lines() {
    let bad = "apiVersion: v1\nkind: A\nmetadata: {name: a}\nspec: .inf\n";
    let name = "in\n = help: run \u{1b}[31mthis\nerror[KB1]: no";
    let folder = tree(&[
        ("kustomization.yaml", &format!("resources: [{name:?}]\n").replace("\\u{1b}", "\\e")),
        (&format!("{name}/kustomization.yaml"), "resources: [a.yaml]\n"),
        (&format!("{name}/a.yaml"), bad),
        (&format!("{name}/more/kustomization.yaml"), "resorces: [a.yaml]\n"),
    ]);
    for target in [".", &format!("{name}/more")] {
        for (format, lines) in [("text", 9), ("json", 1), ("github", 1)] {
            let output = kbuild(folder.path(), &["build", "--error-format", format, target]);
            assert!(!output.status.success());
            let text = String::from_utf8(output.stderr).unwrap();
            let is_forged = |line: &str| {
                line.starts_with(" = help: run")
                    || line.contains("KB1]: no") && line.starts_with("error")
            };
            assert!(text.lines().count() <= lines && !text.lines().any(is_forged), "{text}");
            assert!(!text.contains('\u{1b}'), "{text:?}");
        }
    }
}

#[test]
fn no_resource_is_written_outside_of_the_folder_or_over_another() {
    let map = |kind: &str, name: &str, rest: &str| {
        format!("apiVersion: v1\nkind: {kind}\nmetadata: {{name: '{name}'{rest}}}\n")
    };
    let one = map("ConfigMap", "one", "");
    let others = [
        map("../up", "a", ""),
        map("/tmp/absolute", "a", ""),
        map("ConfigMap", "a/../../b", ""),
        map("ConfigMap", "a\\b", ""),
        map("ConfigMap", "a", ", namespace: ../up"),
        map("ConfigMap", "ONE", ""),
    ];
    for other in others {
        let folder = tree(&[
            ("kustomization.yaml", "resources: [a.yaml]\n"),
            (
                "a.yaml",
                &format!("{one}---\n{other}---\n{}", map("ConfigMap", "z", ", namespace: z")),
            ),
            ("out/old", ""),
        ]);
        let output = kbuild(folder.path(), &["build", "-o", "out"]);
        assert_eq!(output.status.code(), Some(1), "{other}");
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains("error[KB2008]"), "{message}");
        assert!(message.contains("--> a.yaml:"), "{message}");
        assert_eq!(fs::read_dir(folder.path().join("out")).unwrap().count(), 1, "{other}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3, "{other}");
    }
}

#[test]
fn a_folder_in_the_way_fails_the_build_before_any_file_is_put() {
    let folder = tree(&[
        ("kustomization.yaml", "configMapGenerator: [{name: a}, {name: b}]\n"),
        ("out/v1_configmap_b-6ct58987ht.yaml/x", ""),
    ]);
    let output = kbuild(folder.path(), &["build", "-o", "out"]);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{message}");
    assert!(message.contains("error[KB2007]: out/v1_configmap_b-"), "{message}");
    assert_eq!(fs::read_dir(folder.path().join("out")).unwrap().count(), 1);
}

#[test]
fn a_full_disk_fails_the_build_and_leaves_the_old_output() {
    let folder = tree(&[
        ("kustomization.yaml", "resources: [a.yaml]\n"),
        ("a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"),
    ]);
    if !Path::new("/dev/full").exists() {
        return;
    }
    let output = kbuild(folder.path(), &["build", "-o", "/dev/full"]);
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("cannot be written"));
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let status = Command::new(env!("CARGO_BIN_EXE_kbuild"))
        .current_dir(folder.path())
        .stdout(full)
        .status()
        .unwrap();
    assert_eq!(status.code(), Some(1));
}

#[test]
fn names_with_every_strange_character_are_built() {
    let odd = "a b'\"\\#%&{}[]*?!~`$;|<>,:@=+-\u{e9}\u{1f600}.yaml";
    let quoted = odd.replace('\'', "''");
    let folder = tree(&[
        ("kustomization.yaml", &format!("resources: ['{quoted}']\n")),
        (odd, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"),
    ]);
    let output = kbuild(folder.path(), &["build"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[cfg(unix)]
#[test]
fn links_that_lead_round_in_circles_are_refused() {
    let folder = tree(&[("kustomization.yaml", "resources: [loop.yaml, loop]\n")]);
    std::os::unix::fs::symlink("loop.yaml", folder.path().join("loop.yaml")).unwrap();
    std::os::unix::fs::symlink(".", folder.path().join("loop")).unwrap();
    let output = kbuild(folder.path(), &["build"]);
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && text.contains("round in a circle"), "{text}");
}

#[cfg(unix)]
#[test]
fn links_that_lead_nowhere_are_called_so() {
    let folder = tree(&[
        ("resource/kustomization.yaml", "resources: [x.yaml]\n"),
        ("generated/kustomization.yaml", "configMapGenerator: [{name: a, files: [x.yaml]}]\n"),
    ]);
    let link = |target: &str, path: &str| {
        let path = folder.path().join(path);
        let _ = fs::remove_file(&path);
        std::os::unix::fs::symlink(target, path).unwrap();
    };
    let nowhere = "x.yaml is a link that leads nowhere";
    for (target, expected) in [
        ("gone.yaml", nowhere),
        ("x.yaml", nowhere),
        ("/dev/null", "x.yaml is neither a file nor a folder, but a pipe or a device"),
    ] {
        for path in ["resource", "generated", "x.yaml"] {
            let file = folder.path().join(path);
            let named = if file.is_dir() { format!("{path}/x.yaml") } else { path.to_owned() };
            link(target, &named);
            let output = kbuild(folder.path(), &[path]);
            let text = String::from_utf8(output.stderr).unwrap();
            assert!(!output.status.success() && text.contains(expected), "{path}: {text}");
            assert!(!text.contains("did you mean"), "{text}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_in_the_place_of_a_file_does_not_keep_a_build_waiting() {
    let folder = tree(&[("kustomization.yaml", "resources: [pipe.yaml]\n")]);
    let made = Command::new("mkfifo").arg(folder.path().join("pipe.yaml")).status();
    if !made.is_ok_and(|status| status.success()) {
        return;
    }
    let mut child = Command::new(env!("CARGO_BIN_EXE_kbuild"))
        .current_dir(folder.path())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    for _ in 0..100 {
        if let Some(status) = child.try_wait().unwrap() {
            assert!(!status.success());
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    child.kill().unwrap();
    panic!("the build waits for a pipe");
}
