//! Finds rendered resources and their fields by the names that a person writes.

use std::collections::HashMap;

use kbuild_yaml::{Entry, Node, Value};

use crate::field::path::split;
use crate::identity::ResourceId;
use crate::nearest::nearest;
use crate::rendered::Rendered;
use crate::resource::Resource;

/// Kind and name, with the group where another resource has both, too, and with the namespace where there is one.
fn full_name(resource: &Resource, id: &ResourceId, is_shared: bool) -> String {
    let (kind, group) = (resource.kind(), &id.gvk.group);
    let group = if is_shared && !group.is_empty() { format!(".{group}") } else { String::new() };
    match id.namespace.as_str() {
        _ if resource.namespace().is_empty() => format!("{kind}{group}/{}", id.name),
        namespace => format!("{kind}{group}/{}.{namespace}", id.name),
    }
}

/// Why nothing, or nothing in particular, is found.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LookupError {
    /// There is no such resource.
    #[error("there is no resource {wanted}")]
    NoResource {
        /// What was looked for.
        wanted: String,
        /// The resource that may be meant.
        nearest: Option<String>,
    },
    /// Several resources are called like this.
    #[error("{wanted} may be any of {}", found.join(", "))]
    SeveralResources {
        /// What was looked for.
        wanted: String,
        /// The resources.
        found: Vec<String>,
    },
    /// There is no such field.
    #[error("there is no {wanted} in {within}")]
    NoField {
        /// The part of the path that leads nowhere.
        wanted: String,
        /// The path up to there; `the resource` for its top.
        within: String,
        /// The path of the field that may be meant.
        nearest: Option<String>,
    },
}

impl LookupError {
    /// What may be meant instead.
    pub fn nearest(&self) -> Option<&str> {
        match self {
            LookupError::NoResource { nearest, .. } | LookupError::NoField { nearest, .. } => {
                nearest.as_deref()
            }
            LookupError::SeveralResources { .. } => None,
        }
    }
}

/// A value that holds no other values, and the way to it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Leaf<'a> {
    /// The path, as [`Rendered::field`] takes it.
    pub path: String,
    /// The value: a scalar, an empty mapping or an empty list.
    pub node: &'a Node,
}

impl Rendered {
    /// The resource that is called `Kind/name` or `Kind/name.namespace`; the kind may be `Kind.group`, and may be left out.
    ///
    /// What a resource was called first, without prefixes and hashes, counts where none is called so in the end.
    ///
    /// ```
    /// use kbuild_core::{MemoryHost, Options, render};
    ///
    /// let host = MemoryHost::from_iter([
    ///     ("kustomization.yaml", "resources: [cm.yaml]\nnamePrefix: dev-\n"),
    ///     ("cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\n  labels: {a.b/c: d}\n"),
    /// ]);
    /// let rendered = render(&host, ".", &Options::default())?;
    /// let resource = rendered.resource("ConfigMap/app").unwrap();
    /// assert_eq!(resource.name(), "dev-app");
    /// let label = rendered.field(resource, "metadata.labels.[a.b/c]").unwrap();
    /// assert_eq!(label.text(), Some("d"));
    /// # Ok::<(), kbuild_core::Error>(())
    /// ```
    ///
    /// # Errors
    /// There is none, or several.
    pub fn resource(&self, wanted: &str) -> Result<&Resource, LookupError> {
        let (kind, name) = wanted.split_once('/').unwrap_or(("", wanted));
        let of_kind: Vec<&Resource> =
            self.resources().iter().filter(|resource| is_kind(resource, kind)).collect();
        let called = |is_called: &dyn Fn(&Resource) -> bool| {
            of_kind.iter().copied().filter(|resource| is_called(resource)).collect::<Vec<_>>()
        };
        let now = |resource: &Resource| resource.name() == name;
        let now_in_namespace = |resource: &Resource| {
            name.strip_prefix(resource.name()).and_then(|rest| rest.strip_prefix('.'))
                == Some(&resource.id().namespace)
        };
        let first = |resource: &Resource| resource.original_id().name == name;
        let first_in_namespace = |resource: &Resource| {
            let rest = name.strip_prefix(resource.original_id().name.as_str());
            rest.and_then(|rest| rest.strip_prefix('.')) == Some(&resource.id().namespace)
        };
        let ways: [&dyn Fn(&Resource) -> bool; 4] =
            [&now, &now_in_namespace, &first, &first_in_namespace];
        for way in ways {
            match called(way).as_slice() {
                [] => {}
                [one] => return Ok(one),
                several => {
                    return Err(LookupError::SeveralResources {
                        wanted: wanted.to_owned(),
                        found: several
                            .iter()
                            .map(|resource| self.resource_name(resource))
                            .collect(),
                    });
                }
            }
        }
        let all = self.resource_names().into_iter().zip(self.resources());
        let names: Vec<String> = all
            .flat_map(|(own, resource)| {
                let (kind, name) = (resource.kind(), resource.name());
                let first = resource.original_id().name;
                [own, format!("{kind}/{name}"), format!("{kind}/{first}")]
            })
            .collect();
        let near = nearest(wanted, names.iter().map(String::as_str)).map(str::to_owned);
        // The name alone may be right.
        let near = near.or_else(|| {
            let same = |resource: &&Resource| resource.name() == name;
            self.resources().iter().find(same).map(|resource| self.resource_name(resource))
        });
        Err(LookupError::NoResource { wanted: wanted.to_owned(), nearest: near })
    }

    /// A name by which [`resource`](Rendered::resource) finds this resource again.
    pub fn resource_name(&self, resource: &Resource) -> String {
        let id = resource.id();
        let is_like = |other: &&Resource| {
            other.kind() == resource.kind()
                && other.name() == resource.name()
                && other.id().namespace == id.namespace
        };
        full_name(resource, &id, self.resources().iter().filter(is_like).count() > 1)
    }

    /// The [names](Rendered::resource_name) of all resources, in their order.
    pub fn resource_names(&self) -> Vec<String> {
        let ids: Vec<ResourceId> = self.resources().iter().map(Resource::id).collect();
        let all = || self.resources().iter().zip(&ids);
        let key = |(resource, id): (&Resource, &ResourceId)| {
            (resource.kind().to_owned(), id.name.clone(), id.namespace.clone())
        };
        let mut counts: HashMap<_, usize> = HashMap::with_capacity(ids.len());
        all().for_each(|pair| *counts.entry(key(pair)).or_default() += 1);
        let is_shared = |pair| counts.get(&key(pair)).is_some_and(|count| *count > 1);
        all().map(|pair| full_name(pair.0, pair.1, is_shared(pair))).collect()
    }

    /// The field of a resource at a path such as `spec.template.spec.containers[name=web].image`.
    ///
    /// Parts are separated by dots. An item of a list is `[0]`, `[name=web]` or, by its own text, `[=web]`; a key with dots
    /// stands in brackets, or its dots behind backslashes. An empty path is the resource itself.
    ///
    /// # Errors
    /// There is no such field.
    pub fn field<'a>(&self, resource: &'a Resource, path: &str) -> Result<&'a Node, LookupError> {
        let mut node = resource.node();
        let mut within = String::new();
        for part in parts(path) {
            match child(node, &part) {
                Some((step, next)) => {
                    within.push_str(&step);
                    node = next;
                }
                None => return Err(no_field(node, &part, &within)),
            }
        }
        Ok(node)
    }

    /// The values of a resource that hold no others, in the order of the output; of those below `path` alone, if it is not
    /// empty.
    ///
    /// # Errors
    /// There is no such field.
    pub fn leaves<'a>(
        &self,
        resource: &'a Resource,
        path: &str,
    ) -> Result<Vec<Leaf<'a>>, LookupError> {
        let top = self.field(resource, path)?;
        let mut way = String::new();
        let mut node = resource.node();
        for part in parts(path) {
            let Some((step, next)) = child(node, &part) else { break };
            way.push_str(&step);
            node = next;
        }
        let mut leaves = Vec::new();
        collect(top, &mut way, &mut leaves);
        Ok(leaves)
    }
}

fn is_kind(resource: &Resource, kind: &str) -> bool {
    let (kind, group) = match kind.split_once('.') {
        Some((kind, group)) => (kind, Some(group)),
        None => (kind, None),
    };
    (kind.is_empty() || resource.kind().eq_ignore_ascii_case(kind))
        && group.is_none_or(|group| resource.gvk().group == group)
}

/// The parts of a path. A bracket begins a part, whether or not a dot stands before it.
fn parts(path: &str) -> Vec<String> {
    let mut dotted = String::with_capacity(path.len() + 4);
    let mut is_open = false;
    for letter in path.chars() {
        match letter {
            '[' if !is_open => {
                if !dotted.is_empty() && !dotted.ends_with('.') {
                    dotted.push('.');
                }
                is_open = true;
            }
            ']' => is_open = false,
            _ => {}
        }
        dotted.push(letter);
    }
    split(&dotted).into_iter().filter(|part| !part.is_empty()).collect()
}

/// What a part of a path leads to, and how that part is best written.
fn child<'a>(node: &'a Node, part: &str) -> Option<(String, &'a Node)> {
    let inner = part.strip_prefix('[').and_then(|part| part.strip_suffix(']')).unwrap_or(part);
    match &node.value {
        Value::Mapping(mapping) => {
            let key = if mapping.contains_key(part) { part } else { inner };
            mapping.get(key).map(|next| (key_step(key), next))
        }
        Value::Sequence(items) => {
            let index = match inner.split_once('=') {
                None => inner.parse::<usize>().ok(),
                Some((field, value)) => items.iter().position(|item| {
                    let item = if field.is_empty() { Some(item) } else { item.get(field) };
                    item.and_then(Node::as_scalar).is_some_and(|scalar| scalar.text == value)
                }),
            }?;
            items.get(index).map(|next| (item_step(items, index), next))
        }
        Value::Scalar(_) => None,
    }
}

fn no_field(node: &Node, part: &str, within: &str) -> LookupError {
    let steps: Vec<String> = match &node.value {
        Value::Mapping(mapping) => mapping.iter().map(|entry| key_step(&entry.key.text)).collect(),
        Value::Sequence(items) => (0..items.len()).map(|index| item_step(items, index)).collect(),
        Value::Scalar(_) => Vec::new(),
    };
    let bare = |step: &str| step.trim_matches(['.', '[', ']']).to_owned();
    let bares: Vec<String> = steps.iter().map(|step| bare(step)).collect();
    let near = nearest(&bare(part), bares.iter().map(String::as_str));
    let near = near.and_then(|near| bares.iter().position(|bare| bare == near));
    let near = near.and_then(|index| steps.get(index));
    LookupError::NoField {
        wanted: part.to_owned(),
        within: if within.is_empty() { "the resource".to_owned() } else { within[1..].to_owned() },
        nearest: near.map(|step| format!("{within}{step}").trim_start_matches('.').to_owned()),
    }
}

fn collect<'a>(node: &'a Node, path: &mut String, leaves: &mut Vec<Leaf<'a>>) {
    let length = path.len();
    match &node.value {
        Value::Mapping(mapping) if !mapping.is_empty() => {
            for Entry { key, value } in mapping.in_order() {
                path.push_str(&key_step(&key.text));
                collect(value, path, leaves);
                path.truncate(length);
            }
        }
        Value::Sequence(items) if !items.is_empty() => {
            for (index, item) in items.iter().enumerate() {
                path.push_str(&item_step(items, index));
                collect(item, path, leaves);
                path.truncate(length);
            }
        }
        _ => leaves.push(Leaf { path: path.trim_start_matches('.').to_owned(), node }),
    }
}

/// A key as a part of a path.
fn key_step(key: &str) -> String {
    if !key.contains('.') {
        format!(".{key}")
    } else if key.contains(['=', '[', ']', '\\']) {
        format!(".{}", key.replace('.', "\\."))
    } else {
        format!(".[{key}]")
    }
}

/// An item as a part of a path: by its name, if it is the only one of that name.
fn item_step(items: &[Node], index: usize) -> String {
    let name = |item: &Node| item.get("name").and_then(Node::text).map(str::to_owned);
    let own = items.get(index).and_then(name).filter(|name| !name.contains([']', '\\']));
    match own {
        // A list is short where its items have names; one that is not gets numbers.
        Some(own)
            if items.len() <= 100
                && items.iter().filter(|item| name(item).as_ref() == Some(&own)).count() == 1 =>
        {
            format!("[name={own}]")
        }
        _ => format!("[{index}]"),
    }
}

#[cfg(test)]
mod tests {
    use crate::{MemoryHost, Options, Rendered, render};

    fn rendered() -> Rendered {
        let host = MemoryHost::from_iter([
            ("kustomization.yaml", "resources: [all.yaml]\nnameSuffix: -x\n"),
            (
                "all.yaml",
                "apiVersion: v1\nkind: Pod\nmetadata: {name: a.b, annotations: {x.y/z: '1', p: q}}\nspec:\n  containers:\n  - {name: web, args: [--a=b, c], image: w}\n  - {name: log.er, image: l}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b-x}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: c}\n",
            ),
        ]);
        render(&host, ".", &Options::default()).unwrap()
    }

    #[track_caller]
    fn finds(wanted: &str, expected: &str) {
        let rendered = rendered();
        let found = match rendered.resource(wanted) {
            Ok(resource) => rendered.resource_name(resource),
            Err(error) => match error.nearest() {
                Some(near) => format!("{error}; {near}?"),
                None => error.to_string(),
            },
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn resources_are_found_by_name() {
        finds("Pod/a.b-x", "Pod/a.b-x");
        finds("pod/a.b", "Pod/a.b-x");
        finds("a-x.b-x", "Pod/a-x.b-x");
        finds("Pod/a.c", "Pod/a-x.c");
        finds("Pod/a", "Pod/a may be any of Pod/a-x.b-x, Pod/a-x.c");
        finds("Pid/a.c", "there is no resource Pid/a.c; Pod/a.b?");
        finds("Pod.apps/a.c", "there is no resource Pod.apps/a.c");
    }

    #[test]
    fn every_path_that_is_shown_leads_back() {
        let rendered = rendered();
        for resource in rendered.resources() {
            for leaf in rendered.leaves(resource, "").unwrap() {
                let found = rendered.field(resource, &leaf.path).unwrap();
                assert!(std::ptr::eq(found, leaf.node), "{}", leaf.path);
            }
        }
        let resource = rendered.resource("Pod/a.b").unwrap();
        let paths = |path: &str| {
            let leaves = rendered.leaves(resource, path);
            leaves.map(|leaves| {
                leaves.into_iter().map(|leaf| leaf.path).collect::<Vec<_>>().join(" ")
            })
        };
        assert_eq!(
            paths("metadata.annotations").unwrap(),
            "metadata.annotations.p metadata.annotations.[x.y/z]"
        );
        assert_eq!(
            paths("spec.containers.0").unwrap(),
            "spec.containers[name=web].args[0] spec.containers[name=web].args[1] spec.containers[name=web].image spec.containers[name=web].name"
        );
        assert_eq!(
            paths("spec.containers[name=log.er].image").unwrap(),
            "spec.containers[name=log.er].image"
        );
        assert_eq!(paths(r"metadata.annotations.x\.y/z").unwrap(), "metadata.annotations.[x.y/z]");
        assert_eq!(
            paths("spec.containers.[name=web].args[=--a=b]").unwrap(),
            "spec.containers[name=web].args[0]"
        );
    }

    #[test]
    fn a_missing_field_has_a_neighbour() {
        let rendered = rendered();
        let resource = rendered.resource("Pod/a.b").unwrap();
        let error = rendered.field(resource, "spec.containers[name=wev].image").unwrap_err();
        assert_eq!(error.to_string(), "there is no [name=wev] in spec.containers");
        assert_eq!(error.nearest(), Some("spec.containers[name=web]"));
        let error = rendered.field(resource, "specs").unwrap_err();
        assert_eq!(
            (error.to_string().as_str(), error.nearest()),
            ("there is no specs in the resource", Some("spec"))
        );
        assert!(rendered.field(resource, "kind.x").is_err());
    }
}
