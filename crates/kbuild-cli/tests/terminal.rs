//! Nothing that a kustomization, a program or a server says reaches a terminal as a command to it.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails where it cannot go on, and says why it is skipped"
)]

mod scene;

use std::process::Command;

use scene::Scene;

#[test]
fn programs_send_no_commands_to_terminals() {
    let escape = "printf '\\033]0;owned\\007\\302\\23331m\\n' >&2";
    let scene = Scene::new(&[
        ("clone/kustomization.yaml", "resources: ['ssh://git@code.example/a/b.git']\n"),
        ("chart/kustomization.yaml", "helmCharts: [{name: demo}]\n"),
        ("chart/charts/demo/values.yaml", "a: b\n"),
        ("function/kustomization.yaml", "generators: [fn.yaml]\n"),
        (
            "function/fn.yaml",
            "apiVersion: example.com/v1\nkind: Fn\nmetadata:\n  name: fn\n  annotations:\n    config.kubernetes.io/function: 'exec: {path: ./fn}'\n",
        ),
        ("names/kustomization.yaml", "namePrefix: \"\\e[31m\"\nresources: [\"a\\e[31m.yaml\"]\n"),
        (
            "names/a\u{1b}[31m.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \"a\\e[31mb\\x9b1m\"}\ndata: {\"k\\e[31m\": \"v\\e[31m\"}\n",
        ),
    ]);
    for program in ["bin/git", "bin/helm", "function/fn"] {
        scene.script(program, &format!("{escape}; exit 1"));
    }
    let flags = ["--enable-helm", "--enable-alpha-plugins", "--enable-exec"];
    for folder in ["clone", "chart", "function"] {
        for format in ["text", "json", "github"] {
            let run =
                scene.kbuild(&[&["build", folder, "--error-format", format], &flags[..]].concat());
            assert!(run.status == Some(1) && is_harmless(&run.err), "{:?}", run.err);
        }
    }
    if Command::new("script").arg("--version").output().is_err() {
        eprintln!("skipped: there is no script");
        return;
    }
    let kbuild = env!("CARGO_BIN_EXE_kbuild");
    for arguments in [
        "build names",
        "build names --annotate-source",
        "tree names",
        "tree names -o dot",
        "tree names -o json",
        "explain names",
        "explain names -o json",
        "explain names --steps",
        "explain names ConfigMap/\u{1b}[31mno",
        "inputs names",
        "inputs names -o json",
    ] {
        // It gives the command a terminal.
        let mut command = scene.command("script");
        command.args(["-qec", &format!("{kbuild} {arguments}"), "/dev/null"]);
        let run = scene.run(command.env("NO_COLOR", "1"));
        let shown = run.out.replace("\r\n", "\n");
        assert!(!shown.is_empty() && is_harmless(&shown), "{arguments}: {shown:?}");
    }
}

fn is_harmless(text: &str) -> bool {
    !text.chars().any(|letter| letter.is_control() && letter != '\n')
}
