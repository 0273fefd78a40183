//! Many builds with one builder give what each gives alone.

#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "tests read files, and fail where they cannot")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use kbuild_core::{Builder, DiskHost, Error, Options, Rendered, render};

const THREADS: usize = 8;
const ROUNDS: usize = 3;

/// What a build says: its output and warnings, or its errors.
fn said(result: Result<Rendered, Error>) -> String {
    let printed = result.and_then(|rendered| {
        let warnings = rendered.warnings().iter().map(|warning| format!("{warning}\n"));
        let warnings: String = warnings.collect();
        Ok(format!("{}{warnings}", rendered.to_yaml()?))
    });
    printed.unwrap_or_else(|error| error.to_string())
}

#[test]
fn every_case_on_eight_threads() {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
    let mut targets = Vec::new();
    find(&testdata, &mut targets);
    let alone: Vec<String> = targets
        .iter()
        .map(|target| said(render(&DiskHost::new(), target, &Options::default())))
        .collect();
    let builder = Builder::new(DiskHost::new());
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (builder, next, targets, alone) = (&builder, &next, &targets, &alone);
            scope.spawn(move || {
                loop {
                    // Each thread goes through them in an order of its own.
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= targets.len() * ROUNDS {
                        return;
                    }
                    let index = (number * (2 * thread + 1)) % targets.len();
                    let together = said(builder.build(&targets[index]));
                    assert_eq!(together, alone[index], "{}", targets[index].display());
                }
            });
        }
    });
    assert!(targets.len() > 500, "{}", targets.len());
}

/// The folders with a kustomization.
fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    if entries.iter().any(|path| path.ends_with("kustomization.yaml")) {
        found.push(folder.to_owned());
    }
    for entry in entries.iter().filter(|path| path.is_dir() && !path.is_symlink()) {
        find(entry, found);
    }
}
