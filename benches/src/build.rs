//! Builds by the library, in this process and in one of their own.

use std::error::Error;
use std::io::{self, Write};
use std::num::NonZero;
use std::path::{Path, PathBuf};

use kbuild_core::{Builder, DiskHost, Options, Rendered, render};

use crate::measure::own_peak_memory;

/// The argument that makes this program a single build.
pub const CHILD: &str = "--child";

/// The same for a build in one thread, which takes as many instructions on every machine.
pub const CHILD_IN_ONE_THREAD: &str = "--child-in-one-thread";

/// Options for a build in the calling thread alone.
pub fn in_one_thread() -> Options {
    let mut options = Options::default();
    options.threads = Some(NonZero::<usize>::MIN);
    options
}

/// One directory: read, transformed, printed into memory.
pub fn build(directory: &Path) -> Result<(Rendered, String), Box<dyn Error>> {
    build_with(directory, &Options::default())
}

/// The same, with options.
pub fn build_with(
    directory: &Path,
    options: &Options,
) -> Result<(Rendered, String), Box<dyn Error>> {
    let rendered = render(&DiskHost::new(), directory, options)?;
    let text = rendered.to_yaml()?;
    Ok((rendered, text))
}

/// Many directories: by one builder, which shares their bases, in as many threads as the machine has. The last of each
/// thread are returned, so that the others are cleared up meanwhile.
pub fn build_all(directories: &[PathBuf]) -> Result<Vec<(Rendered, String)>, Box<dyn Error>> {
    let builder = Builder::new(DiskHost::new());
    let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
    let size = directories.len().div_ceil(threads).max(1);
    std::thread::scope(|scope| {
        let builder = &builder;
        let build = |piece: &[PathBuf]| {
            let mut last = None;
            for directory in piece {
                let rendered = builder.build(directory)?;
                let text = rendered.to_yaml()?;
                last = Some((rendered, text));
            }
            Ok::<_, kbuild_core::Error>(last)
        };
        let pieces: Vec<_> =
            directories.chunks(size).map(|piece| scope.spawn(move || build(piece))).collect();
        let mut built = Vec::new();
        for piece in pieces {
            built.extend(piece.join().map_err(|_| "a thread panicked")??);
        }
        Ok(built)
    })
}

/// Builds `directories` and writes the output; tells its peak memory at the end, on standard error.
pub fn as_child(directories: &[String], options: &Options) -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout();
    match directories {
        [directory] => {
            render(&DiskHost::new(), directory, options)?.write_yaml(&mut out)?;
        }
        several => {
            let directories: Vec<PathBuf> = several.iter().map(PathBuf::from).collect();
            drop(build_all(&directories)?);
        }
    }
    out.flush()?;
    if let Some(peak) = own_peak_memory() {
        writeln!(io::stderr(), "{peak}")?;
    }
    Ok(())
}
