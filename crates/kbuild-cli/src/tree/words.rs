//! What a part of a composition is called, and what there is to say about it.

use kbuild_core::{Part, Role};

/// What a part is called.
pub(super) fn title(part: &Part) -> String {
    let text = match part.role {
        _ if part.is_folder() && is_plugin(part) => format!("{} {}", part.field, part.name),
        Role::Kustomization | Role::File => part.name.clone(),
        Role::Component => format!("component {}", part.name),
        Role::Patch | Role::Plugin if part.name.is_empty() => match part.line {
            Some(line) => format!("{} at line {line}", part.field),
            None => part.field.to_owned(),
        },
        _ if part.name.is_empty() => part.field.to_owned(),
        _ => format!("{} {}", part.field, part.name),
    };
    visible(&text)
}

/// What there is to say about it, on a line.
pub(super) fn about(part: &Part) -> String {
    let mut words = Vec::new();
    if part.is_folder() && part.problem.is_none() && !is_plugin(part) {
        words.push(counted(part.resources(), "resource"));
    }
    if part.is_remote {
        words.push("on another machine".to_owned());
    }
    match part.role {
        Role::Generator => {
            if !part.detail.is_empty() {
                words.push(part.detail.clone());
            }
            words.push(counted(part.entries, "source"));
        }
        Role::Transformer if part.name.is_empty() => {
            let (one, more) = ("entry", "entries");
            words.push(format!("{} {}", part.entries, if part.entries == 1 { one } else { more }));
        }
        Role::Patch => {}
        _ if !part.detail.is_empty() => words.push(part.detail.clone()),
        _ => {}
    }
    if part.role == Role::File {
        words.extend(part.kinds.iter().map(|(kind, count)| {
            if *count == 1 { kind.clone() } else { format!("{count} {kind}") }
        }));
    }
    let mut text = words.join(", ");
    if part.role == Role::Patch {
        text.push_str(&part.detail);
        if !part.targets.is_empty() {
            let space = if text.is_empty() { "" } else { " " };
            text = format!("{text}{space}→ {}", part.targets.join(", "));
        }
    }
    if let Some(problem) = &part.problem {
        let separator = if text.is_empty() { "" } else { "; " };
        text = format!("{text}{separator}not read: {problem}");
    }
    visible(&text)
}

/// True for what configures generators and transformers, and brings no resources.
fn is_plugin(part: &Part) -> bool {
    matches!(part.field, "generators" | "transformers" | "validators")
}

/// How much of everything there is.
pub(super) fn summary(root: &Part) -> String {
    let mut parts = vec![root];
    let mut counts = [
        (Role::Kustomization, "kustomization", 0),
        (Role::Component, "component", 0),
        (Role::File, "file", 0),
        (Role::Generator, "generator", 0),
        (Role::Chart, "chart", 0),
        (Role::Plugin, "plugin", 0),
        (Role::Patch, "patch", 0),
        (Role::Transformer, "transformer", 0),
    ];
    while let Some(part) = parts.pop() {
        parts.extend(&part.parts);
        for (role, _, count) in &mut counts {
            *count += usize::from(*role == part.role);
        }
    }
    let used = counts.into_iter().filter(|(.., count)| *count > 0);
    let said: Vec<String> = used.map(|(_, what, count)| counted(count, what)).collect();
    format!("{}; {} before patches", said.join(", "), counted(root.resources(), "resource"))
}

fn counted(count: usize, what: &str) -> String {
    let ending = match count {
        1 => "",
        _ if what.ends_with("ch") => "es",
        _ => "s",
    };
    format!("{count} {what}{ending}")
}

/// A text on one line, without what a terminal would obey.
fn visible(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().filter(|letter| !letter.is_control()).collect()
}
