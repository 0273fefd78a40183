//! Renders Kustomize overlays: a kustomization in, Kubernetes resources out.
//!
//! [`render()`] is the whole of it: it takes a [`Host`] to read files from, the directory to build, and [`Options`], and
//! returns the resources in the order of the output, ready to be printed. It prints nothing and keeps nothing between two
//! builds. Programs are run and URLs are fetched only by a host that does so, and only as far as the options allow it. A
//! [`Builder`] builds many kustomizations, in as many threads as are wanted, and a base that they share once.
//! [`Overrides`] change a kustomization for one build without touching it. An [`Observer`] hears how far a build is.
//!
//! | Host | reads |
//! | --- | --- |
//! | [`DiskHost`] | files on this machine |
//! | [`MemoryHost`] | files in memory |
//! | [`OverlayHost`] | another host's files, with changes in memory |
//! | [`JailHost`] | one folder of another host, and nothing else |
//! | `GitTreeHost` | a revision of a Git repository, without a checkout |
//!
//! # Features
//!
//! None is on unless asked for: without them the crate reads files, and builds for targets that have no operating system to
//! speak of, such as `wasm32-unknown-unknown`.
//!
//! | Feature | |
//! | --- | --- |
//! | `http` | [`DiskHost`] can get files over HTTP and HTTPS |
//! | `process` | [`DiskHost`] can run programs: `git`, `helm`, functions; `GitTreeHost` |
//! | `serde` | resources into values of Rust types, and values into trees |

#![cfg_attr(test, allow(clippy::disallowed_methods, reason = "tests may read files"))]

mod accumulator;
mod annotate;
mod base64_lines;
mod build;
mod builder;
mod cache;
mod code;
mod composition;
mod config;
mod content_hash;
mod diagnostic;
pub mod edit;
mod error;
mod event;
mod field;
mod function;
mod generate;
mod growth;
mod host;
mod identity;
mod inline;
mod kustomization;
mod layer;
mod load;
pub mod localize;
mod lookup;
mod named_files;
mod nearest;
mod options;
mod overrides;
mod patch;
mod path;
mod provenance;
mod recent;
mod remote;
mod render;
mod rendered;
mod resolve;
mod resource;
mod settings;
mod source;
mod survey;
mod tables;
#[cfg(test)]
mod test_support;
mod threads;
mod transform;
mod vars;
mod write;

pub use builder::Builder;
pub use code::{Code, Explanation, UnknownCode};
pub use composition::{Composition, Part, Role, compose};
pub use diagnostic::{Diagnostic, Related, Severity, Span};
pub use error::Error;
pub use event::{Event, Observer, Task};
#[cfg(feature = "process")]
pub use host::GitTreeHost;
pub use host::{
    DiskHost, Fetched, Finished, Folder, Host, Input, InputKind, JailHost, MemoryHost, OverlayHost,
    PathKind, Program, TemporaryFolder,
};
pub use identity::{GroupVersionKind, ResourceId};
pub use kbuild_yaml as yaml;
pub use lookup::{Leaf, LookupError};
pub use options::{
    Cancelled, FunctionOptions, HelmOptions, Limits, LoadRestrictor, Options, Reorder,
    WarningOptions,
};
pub use overrides::Overrides;
pub use provenance::{Step, Writer};
pub use render::{render, render_with_inputs};
pub use rendered::{OutputError, Rendered};
pub use resource::Resource;
pub use settings::Settings;
pub use source::Sources;
