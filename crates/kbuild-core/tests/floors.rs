//! The rules that ARCHITECTURE.md states of the modules: who may use whom, and who may touch the world.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read files, and fail where they cannot"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The floors from the ground up. A module uses itself and lower floors only; `lib.rs` stands above all of them.
const FLOORS: &[&[&str]] = &[
    &[
        "tables",
        "code",
        "source",
        "nearest",
        "path",
        "recent",
        "base64_lines",
        "threads",
        "growth",
        "test_support",
    ],
    &["event"],
    &["options"],
    &["patch", "host"],
    &["diagnostic"],
    &["error", "named_files"],
    &["identity", "remote"],
    &["field"],
    &["kustomization"],
    &["config", "resource", "inline"],
    &["vars", "content_hash", "survey"],
    &["accumulator"],
    &["cache"],
    &["build"],
    &["load"],
    &["function"],
    &["generate", "transform", "resolve", "write"],
    &["layer", "rendered"],
    &["render", "provenance", "lookup", "annotate", "composition"],
    &["edit", "localize", "settings"],
    &["overrides"],
    &["builder"],
];

/// Files that use a module above them all the same.
const EXCEPTIONS: &[(&str, &str)] = &[("identity/selector.rs", "kustomization")];

/// What only hosts may use.
const WORLD: &[&str] = &["std::fs", "std::env", "std::process", "std::net"];

#[test]
fn modules_use_lower_floors_only() {
    let mut broken = Vec::new();
    let mut excepted = Vec::new();
    for file in files() {
        for used in modules_in(&file.code) {
            let (Some(own), Some(other)) = (floor(&file.module), floor(&used)) else {
                broken.push(format!(
                    "{}: {} or {used} is not in the table of floors",
                    file.path, file.module
                ));
                continue;
            };
            if used == file.module || other < own {
                continue;
            }
            match EXCEPTIONS
                .iter()
                .find(|exception| **exception == (file.path.as_str(), used.as_str()))
            {
                Some(exception) => excepted.push(*exception),
                None => {
                    broken.push(format!("{} (floor {own}) uses {used} (floor {other})", file.path))
                }
            }
        }
    }
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
    assert_eq!(excepted, EXCEPTIONS, "an exception that nothing needs any more");
}

#[test]
fn the_table_of_floors_names_every_module_once() {
    let modules: BTreeSet<String> = files().into_iter().map(|file| file.module).collect();
    let mut listed: Vec<&str> = FLOORS.concat();
    listed.sort_unstable();
    assert_eq!(listed, modules.iter().map(String::as_str).collect::<Vec<_>>());
}

#[test]
fn only_hosts_touch_the_world() {
    let users: Vec<String> = files()
        .into_iter()
        .filter(|file| file.module != "host" && WORLD.iter().any(|world| file.code.contains(world)))
        .map(|file| file.path)
        .collect();
    assert!(users.is_empty(), "{users:?}");
}

/// A source file: its path below `src`, the module of the first level that it belongs to, and its code without comments
/// and without the tests at its end.
struct File {
    path: String,
    module: String,
    code: String,
}

fn files() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    let files = paths.iter().map(|path| {
        let path_below = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        let text = fs::read_to_string(path).unwrap();
        let code = text.split("\n#[cfg(test)]\n").next().unwrap_or_default();
        let code: Vec<&str> =
            code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let module = path_below.split(['/', '.']).next().unwrap_or_default().to_owned();
        File { module, code: code.join("\n"), path: path_below }
    });
    files.filter(|file| file.module != "lib").collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

/// The modules that stand behind `crate::` in the code.
fn modules_in(code: &str) -> BTreeSet<String> {
    let names = code.split("crate::").skip(1).map(|rest| {
        rest.chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
            .collect::<String>()
    });
    names.collect()
}

fn floor(module: &str) -> Option<usize> {
    FLOORS.iter().position(|floor| floor.contains(&module))
}
