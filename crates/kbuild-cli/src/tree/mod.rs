//! `kbuild tree`: what a kustomization is composed of, as lines, as data or as a picture.

mod dot;
mod graph;
mod lines;
mod mermaid;
mod svg;
mod words;

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use kbuild_core::{Part, Role};
use serde_json::{Value, json};

use crate::arguments::RenderArguments;
use crate::machine::Machine;
use crate::output;
use crate::overrides::OverrideArguments;
use crate::report::Failure;

#[derive(Debug, Args)]
pub(crate) struct TreeArguments {
    /// The folder with the kustomization file
    #[arg(value_name = "DIR", default_value = ".")]
    directory: PathBuf,
    /// How to write it
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value_t)]
    output: Shape,
    #[command(flatten)]
    render: RenderArguments,
    #[command(flatten)]
    overrides: OverrideArguments,
}

/// The values of `--output`.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Shape {
    /// A tree of lines
    #[default]
    Text,
    /// A JSON object
    Json,
    /// A graph for Graphviz
    Dot,
    /// A flowchart for Mermaid
    Mermaid,
    /// A picture
    Svg,
}

pub(crate) fn run(arguments: &TreeArguments) -> Result<(), Failure> {
    let host = Machine::new();
    let overrides = arguments.overrides.overrides()?;
    let composition =
        overrides.compose(&host, &arguments.directory, &arguments.render.options())?;
    let root = &composition.root;
    let text = match arguments.output {
        Shape::Text => lines::lines(root),
        Shape::Json => format!("{:#}\n", data(root)),
        Shape::Dot => dot::dot(root),
        Shape::Mermaid => mermaid::mermaid(root),
        Shape::Svg => svg::svg(root),
    };
    output::print(&text)
}

fn data(part: &Part) -> Value {
    let mut object = json!({ "role": role(part.role), "name": part.name });
    let mut add = |field: &str, value: Value| {
        object[field] = value;
    };
    if !part.field.is_empty() {
        add("field", part.field.into());
    }
    if !part.detail.is_empty() {
        add("detail", part.detail.as_str().into());
    }
    if let Some(file) = &part.file {
        add("file", file.as_str().into());
    }
    if let Some(line) = part.line {
        add("line", line.into());
    }
    if matches!(part.role, Role::Transformer | Role::Generator) {
        add("entries", part.entries.into());
    }
    if !part.kinds.is_empty() {
        let kinds = part.kinds.iter().map(|(kind, count)| (kind.clone(), Value::from(*count)));
        add("kinds", Value::Object(kinds.collect()));
    }
    if !part.targets.is_empty() {
        add("targets", part.targets.clone().into());
    }
    if part.is_remote {
        add("remote", true.into());
    }
    if let Some(problem) = &part.problem {
        add("problem", problem.as_str().into());
    }
    if part.is_folder() {
        add("resources", part.resources().into());
        add("parts", part.parts.iter().map(data).collect());
    }
    object
}

fn role(role: Role) -> &'static str {
    match role {
        Role::Kustomization => "kustomization",
        Role::Component => "component",
        Role::File => "file",
        Role::Generator => "generator",
        Role::Chart => "chart",
        Role::Patch => "patch",
        Role::Transformer => "transformer",
        Role::Plugin => "plugin",
        Role::Configuration => "configuration",
        _ => "part",
    }
}
