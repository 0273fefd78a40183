//! How a run of a function is to be taken: what it made, what to warn of, or why it failed.

use super::resource_list::Printed;
use super::results::Finding;
use crate::code::Code;
use crate::error::Error;
use crate::host::Finished;
use crate::resource::Resource;

/// How many lines of what a failed function said an error shows: the last ones say most.
const LINES_OF_ERROR: usize = 12;
/// How many lines of what a function said besides its work become warnings.
const LINES_OF_WARNINGS: usize = 200;

/// How much of a line is shown.
const LONGEST_LINE: usize = 4000;

/// What came of a run that went well.
pub(super) struct Outcome {
    pub(super) resources: Vec<Resource>,
    pub(super) warnings: Vec<String>,
}

/// Judges a run of the KRM function `name`.
///
/// # Errors
/// It failed, reports an error among its results, or printed what cannot be read.
pub(super) fn outcome(
    name: &str,
    finished: &Finished,
    read: Result<Printed, Error>,
) -> Result<Outcome, Error> {
    let no_findings: &[Finding] = &[];
    let findings = read.as_ref().map_or(no_findings, |printed| &printed.findings);
    let errors: Vec<&str> = findings
        .iter()
        .filter(|finding| finding.is_error)
        .map(|finding| finding.text.as_str())
        .collect();
    if finished.status != Some(0) || !errors.is_empty() {
        let said = last_lines(
            errors.into_iter().flat_map(str::lines).map(printable).chain(lines(&finished.errors)),
        );
        return Err(Error::new(
            Code::FUNCTION_FAILED,
            format!("the function {name} {}{said}", ending(finished)),
        ));
    }
    let said = lines(&finished.errors).map(|line| format!("the function {name} says: {line}"));
    let found = findings
        .iter()
        .map(|finding| format!("the function {name} reports: {}", printable(&finding.text)));
    let warnings = said.take(LINES_OF_WARNINGS).chain(found).collect();
    let printed = read.map_err(|error| unusable(&format!("the function {name}"), &error))?;
    Ok(Outcome { resources: printed.resources, warnings })
}

/// The error for a plugin that failed.
pub(super) fn failed(name: &str, finished: &Finished) -> Error {
    Error::new(
        Code::FUNCTION_FAILED,
        format!("the plugin {name} {}{}", ending(finished), last_lines(lines(&finished.errors))),
    )
}

/// The error for output that cannot be used.
pub(super) fn unusable(who: &str, error: &Error) -> Error {
    Error::new(
        Code::BAD_FUNCTION_OUTPUT,
        format!("what {who} prints cannot be used: {}", error.message()),
    )
    .at(error.place())
    .hint_with(
        "standard output is for a ResourceList, or for resources; messages go to standard error",
    )
}

fn ending(finished: &Finished) -> String {
    match finished.status {
        Some(0) => "reports an error".to_owned(),
        Some(status) => format!("failed with exit status {status}"),
        None => "was ended by a signal".to_owned(),
    }
}

/// The last lines, each on a line of its own behind a colon; nothing where there are none.
fn last_lines(lines: impl DoubleEndedIterator<Item = String>) -> String {
    let mut lines = lines.rev();
    let shown: Vec<String> = lines.by_ref().take(LINES_OF_ERROR).collect();
    let mut text = String::new();
    if shown.is_empty() {
        return text;
    }
    text.push(':');
    if lines.next().is_some() {
        text.push_str("\n  | …");
    }
    for line in shown.into_iter().rev() {
        text.push_str("\n  | ");
        text.push_str(&line);
    }
    text
}

/// One at a time: a program may print millions.
fn lines(bytes: &[u8]) -> impl DoubleEndedIterator<Item = String> {
    bytes
        .split(|byte| *byte == b'\n')
        .map(|line| printable(&String::from_utf8_lossy(line.get(..LONGEST_LINE).unwrap_or(line))))
        .filter(|line| !line.trim().is_empty())
}

/// The line without what would move the cursor or change colours.
fn printable(line: &str) -> String {
    let letters = line.chars().filter(|letter| !letter.is_control() || *letter == '\t');
    letters.take(LONGEST_LINE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(status: i32, errors: &str) -> Finished {
        Finished { status: Some(status), output: Vec::new(), errors: errors.as_bytes().to_vec() }
    }

    fn printed(findings: Vec<Finding>) -> Result<Printed, Error> {
        Ok(Printed { resources: Vec::new(), findings })
    }

    #[test]
    fn failures_say_why() {
        let result = outcome("Fn/fn", &finished(3, "one\n\n\u{1b}[31mtwo\n"), printed(Vec::new()));
        assert_eq!(
            result.err().unwrap().message(),
            "the function Fn/fn failed with exit status 3:\n  | one\n  | [31mtwo"
        );
        let many: String = (1..=20).map(|line| format!("{line}\n")).collect();
        let message = failed("Fn/fn", &finished(1, &many)).message().to_owned();
        assert!(message.contains("…\n  | 9\n") && message.ends_with("| 20"), "{message}");
    }

    #[test]
    fn long_lines_and_many_lines_are_cut_short() {
        let much = format!("{}\n{}", "y\n".repeat(1 << 20), "\u{e9}".repeat(1 << 20));
        let message = failed("Fn/fn", &finished(1, &much)).message().to_owned();
        assert!(message.len() < 2 * LONGEST_LINE && message.contains("…\n  | y\n"));
        let outcome = outcome("Fn/fn", &finished(0, &much), printed(Vec::new())).unwrap();
        assert_eq!(outcome.warnings.len(), LINES_OF_WARNINGS);
    }

    #[test]
    fn an_error_among_the_results_is_an_error() {
        let bad = Finding { is_error: true, text: "bad".to_owned() };
        let result = outcome("Fn/fn", &finished(0, ""), printed(vec![bad]));
        assert_eq!(
            result.err().unwrap().message(),
            "the function Fn/fn reports an error:\n  | bad"
        );
        let hint = Finding { is_error: false, text: "hm".to_owned() };
        let warnings =
            outcome("Fn/fn", &finished(0, "log\n"), printed(vec![hint])).unwrap().warnings;
        assert_eq!(warnings, ["the function Fn/fn says: log", "the function Fn/fn reports: hm"]);
    }
}
