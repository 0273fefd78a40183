//! What many builds in one process take: as much memory after thousands as after hundreds. Nothing else runs in this test's
//! process, as it looks at the memory of all of it.

#![cfg(target_os = "linux")]
#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "tests read files, print figures, and fail where they cannot"
)]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use kbuild_core::{Builder, DiskHost, Host, Options, PathKind};

const THREADS: usize = 8;
/// All folders of testdata in each; more than 3,000 builds after the first two.
const ROUNDS: usize = 6;
/// How much more there may be in the end than after the second round, in KiB: what allocators and threads need to settle.
const GROWTH: usize = 6 << 10;

/// The memory of this process that is in use, in KiB.
fn resident() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Does the work for each number below `count`, on all threads.
fn spread(count: usize, work: impl Fn(usize) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                loop {
                    match next.fetch_add(1, Ordering::Relaxed) {
                        number if number < count => work(number),
                        _ => return,
                    }
                }
            });
        }
    });
}

#[test]
fn memory_does_not_grow_with_the_number_of_builds() {
    let mut targets = Vec::new();
    find(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata"), &mut targets);
    let long_lived = Builder::new(DiskHost::new());
    let mut after = Vec::new();
    for _ in 0..ROUNDS {
        let short_lived = Builder::new(DiskHost::new());
        spread(targets.len(), |number| {
            for builder in [&long_lived, &short_lived] {
                // Those that are refused count as well.
                let _ = builder.build(&targets[number]).and_then(|rendered| rendered.to_yaml());
            }
        });
        after.push(resident());
    }
    eprintln!("{} builds in each round; KiB after each: {after:?}", 2 * targets.len());
    assert!(2 * targets.len() * (ROUNDS - 2) > 3000);
    let (second, last) = (after[1], after[ROUNDS - 1]);
    assert!(last < second + GROWTH, "{after:?}");

    // As many different bases as there are builds, with room for few of them.
    let mut options = Options::default();
    options.limits.kept_bytes = 4 << 20;
    let builder = Builder::new(Endless).with_options(options);
    let mut after = vec![resident()];
    for round in 0..4 {
        spread(ENDLESS_ROUND, |number| {
            let folder = format!("/top{}", round * ENDLESS_ROUND + number);
            assert_eq!(builder.build(folder).unwrap().resources().len(), 20);
        });
        after.push(resident());
    }
    eprintln!("{ENDLESS_ROUND} bases in each round; KiB before and after each: {after:?}");
    assert!(after[4] < after[1] + GROWTH, "{after:?}");
}

const ENDLESS_ROUND: usize = 250;

/// A host with a base for each number, and a folder on top of each.
struct Endless;

impl Host for Endless {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        let path = path.to_str().unwrap();
        let text = match path.strip_prefix("/top") {
            Some(rest) => format!("resources: [../base{}]\n", rest.split('/').next().unwrap()),
            None if path.ends_with("kustomization.yaml") => "resources: [cm.yaml]\n".to_owned(),
            None => (0..20)
                .map(|number| {
                    let value = "text ".repeat(100);
                    let head = "---\napiVersion: v1\nkind: ConfigMap";
                    format!("{head}\nmetadata: {{name: cm{number}}}\ndata: {{path: {path}, a: {value}}}\n")
                })
                .collect(),
        };
        Ok(text.into_bytes())
    }
    fn kind(&self, path: &Path) -> PathKind {
        match path.extension() {
            Some(extension) if extension == "yaml" => PathKind::File,
            None if !path.ends_with("Kustomization") => PathKind::Directory,
            _ => PathKind::Missing,
        }
    }
    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        let mut clean = PathBuf::from("/");
        for part in path.iter().skip(1) {
            if part == ".." {
                clean.pop()
            } else {
                clean.push(part);
                true
            };
        }
        Ok(clean)
    }
    fn list(&self, _path: &Path) -> Vec<String> {
        Vec::new()
    }
}

/// The folders with a kustomization.
fn find(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.ends_with("kustomization.yaml") {
            found.push(folder.to_owned());
        } else if path.is_dir() && !path.is_symlink() {
            find(&path, found);
        }
    }
}
