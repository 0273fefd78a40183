//! Finds rendered resources and their fields by the names that a person writes.

mod path;

use std::collections::HashMap;

use kbuild_yaml::NodeRef;

use crate::identity::ResourceId;
use crate::nearest::nearest;
use crate::rendered::Rendered;
use crate::resource::Resource;
use path::{child, collect, no_field, parts};

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
    /// A path has a bracket without an end.
    #[error("a bracket is not closed in {path}")]
    OpenBracket {
        /// The path.
        path: String,
    },
}

impl LookupError {
    /// What may be meant instead.
    pub fn nearest(&self) -> Option<&str> {
        match self {
            LookupError::NoResource { nearest, .. } | LookupError::NoField { nearest, .. } => {
                nearest.as_deref()
            }
            LookupError::SeveralResources { .. } | LookupError::OpenBracket { .. } => None,
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
    pub node: NodeRef<'a>,
}

impl Rendered {
    /// The resource that is called `Kind/name` or `Kind/name.namespace`; the kind may be `Kind.group`, and may be left out.
    ///
    /// What a resource was called first, without prefixes and hashes, counts where none is called so in the end.
    ///
    /// This looks at all resources. Whoever wants to find many goes over [`resources`](Rendered::resources) once, with
    /// [`resource_names`](Rendered::resource_names) beside them.
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

    /// A name by which [`resource`](Rendered::resource) finds this resource again. This looks at all resources;
    /// [`resource_names`](Rendered::resource_names) gives the names of all at the cost of one.
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
    /// There is no such field, or a bracket has no end.
    pub fn field<'a>(
        &self,
        resource: &'a Resource,
        path: &str,
    ) -> Result<NodeRef<'a>, LookupError> {
        let mut node = resource.node();
        let mut within = String::new();
        let parts = parts(path)?;
        for (index, part) in parts.iter().enumerate() {
            match child(node, part) {
                Some((step, next)) => {
                    within.push_str(&step);
                    node = next;
                }
                None => return Err(no_field(node, part, &parts[index + 1..], &within)),
            }
        }
        Ok(node)
    }

    /// The values of a resource that hold no others, in the order of the output; of those below `path` alone, if it is not
    /// empty.
    ///
    /// # Errors
    /// As [`field`](Rendered::field).
    pub fn leaves<'a>(
        &self,
        resource: &'a Resource,
        path: &str,
    ) -> Result<Vec<Leaf<'a>>, LookupError> {
        let top = self.field(resource, path)?;
        let mut way = String::new();
        let mut node = resource.node();
        for part in parts(path)? {
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
                assert_eq!(found.id(), leaf.node.id(), "{}", leaf.path);
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
        let nearest = |path: &str| {
            let error = rendered.field(resource, path).unwrap_err();
            error.nearest().map(str::to_owned)
        };
        let annotation = Some("metadata.annotations.[x.y/z]".to_owned());
        for path in ["x.y/z", "['x.y/z']", "x.y/zz"] {
            assert_eq!(nearest(&format!("metadata.annotations.{path}")), annotation, "{path}");
        }
        assert_eq!(
            nearest("metadata.annotations.x.y/z.a").as_deref(),
            Some("metadata.annotations.[x.y/z].a")
        );
        let error = rendered.field(resource, "spec['containers").unwrap_err();
        assert_eq!(error.to_string(), "a bracket is not closed in spec['containers");
    }
}
