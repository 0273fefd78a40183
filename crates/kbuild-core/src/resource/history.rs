//! What a resource was called before, and by whom.

use std::sync::Arc;

use kbuild_yaml::{EcoString, EcoVec, is_same_text};

/// The former ids of a resource, the original one first, and what its name got at its ends.
///
/// Most resources of a type have the same history but for their names: then they share it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct History {
    /// The name that it had at first, if it is remembered.
    first_name: EcoString,
    /// Other names that it had.
    other_names: EcoVec<EcoString>,
    /// None where there is nothing to remember.
    past: Option<Arc<Past>>,
}

/// A history without the names.
#[derive(Clone, Debug, Default, PartialEq)]
struct Past {
    /// Each once.
    ids: Vec<Former>,
    /// Innermost first.
    prefixes: Vec<EcoString>,
    /// Innermost first.
    suffixes: Vec<EcoString>,
}

#[derive(Clone, Debug, PartialEq)]
struct Former {
    kind: EcoString,
    namespace: EcoString,
    /// The number of the name: 0 for the first one.
    name: usize,
}

/// A former kind, name and namespace. Group and version are always the present ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PreviousId<'a> {
    pub(crate) kind: &'a str,
    pub(crate) name: &'a str,
    /// The namespace that counts, see [`ResourceId`](crate::identity::ResourceId).
    pub(crate) namespace: &'a str,
}

/// What became of a past last. Of the resources that follow each other, most of one type had the same one before, and will
/// have the same one.
#[derive(Default)]
pub(crate) struct Turn {
    before: Option<Arc<Past>>,
    after: Option<Arc<Past>>,
    /// What was remembered, if it was that.
    remembered: Option<Former>,
}

impl Turn {
    fn is_made_from(&self, past: Option<&Arc<Past>>) -> bool {
        self.after.is_some()
            && match (&self.before, past) {
                // One and the same mostly, or of resources that came another way.
                (Some(before), Some(past)) => Arc::ptr_eq(before, past) || before == past,
                (before, past) => before.is_none() && past.is_none(),
            }
    }
}

impl History {
    /// One of nothing but prefixes and suffixes, innermost first.
    pub(crate) fn of_affixes(prefixes: Vec<EcoString>, suffixes: Vec<EcoString>) -> History {
        let past = Past { prefixes, suffixes, ..Past::default() };
        History { past: (past != Past::default()).then(|| Arc::new(past)), ..History::default() }
    }

    /// True where it has always been called what it was called first, and got nothing at its ends.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.past.is_none()
    }

    fn formers(&self) -> &[Former] {
        self.past.as_ref().map_or(&[], |past| &past.ids)
    }

    fn id<'a>(&'a self, former: &'a Former) -> PreviousId<'a> {
        let name = match former.name.checked_sub(1) {
            None => self.first_name.as_str(),
            Some(other) => self.other_names.get(other).map_or("", EcoString::as_str),
        };
        PreviousId { kind: &former.kind, name, namespace: &former.namespace }
    }

    /// What it was called, the original id first; each once.
    #[inline]
    pub(crate) fn ids(&self) -> impl ExactSizeIterator<Item = PreviousId<'_>> {
        self.formers().iter().map(|former| self.id(former))
    }

    /// What it was called first, if it was renamed.
    #[inline]
    pub(crate) fn first(&self) -> Option<PreviousId<'_>> {
        self.formers().first().map(|former| self.id(former))
    }

    /// The names that it had; one that stayed while the namespace changed is there once.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        let mut last = None;
        let formers = self.formers().iter();
        formers
            .filter(move |former| last.replace(former.name) != Some(former.name))
            .map(|former| self.id(former).name)
    }

    /// True for what was called so.
    pub(crate) fn has_name(&self, name: &str) -> bool {
        !self.formers().is_empty()
            && (is_same_text(&self.first_name, name)
                || self.other_names.iter().any(|other| other == name))
    }

    /// True for what was of a kind that fits.
    pub(crate) fn has_kind(&self, fits: impl Fn(&str) -> bool) -> bool {
        self.formers().iter().any(|former| fits(&former.kind))
    }

    /// The prefixes that the name got, innermost first.
    pub(crate) fn prefixes(&self) -> &[EcoString] {
        self.past.as_ref().map_or(&[], |past| &past.prefixes)
    }

    /// The suffixes that the name got, innermost first.
    pub(crate) fn suffixes(&self) -> &[EcoString] {
        self.past.as_ref().map_or(&[], |past| &past.suffixes)
    }

    /// Remembers a former id, unless it is known.
    pub(crate) fn remember(&mut self, id: PreviousId<'_>, turn: &mut Turn) {
        let name = self.number_of(id.name);
        let is_it = |former: &Former| {
            former.name == name
                && is_same_text(&former.kind, id.kind)
                && is_same_text(&former.namespace, id.namespace)
        };
        if turn.is_made_from(self.past.as_ref()) && turn.remembered.as_ref().is_some_and(is_it) {
            self.past.clone_from(&turn.after);
            return;
        }
        let last = self.formers().last();
        // Most texts are those that were there before, or are short.
        let again = |text: &str, of_last: fn(&Former) -> &EcoString| match last.map(of_last) {
            Some(last) if is_same_text(last, text) => last.clone(),
            _ => text.into(),
        };
        let former = Former {
            kind: again(id.kind, |last| &last.kind),
            namespace: again(id.namespace, |last| &last.namespace),
            name,
        };
        let before = self.past.clone();
        if !self.formers().iter().any(is_it) {
            self.past_mut().ids.push(former.clone());
        }
        *turn = Turn { before, after: self.past.clone(), remembered: Some(former) };
    }

    /// The number of a name, which may be a new one.
    fn number_of(&mut self, name: &str) -> usize {
        if self.formers().is_empty() {
            self.first_name = name.into();
            return 0;
        }
        if is_same_text(&self.first_name, name) {
            return 0;
        }
        let known = self.other_names.iter().position(|other| other == name);
        1 + known.unwrap_or_else(|| {
            self.other_names.push(name.into());
            self.other_names.len().saturating_sub(1)
        })
    }

    /// Notes a prefix that the name gets.
    pub(crate) fn add_prefix(&mut self, prefix: &EcoString, turn: &mut Turn) {
        self.change(turn, |past| past.prefixes.push(prefix.clone()));
    }

    /// Notes a suffix that the name gets.
    pub(crate) fn add_suffix(&mut self, suffix: &EcoString, turn: &mut Turn) {
        self.change(turn, |past| past.suffixes.push(suffix.clone()));
    }

    /// Makes a change, which is the same one whenever it comes with this turn.
    fn change(&mut self, turn: &mut Turn, change: impl FnOnce(&mut Past)) {
        if !turn.is_made_from(self.past.as_ref()) {
            let before = self.past.clone();
            change(self.past_mut());
            *turn = Turn { before, after: self.past.clone(), remembered: None };
        }
        self.past.clone_from(&turn.after);
    }

    fn past_mut(&mut self) -> &mut Past {
        Arc::make_mut(self.past.get_or_insert_default())
    }

    /// True for two that went through the same outermost layers: the shorter list of prefixes ends the longer one, and the
    /// same for suffixes. With `or_none`, a list that is empty on either side fits too.
    pub(crate) fn fits(&self, other: &History, or_none: bool) -> bool {
        ends_alike(self.prefixes(), other.prefixes(), or_none)
            && ends_alike(self.suffixes(), other.suffixes(), or_none)
    }
}

fn ends_alike(one: &[EcoString], other: &[EcoString], or_none: bool) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    if short.is_empty() { or_none || long.is_empty() } else { long.ends_with(short) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(name: &'static str, namespace: &'static str) -> PreviousId<'static> {
        PreviousId { kind: "Secret", name, namespace }
    }

    #[test]
    fn each_id_is_remembered_once() {
        let mut history = History::default();
        let all =
            [id("a", "x"), id("a", "y"), id("b", "y"), id("a", "x"), id("b", "y"), id("a", "z")];
        all.iter().for_each(|one| history.remember(*one, &mut Turn::default()));
        let expected = [id("a", "x"), id("a", "y"), id("b", "y"), id("a", "z")];
        assert!(history.ids().eq(expected));
        assert!(history.names().eq(["a", "b", "a"]));
        assert!(history.has_name("b") && !history.has_name("c"));
    }

    #[test]
    fn what_is_shared_is_the_same() {
        let prefix = EcoString::from("p-");
        let steps = [id("a", "x"), id("b", "x"), id("a", "x"), id("c", "y"), id("c", "x")];
        let (mut first, mut second, mut third) =
            (Turn::default(), Turn::default(), Turn::default());
        for one in &steps {
            for two in &steps {
                let (mut shared, mut alone) = (History::default(), History::default());
                shared.remember(*one, &mut first);
                shared.add_prefix(&prefix, &mut second);
                shared.remember(*two, &mut third);
                alone.remember(*one, &mut Turn::default());
                alone.add_prefix(&prefix, &mut Turn::default());
                alone.remember(*two, &mut Turn::default());
                assert_eq!(shared, alone);
            }
        }
    }
}
