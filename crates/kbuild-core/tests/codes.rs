//! The codes of diagnostics: each is used, each is explained, and the page in the documentation says the same.
//! `KBUILD_BLESS=1 cargo test -p kbuild-core --test codes` writes the page anew.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read files, and fail where they cannot"
)]

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use kbuild_core::Code;

/// What the numbers of a hundred have in common.
const CHAPTERS: &[(u32, &str)] = &[
    (10, "Reading files"),
    (11, "What a kustomization may say"),
    (12, "Resources and references"),
    (13, "Patches"),
    (14, "Replacements and vars"),
    (15, "Generators"),
    (16, "Transformers and validators"),
    (17, "Charts"),
    (18, "Other machines"),
    (19, "Functions and plugins"),
    (20, "Commands that write"),
    (21, "Localization"),
    (30, "Warnings"),
];

const HEAD: &str = "# Diagnostics

Every error and every warning has a code. `kbuild explain KB1104` prints what is said of it here. This page is written by a
test from the table that the program has (`crates/kbuild-core/src/code/`).

Errors keep the build from being done. Warnings do not, unless the build is strict (`--strict`, or `strict: true` in a
`kbuild.yaml`); `--allow KB3003`, or `allow: [KB3003]` there, silences one.
";

#[test]
fn every_code_is_explained() {
    for explanation in Code::all() {
        for text in [explanation.title, explanation.meaning, explanation.example, explanation.cure]
        {
            assert!(!text.contains("TODO") && text.len() > 8, "{}", explanation.code);
        }
        for paragraph in [explanation.meaning, explanation.cure] {
            assert!(paragraph.ends_with(['.', ']', '}']), "{}: {paragraph}", explanation.code);
            assert!(!paragraph.contains('\n') && !paragraph.contains("  "), "{}", explanation.code);
        }
        assert!(!explanation.title.ends_with('.'), "{}", explanation.code);
    }
}

#[test]
fn every_code_is_used() {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut sources = String::new();
    for folder in ["kbuild-core/src", "kbuild-cli/src"] {
        read_all(&crates.join(folder), &mut sources);
    }
    let mut unused = Vec::new();
    for file in fs::read_dir(crates.join("kbuild-core/src/code")).unwrap() {
        let table = fs::read_to_string(file.unwrap().path()).unwrap();
        for line in table.lines() {
            let mut words = line.split_whitespace();
            let (Some(number), Some(name)) = (words.next(), words.next()) else { continue };
            let is_row = number.len() == 4 && number.parse::<u16>().is_ok();
            if is_row && !is_used(name, &sources) {
                unused.push(format!("{number} {name}"));
            }
        }
    }
    assert!(unused.is_empty(), "nothing uses {}", unused.join(", "));
}

fn is_used(name: &str, sources: &str) -> bool {
    let wanted = format!("Code::{name}");
    sources.match_indices(&wanted).any(|(at, _)| {
        let next = sources[at + wanted.len()..].chars().next();
        next.is_none_or(|next| !next.is_ascii_alphanumeric() && next != '_')
    })
}

fn read_all(folder: &Path, sources: &mut String) {
    let mut paths: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            read_all(&path, sources);
        } else {
            sources.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn the_page_says_what_the_table_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/diagnostics.md");
    let page = page();
    if std::env::var_os("KBUILD_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, page).unwrap();
        return;
    }
    let known = fs::read_to_string(path).unwrap_or_default();
    assert!(known == page, "docs/diagnostics.md is not up to date: run with KBUILD_BLESS=1");
}

fn page() -> String {
    let mut out = HEAD.to_owned();
    let mut chapter = 0;
    for explanation in Code::all() {
        let code = explanation.code.to_string();
        let hundred: u32 = code[2..4].parse().unwrap();
        if hundred != chapter {
            chapter = hundred;
            let (_, title) = CHAPTERS.iter().find(|(number, _)| *number == hundred).unwrap();
            write!(out, "\n## {title}\n").unwrap();
        }
        write!(out, "\n### {code}: {}\n\n", explanation.title).unwrap();
        let language = if explanation.example.starts_with("kbuild ") { "sh" } else { "yaml" };
        write!(out, "{}\n\n```{language}\n", explanation.meaning).unwrap();
        write!(out, "{}\n```\n\n{}\n", explanation.example, explanation.cure).unwrap();
    }
    out
}
