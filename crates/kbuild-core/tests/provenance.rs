//! For every value of every golden case: the place that provenance names is there, and where nothing but the file has
//! written the value, the line says it.

#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "tests read files, and fail where they cannot"
)]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use kbuild_core::yaml::NodeRef;
use kbuild_core::{DiskHost, Options, Rendered, Severity, render};

#[test]
fn every_value_of_every_case_is_where_provenance_says() {
    let testdata = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata");
    let mut checked = Checked::default();
    for case in folders(&testdata).iter().flat_map(|field| folders(field)) {
        let Ok(expected) = fs::read_to_string(case.join("expected.yaml")) else { continue };
        if case.starts_with(testdata.join("helm")) {
            continue;
        }
        let target = fs::read_to_string(case.join("target")).unwrap_or_else(|_| ".".to_owned());
        let mut options = Options::default();
        options.provenance = true;
        let rendered = render(&DiskHost::new(), case.join(target.trim()), &options).unwrap();
        // Whether it is noted who wrote what makes no difference to what is written.
        assert_eq!(rendered.to_yaml().unwrap(), expected, "{}", case.display());
        assert!(rendered.warnings().iter().all(|it| it.severity() == Severity::Warning));
        for resource in rendered.resources() {
            checked.check(&rendered, resource.node(), &case, &mut Vec::new());
        }
    }
    assert!(checked.wrong.is_empty(), "{}\n{}", checked.wrong.len(), checked.wrong.join("\n"));
    assert!(checked.by_files > 2000 && checked.by_steps > 500, "{checked:?}");
}

#[derive(Debug, Default)]
struct Checked {
    by_files: usize,
    by_steps: usize,
    nowhere: usize,
    texts: HashMap<PathBuf, String>,
    wrong: Vec<String>,
}

impl Checked {
    fn check(
        &mut self,
        rendered: &Rendered,
        node: NodeRef<'_>,
        case: &Path,
        path: &mut Vec<String>,
    ) {
        if node.is_scalar() {
            return self.check_leaf(rendered, node, case, path);
        }
        for (index, child) in node.children().enumerate() {
            path.push(if node.is_mapping() { child.key().to_owned() } else { index.to_string() });
            self.check(rendered, child, case, path);
            path.pop();
        }
    }

    fn check_leaf(&mut self, rendered: &Rendered, node: NodeRef<'_>, case: &Path, path: &[String]) {
        let writers = rendered.provenance(node);
        let fail = |what: String| format!("{}: {}: {what}", case.display(), path.join("."));
        for writer in &writers {
            let (Some(file), Some(line)) = (&writer.file, writer.line) else {
                self.nowhere += 1;
                continue;
            };
            let text = match self.texts.get(Path::new(file)) {
                Some(text) => text,
                None => {
                    let Ok(bytes) = fs::read(file) else {
                        self.wrong.push(fail(format!("{file} is not there")));
                        continue;
                    };
                    // The lines of files in another encoding, or with other line ends, are not looked at.
                    let text = String::from_utf8(bytes).unwrap_or_default();
                    self.texts.entry(PathBuf::from(file)).or_insert(text)
                }
            };
            if text.is_empty() || text.replace("\r\n", "\n").contains(['\r', '\u{85}', '\u{2028}'])
            {
                continue;
            }
            let lines: Vec<&str> = text.lines().collect();
            let Some(found) = lines.get(line as usize - 1) else {
                self.wrong.push(fail(format!("{file} has no line {line}")));
                continue;
            };
            if writer.step.is_some() {
                self.by_steps += 1;
                continue;
            }
            let word = first_word(&writer.value);
            if word.is_empty() {
                continue;
            }
            self.by_files += 1;
            // A block begins on the line behind its key, or after some empty ones.
            let behind = lines[line as usize..].iter().find(|line| !line.trim().is_empty());
            if !found.contains(word) && !behind.is_some_and(|behind| behind.contains(word)) {
                self.wrong.push(fail(format!("{file}:{line} says {found:?}, not {word:?}")));
            }
        }
    }
}

/// The beginning of a text, as far as YAML writes it in one way only.
fn first_word(text: &str) -> &str {
    let text = text.trim_start();
    let end = text
        .find(|character: char| !character.is_ascii_alphanumeric() && !"-./:_".contains(character));
    &text[..end.unwrap_or(text.len())]
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    paths.sort();
    paths
}
