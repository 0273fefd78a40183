//! Builds by the library, in this process and in one of their own.

use std::error::Error;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use kbuild_core::{DiskHost, Options, Rendered, render};

use crate::measure::own_peak_memory;

/// The argument that makes this program a single build.
pub const CHILD: &str = "--child";

/// One directory: read, transformed, printed into memory.
pub fn build(directory: &Path) -> Result<(Rendered, String), Box<dyn Error>> {
    build_with(directory, false)
}

/// The same, keeping track of who wrote each value where that is wanted.
pub fn build_with(
    directory: &Path,
    provenance: bool,
) -> Result<(Rendered, String), Box<dyn Error>> {
    let mut options = Options::default();
    options.provenance = provenance;
    let rendered = render(&DiskHost::new(), directory, &options)?;
    let text = rendered.to_yaml()?;
    Ok((rendered, text))
}

/// Builds `directories` and writes the output; tells its peak memory at the end, on standard error.
pub fn as_child(directories: &[String]) -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout();
    for directory in directories {
        let (rendered, text) = build(&PathBuf::from(directory))?;
        out.write_all(text.as_bytes())?;
        drop((rendered, text));
    }
    out.flush()?;
    if let Some(peak) = own_peak_memory() {
        writeln!(io::stderr(), "{peak}")?;
    }
    Ok(())
}
