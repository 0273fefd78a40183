//! How the command is linked.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=functions.txt");
    println!("cargo::rerun-if-env-changed=RUSTC_LINKER");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|set| set == value);
    if is("PROFILE", "release")
        && is("CARGO_CFG_TARGET_OS", "linux")
        && is("CARGO_CFG_TARGET_ENV", "gnu")
        && is("CARGO_CFG_TARGET_ARCH", "x86_64")
    {
        // Thousands of addresses would have to be corrected each time that the command starts, which takes a fifth of a small
        // build. The reference's command stands at a fixed address as well.
        println!("cargo::rustc-link-arg-bins=-no-pie");
        let Ok(folder) = env::var("OUT_DIR") else { return };
        link_unwinder(&folder);
        order_functions(&folder);
    }
}

/// Links what prints the stack of a panic into the command, where the compiler brings it along as an archive: a shared
/// library that is not used otherwise takes another twentieth of a small build to load.
fn link_unwinder(folder: &str) {
    let is_there = linker_says("-print-file-name=libgcc_eh.a").is_some_and(|name| {
        // Where there is no such file, its name comes back as it is.
        Path::new(name.trim()).is_absolute()
    });
    // The linker takes this script for the shared library.
    if is_there && fs::write(Path::new(folder).join("libgcc_s.so"), "INPUT(-lgcc_eh)\n").is_ok() {
        println!("cargo::rustc-link-search=native={folder}");
    }
}

/// Lays the functions that builds run side by side. The system brings a program into memory by pieces of 16 pages: where
/// those functions stand among all the others, a small build takes an eighth longer and half as much memory again.
fn order_functions(folder: &str) {
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    // Of the linkers, these two put sections into a script's order and all others where they put them anyway.
    let takes_scripts = !flags.contains("fuse-ld")
        && linker_says("-Wl,--version")
            .is_some_and(|name| name.starts_with("GNU ld") || name.contains("LLD"));
    let Ok(functions) = fs::read_to_string("functions.txt") else { return };
    if !takes_scripts {
        return;
    }
    let mut script = "SECTIONS {\n  .text.build : {\n".to_owned();
    for function in functions.lines().filter(|line| !line.starts_with('#')) {
        script.push_str(&format!("    *(.text.{function} .text.unlikely.{function})\n"));
    }
    script.push_str("  }\n}\nINSERT BEFORE .text;\n");
    let path = Path::new(folder).join("functions.ld");
    if fs::write(&path, script).is_ok() {
        println!("cargo::rustc-link-arg-bins=-T{}", path.display());
    }
}

/// What the linker's driver answers.
fn linker_says(question: &str) -> Option<String> {
    let linker = env::var("RUSTC_LINKER").unwrap_or_else(|_| "cc".to_owned());
    let output = Command::new(linker).arg(question).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}
