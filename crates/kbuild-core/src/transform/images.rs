//! `images`.

use kbuild_yaml::{EcoString, NodeId, NodeRef, Tree};

use super::answers::Answers;
use super::container_lists::{find_container_lists, is_container_list};
use super::each::{Each, FEW, ForEach, Which};
use super::findings::Findings;
use super::image_entry::{Entry, Matched};
use super::image_name::{ByLastPart, ImageName};
use super::{Layer, Transformers, only};
use crate::code::Code;
use crate::error::Error;
use crate::field::set::set_text;
use crate::field::{ByKind, FieldSpec, Make, Reached};
use crate::kustomization::{Fields, Input, field_spec, image};
use crate::resource::{Content, Parts, Resource, ResourceSet};
use crate::source::Trail;

pub(super) fn from_images(layer: &mut Layer) -> Result<Transformers, Error> {
    let entries: Vec<Entry> =
        layer.kustomization.images.iter().map(|image| Entry::new(image.clone())).collect();
    only((!entries.is_empty()).then(|| Images::new(entries, layer.config.images.to_vec())))
}

const FIELDS: &[&str] = &["imageTag", "fieldSpecs"];

pub(super) fn from_config(_: &mut Layer, config: &Resource) -> Result<Transformers, Error> {
    let node = config.to_configuration();
    let fields = Fields::new(Input::plugin(&node), "an ImageTagTransformer", FIELDS)?;
    let image = fields.get("imageTag").map(image).transpose()?.unwrap_or_default();
    let entries = vec![Entry::new(image)];
    only(Some(Images::new(entries, fields.items("fieldSpecs", field_spec)?)))
}

/// Renames, tags and pins images.
struct Images {
    entries: Vec<Entry>,
    fields: Vec<FieldSpec>,
    /// Which entries may match an image, where there are many.
    by_last_part: Option<ByLastPart>,
}

impl Images {
    fn new(entries: Vec<Entry>, fields: Vec<FieldSpec>) -> Images {
        let by_last_part = (entries.len() > FEW)
            .then(|| ByLastPart::new(entries.iter().map(|entry| &entry.matcher)));
        Images { entries, fields, by_last_part }
    }

    /// The first entry from a number on that may match an image.
    fn candidate(&self, image: &str, from: usize) -> Option<usize> {
        match &self.by_last_part {
            Some(index) => index.candidate(image, from),
            None => (from < self.entries.len()).then_some(from),
        }
    }
}

impl ForEach for Images {
    fn begin(&self) -> Box<dyn Each + '_> {
        let by_kind = ByKind::new(&self.fields, false);
        let (reached, lists, matched) = (Vec::new(), Vec::new(), self.nothing());
        let texts = Default::default();
        let left_alone = Answers::default();
        Box::new(Updating { images: self, left_alone, by_kind, reached, lists, matched, texts })
    }

    fn finish(&self, findings: Findings, resources: &mut ResourceSet) -> Result<(), Error> {
        self.warn(findings.matched, resources);
        Ok(())
    }

    fn goes_alone(&self) -> bool {
        self.fields.iter().any(FieldSpec::may_rename)
    }

    fn counts_as(&self) -> usize {
        self.entries.len()
    }
}

struct Updating<'a> {
    images: &'a Images,
    /// Whether nothing is to be changed in resources of a type.
    left_alone: Answers,
    by_kind: ByKind<'a, FieldSpec>,
    /// The specs for the resource at hand.
    reached: Vec<Reached<'a, FieldSpec>>,
    /// Its lists of containers, and how often each entry is applied there.
    lists: Vec<(NodeId, usize)>,
    /// What each entry has matched so far.
    matched: Vec<Matched>,
    /// Room for an image as it is and as it is to be.
    texts: [String; 2],
}

/// Who is told of changes and matches, and room for an image as it is and as it is to be.
struct Notes<'a> {
    trail: &'a Trail,
    matched: &'a mut [Matched],
    texts: &'a mut [String; 2],
}

impl Each for Updating<'_> {
    fn change(&mut self, which: Which, resource: &mut Resource) -> Result<(), Error> {
        let Updating { images, left_alone, by_kind, reached, lists, matched, texts } = self;
        if left_alone.get(which, || resource.kind() == "CustomResourceDefinition") {
            return Ok(());
        }
        by_kind.reached_by(which.of_type, || resource.gvk_ref(), resource.node(), reached);
        let Parts { content, trail, shared, .. } = &mut **resource;
        let notes = &mut Notes { trail, matched, texts };
        if find_container_lists(content.root(), reached, lists) {
            images.update_containers(content, lists, notes)?;
        }
        let is_tied = !reached.is_empty() && shared.ends_in(|key| key == "image");
        reached.iter().try_for_each(|reached| {
            // The images of containers are up to date already; the walk still makes lists of nulls.
            let times = if is_container_image(reached.spec) { 0 } else { 1 };
            if times == 0 && reached.is_at_end() && !is_tied {
                return Ok(());
            }
            reached
                .visit(content, Make::Nothing, &mut |tree, node| {
                    images.update(tree, node, times, notes)?;
                    shared.spread_from(tree, node);
                    Ok(())
                })
                .map_err(|error| match images.entries.first() {
                    Some(entry) if error.code() == Code::UNREACHABLE_FIELD => error
                        .related("images are looked for there as this asks for", entry.image.place),
                    _ => error,
                })
        })
    }

    fn findings(&mut self) -> Findings {
        let matched = std::mem::replace(&mut self.matched, self.images.nothing());
        Findings { matched, ..Findings::default() }
    }
}

/// True for the fields that [`Images::update_containers`] reaches in every resource.
fn is_container_image(spec: &FieldSpec) -> bool {
    matches!(spec.path.as_slice(), [.., list, image] if image.name == "image" && is_container_list(&list.name))
}

/// The names of all images of containers below a node.
fn collect_names(node: NodeRef<'_>, names: &mut Vec<EcoString>) {
    for child in node.children() {
        collect_names(child, names);
        if is_container_list(child.key()) {
            let containers = child.as_sequence().into_iter().flatten();
            let images = containers.filter_map(|container| container.get("image")?.text());
            names.extend(images.map(|image| ImageName::new(image).name.into()));
        }
    }
}

impl Images {
    /// What the entries have matched where they have seen nothing.
    fn nothing(&self) -> Vec<Matched> {
        vec![Matched::Nothing; self.entries.len()]
    }

    fn warn(&self, matched: Vec<Matched>, resources: &mut ResourceSet) {
        let mut known = None;
        for (entry, matched) in self.entries.iter().zip(matched) {
            let mut names = || {
                if !resources.may_search() {
                    return Vec::new();
                }
                let collect = || {
                    let mut names = Vec::new();
                    resources
                        .iter()
                        .for_each(|resource| collect_names(resource.node(), &mut names));
                    names.sort_unstable();
                    names.dedup();
                    names
                };
                known.get_or_insert_with(collect).clone()
            };
            if let Some(warning) = entry.warning(matched, &mut names) {
                resources.warn(warning);
            }
        }
    }

    /// Updates the images of what [`find_container_lists`] has found.
    ///
    /// The reference does this first and follows the field specs then, so that an entry is applied twice where both
    /// lead to the same field: a tag's suffix is added twice there.
    fn update_containers(
        &self,
        content: &mut Content,
        lists: &[(NodeId, usize)],
        notes: &mut Notes<'_>,
    ) -> Result<(), Error> {
        for &(list, times) in lists {
            if content.at(list).is_mapping() {
                // No list: only the field specs lead on from here.
                if times == 2 {
                    self.update_container(content, list, 1, notes)?;
                }
                continue;
            }
            let mut next = content.first_child(list);
            while let Some(container) = next {
                next = content.next_sibling(container);
                self.update_container(content, container, times, notes)?;
            }
        }
        Ok(())
    }

    fn update_container(
        &self,
        tree: &mut Tree,
        container: NodeId,
        times: usize,
        notes: &mut Notes<'_>,
    ) -> Result<(), Error> {
        let here = tree.at(container);
        if here.is_null() {
            return Ok(());
        }
        if !here.is_mapping() {
            return Err(Error::new(
                Code::WRONG_SHAPE,
                format!("a container is expected here, not {}", here.describe()),
            )
            .at(here.place()));
        }
        match tree.find(container, "image") {
            Some(image) => self.update(tree, image, times, notes),
            None => Ok(()),
        }
    }

    /// Applies every entry to an image so many times.
    fn update(
        &self,
        tree: &mut Tree,
        node: NodeId,
        times: usize,
        notes: &mut Notes<'_>,
    ) -> Result<(), Error> {
        let here = tree.at(node);
        let Some(scalar) = here.as_scalar() else {
            return Err(Error::new(
                Code::WRONG_SHAPE,
                format!("an image is expected here, not {}", here.describe()),
            )
            .at(here.place()));
        };
        if times == 0 {
            return Ok(());
        }
        let [image, next] = &mut *notes.texts;
        let mut last: Option<&Entry> = None;
        let mut from = 0;
        loop {
            let now = if last.is_none() { scalar.text } else { &**image };
            let Some(number) = self.candidate(now, from) else { break };
            let entry = &self.entries[number];
            let matched = &mut notes.matched[number];
            for _ in 0..if entry.is_final { 1 } else { times } {
                let now = if last.is_none() { scalar.text } else { &**image };
                if entry.matches(now, matched) {
                    entry.apply_to(now, next);
                    std::mem::swap(image, next);
                    last = Some(entry);
                }
            }
            from = number + 1;
        }
        let Some(entry) = last else { return Ok(()) };
        let is_plain = scalar.plain;
        notes.trail.mark(tree, node, entry.image.place);
        match &entry.constant {
            Some(constant) if is_plain => tree.put_scalar(node, constant.root()),
            _ => set_text(tree, node, image),
        }
        Ok(())
    }
}
