//! How the command is linked.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
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
        link_unwinder();
    }
}

/// Links what prints the stack of a panic into the command, where the compiler brings it along as an archive: a shared
/// library that is not used otherwise takes another twentieth of a small build to load.
fn link_unwinder() {
    let linker = env::var("RUSTC_LINKER").unwrap_or_else(|_| "cc".to_owned());
    let found = Command::new(linker).arg("-print-file-name=libgcc_eh.a").output();
    let is_there = found.is_ok_and(|output| {
        // Where there is no such file, its name comes back as it is.
        Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_absolute()
    });
    let Ok(folder) = env::var("OUT_DIR") else { return };
    // The linker takes this script for the shared library.
    if is_there && fs::write(Path::new(&folder).join("libgcc_s.so"), "INPUT(-lgcc_eh)\n").is_ok() {
        println!("cargo::rustc-link-search=native={folder}");
    }
}
