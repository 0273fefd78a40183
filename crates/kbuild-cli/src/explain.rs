//! `kbuild explain`: what a code means, or where the values of a rendered resource come from.

use clap::{Args, ValueEnum};
use kbuild_core::{Code, Explanation};
use serde_json::json;

use crate::arguments::RenderArguments;
use crate::history;
use crate::output;
use crate::overrides::OverrideArguments;
use crate::report::Failure;

#[derive(Debug, Args)]
pub(crate) struct ExplainArguments {
    /// A code such as KB1104, or the folder of a kustomization
    #[arg(value_name = "TARGET")]
    pub(crate) target: String,
    /// A resource, as Kind/name or Kind/name.namespace
    #[arg(value_name = "RESOURCE")]
    pub(crate) resource: Option<String>,
    /// A field of it, as spec.template.spec.containers[name=web].image
    #[arg(value_name = "FIELD")]
    pub(crate) field: Option<String>,
    /// Show what the build did, step by step
    #[arg(long, conflicts_with_all = ["resource", "field"])]
    pub(crate) steps: bool,
    /// How to write it
    #[arg(short, long, value_name = "FORMAT", value_enum, default_value_t)]
    pub(crate) output: Shape,
    #[command(flatten)]
    pub(crate) render: RenderArguments,
    #[command(flatten)]
    pub(crate) overrides: OverrideArguments,
}

/// The values of `--output`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shape {
    /// Lines for people
    #[default]
    Text,
    /// A JSON object
    Json,
}

pub(crate) fn run(arguments: &ExplainArguments) -> Result<(), Failure> {
    let overrides = arguments.overrides.overrides()?;
    let code = arguments.target.parse::<Code>().ok().and_then(Code::explanation);
    match code {
        Some(_) if arguments.resource.is_some() || arguments.steps || !overrides.is_empty() => {
            let target = &arguments.target;
            Err(format!(
                "error: {target} is a code, which is explained alone\nhelp: `kbuild explain DIR …` is about a kustomization; a folder of this name is written ./{target}"
            )
            .into())
        }
        Some(explanation) => output::print(&match arguments.output {
            Shape::Text => text_of(explanation),
            Shape::Json => data_of(explanation),
        }),
        None if looks_like_code(&arguments.target) => {
            Err(format!("error: there is no code {}", arguments.target).into())
        }
        None => history::run(arguments, &overrides),
    }
}

fn looks_like_code(text: &str) -> bool {
    let digits = text.strip_prefix("KB").or_else(|| text.strip_prefix("kb"));
    digits.is_some_and(|digits| {
        !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

fn data_of(explanation: &Explanation) -> String {
    let severity = if explanation.code.is_warning() { "warning" } else { "error" };
    let object = json!({
        "code": explanation.code.to_string(),
        "severity": severity,
        "title": explanation.title,
        "meaning": explanation.meaning,
        "example": explanation.example,
        "cure": explanation.cure,
    });
    format!("{object:#}\n")
}

fn text_of(explanation: &Explanation) -> String {
    let example: Vec<String> =
        explanation.example.lines().map(|line| format!("    {line}")).collect();
    format!(
        "{}: {}\n\n{}\n\nExample:\n\n{}\n\nWhat to do:\n\n{}\n",
        explanation.code,
        explanation.title,
        wrapped(explanation.meaning),
        example.join("\n"),
        wrapped(explanation.cure),
    )
}

/// The words of a paragraph, on lines that a terminal can show.
fn wrapped(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= WIDTH => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

const WIDTH: usize = 80;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_explanation_fits_a_terminal() {
        for explanation in Code::all() {
            let text = text_of(explanation);
            let long = text.lines().find(|line| line.chars().count() > 100);
            assert_eq!(long, None, "{}", explanation.code);
        }
    }

    #[test]
    fn codes_are_told_from_folders() {
        assert!(looks_like_code("KB9999"));
        assert!(!looks_like_code("KB"));
        assert!(!looks_like_code("overlays/prd"));
    }
}
