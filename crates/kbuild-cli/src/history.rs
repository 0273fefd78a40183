//! `kbuild explain DIR`: where the values of rendered resources come from, and what the build did.

use std::fmt::Write as _;

use kbuild_core::yaml::NodeRef;
use kbuild_core::{LookupError, Overrides, Rendered, Resource, Step, Writer};
use serde_json::{Value, json};

use crate::explain::{ExplainArguments, Shape};
use crate::machine::Machine;
use crate::output;
use crate::report::Failure;

/// How many characters of a value a line shows.
const SHOWN: usize = 60;

pub(crate) fn run(arguments: &ExplainArguments, overrides: &Overrides) -> Result<(), Failure> {
    let mut options = arguments.render.options();
    options.provenance = true;
    let host = Machine::new();
    let rendered = overrides.render(&host, &arguments.target, &options)?;
    let text = match (&arguments.resource, arguments.output) {
        _ if arguments.steps => steps(&rendered, arguments.output),
        (None, shape) => resources(&rendered, shape),
        (Some(wanted), shape) => {
            let resource = rendered.resource(wanted).map_err(said)?;
            let path = arguments.field.as_deref().unwrap_or_default();
            fields(&rendered, resource, path, shape)?
        }
    };
    output::print(&text)
}

fn said(error: LookupError) -> Failure {
    let text = match error.nearest() {
        Some(near) if near.contains(".[") => {
            format!("error: {error}\nhelp: did you mean {near}? A key with dots stands in brackets")
        }
        Some(near) => format!("error: {error}\nhelp: did you mean {near}?"),
        None => match &error {
            LookupError::SeveralResources { wanted, found, .. } => {
                format!("error: {wanted} may be any of:\n  {}", found.join("\n  "))
            }
            _ => format!("error: {error}"),
        },
    };
    text.into()
}

/// Every resource, with what brought it.
fn resources(rendered: &Rendered, shape: Shape) -> String {
    let origin = |resource: &Resource| {
        let kind = resource.node().get("kind");
        kind.and_then(|kind| rendered.provenance(kind).into_iter().next())
    };
    let names = rendered.resource_names().into_iter();
    let rows = rendered.resources().iter().zip(names);
    let rows = rows.map(|(resource, name)| (resource, name, origin(resource)));
    match shape {
        Shape::Json => pretty(&json!({
            "resources": rows
                .map(|(resource, name, origin)| {
                    let mut object = named(resource, &name);
                    object["origin"] = origin.map_or(Value::Null, |origin| json!({
                        "step": origin.step, "file": origin.file, "line": origin.line,
                    }));
                    object
                })
                .collect::<Vec<_>>()
        })),
        Shape::Text => {
            let rows = rows
                .map(|(_, name, origin)| vec![name, origin.as_ref().map(by).unwrap_or_default()]);
            table(rows.collect(), "")
        }
    }
}

/// The fields of a resource at a path, or below it.
fn fields(
    rendered: &Rendered,
    resource: &Resource,
    path: &str,
    shape: Shape,
) -> Result<String, Failure> {
    let leaves = rendered.leaves(resource, path).map_err(said)?;
    if shape == Shape::Json {
        let fields = leaves.iter().map(|leaf| {
            let writers = rendered.provenance(leaf.node);
            let writers = writers.iter().map(|writer| json!({
                "step": writer.step, "file": writer.file, "line": writer.line,
                "kustomization": writer.layer, "value": writer.value,
            }));
            json!({ "path": leaf.path, "value": value_of(leaf.node), "writers": writers.collect::<Vec<_>>() })
        });
        let mut object = named(resource, &rendered.resource_name(resource));
        object["fields"] = fields.collect();
        return Ok(pretty(&object));
    }
    let name = rendered.resource_name(resource);
    if let [leaf] = leaves.as_slice()
        && leaf.node.as_scalar().is_some()
    {
        let writers = rendered.provenance(leaf.node);
        let mut text = format!("{name}: {}\n\n{}", leaf.path, indented(&value_of(leaf.node)));
        let rows = writers.iter().enumerate().map(|(index, writer)| {
            vec![format!("{}.", index + 1), shortened(&writer.value), by(writer)]
        });
        // Writing into a string cannot fail.
        let _ = write!(text, "\nFrom the base up:\n\n{}", table(rows.collect(), "  "));
        return Ok(text);
    }
    let rows = leaves.into_iter().map(|leaf| {
        let last = rendered.provenance(leaf.node).pop();
        vec![leaf.path, shortened(&value_of(leaf.node)), last.as_ref().map(by).unwrap_or_default()]
    });
    Ok(format!("{name}\n\n{}", table(rows.collect(), "  ")))
}

/// What the build did, in order.
fn steps(rendered: &Rendered, shape: Shape) -> String {
    let steps = rendered.steps();
    if shape == Shape::Json {
        let steps = steps.iter().map(|step| {
            json!({
                "step": step.what, "about": step.about, "kustomization": step.layer,
                "file": step.file, "line": step.line,
                "resources": { "brought": step.resources, "removed": step.removed },
                "values": { "made": step.made, "changed": step.changed },
            })
        });
        return pretty(&json!({ "steps": steps.collect::<Vec<_>>() }));
    }
    let (busy, idle): (Vec<&Step>, Vec<&Step>) = steps.iter().partition(|step| did_something(step));
    let mut text = String::new();
    let mut rows = Vec::new();
    let mut layer = None;
    for step in busy {
        if layer != Some(&step.layer) {
            text.push_str(&table(std::mem::take(&mut rows), "  "));
            text.push_str(step.layer.as_deref().unwrap_or("the build"));
            text.push('\n');
            layer = Some(&step.layer);
        }
        let about = step.about.as_deref().unwrap_or_default();
        let about = if about.is_empty() { String::new() } else { shortened(about) };
        rows.push(vec![step.what.clone(), about, effect(step)]);
    }
    text.push_str(&table(rows, "  "));
    if !idle.is_empty() {
        let steps = if idle.len() == 1 { "step" } else { "steps" };
        let _ = writeln!(text, "\n{} more {steps} had nothing to do.", idle.len());
    }
    text
}

fn did_something(step: &Step) -> bool {
    step.resources + step.removed + step.made + step.changed > 0
}

fn effect(step: &Step) -> String {
    let counts = [
        (step.resources, "resource", " brought"),
        (step.removed, "resource", " taken away"),
        (step.made, "value", " made"),
        (step.changed, "value", " changed"),
    ];
    let parts = counts.iter().filter(|(count, ..)| *count > 0);
    let parts = parts.map(|(count, what, done)| counted(*count as usize, what) + done);
    parts.collect::<Vec<_>>().join(", ")
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Who wrote a value, as a person says it.
fn by(writer: &Writer) -> String {
    let place = match (&writer.file, writer.line) {
        (Some(file), Some(line)) => Some(format!("{file}:{line}")),
        (Some(file), None) => Some(file.clone()),
        (None, _) => None,
    };
    match (&writer.step, place) {
        (Some(step), Some(place)) => format!("{step} at {place}"),
        (Some(step), None) => match &writer.layer {
            Some(layer) => format!("{step} of {layer}"),
            None => step.clone(),
        },
        (None, Some(place)) => format!("file {place}"),
        (None, None) => "the build".to_owned(),
    }
}

fn value_of(node: NodeRef<'_>) -> String {
    node.as_scalar().map_or_else(|| node.describe(), |scalar| scalar.text).to_owned()
}

/// All lines of a value, without what a terminal would obey.
fn indented(value: &str) -> String {
    let visible = |line: &str| {
        line.chars().filter(|letter| *letter == '\t' || !letter.is_control()).collect::<String>()
    };
    if value.is_empty() {
        return "  \"\"\n".to_owned();
    }
    value.lines().map(|line| format!("  {}\n", visible(line))).collect()
}

/// The first line of a value, as far as a line of the terminal has room for it, without what a terminal would obey.
fn shortened(value: &str) -> String {
    let first = value.lines().next().unwrap_or_default();
    let is_cut = value.trim_end().len() > first.len() || first.chars().count() > SHOWN;
    let mut shown: String =
        first.chars().take(SHOWN).filter(|letter| !letter.is_control()).collect();
    if value.is_empty() {
        shown.push_str("\"\"");
    }
    if is_cut {
        shown.push('…');
    }
    shown
}

/// Rows as aligned columns.
fn table(rows: Vec<Vec<String>>, indent: &str) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for row in &rows {
        let mut line = String::from(indent);
        for (cell, width) in row.iter().zip(&widths) {
            let _ = write!(line, "{cell:width$}  ");
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn named(resource: &Resource, name: &str) -> Value {
    json!({
        "name": name,
        "apiVersion": resource.api_version(),
        "kind": resource.kind(),
    })
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}
