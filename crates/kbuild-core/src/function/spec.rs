//! What the annotation of a function says: a program or a container image, and how to run it.

use kbuild_yaml::{Dialect, EcoString, Node, Place, read_documents};

use crate::code::Code;
use crate::error::Error;
use crate::kustomization::{Fields, Input};
use crate::resource::Resource;

/// The annotations that make a configuration that of a function; the first one that is there counts.
const ANNOTATIONS: [&str; 2] = ["config.kubernetes.io/function", "config.k8s.io/function"];
/// An older annotation that holds nothing but the image.
const IMAGE_ANNOTATION: &str = "config.kubernetes.io/container";

/// What a function is, and where that is written.
pub(super) struct Spec {
    pub(super) kind: Kind,
    pub(super) place: Place,
}

pub(super) enum Kind {
    Container(ContainerSpec),
    Exec(ExecSpec),
}

/// A program on this machine.
#[derive(Default)]
pub(super) struct ExecSpec {
    pub(super) path: EcoString,
    pub(super) arguments: Vec<EcoString>,
    pub(super) environment: Vec<EcoString>,
}

/// A container image.
#[derive(Default)]
pub(super) struct ContainerSpec {
    pub(super) image: EcoString,
    pub(super) network: bool,
    pub(super) mounts: Vec<Mount>,
    pub(super) environment: Vec<EcoString>,
}

/// A folder or a volume that a container gets to see.
#[derive(Default)]
pub(super) struct Mount {
    pub(super) kind: EcoString,
    pub(super) source: EcoString,
    pub(super) target: EcoString,
    pub(super) writable: bool,
}

/// What the configuration says of its function; none for that of a plugin.
///
/// # Errors
/// It cannot be understood.
pub(super) fn read(config: &Resource) -> Result<Option<Spec>, Error> {
    let node = config.to_node();
    let metadata = node.get("metadata");
    for name in ANNOTATIONS {
        let annotation = metadata.and_then(|metadata| metadata.get("annotations")?.get(name));
        let Some(annotation) =
            annotation.filter(|node| node.text().is_some_and(|text| !text.is_empty()))
        else {
            continue;
        };
        let place = annotation.place;
        let documents = read_documents(
            annotation.text().unwrap_or_default().as_bytes(),
            place.source,
            Dialect::Config,
        );
        let understood = match documents {
            Ok(documents) => kind(&documents.into_iter().next().unwrap_or_else(Node::null)),
            Err(error) => Err(Error::new(Code::BAD_FUNCTION, error.message)),
        };
        // The text has lines of its own, which are not those of the file.
        let wrong = |error: Error| {
            error.moved_to(place).reworded(|message| format!("the annotation {name}: {message}"))
        };
        return Ok(Some(Spec { kind: understood.map_err(wrong)?, place }));
    }
    if let Some(node) =
        metadata.and_then(|metadata| metadata.get("configFn")).filter(|node| !node.is_null())
    {
        return Ok(Some(Spec {
            kind: kind(node).map_err(|error| error.at(node.place))?,
            place: node.place,
        }));
    }
    let image = config.annotation(IMAGE_ANNOTATION).filter(|image| !image.is_empty());
    Ok(image.map(|image| Spec {
        kind: Kind::Container(ContainerSpec { image: image.into(), ..ContainerSpec::default() }),
        place: config.place(),
    }))
}

const FUNCTION: &[&str] = &["deferFailure", "container", "exec"];
const CONTAINER: &[&str] = &["image", "network", "mounts", "envs"];
const EXEC: &[&str] = &["path", "args", "envs"];
const MOUNT: &[&str] = &["type", "src", "dst", "rw"];

fn kind(node: &Node) -> Result<Kind, Error> {
    let fields = Fields::new(Input::kustomization(node), "a function", FUNCTION)?;
    fields.bool("deferFailure")?;
    let container = fields.get("container").map(container).transpose()?.unwrap_or_default();
    let exec = fields.get("exec").map(exec).transpose()?.unwrap_or_default();
    if !container.image.is_empty() {
        Ok(Kind::Container(container))
    } else if !exec.path.is_empty() {
        Ok(Kind::Exec(exec))
    } else {
        Err(Error::new(Code::BAD_FUNCTION, "it names neither a program nor an image")
            .hint_with("write exec: {path: …} or container: {image: …}"))
    }
}

fn container(node: Input) -> Result<ContainerSpec, Error> {
    let fields = Fields::new(node, "container", CONTAINER)?;
    Ok(ContainerSpec {
        image: fields.string("image")?,
        network: fields.bool("network")?,
        mounts: fields.items("mounts", mount)?,
        environment: fields.strings("envs")?,
    })
}

fn exec(node: Input) -> Result<ExecSpec, Error> {
    let fields = Fields::new(node, "exec", EXEC)?;
    Ok(ExecSpec {
        path: fields.string("path")?,
        arguments: fields.strings("args")?,
        environment: fields.strings("envs")?,
    })
}

fn mount(node: Input) -> Result<Mount, Error> {
    let fields = Fields::new(node, "a mount", MOUNT)?;
    Ok(Mount {
        kind: fields.string("type")?,
        source: fields.string("src")?,
        target: fields.string("dst")?,
        writable: fields.bool("rw")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::node;

    fn config(annotations: &str) -> Resource {
        Resource::new(node(&format!(
            "{{kind: Fn, metadata: {{name: fn, annotations: {{{annotations}}}}}}}"
        )))
    }

    #[test]
    fn programs_and_images() {
        let spec = read(&config(
            "config.kubernetes.io/function: 'exec: {path: ./fn, args: [a], envs: [A=b]}'",
        ));
        assert!(
            matches!(spec.unwrap().unwrap().kind, Kind::Exec(spec) if spec.path == "./fn" && spec.arguments == ["a"])
        );
        let spec = read(&config(
            "config.k8s.io/function: 'container: {image: img}', config.kubernetes.io/container: no",
        ));
        assert!(
            matches!(spec.unwrap().unwrap().kind, Kind::Container(spec) if spec.image == "img")
        );
        let spec = read(&config("config.kubernetes.io/container: img"));
        assert!(
            matches!(spec.unwrap().unwrap().kind, Kind::Container(spec) if spec.image == "img")
        );
        assert!(read(&config("other: x")).unwrap().is_none());
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for (text, message) in [
            (
                "'exec: {pth: ./fn}'",
                "the annotation config.kubernetes.io/function: exec has no field \"pth\"",
            ),
            (
                "'exec: ./fn'",
                "the annotation config.kubernetes.io/function: exec must be a mapping, not a string",
            ),
            (
                "'{}'",
                "the annotation config.kubernetes.io/function: it names neither a program nor an image",
            ),
        ] {
            let refused = read(&config(&format!("config.kubernetes.io/function: {text}")));
            assert_eq!(refused.err().unwrap().message(), message);
        }
    }
}
