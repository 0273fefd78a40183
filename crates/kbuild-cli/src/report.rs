//! What goes wrong, drawn for people or written for programs.

use std::io::{self, Write};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use clap::ValueEnum;
use kbuild_core::{Code, Diagnostic, Error, Severity, Span};
use serde_json::json;

/// Why a command fails.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The library says so.
    Error(Error),
    /// The command says so, in words that people get as they are.
    Said {
        /// What people get.
        text: String,
        /// What programs get.
        error: Error,
    },
    /// Nobody reads to its end what it prints.
    Unread,
}

impl From<String> for Failure {
    /// The text begins with `error: `; behind `help: ` on a line of its own is what to do.
    fn from(text: String) -> Failure {
        let said = text.strip_prefix("error: ").unwrap_or(&text);
        let (message, hint) = match said.split_once("\nhelp: ") {
            Some((message, hint)) => (message, Some(hint)),
            None => (said, None),
        };
        let error = Error::new(Code::BAD_COMMAND_LINE, message);
        let error = hint.map(|hint| error.clone().hint_with(hint)).unwrap_or(error);
        Failure::Said { text, error }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Error(error)
    }
}

/// How errors and warnings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ErrorFormat {
    /// Drawn, with the lines that they are about
    #[default]
    Text,
    /// A JSON object on a line for each
    Json,
    /// Annotations of a GitHub workflow
    Github,
}

impl ErrorFormat {
    /// Says why the command fails.
    pub(crate) fn report_failure(self, failure: &Failure) {
        match failure {
            Failure::Error(error) => {
                self.report(error.diagnostics());
                if error.is_full() && self == ErrorFormat::Text {
                    let note = Level::NOTE
                        .primary_title("these errors came up first, and there may be more");
                    say(&format!("\n{}\n", renderer().render(&[Group::with_title(note)])));
                }
            }
            // Who does not want the rest does not want to hear of it.
            Failure::Unread => {}
            Failure::Said { text, error } => match self {
                ErrorFormat::Text => say(&format!("{}\n", visible(text))),
                ErrorFormat::Json | ErrorFormat::Github => self.report(error.diagnostics()),
            },
        }
    }

    /// Says something besides what the library says.
    pub(crate) fn warn(self, text: &str) {
        match self {
            ErrorFormat::Text => say(&format!("{text}\n")),
            ErrorFormat::Json => {
                let warning = json!({
                    "severity": "warning", "code": null, "message": text, "span": null,
                    "related": [], "resource": null, "chain": [], "hint": null,
                });
                say(&format!("{}\n", escaped(&warning.to_string())));
            }
            ErrorFormat::Github => say(&format!("::warning::{}\n", github_text(text))),
        }
    }

    /// Writes errors or warnings to standard error.
    pub(crate) fn report<'a>(self, diagnostics: impl Iterator<Item = &'a Diagnostic>) {
        for (index, diagnostic) in diagnostics.enumerate() {
            match self {
                ErrorFormat::Text => {
                    let space = if index == 0 { "" } else { "\n" };
                    say(&format!("{space}{}\n", draw(diagnostic)));
                }
                ErrorFormat::Json => {
                    say(&format!("{}\n", escaped(&to_json(diagnostic).to_string())))
                }
                ErrorFormat::Github => say(&format!("{}\n", to_github(diagnostic))),
            }
        }
    }
}

/// Writes to standard error, in colour only where somebody sees it and does not mind.
fn say(text: &str) {
    // If standard error is gone there is nobody left to tell.
    let _ = anstream::stderr().write_all(text.as_bytes());
    let _ = io::stderr().flush();
}

/// A diagnostic as compilers draw them.
fn draw(diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity() {
        Severity::Warning => Level::WARNING,
        _ => Level::ERROR,
    };
    let message = visible(diagnostic.message());
    let (title, more) = message.split_once('\n').unwrap_or((&message, ""));
    let code = diagnostic.code().to_string();
    let mut group = level.primary_title(title).id(&*code).elements(
        diagnostic
            .span()
            .map(|span| shown(span, AnnotationKind::Primary, None))
            .into_iter()
            .flatten(),
    );
    for related in diagnostic.related() {
        let what = Some(visible(related.message()));
        let elements = related.span().map(|span| shown(span, AnnotationKind::Context, what));
        group = group.elements(elements.into_iter().flatten());
    }
    let mut notes = Vec::new();
    if !more.is_empty() {
        notes.push((Level::NOTE, dedented(more)));
    }
    if let Some(resource) = diagnostic.resource() {
        notes.push((Level::NOTE, format!("in {}", on_one_line(resource))));
    }
    for step in diagnostic.chain() {
        notes.push((Level::NOTE, format!("from {}", place(step))));
    }
    if let Some(hint) = diagnostic.hint() {
        notes.push((Level::HELP, hint.to_owned()));
    }
    for (level, note) in notes {
        group = group.element(level.message(visible(&note)));
    }
    renderer().render(&[group])
}

fn renderer() -> Renderer {
    Renderer::styled().decor_style(DecorStyle::Ascii)
}

/// JSON without what a terminal would take for commands.
fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for character in json.chars() {
        if is_harmless(character) {
            out.push(character);
        } else {
            out.push_str(&format!("\\u{:04x}", u32::from(character)));
        }
    }
    out
}

/// False for what a terminal would take for a command, or for a change of direction.
pub(crate) fn is_harmless(character: char) -> bool {
    character == '\n'
        || !(character.is_control()
            || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
}

/// What follows the first line of a message, moved to the left as a whole.
fn dedented(text: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '|']).len();
    let shared = text.lines().filter(|line| !line.trim().is_empty()).map(indent).min();
    let lines: Vec<&str> =
        text.lines().map(|line| line.get(shared.unwrap_or(0)..).unwrap_or_default()).collect();
    lines.join("\n")
}

/// The line of a place with a marker, or the place alone where the line is not known.
fn shown(
    span: &Span,
    kind: AnnotationKind,
    label: Option<String>,
) -> Vec<annotate_snippets::Element<'_>> {
    let (Some(line), Some(text)) = (span.line(), span.line_text()) else {
        let mut origin = Origin::path(on_one_line(span.file()));
        if let Some(line) = span.line() {
            origin = origin.line(line as usize);
        }
        return vec![origin.into()];
    };
    let text = visible(text);
    let start = span.column().unwrap_or(1).saturating_sub(1) as usize;
    let at = |column: usize| text.char_indices().nth(column).map_or(text.len(), |(at, _)| at);
    let marked = at(start)..at(start + span.length().max(1) as usize);
    let annotation = kind.span(marked).label(label);
    vec![
        Snippet::source(text)
            .line_start(line as usize)
            .path(on_one_line(span.file()))
            .annotation(annotation)
            .into(),
    ]
}

fn place(span: &Span) -> String {
    match span.line() {
        Some(line) => format!("{}:{line}", on_one_line(span.file())),
        None => on_one_line(span.file()),
    }
}

/// A name, which may hold what ends a line.
fn on_one_line(name: &str) -> String {
    visible(name).replace('\n', "\u{fffd}")
}

/// The text without what a terminal would take for commands. Characters stay one to one, so that columns stay right.
fn visible(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\t' => ' ',
            _ if is_harmless(character) => character,
            _ => '\u{fffd}',
        })
        .collect()
}

fn severity(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity() {
        Severity::Warning => "warning",
        _ => "error",
    }
}

fn to_json(diagnostic: &Diagnostic) -> serde_json::Value {
    let span = |span: &Span| {
        json!({
            "file": span.file(),
            "line": span.line(),
            "column": span.column(),
            "length": span.length(),
            "text": span.line_text(),
        })
    };
    let related: Vec<_> = diagnostic
        .related()
        .iter()
        .map(|related| json!({ "message": related.message(), "span": related.span().map(span) }))
        .collect();
    json!({
        "severity": severity(diagnostic),
        "code": diagnostic.code().to_string(),
        "message": diagnostic.message(),
        "span": diagnostic.span().map(span),
        "related": related,
        "resource": diagnostic.resource(),
        "chain": diagnostic.chain().map(span).collect::<Vec<_>>(),
        "hint": diagnostic.hint(),
    })
}

/// `::error file=…,line=…,title=…::message`
fn to_github(diagnostic: &Diagnostic) -> String {
    let mut properties = Vec::new();
    if let Some(span) = diagnostic.span() {
        properties.push(format!("file={}", github_property(span.file())));
        properties.extend(span.line().map(|line| format!("line={line}")));
        properties.extend(span.column().map(|column| format!("col={column}")));
    }
    properties.push(format!("title={}", diagnostic.code()));
    let text = match diagnostic.hint() {
        Some(hint) => format!("{}\nhelp: {hint}", diagnostic.message()),
        None => diagnostic.message().to_owned(),
    };
    format!("::{} {}::{}", severity(diagnostic), properties.join(","), github_text(&text))
}

fn github_text(text: &str) -> String {
    visible(text).replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn github_property(text: &str) -> String {
    github_text(text).replace(':', "%3A").replace(',', "%2C")
}
