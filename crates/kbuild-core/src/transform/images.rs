//! `images`.

use kbuild_yaml::{EcoString, NodeId, NodeRef, Tree};

use super::answers::Answers;
use super::container_lists::{find_container_lists, is_container_list};
use super::each::{Each, FEW, ForEach, Which};
use super::findings::Findings;
use super::image_name::{ByLastPart, ImageName, NameMatcher};
use super::{Layer, Transformers, only};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::field::set::set_text;
use crate::field::{ByKind, FieldSpec, Make, Reached};
use crate::kustomization::{Fields, Image, Input, field_spec, image};
use crate::nearest::{did_you_mean, nearest};
use crate::resource::{Content, Resource, ResourceSet};
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

struct Entry {
    matcher: NameMatcher,
    image: Image,
    /// What becomes of every image that it matches, where that is one and the same.
    constant: Option<Tree>,
    /// True where it certainly does nothing when it is applied to an image for a second time.
    is_final: bool,
}

/// What an entry has matched so far.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) enum Matched {
    #[default]
    Nothing,
    Name,
    /// An image of another name, because a dot stands for any character.
    Other(EcoString),
}

impl Matched {
    /// Adds what the entry has matched later.
    pub(super) fn join(&mut self, later: Matched) {
        match later {
            Matched::Nothing => {}
            Matched::Name if *self != Matched::Nothing => {}
            later => *self = later,
        }
    }
}

impl Entry {
    fn new(image: Image) -> Entry {
        let matcher = NameMatcher::new(&image.name);
        let is_pinned = !image.new_tag.is_empty() || !image.digest.is_empty();
        let constant = (is_pinned && !image.new_name.is_empty()).then(|| {
            let (mut text, mut tree) = (String::new(), Tree::default());
            image.apply_to("", &mut text);
            tree.set_untagged(Tree::ROOT, &text);
            tree
        });
        let keeps_name = image.new_name.is_empty()
            && image.tag_suffix.is_empty()
            && !image.new_tag.contains('/')
            && !image.digest.contains('/');
        // Where a dot stands for any character, the new image may be another that matches.
        let is_final = keeps_name || (constant.is_some() && !image.name.contains('.'));
        Entry { matcher, image, constant, is_final }
    }

    /// True where it is for this image; that is noted in `matched`.
    fn matches(&self, image: &str, matched: &mut Matched) -> bool {
        if !self.matcher.matches(image) {
            return false;
        }
        matched.join(match !image.starts_with(&*self.image.name) && self.matcher.is_name() {
            true => Matched::Other(ImageName::new(image).name.into()),
            false => Matched::Name,
        });
        true
    }

    /// Writes into `result` what becomes of an image.
    fn apply_to(&self, image: &str, result: &mut String) {
        match &self.constant {
            Some(constant) => {
                result.clear();
                result.push_str(constant.root().as_scalar().map_or("", |scalar| scalar.text));
            }
            None => self.image.apply_to(image, result),
        }
    }

    /// What there is to say once all resources have been seen. `names` are those of all images.
    fn warning(
        &self,
        matched: Matched,
        names: &mut dyn FnMut() -> Vec<EcoString>,
    ) -> Option<Diagnostic> {
        let name = &self.image.name;
        let warning = match matched {
            Matched::Name => return None,
            Matched::Nothing => {
                let warning = Diagnostic::warning(
                    Code::IMAGE_WITHOUT_MATCH,
                    format!("the entry changes nothing: there is no image {name}"),
                );
                let names = names();
                match nearest(name, names.iter().map(EcoString::as_str)) {
                    Some(near) => warning.hint_with(did_you_mean(name, near)),
                    None => warning.hint_with("write the name as the containers have it, without the tag"),
                }
            }
            Matched::Other(other) => Diagnostic::warning(
                Code::SELECTOR_IS_A_PATTERN,
                format!("the name {name} is a regular expression, in which a dot is any character: it matches {other} too"),
            )
            .hint_with(format!("write {} to mean this name alone", name.as_str().replace('.', "\\."))),
        };
        Some(warning.at(self.image.place).mark(&**name))
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
        let Resource { content, trail, shared, .. } = resource;
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

impl Image {
    /// Writes into `result` what becomes of an image.
    fn apply_to(&self, image: &str, result: &mut String) {
        let ImageName { name, tag, digest } = ImageName::new(image);
        let name = if self.new_name.is_empty() { name } else { &self.new_name };
        let (tag, suffix, digest) = match (self.new_tag.is_empty(), self.digest.is_empty()) {
            (false, _) => (self.new_tag.as_str(), "", self.digest.as_str()),
            (true, false) => ("", "", self.digest.as_str()),
            (true, true) if !self.tag_suffix.is_empty() => (tag, self.tag_suffix.as_str(), ""),
            (true, true) => (tag, "", digest),
        };
        result.clear();
        result.push_str(name);
        if !tag.is_empty() || !suffix.is_empty() {
            result.push(':');
            result.push_str(tag);
            result.push_str(suffix);
        }
        if !digest.is_empty() {
            result.push('@');
            result.push_str(digest);
        }
    }
}
