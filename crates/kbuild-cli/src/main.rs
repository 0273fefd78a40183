//! The `kbuild` command.

fn main() {}
