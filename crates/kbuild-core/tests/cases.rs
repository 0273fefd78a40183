//! The cases in `testdata`: one test each, whatever folders are there.
//!
//! A case with `expected.yaml` must print exactly that: it is what the reference prints. A case with `expected.err` alone must
//! be refused; the tests of the command compare the words.

#![allow(clippy::disallowed_methods, reason = "tests read and write files")]

use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use kbuild_core::{DiskHost, MemoryHost, Options, Settings, render};
use libtest_mimic::{Arguments, Failed, Trial};

/// In how many threads each case is built.
const THREADS: [usize; 2] = [1, 3];

fn main() {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let testdata = root.join("testdata");
    let mut trials = Vec::new();
    for field in folders(&testdata) {
        for case in folders(&field) {
            let name = case.strip_prefix(&testdata).unwrap_or(&case).display().to_string();
            let has = |file: &str| case.join(file).is_file();
            trials.push(match (has("expected.yaml"), has("expected.err")) {
                (true, _) => Trial::test(name, move || {
                    prints(&case.join(target(&case)), &case.join("expected.yaml"))
                }),
                (false, true) => Trial::test(name, move || refuses(&case)),
                _ => Trial::test(name, || {
                    Err("the folder needs expected.yaml or expected.err".into())
                }),
            });
        }
    }
    for golden in files(&testdata.join("examples")) {
        let Some(overlay) = golden.file_stem().map(|name| name.to_string_lossy().into_owned())
        else {
            continue;
        };
        let folder = root.join("examples/shop/overlays").join(&overlay);
        trials.push(Trial::test(format!("examples/{overlay}"), move || prints(&folder, &golden)));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn prints(folder: &Path, expected: &Path) -> Result<(), Failed> {
    let expected = fs::read_to_string(expected)?;
    let mut options = Options::default();
    for threads in THREADS {
        options.threads = NonZeroUsize::new(threads);
        let rendered =
            render(&DiskHost::new(), folder, &options).map_err(|error| error.to_string())?;
        let actual = rendered.to_yaml().map_err(|error| error.to_string())?;
        if actual != expected {
            return Err(format!("{threads} threads: {}", difference(&expected, &actual)).into());
        }
        let mut written = Vec::new();
        rendered.write_yaml(&mut written).map_err(|error| error.to_string())?;
        if written != expected.as_bytes() {
            return Err(format!("{threads} threads write something else than they print").into());
        }
    }
    Ok(())
}

fn refuses(case: &Path) -> Result<(), Failed> {
    // From memory, which has nothing outside of the folder.
    let mut host = MemoryHost::new();
    load(case, case, &mut host)?;
    // A case is a repository of its own.
    host.insert(".git/HEAD", "");
    let mut options = Options::default();
    let flags = fs::read_to_string(case.join("flags")).unwrap_or_default();
    options.strict = flags.split_whitespace().any(|flag| flag == "--strict");
    match Settings::find(&host, target(case)) {
        Ok(settings) => settings.iter().for_each(|settings| settings.set(&mut options)),
        Err(_) => return Ok(()),
    }
    let mut refusals = Vec::new();
    for threads in THREADS {
        options.threads = NonZeroUsize::new(threads);
        let refused = match render(&host, target(case), &options) {
            Err(error) => error,
            Ok(rendered) => match rendered.to_yaml() {
                Err(error) => error,
                Ok(_) => return Err("it is built, and the reference refuses it".into()),
            },
        };
        refusals.push(refused.diagnostics().map(ToString::to_string).collect::<Vec<_>>());
    }
    match refusals.windows(2).all(|pair| pair[0] == pair[1]) {
        true => Ok(()),
        false => Err(format!("more threads refuse it in other words: {refusals:?}").into()),
    }
}

fn load(root: &Path, folder: &Path, host: &mut MemoryHost) -> Result<(), Failed> {
    for path in files(folder) {
        host.insert(path.strip_prefix(root)?, fs::read(&path)?);
    }
    folders(folder).iter().try_for_each(|below| load(root, below, host))
}

/// The folder of a case that is rendered: the case itself, unless a file says otherwise.
fn target(case: &Path) -> String {
    fs::read_to_string(case.join("target"))
        .map_or_else(|_| ".".to_owned(), |target| target.trim().to_owned())
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    entries(folder)
        .into_iter()
        .filter(|path| {
            path.is_dir() && !path.ends_with("testdata/scalars") && !path.ends_with("testdata/helm")
        })
        .collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    entries(folder).into_iter().filter(|path| path.is_file()).collect()
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// The first line that differs, with what was expected.
fn difference(expected: &str, actual: &str) -> String {
    let (mut left, mut right) = (expected.lines(), actual.lines());
    for number in 1.. {
        let pair = (left.next(), right.next());
        if pair.0 != pair.1 || pair == (None, None) {
            let show = |line: Option<&str>| {
                line.map_or("(the end)".to_owned(), |line| format!("{line:?}"))
            };
            return format!(
                "line {number}: expected {}, got {}\n\n{actual}",
                show(pair.0),
                show(pair.1)
            );
        }
    }
    String::new()
}
