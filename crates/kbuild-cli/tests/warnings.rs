//! Warnings as a script sees them: what is printed, what is not, and the exit status.

#![allow(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

use std::path::Path;
use std::process::{Command, Output};

const CASE: &str = "an_image_that_is_misspelt";

fn kbuild(case: &str, arguments: &[&str]) -> Output {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/warnings").join(case);
    Command::new(env!("CARGO_BIN_EXE_kbuild")).current_dir(folder).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn warnings_leave_the_output_and_the_exit_status_alone() {
    let output = kbuild(CASE, &["."]);
    assert!(output.status.success());
    assert!(output.stdout.starts_with(b"apiVersion: apps/v1\n"));
    assert!(said(&output).starts_with("warning[KB3003]"));
}

#[test]
fn strict_prints_nothing_but_errors() {
    let output = kbuild(CASE, &["build", ".", "--strict"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(output.stdout.is_empty());
    assert!(said(&output).starts_with("error[KB3003]"));
}

#[test]
fn strict_does_not_mind_what_is_silenced() {
    let output = kbuild(CASE, &["--strict", "--allow", "KB3003", "."]);
    assert!(output.status.success());
    assert_eq!(said(&output), "");
}

#[test]
fn only_warnings_can_be_silenced() {
    for (code, why) in
        [("KB1104", "it is the code of an error"), ("KB9999", "there is no such code")]
    {
        let output = kbuild(CASE, &["--allow", code, "."]);
        assert_eq!(output.status.code(), Some(1), "{code}");
        assert!(said(&output).contains(why), "{}", said(&output));
    }
}

#[test]
fn programs_read_warnings_as_json_or_annotations() {
    let json = said(&kbuild(CASE, &["--error-format", "json", "."]));
    let warning: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(warning["severity"], "warning");
    assert_eq!(warning["code"], "KB3003");
    assert_eq!(warning["span"]["line"], 4);
    let annotation = said(&kbuild(CASE, &["--error-format", "github", "."]));
    assert!(annotation.starts_with("::warning file=kustomization.yaml,line=4,col=9,"));
    let annotation = said(&kbuild(CASE, &["--error-format", "github", "--strict", "."]));
    assert!(annotation.starts_with("::error file=kustomization.yaml,line=4,"));
}

#[test]
fn every_code_can_be_explained() {
    for code in ["KB1104", "kb3003"] {
        let output = kbuild(CASE, &["explain", code]);
        assert!(output.status.success(), "{code}");
        assert!(String::from_utf8(output.stdout).unwrap().contains("What to do:"), "{code}");
    }
    let output = kbuild(CASE, &["explain", "KB9999"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(said(&output), "error: there is no code KB9999\n");
    for (code, name, severity) in [("kb1104", "KB1104", "error"), ("KB3003", "KB3003", "warning")] {
        let output = kbuild(CASE, &["explain", code, "-o", "json"]);
        let data: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((&data["code"], &data["severity"]), (&name.into(), &severity.into()));
        for field in ["title", "meaning", "example", "cure"] {
            assert!(!data[field].as_str().unwrap().is_empty(), "{field}");
        }
    }
}
