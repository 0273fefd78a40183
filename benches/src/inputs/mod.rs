//! The inputs: kustomizations that are generated anew for every run, and always the same.

mod crds;
mod hello_texts;
mod layers;
mod many;
mod synthetic;
mod typical;

use std::fmt::Display;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub use hello_texts::OUTPUT as HELLO_OUTPUT;

/// An input.
pub struct Case {
    /// The name on the command line and in the table.
    pub name: &'static str,
    /// What it is.
    pub what: &'static str,
    /// Writes the files and says which directories are to be built.
    pub make: fn(&Folder) -> io::Result<Vec<String>>,
}

/// All inputs.
pub const CASES: &[Case] = &[
    Case { name: "hello", what: "3 objects, one layer", make: hello },
    Case {
        name: "typical",
        what: "50 objects, three layers, generators, patches",
        make: typical::make,
    },
    Case { name: "synthetic-100", what: "350 objects", make: |to| synthetic::make(to, 100) },
    Case { name: "synthetic-1000", what: "3,050 objects", make: |to| synthetic::make(to, 1_000) },
    Case {
        name: "synthetic-10000",
        what: "30,050 objects",
        make: |to| synthetic::make(to, 10_000),
    },
    Case { name: "crds", what: "12 MB of deep CRDs, a namespace, a patch", make: crds::make },
    Case {
        name: "many",
        what: "2,000 files in a ConfigMap, 50 images, 200 replacements, 200 vars",
        make: many::make,
    },
    Case { name: "overlays", what: "500 overlays over one base", make: layers::overlays },
    Case { name: "deep", what: "30 layers", make: layers::deep },
];

/// A folder to generate an input into.
pub struct Folder {
    root: PathBuf,
}

impl Folder {
    /// The folder `root`, which is there.
    pub fn new(root: &Path) -> Folder {
        Folder { root: root.to_owned() }
    }

    /// Writes a file, and makes the folders that it stands in.
    pub fn write(&self, path: impl AsRef<Path>, text: impl Display) -> io::Result<()> {
        let path = self.root.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, text.to_string())
    }

    /// The path of `directory` in the folder.
    pub fn path(&self, directory: &str) -> PathBuf {
        self.root.join(directory)
    }

    /// All files, in the order of their names.
    pub fn files(&self) -> io::Result<Vec<PathBuf>> {
        let (mut files, mut folders) = (Vec::new(), vec![self.root.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        files.sort();
        Ok(files)
    }
}

/// A small generator of random numbers (xorshift): the same ones in every run.
struct Random(u64);

impl Random {
    fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end.max(1)
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

fn hello(to: &Folder) -> io::Result<Vec<String>> {
    for (path, text) in hello_texts::FILES {
        to.write(path, text)?;
    }
    Ok(vec![".".to_owned()])
}
