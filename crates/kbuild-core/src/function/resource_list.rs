//! The `ResourceList` that a function reads and prints.

use kbuild_yaml::{Dialect, Node, SourceId, Value, read_documents};

use super::annotated::{annotate, remove};
use super::results::{Finding, findings};
use crate::code::Code;
use crate::error::Error;
use crate::load::resources_from_nodes;
use crate::resource::Resource;

const HEAD: &str = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n";

/// Where an item stood in the input. Functions use them to tell items apart, and hand them on.
const INDEX: [&str; 2] = ["config.kubernetes.io/index", "internal.config.kubernetes.io/index"];
const MIGRATION_ID: &str = "internal.config.kubernetes.io/annotations-migration-resource-id";
/// The number of an item, from 1.
const NUMBER: [&str; 2] = ["internal.config.kubernetes.io/id", "config.k8s.io/id"];
/// The file that an item would be written to.
const PATH: [&str; 2] = ["internal.config.kubernetes.io/path", "config.kubernetes.io/path"];

/// What a function printed.
pub(super) struct Printed {
    pub(super) resources: Vec<Resource>,
    /// What it found to say about them.
    pub(super) findings: Vec<Finding>,
}

/// Writes what a function reads. The items come first, as in the reference, and get the annotations that number them.
///
/// # Errors
/// An item that cannot be written.
pub(super) fn write_items(items: Vec<Resource>, config: &Resource) -> Result<Vec<u8>, Error> {
    let mut out = String::from(HEAD);
    let mut text = String::new();
    for (index, mut item) in items.into_iter().enumerate() {
        let (index, number) = (index.to_string(), (index + 1).to_string());
        for key in INDEX.iter().chain([&MIGRATION_ID]) {
            annotate(&mut item, key, &index);
        }
        for key in NUMBER {
            annotate(&mut item, key, &number);
        }
        text.clear();
        item.node().write(&mut text)?;
        indent(&text, "- ", &mut out);
    }
    out.push_str("functionConfig:\n");
    text.clear();
    config.node().write(&mut text)?;
    indent(&text, "  ", &mut out);
    Ok(out.into_bytes())
}

fn indent(text: &str, first: &str, out: &mut String) {
    let mut lead = first;
    for line in text.lines() {
        if !line.is_empty() {
            out.push_str(lead);
            out.push_str(line);
        }
        out.push('\n');
        lead = "  ";
    }
}

/// Reads what a function printed: one list, or the resources themselves.
///
/// # Errors
/// It cannot be read, or is no resources.
pub(super) fn read(output: &[u8], source: SourceId) -> Result<Printed, Error> {
    let documents = read_documents(output, source, Dialect::Resource)
        .map_err(|error| Error::read(&error, source))?;
    let (nodes, findings) = unwrapped(documents)?;
    let mut resources = resources_from_nodes(nodes)?;
    for resource in &mut resources {
        for key in INDEX.iter().chain(&NUMBER).chain([&MIGRATION_ID]) {
            remove(resource, key);
        }
        add_path(resource);
    }
    Ok(Printed { resources, findings })
}

fn unwrapped(mut documents: Vec<Node>) -> Result<(Vec<Node>, Vec<Finding>), Error> {
    let is_list = match documents.as_slice() {
        [one] => {
            matches!(one.get("kind").and_then(Node::text), Some("ResourceList" | "List"))
                && (one.get("items").is_some() || one.get("functionConfig").is_some())
        }
        _ => false,
    };
    let Some(list) = is_list.then(|| documents.pop()).flatten() else {
        return Ok((documents, Vec::new()));
    };
    let findings = list.get("results").map(findings).unwrap_or_default();
    let Value::Mapping(mut list) = list.value else { return Ok((Vec::new(), findings)) };
    match list.remove("items") {
        None => Ok((Vec::new(), findings)),
        Some(items) if items.is_null() => Ok((Vec::new(), findings)),
        Some(Node { value: Value::Sequence(items), .. }) => Ok((items, findings)),
        Some(other) => Err(Error::new(
            Code::BAD_FUNCTION_OUTPUT,
            format!("the items of the list must be a list, not {}", other.describe()),
        )
        .at(other.place)),
    }
}

/// Names the file that a resource without one would be written to, as the reference does.
fn add_path(resource: &mut Resource) {
    let known =
        PATH.iter().find_map(|key| resource.annotation(key).filter(|path| !path.is_empty()));
    let path = match known {
        Some(path) => path.to_owned(),
        None => {
            let file = format!("{}_{}.yaml", resource.kind().to_lowercase(), resource.name());
            let namespace = resource.namespace();
            if namespace.is_empty() { file } else { format!("{namespace}/{file}") }
        }
    };
    for key in PATH {
        annotate(resource, key, &path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::node;

    #[test]
    fn lists_are_written() {
        let item = Resource::new(node(
            "{apiVersion: v1, kind: X, metadata: {name: x}, data: \"a\\n\\nb\\n\"}",
        ));
        let config = Resource::new(node("{kind: Fn, spec: [1]}"));
        let written = String::from_utf8(write_items(vec![item], &config).unwrap()).unwrap();
        assert!(written.starts_with("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- apiVersion: v1\n  data: |\n    a\n\n    b\n"));
        assert!(written.contains("      config.k8s.io/id: \"1\"\n"));
        assert!(written.ends_with("functionConfig:\n  kind: Fn\n  spec:\n  - 1\n"));
        let read = read(written.as_bytes(), SourceId(1)).unwrap();
        let [read] = read.resources.as_slice() else { unreachable!() };
        assert_eq!(read.annotation(NUMBER[0]), None);
        assert_eq!(read.annotation(PATH[0]), Some("x_x.yaml"));
    }

    #[test]
    fn lists_and_plain_resources_are_read() {
        let count =
            |text: &str| read(text.as_bytes(), SourceId(1)).map(|printed| printed.resources.len());
        let x = "{apiVersion: v1, kind: X, metadata: {name: x}}";
        assert_eq!(count("").unwrap(), 0);
        assert_eq!(count(&format!("kind: ResourceList\nitems: [{x}, {x}]\n")).unwrap(), 2);
        assert_eq!(count("kind: ResourceList\nfunctionConfig: {}\n").unwrap(), 0);
        assert_eq!(count(&format!("{x}\n---\n{x}\n")).unwrap(), 2);
        for refused in [
            "hello",
            "a: [",
            "a: b",
            "kind: ResourceList\nitems: {a: b}\n",
            "kind: List\nitems: [a]\n",
        ] {
            assert!(count(refused).is_err(), "{refused}");
        }
    }
}
