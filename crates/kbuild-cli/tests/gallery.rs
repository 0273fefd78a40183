//! The diagnostics as the command draws them: one test for each folder of `testdata` with `expected.err`, which holds what
//! standard error gets. `KBUILD_BLESS=1 cargo test -p kbuild-cli --test gallery` writes them anew.
//!
//! A folder with `expected.yaml` as well is built all the same; what it prints is tested with the library.

#![allow(clippy::unwrap_used, reason = "a test fails where it cannot go on")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fs, io};

use libtest_mimic::{Arguments, Failed, Trial};
use tempfile::TempDir;

fn main() {
    let arguments = Arguments::from_args();
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
    let mut trials = Vec::new();
    for case in folders(&testdata).iter().flat_map(|field| folders(field)) {
        if case.join("expected.err").is_file() {
            let name = case.strip_prefix(&testdata).unwrap().display().to_string();
            trials.push(Trial::test(name, move || check(&case)));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn check(case: &Path) -> Result<(), Failed> {
    let refused = !case.join("expected.yaml").is_file();
    let one_line = |file: &str| {
        fs::read_to_string(case.join(file)).map(|text| text.trim().to_owned()).unwrap_or_default()
    };
    let target = one_line("target");
    // Settings count within a repository, and what the tests stand in need not be one.
    let repository = match case.join("kbuild.yaml").is_file() {
        true => Some(repository(case)?),
        false => None,
    };
    let output = Command::new(env!("CARGO_BIN_EXE_kbuild"))
        .current_dir(repository.as_ref().map_or(case, TempDir::path))
        .env_remove("CLICOLOR_FORCE")
        .args(one_line("flags").split_whitespace())
        .arg(if target.is_empty() { "." } else { &target })
        .stdin(Stdio::null())
        .output()?;
    if output.status.success() == refused {
        return Err(format!("exit status {:?}", output.status.code()).into());
    }
    if refused && !output.stdout.is_empty() {
        return Err("something is printed before the build fails".into());
    }
    let actual = String::from_utf8(output.stderr)?;
    let path = case.join("expected.err");
    if std::env::var_os("KBUILD_BLESS").is_some() {
        fs::write(path, actual)?;
        return Ok(());
    }
    let expected = fs::read_to_string(path)?;
    if actual == expected {
        Ok(())
    } else {
        Err(format!("expected:\n{expected}\ngot:\n{actual}").into())
    }
}

/// A copy of a case that is a repository.
fn repository(case: &Path) -> io::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    copy(case, folder.path())?;
    fs::create_dir(folder.path().join(".git"))?;
    Ok(folder)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            fs::create_dir(&to)?;
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .collect();
    paths.sort();
    paths
}
