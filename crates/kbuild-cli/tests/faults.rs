//! What a build does when the world around it fails: one error within the limits, and nothing left behind.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails where it cannot go on, and says why it is skipped"
)]

mod scene;

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use scene::Scene;

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\n";

/// A limit of a second, and what a busy machine takes on top.
const SOON: Duration = Duration::from_secs(20);

fn config_maps(count: usize) -> String {
    let all =
        (0..count).map(|number| CONFIG_MAP.replace("name: cm", &format!("name: cm-{number:05}")));
    all.collect::<Vec<_>>().join("---\n")
}

fn app(resources: &str) -> Scene {
    Scene::new(&[
        ("app/kustomization.yaml", "resources: [all.yaml]\n"),
        ("app/all.yaml", resources),
    ])
}

#[test]
fn a_folder_in_the_place_of_a_file_is_named() {
    let scene = Scene::new(&[("app/a.yaml/x", ""), ("app/kustomization.yaml/x", "")]);
    scene.kbuild(&["app"]).fails("there is no kustomization file");
    fs::remove_dir_all(scene.path("app/kustomization.yaml")).unwrap();
    for field in [
        "resources: [a.yaml]",
        "components: [a.yaml]",
        "patches: [{path: a.yaml}]",
        "configMapGenerator: [{name: x, files: [a.yaml]}]",
        "configMapGenerator: [{name: x, envs: [a.yaml]}]",
        "configurations: [a.yaml]",
        "crds: [a.yaml]",
        "openapi: {path: a.yaml}",
        "replacements: [{path: a.yaml}]",
        "transformers: [a.yaml]",
    ] {
        scene.write("app/kustomization.yaml", field);
        scene.kbuild(&["app"]).fails("a.yaml");
    }
    scene.write("app/all.yaml", CONFIG_MAP);
    scene.write("app/kustomization.yaml", "resources: [all.yaml]\n");
    scene
        .kbuild(&["app", "-o", "no/such/folder/out.yaml"])
        .fails("no/such/folder/out.yaml cannot be written: there is no folder no/such/folder\n");
    scene
        .kbuild(&["app", "-o", "app/all.yaml/out.yaml"])
        .fails("app/all.yaml is a file, not a folder");
    assert_eq!(scene.read("app/all.yaml"), CONFIG_MAP);
}

#[test]
fn files_of_any_length_are_refused_before_they_fill_the_memory() {
    let scene = app("");
    let file = fs::OpenOptions::new().write(true).open(scene.path("app/all.yaml")).unwrap();
    // A hole: no disk holds this.
    if file.set_len(1 << 42).is_err() {
        return;
    }
    let run = scene.kbuild(&["app"]);
    run.fails("all.yaml cannot be read: it is longer than");
    assert!(run.took < SOON);
}

#[test]
fn a_disk_that_fills_up_leaves_the_old_output_and_no_half_of_the_new() {
    let scene = app(&config_maps(2000));
    scene.write("out/old.yaml", "old\n");
    // A limit on the length of files stands in for the disk; the signal that it sends is ignored.
    let limited = |arguments: &str| {
        let script = format!("trap '' XFSZ; ulimit -f 8; exec \"$0\" app {arguments}");
        let mut command = scene.command("/bin/sh");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_kbuild")]);
        let run = scene.run(command.env("TMPDIR", scene.path("tmp")));
        assert!(!run.err.contains(".kbuild-"), "{}", run.err);
        run
    };
    limited("-o out/old.yaml").fails("out/old.yaml cannot be written: ");
    assert_eq!(scene.read("out/old.yaml"), "old\n");
    limited("-o out/new.yaml").fails("out/new.yaml cannot be written: ");
    assert_eq!(fs::read_dir(scene.path("out")).unwrap().count(), 1);
    // In a folder, nothing is in place before all is written.
    let long = CONFIG_MAP.replace("name: cm", "name: long")
        + &format!("data: {{a: {}}}\n", "x".repeat(1 << 16));
    scene.write("app/all.yaml", config_maps(50) + "---\n" + &long);
    limited("-o out").fails("out cannot be written: ");
    assert_eq!(fs::read_dir(scene.path("out")).unwrap().count(), 1);
    scene.is_clean();
}

#[test]
fn more_files_are_written_than_may_be_open_at_a_time() {
    let scene = app(&config_maps(500));
    fs::create_dir(scene.path("out")).unwrap();
    let mut command = scene.command("/bin/sh");
    command.args(["-c", "ulimit -n 40; exec \"$0\" app -o out", env!("CARGO_BIN_EXE_kbuild")]);
    scene.run(&mut command).prints("");
    assert_eq!(fs::read_dir(scene.path("out")).unwrap().count(), 500);
}

#[test]
fn a_closed_pipe_ends_all_commands_that_print() {
    let scene = app(&config_maps(1000));
    for arguments in
        ["build app", "tree app -o json", "inputs app", "explain app", "completion bash"]
    {
        let script = format!("{{ \"$0\" {arguments}; echo $? >&3; }} 3> status | : ; cat status");
        for _ in 0..3 {
            let mut command = scene.command("/bin/sh");
            let run = scene.run(command.args(["-c", &script, env!("CARGO_BIN_EXE_kbuild")]));
            assert_eq!(run.err, "", "{arguments}");
            // What is short may be in the pipe before anybody closes it.
            assert!(matches!(&*run.out, "141\n" | "0\n"), "{arguments}: {}", run.out);
        }
    }
    // Nor does it matter that nobody hears what goes wrong.
    let mut child = scene
        .command(env!("CARGO_BIN_EXE_kbuild"))
        .arg("missing")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(1));
    let script = "exec \"$0\" app >&-; exec \"$0\" missing 2>&-";
    for script in script.split("; ") {
        let mut command = scene.command("/bin/sh");
        let run = scene.run(command.args(["-c", script, env!("CARGO_BIN_EXE_kbuild")]));
        assert!(run.status.is_some_and(|status| status <= 1), "{script}: {:?}", run.status);
    }
}

#[test]
fn a_git_that_hangs_is_stopped_with_all_that_it_started() {
    let scene = Scene::new(&[]);
    for (when, hangs) in [
        ("init", "sleep 600"),
        ("fetch", "sleep 600 & wait"),
        ("fetch", "trap '' TERM INT HUP; while :; do sleep 1; done"),
        // Its output is held open by what it started.
        ("checkout", "sleep 600 &"),
    ] {
        let script = format!("case \" $* \" in *\" {when} \"*) {hangs};; esac");
        scene.script("bin/git", &script);
        for url in
            ["ssh://me@code.example/a/b.git//c?timeout=1s", "git@code.example:a/b.git?timeout=1s"]
        {
            scene.write("app/kustomization.yaml", format!("resources: ['{url}']\n"));
            let run = scene.kbuild(&["app"]);
            run.fails("it takes longer than 1 seconds");
            assert!(run.took < SOON, "{when}: {:?}", run.took);
            scene.is_clean();
        }
    }
}

#[test]
fn a_signal_ends_programs_and_takes_temporary_folders_along() {
    let scene = Scene::new(&[
        ("app/kustomization.yaml", "resources: ['ssh://git@code.example/a/b.git']\n"),
        ("chart/kustomization.yaml", "helmCharts: [{name: demo}]\n"),
        ("chart/charts/demo/values.yaml", "a: b\n"),
    ]);
    for program in ["bin/git", "bin/helm"] {
        scene.script(program, "touch \"$HOME/asked\"; sleep 600 & wait");
    }
    // Nobody ignores this one; those that somebody has the command ignore stay ignored.
    for folder in ["app", "chart"] {
        let mut child = scene
            .command(env!("CARGO_BIN_EXE_kbuild"))
            .args([folder, "--enable-helm"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        while !scene.path("home/asked").exists() {
            assert_eq!(child.try_wait().unwrap(), None, "{folder}");
            thread::sleep(Duration::from_millis(5));
        }
        let start = Instant::now();
        Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.signal(), Some(15), "{output:?}");
        assert!(output.stderr.is_empty() && start.elapsed() < SOON, "{output:?}");
        scene.is_clean();
        fs::remove_file(scene.path("home/asked")).unwrap();
    }
}

#[test]
fn a_signal_takes_files_along_that_are_half_written() {
    let scene = app(&config_maps(10_000));
    let out = scene.path("out");
    fs::create_dir(&out).unwrap();
    let mut child = scene
        .command(env!("CARGO_BIN_EXE_kbuild"))
        .args(["app", "-o", "out"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while fs::read_dir(&out).unwrap().next().is_none() {
        assert_eq!(child.try_wait().unwrap(), None);
        thread::sleep(Duration::from_millis(1));
    }
    Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.signal(), Some(15), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    let left = fs::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name());
    let hidden = left.filter(|name| name.to_string_lossy().starts_with('.')).count();
    assert_eq!(hidden, 0);
}

#[test]
fn a_git_that_lies_or_fails_leaves_nothing_behind() {
    let scene = Scene::new(&[(
        "app/kustomization.yaml",
        "resources: ['ssh://git@code.example/a/b.git//c']\n",
    )]);
    for (script, message) in [
        ("exit 0", "the repository has no folder"),
        ("echo no >&2; exit 128", "cannot be cloned: \"git init --quiet\": no"),
        ("kill -9 $$", "it was killed"),
        ("yes >&2", "it prints too much"),
        ("yes", "it prints too much"),
        ("rm -rf \"$PWD\"; exit 0", "cannot be"),
        ("mkdir -p c/kustomization.yaml; ln -sf loop loop", "there is no kustomization file"),
    ] {
        scene.script("bin/git", script);
        let run = scene.kbuild(&["app"]);
        run.fails(message);
        assert!(run.err.len() < 20_000);
        scene.is_clean();
    }
}

#[test]
fn a_helm_that_prints_without_end_is_stopped() {
    let scene = Scene::new(&[
        ("app/kustomization.yaml", "helmCharts: [{name: demo}]\n"),
        ("app/charts/demo/values.yaml", "a: b\n"),
    ]);
    let flags = ["app", "--enable-helm"];
    let version = "[ \"$1\" = version ] && { echo v3.17.3; exit; }";
    for (script, message) in [
        (format!("{version}; exec yes"), "it prints too much"),
        (format!("{version}; head -c 1073741824 /dev/zero"), "it prints too much"),
        (format!("{version}; head -c 5000000 /dev/zero"), "control character"),
        (format!("{version}; yes '{{' | head -c 500000"), "the output of helm template for demo"),
        // What it says where it fails is cut short.
        (format!("{version}; yes | head -c 5000000 >&2; exit 1"), "exits with status 1"),
        ("yes | tr -d '\\n' | head -c 5000000".to_owned(), "does not say which version"),
        (format!("{version}; kill -9 $$"), "is ended by a signal"),
    ] {
        scene.script("bin/helm", &script);
        let run = scene.kbuild(&flags);
        run.fails(message);
        assert!(run.err.len() < 20_000, "{script}: {}", run.err.len());
        scene.is_clean();
    }
}

#[test]
fn functions_that_lie_change_nothing() {
    let function = "apiVersion: example.com/v1\nkind: Fn\nmetadata:\n  name: fn\n  annotations:\n    config.kubernetes.io/function: 'exec: {path: ./fn}'\n";
    let scene = app(&config_maps(2000));
    scene.write("app/fn.yaml", function);
    scene.write("app/kustomization.yaml", "resources: [all.yaml]\ntransformers: [fn.yaml]\n");
    let flags = ["app", "--enable-alpha-plugins", "--enable-exec", "--function-timeout", "2"];
    for (script, message) in [
        ("echo 'kind: Lies\nitems: []'", "Fn/fn"),
        ("echo 'kind: ResourceList\nitems: [1, [2]]'", "Fn/fn"),
        ("echo 'kind: ResourceList\nitems: {a: b}'", "Fn/fn"),
        ("head -c 5000000 /dev/zero", "control character"),
        ("head -c 5000000 /dev/zero | tr '\\0' '\\377'", "UTF-8"),
        ("head -c 5000000 /dev/zero | tr '\\0' '['", "nested"),
        ("exec yes", "too much"),
        ("exec yes >&2", "too much"),
        ("yes | head -c 5000000 >&2; exit 3", "failed with exit status 3"),
        ("exec sleep 600", "it takes longer than 2 seconds"),
        ("exec < /dev/null; sleep 600 & cat", "it takes longer than 2 seconds"),
        ("kill -9 $$", "was ended by a signal"),
        ("rm -f ./fn; exec ./fn", "failed with exit status 127"),
    ] {
        scene.script("app/fn", script);
        let run = scene.kbuild(&flags);
        run.fails(message);
        assert!(run.took < SOON && run.err.len() < 20_000, "{script}: {:?}", run.took);
        scene.is_clean();
    }
    // Whoever prints nothing takes all away, as in the reference.
    scene.script("app/fn", "exit 0");
    scene.kbuild(&flags).prints("");
    // Whoever goes on in silence is stopped.
    scene.script("app/fn", "sleep 600 > /dev/null 2>&1 & cat");
    let run = scene.kbuild(&flags);
    assert_eq!(run.status, Some(0), "{}", run.err);
    scene.is_clean();
}

#[test]
fn a_function_that_leaves_its_group_does_not_keep_the_build_waiting() {
    if Command::new("setsid").arg("true").status().is_err() {
        eprintln!("skipped: there is no setsid");
        return;
    }
    let scene = app(&config_maps(2000));
    scene.write("app/fn.yaml", "apiVersion: example.com/v1\nkind: Fn\nmetadata:\n  name: fn\n  annotations:\n    config.kubernetes.io/function: 'exec: {path: ./fn}'\n");
    scene.write("app/kustomization.yaml", "resources: [all.yaml]\ntransformers: [fn.yaml]\n");
    // It holds the pipes, and reads nothing.
    scene.script(
        "app/fn",
        "setsid sh -c 'echo $$ > ../escaped; exec sleep 100' <&0 & sleep 0.2; exit 0",
    );
    let run = scene.kbuild(&[
        "app",
        "--enable-alpha-plugins",
        "--enable-exec",
        "--function-timeout",
        "1",
    ]);
    run.fails("it takes longer than 1 seconds");
    assert!(run.took < SOON, "{:?}", run.took);
    let _ = Command::new("kill").arg(scene.read("escaped").trim()).status();
    scene.is_clean();
}

#[test]
fn a_machine_without_a_place_for_temporary_files_says_so() {
    let scene = Scene::new(&[
        ("app/kustomization.yaml", "resources: ['ssh://git@code.example/a/b.git']\n"),
        ("chart/kustomization.yaml", "helmCharts: [{name: demo}]\n"),
        ("chart/charts/demo/values.yaml", "a: b\n"),
    ]);
    scene.script("bin/git", "exit 0");
    scene.script("bin/helm", "echo v3.17.3");
    for folder in ["app", "chart"] {
        let mut command = scene.command(env!("CARGO_BIN_EXE_kbuild"));
        command.args([folder, "--enable-helm"]).env("TMPDIR", scene.path("no/such/folder"));
        scene.run(&mut command).fails("No such file or directory");
    }
}

#[test]
fn links_that_lead_round_in_circles_end() {
    let scene = Scene::new(&[("app/kustomization.yaml", "")]);
    scene.link("b.yaml", "app/a.yaml");
    scene.link("a.yaml", "app/b.yaml");
    scene.link("../app", "app/again");
    for field in [
        "resources: [a.yaml]",
        "resources: [again]",
        "resources: [again/again/again]",
        "components: [again]",
        "components: [a.yaml]",
        "patches: [{path: a.yaml}]",
        "configMapGenerator: [{name: x, files: [a.yaml, again/again/a.yaml]}]",
        "transformers: [a.yaml]",
        "transformers: [again]",
        "openapi: {path: a.yaml}",
        "replacements: [{path: a.yaml}]",
        "crds: [a.yaml]",
    ] {
        scene.write("app/kustomization.yaml", field);
        scene.kbuild(&["app"]).fails("error[");
    }
    fs::remove_file(scene.path("app/kustomization.yaml")).unwrap();
    scene.link("kustomization.yaml", "app/kustomization.yaml");
    scene.kbuild(&["app"]).fails("kustomization");
}
