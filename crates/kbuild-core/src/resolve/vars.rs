//! Vars: `$(NAME)` in certain fields is replaced by the value of a field elsewhere.

use indexmap::{IndexMap, IndexSet};
use kbuild_yaml::{EcoString, NodeId, Place, Scalar, ScalarType, Tree};

use crate::base64_lines;
use crate::build::Build;
use crate::code::Code;
use crate::config::TransformerConfig;
use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::field::lookup::lookup;
use crate::field::{Make, visit};
use crate::growth::Growth;
use crate::kustomization::Var;
use crate::resource::{Parts, Resource, ResourceSet, Shared};
use crate::source::Trail;
use crate::vars::Vars;

use super::var_value::VarValue;

type Values = IndexMap<EcoString, VarValue, foldhash::fast::RandomState>;

/// Replaces all vars. Those that nothing refers to are a warning.
///
/// # Errors
/// A var whose resource or field is not there.
pub(crate) fn replace_vars(
    build: &mut Build,
    vars: &Vars,
    config: &TransformerConfig,
    resources: &mut ResourceSet,
) -> Result<(), Error> {
    let values = values_of(vars, resources)?;
    let mut used = IndexSet::default();
    let trail = build.sources.trail().clone();
    let growth = build.growth.clone();
    let mut replacer =
        Replacer { values: &values, used: &mut used, vars, last: None, trail, growth };
    for resource in resources.contents_mut() {
        let gvk = resource.gvk();
        for spec in config.var_reference.iter().filter(|spec| gvk.is_selected_by(&spec.on)) {
            let Parts { content, shared, .. } = &mut **resource;
            visit(content, spec, Make::Nothing, &mut |tree, node| {
                replacer.update(tree, node, shared)
            })
            .map_err(|error| error.in_resource(resource.describe()))?;
        }
    }
    let unused: Vec<&str> =
        values.keys().filter(|name| !used.contains(*name)).map(EcoString::as_str).collect();
    if !unused.is_empty() {
        let place = vars.iter().next().map(|var| var.place).unwrap_or_default();
        let message = format!("well-defined vars that were never replaced: {}", unused.join(","));
        build.warn(Diagnostic::warning(Code::UNUSED_VAR, message).at(place));
    }
    Ok(())
}

fn values_of(vars: &Vars, resources: &ResourceSet) -> Result<Values, Error> {
    let mut owners: IndexMap<&str, &Resource, foldhash::fast::RandomState> = IndexMap::default();
    for resource in resources.iter() {
        for name in resource.lineage.vars() {
            owners.entry(name).or_insert(resource);
        }
    }
    let mut values = Values::default();
    for var in vars.iter() {
        let Some(resource) = owners.get(var.name.as_str()) else {
            return Err(without_resource(var));
        };
        values.insert(var.name.clone(), value_of(var, resource)?);
    }
    Ok(values)
}

/// The error for a var that no resource gives its value to.
fn without_resource(var: &Var) -> Error {
    let error = |message| Error::new(Code::VAR_WITHOUT_RESOURCE, message).at(var.place);
    match var.missing().as_slice() {
        [] => {
            error(format!("there is no resource that {} could take its value from", var.describe()))
                .hint_with(format!("objref names {}/{}", var.gvk.kind, var.object_name))
        }
        ["name"] => error("a var has no name".to_owned()),
        missing => {
            let var = if var.name.is_empty() { "a var".to_owned() } else { var.describe() };
            error(format!("{var} has no {}", missing.join(", ")))
                .hint_with("objref names the resource by its apiVersion, kind and name")
        }
    }
}

fn value_of(var: &Var, resource: &Resource) -> Result<VarValue, Error> {
    let refuse = |message: String| {
        Error::new(Code::VAR_WITHOUT_FIELD, message).at(var.place).in_resource(resource.describe())
    };
    let Some(node) = lookup(resource.node(), &var.field_path) else {
        return Err(refuse(format!(
            "{} names the field {}, which is not there",
            var.describe(),
            var.field_path
        )));
    };
    let Some(mut scalar) = node.as_scalar() else { return Ok(VarValue::Other) };
    if node.is_untagged() {
        scalar.kind = ScalarType::Str;
    }
    VarValue::of(scalar)
        .ok_or_else(|| refuse(format!("{} has no value that it could pass on", var.describe())))
}

/// Puts values into texts, and notes which were used.
struct Replacer<'a> {
    values: &'a Values,
    used: &'a mut IndexSet<EcoString, foldhash::fast::RandomState>,
    vars: &'a Vars,
    /// Where the last var stands that was replaced.
    last: Option<Place>,
    trail: Trail,
    /// Counts what is written.
    growth: Growth,
}

impl Replacer<'_> {
    /// Updates a string, the strings of a list, or those of a mapping.
    fn update(&mut self, tree: &mut Tree, node: NodeId, shared: &Shared) -> Result<(), Error> {
        if tree.at(node).is_scalar() {
            return self.update_string(tree, node, shared);
        }
        let is_mapping = tree.at(node).is_mapping();
        let mut next = tree.first_child(node);
        while let Some(child) = next {
            next = tree.next_sibling(child);
            let value = tree.at(child);
            if is_mapping && value.key_kind() != ScalarType::Str {
                return Err(Error::new(
                    Code::VAR_IN_ODD_PLACE,
                    format!("the key {} is not a string", value.key()),
                )
                .at(value.key_place()));
            }
            if !is_mapping && value.as_str().is_none() && !value.is_untagged() {
                return Err(Error::new(
                    Code::VAR_IN_ODD_PLACE,
                    format!("a string is expected here, not {}", value.describe()),
                )
                .at(value.place())
                .hint_with("vars are replaced in all items of this list, so all must be strings"));
            }
            self.update_string(tree, child, shared)?;
        }
        Ok(())
    }

    fn update_string(
        &mut self,
        tree: &mut Tree,
        node: NodeId,
        shared: &Shared,
    ) -> Result<(), Error> {
        let here = tree.at(node);
        if here.is_untagged() {
            tree.make_string(node, true);
            return Ok(());
        }
        let Some(text) = here.as_str().filter(|text| text.contains('$')) else { return Ok(()) };
        let replaced =
            self.replaced(text).map_err(|why| Error::new(Code::LIMIT, why).at(here.place()))?;
        let is_new = replaced.text != text;
        if is_new {
            let place = self.last.take().unwrap_or(tree.at(node).place());
            self.trail.mark_if_kept(tree, node, place);
        }
        tree.set_scalar(node, &replaced.text, replaced.kind, replaced.plain);
        if is_new {
            shared.spread_from(tree, node);
        }
        Ok(())
    }

    /// The text with all vars replaced. A text that is one var and nothing else takes over the type of its value. `$$` is
    /// an escaped `$`. The reference takes the first byte of a letter beyond ASCII after a `$` for a letter of its own, and
    /// what is no text then for bytes.
    ///
    /// # Errors
    /// Too much is written.
    fn replaced(&mut self, text: &str) -> Result<Scalar, String> {
        self.growth.add(text.len())?;
        let mut out = Vec::with_capacity(text.len());
        let mut rest = text;
        // Where none closes, none that is looked for later does.
        let mut may_close = true;
        while let Some(at) = rest.find('$') {
            out.extend_from_slice(&rest.as_bytes()[..at]);
            let after = &rest[at + 1..];
            let inner = after.strip_prefix('(').filter(|_| may_close);
            let closed = inner.and_then(|inner| inner.split_once(')'));
            may_close &= inner.is_none() || closed.is_some();
            if let Some(escaped) = after.strip_prefix('$') {
                out.push(b'$');
                rest = escaped;
            } else if let Some((name, behind)) = closed {
                match self.values.get(name) {
                    Some(VarValue::Scalar { whole, within }) => {
                        self.used.insert(name.into());
                        self.last = self.vars.get(name).map(|var| var.place);
                        if out.is_empty() && behind.is_empty() && rest.len() == text.len() {
                            return Ok(whole.clone());
                        }
                        self.growth.add(within.len())?;
                        out.extend_from_slice(within.as_bytes());
                    }
                    _ => {
                        out.extend_from_slice(&rest.as_bytes()[at..rest.len() - behind.len()]);
                    }
                }
                rest = behind;
            } else {
                let letter = after.chars().next().filter(|letter| !letter.is_ascii());
                let (letter, behind) = after.split_at(letter.map_or(0, char::len_utf8));
                out.push(b'$');
                if let Some((first, others)) = letter.as_bytes().split_first() {
                    out.extend_from_slice(char::from(*first).encode_utf8(&mut [0; 4]).as_bytes());
                    out.extend_from_slice(others);
                }
                rest = behind;
            }
        }
        out.extend_from_slice(rest.as_bytes());
        let text =
            String::from_utf8(out).unwrap_or_else(|error| base64_lines::encode(error.as_bytes()));
        Ok(Scalar { text: text.into(), kind: ScalarType::Str, plain: true })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_replaced() {
        let mut values = Values::default();
        for (name, value) in [("PORT", "80"), ("HOST", "web")] {
            values.insert(name.into(), VarValue::of((&Scalar::from_plain(value)).into()).unwrap());
        }
        let mut used = IndexSet::default();
        let vars = Vars::default();
        let trail = Trail::default();
        let growth = Growth::default();
        let mut replacer =
            Replacer { values: &values, used: &mut used, vars: &vars, last: None, trail, growth };
        for (text, expect) in [
            ("$(HOST):$(PORT)", "web:80"),
            ("$$(HOST)", "$(HOST)"),
            ("$(NONE) $x $", "$(NONE) $x $"),
            ("$(HOST", "$(HOST"),
            ("$(HOST)$(HOST$(HOST", "web$(HOST$(HOST"),
            ("$(HOST$(HOST)$(PORT)", "$(HOST$(HOST)80"),
            ("$$$(HOST)", "$web"),
            ("€$(HOST€", "€$(HOST€"),
            ("$(€)$", "$(€)$"),
            ("$é $(HOST)", "JMODqSB3ZWI="),
        ] {
            assert_eq!(replacer.replaced(text).unwrap().text, expect, "{text}");
        }
        assert_eq!(replacer.replaced("$(PORT)").unwrap().kind, ScalarType::Int);
        assert_eq!(replacer.replaced(" $(PORT)").unwrap().kind, ScalarType::Str);
    }
}
