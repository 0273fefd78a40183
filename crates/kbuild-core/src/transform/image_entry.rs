//! An entry of `images`: which images it is for, what becomes of them, and what there is to say in the end.

use kbuild_yaml::{EcoString, Tree};

use super::image_name::{ImageName, NameMatcher};
use crate::code::Code;
use crate::diagnostic::Diagnostic;
use crate::kustomization::Image;
use crate::nearest::{did_you_mean, nearest};

/// An entry at work.
pub(super) struct Entry {
    pub(super) matcher: NameMatcher,
    pub(super) image: Image,
    /// What becomes of every image that it matches, where that is one and the same.
    pub(super) constant: Option<Tree>,
    /// True where it certainly does nothing when it is applied to an image for a second time.
    pub(super) is_final: bool,
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
    pub(super) fn new(image: Image) -> Entry {
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
    pub(super) fn matches(&self, image: &str, matched: &mut Matched) -> bool {
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
    pub(super) fn apply_to(&self, image: &str, result: &mut String) {
        match &self.constant {
            Some(constant) => {
                result.clear();
                result.push_str(constant.root().as_scalar().map_or("", |scalar| scalar.text));
            }
            None => self.image.apply_to(image, result),
        }
    }

    /// What there is to say once all resources have been seen. `names` are those of all images.
    pub(super) fn warning(
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
