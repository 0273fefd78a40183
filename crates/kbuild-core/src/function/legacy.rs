//! Plugins in the plugin home: `<group>/<version>/<kind in lower case>/<Kind>`.

use super::annotated::annotated;
use super::run::limited;
use crate::build::Build;
use crate::code::Code;
use crate::error::Error;
use crate::host::{PathKind, Program};
use crate::identity::GroupVersionKind;
use crate::kustomization::{Fields, Input};
use crate::load::Location;
use crate::resource::Resource;

/// What the system lets pass as one variable.
const LONGEST_VARIABLE: usize = 131_071;

/// The program of a plugin. Its configuration reaches it as a file, whose name is its first argument, and as a variable.
///
/// # Errors
/// It is not there, or its arguments cannot be read.
pub(super) fn program(
    build: &Build,
    location: &Location,
    config: &Resource,
) -> Result<Program, Error> {
    let GroupVersionKind { group, version, kind } = config.original_gvk();
    let name = config.describe();
    let folder = kind.to_lowercase();
    let steps = [group.as_str(), version.as_str(), folder.as_str(), kind.as_str()];
    if steps.iter().any(|step| step.contains(['/', '\\', '\0']) || matches!(*step, "." | "..")) {
        return Err(Error::new(
            Code::BAD_FUNCTION,
            format!("{name} has a type that no plugin can have"),
        ));
    }
    let Some(home) = &build.options.functions.plugin_home else {
        return Err(Error::new(Code::NO_PLUGIN, format!("{name} is no function, and there is no plugin home to find a plugin of its kind in"))
            .hint_with("a function has the annotation config.kubernetes.io/function; a plugin home is $KUSTOMIZE_PLUGIN_HOME, $XDG_CONFIG_HOME/kustomize/plugin, ~/.config/kustomize/plugin or ~/kustomize/plugin"));
    };
    let mut path = home.clone();
    path.extend(steps.iter().filter(|step| !step.is_empty()));
    if build.host.kind(&path) != PathKind::File {
        let error = Error::new(
            Code::NO_PLUGIN,
            format!("{name} is no function, and there is no plugin {}", path.display()),
        );
        return Err(match build.host.kind(&path.with_extension("so")) {
            PathKind::File => error.hint_with("there is a Go plugin of this name, and only programs are run: make it a program or a function"),
            _ => error.hint_with("a function has the annotation config.kubernetes.io/function; a built-in plugin has apiVersion: builtin"),
        });
    }
    let mut text = String::new();
    annotated(config).node().write(&mut text)?;
    let mut program = limited(build, Program::new(path));
    program.arguments = arguments(build, location, config)?;
    program.environment = [
        ("KUSTOMIZE_PLUGIN_CONFIG_STRING", text.clone()),
        ("KUSTOMIZE_PLUGIN_CONFIG_ROOT", location.root.display().to_string()),
    ]
    .into_iter()
    .filter(|(key, value)| key.len() + 1 + value.len() <= LONGEST_VARIABLE && !value.contains('\0'))
    .map(|(key, value)| (key.to_owned(), value))
    .collect();
    program.file = Some(text.into_bytes());
    program.directory = Some(location.root.clone());
    Ok(program)
}

/// The arguments that a configuration holds for programs that do not read YAML.
fn arguments(build: &Build, location: &Location, config: &Resource) -> Result<Vec<String>, Error> {
    let node = config.to_node();
    let fields =
        Fields::new(Input::plugin(&node), "the configuration", &["argsOneLiner", "argsFromFile"])?;
    let line = fields.text("argsOneLiner")?;
    let mut arguments = words(&line).ok_or_else(|| {
        Error::new(Code::BAD_FUNCTION, "argsOneLiner has a quote that does not end").at(line.place)
    })?;
    let file = fields.text("argsFromFile")?;
    if !file.is_empty() {
        let content = location.read(build, &file)?;
        let content = String::from_utf8_lossy(&content);
        arguments.extend(
            content
                .split('\n')
                .map(|line| line.trim_start_matches(' '))
                .filter(|line| !line.is_empty())
                .map(str::to_owned),
        );
    }
    Ok(arguments)
}

/// Splits a line as a shell would: quotes, backslashes, and a comment at the end. None where a quote does not end.
fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote = None;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            ('\\', None | Some('"')) => word.extend(letters.next()),
            ('\'' | '"', None) => quote = Some(letter),
            (_, Some(open)) if letter == open => quote = None,
            ('#', None) => break,
            (_, None) if letter.is_whitespace() => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            _ => word.push(letter),
        }
    }
    if quote.is_some() {
        return None;
    }
    if !word.is_empty() {
        words.push(word);
    }
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_split_as_a_shell_does() {
        let split = |line: &str| words(line).map(|words| words.join("|"));
        assert_eq!(
            split(r#"one 'two three' "f o\"ur" fi\ ve # six"#).as_deref(),
            Some(r#"one|two three|f o"ur|fi ve"#)
        );
        assert_eq!(split(r"'a\b'").as_deref(), Some(r"a\b"));
        assert_eq!(split("").as_deref(), Some(""));
        assert_eq!(split("'a"), None);
    }
}
