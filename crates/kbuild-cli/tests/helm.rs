//! The cases in `testdata/helm`, with the helm that is on this machine: the one that the variable `HELM` names, or the one
//! in the `PATH`. Where there is none, they are skipped, and the output says so.

#![allow(clippy::print_stdout, reason = "a test that is skipped has to say so")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let helm = std::env::var("HELM").unwrap_or_else(|_| "helm".to_owned());
    let is_there = Command::new(&helm)
        .args(["version", "--short"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !is_there {
        println!("skipped: there is no {helm}; the variable HELM may name one");
    }
    let cases = folders(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/helm"));
    let trials = cases.into_iter().map(|case| {
        let name = case.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let helm = helm.clone();
        Trial::test(name, move || prints(&case, &helm)).with_ignored_flag(!is_there)
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

fn prints(case: &Path, helm: &str) -> Result<(), Failed> {
    let target = fs::read_to_string(case.join("target")).unwrap_or_else(|_| ".".to_owned());
    let output = Command::new(env!("CARGO_BIN_EXE_kbuild"))
        .arg(case.join(target.trim()))
        .args(["--enable-helm", "--helm-command", helm])
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let (expected, actual) =
        (fs::read_to_string(case.join("expected.yaml"))?, String::from_utf8(output.stdout)?);
    let line =
        expected.lines().zip(actual.lines()).take_while(|(one, other)| one == other).count() + 1;
    if expected == actual { Ok(()) } else { Err(format!("line {line} differs:\n{actual}").into()) }
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> =
        entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}
