//! The names of vars in texts.

use std::borrow::Cow;
use std::collections::HashMap;

/// The names of vars, numbered in their order, for texts that may name them as `$(NAME)`.
pub(super) struct VarNames<'a> {
    names: Vec<&'a str>,
    numbers: HashMap<&'a str, usize>,
    /// How many bytes the longest has.
    longest: usize,
}

impl<'a> VarNames<'a> {
    pub(super) fn new(names: impl Iterator<Item = &'a str>) -> VarNames<'a> {
        let names: Vec<&str> = names.collect();
        let mut numbers = HashMap::with_capacity(names.len());
        for (number, name) in names.iter().enumerate() {
            numbers.entry(*name).or_insert(number);
        }
        let longest = names.iter().map(|name| name.len()).max().unwrap_or(0);
        VarNames { names, numbers, longest }
    }

    /// How a text names a var.
    pub(super) fn reference(&self, var: usize) -> String {
        format!("$({})", self.name(var))
    }

    /// The text with `NAME_PLACEHOLDER` for each `$(NAME)` of the vars before number `end`, one var after the other.
    /// `named` gets each of these vars, with what the text says when it is its turn.
    pub(super) fn convert<'t>(
        &self,
        text: &'t str,
        end: usize,
        mut named: impl FnMut(usize, &str),
    ) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        let mut from = 0;
        while let Some(var) = self.first_in(&text, from).filter(|var| *var < end) {
            named(var, &text);
            let placeholder = format!("{}_PLACEHOLDER", self.name(var));
            text = text.replace(&self.reference(var), &placeholder).into();
            from = var + 1;
        }
        text
    }

    /// The first of the vars, from number `from` on, that the text names.
    fn first_in(&self, text: &str, from: usize) -> Option<usize> {
        let starts =
            text.match_indices("$(").filter_map(|(at, opening)| text.get(at + opening.len()..));
        let named = starts.flat_map(|rest| {
            let ends = rest.char_indices().take_while(|(at, _)| *at <= self.longest);
            let names =
                ends.filter(|(_, letter)| *letter == ')').filter_map(|(at, _)| rest.get(..at));
            names.filter_map(|name| self.numbers.get(name).copied())
        });
        named.filter(|var| *var >= from).min()
    }

    fn name(&self, var: usize) -> &'a str {
        self.names.get(var).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vars_are_converted_one_after_the_other() {
        let names = VarNames::new(["B", "A", "A_PLACEHOLDER", "x)"].into_iter());
        let told = |text| {
            let mut told = Vec::new();
            let converted =
                names.convert(text, usize::MAX, |var, text| told.push((var, text.to_owned())));
            (converted.into_owned(), told)
        };
        let (converted, named) = told("$(A)-$(B)-$(C)-$(B)");
        assert_eq!(converted, "A_PLACEHOLDER-B_PLACEHOLDER-$(C)-B_PLACEHOLDER");
        let seen = ["$(A)-$(B)-$(C)-$(B)", "$(A)-B_PLACEHOLDER-$(C)-B_PLACEHOLDER"];
        assert_eq!(named, [(0, seen[0].to_owned()), (1, seen[1].to_owned())]);
        assert_eq!(told("$($(A)) $(x))").0, "A_PLACEHOLDER_PLACEHOLDER x)_PLACEHOLDER");
        assert_eq!(names.convert("$(A)$(B)", 1, |_, _| {}), "$(A)B_PLACEHOLDER");
    }
}
