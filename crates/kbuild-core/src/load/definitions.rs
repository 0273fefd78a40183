//! Whether OpenAPI definitions hold values of the types that the reference decodes them into.

use kbuild_yaml::{Mapping, Node, ScalarType};

use crate::code::Code;
use crate::error::Error;

/// What a field of a schema may hold. A null may stand everywhere.
#[derive(Clone, Copy)]
enum Shape {
    Text,
    Flag,
    Number,
    /// A whole number.
    Count,
    Texts,
    TextOrTexts,
    /// A list of anything.
    List,
    Schema,
    Schemas,
    /// Names and their schemas.
    SchemaByName,
    SchemaOrFlag,
    /// A schema or a list of schemas; anything else is passed over.
    SchemaOrSchemas,
    /// Names, and a schema or a list of names for each.
    NeedsByName,
    Documentation,
    /// A reference to another place, if it is a text.
    Reference,
}

/// What stands under `field` in a schema; none for what the reference does not look at.
fn shape_of(field: &str) -> Option<Shape> {
    Some(match field {
        "id" | "description" | "format" | "title" | "pattern" | "discriminator" => Shape::Text,
        "nullable" | "exclusiveMaximum" | "exclusiveMinimum" | "uniqueItems" | "readOnly" => {
            Shape::Flag
        }
        "maximum" | "minimum" | "multipleOf" => Shape::Number,
        "maxLength" | "minLength" | "maxItems" | "minItems" | "maxProperties" | "minProperties" => {
            Shape::Count
        }
        "required" => Shape::Texts,
        "type" => Shape::TextOrTexts,
        "enum" => Shape::List,
        "not" => Shape::Schema,
        "allOf" | "oneOf" | "anyOf" => Shape::Schemas,
        "properties" | "patternProperties" | "definitions" => Shape::SchemaByName,
        "additionalProperties" | "additionalItems" => Shape::SchemaOrFlag,
        "items" => Shape::SchemaOrSchemas,
        "dependencies" => Shape::NeedsByName,
        "externalDocs" => Shape::Documentation,
        "$ref" | "$schema" => Shape::Reference,
        _ => return None,
    })
}

impl Shape {
    /// What is wanted, in words.
    fn describe(self) -> &'static str {
        match self {
            Shape::Text => "a string",
            Shape::Flag => "true or false",
            Shape::Number => "a number",
            Shape::Count => "a whole number",
            Shape::Texts => "a list of strings",
            Shape::TextOrTexts => "a string or a list of strings",
            Shape::List => "a list",
            Shape::Schema | Shape::SchemaOrSchemas | Shape::Documentation => "a mapping",
            Shape::Schemas => "a list of schemas",
            Shape::SchemaByName | Shape::NeedsByName => "a mapping of names",
            Shape::SchemaOrFlag => "a schema, true or false",
            Shape::Reference => "a URL",
        }
    }
}

/// Checks the definitions in a file. In JSON, numbers stand for themselves; YAML makes strings of them where one is wanted.
///
/// # Errors
/// A value of another type, at its place.
pub(super) fn check_definitions(definitions: &Mapping, is_json: bool) -> Result<(), Error> {
    let kind = definitions.get("kind");
    if let Some(kind) = kind.filter(|kind| kind.as_str() == Some("CustomResourceDefinition")) {
        return Err(Error::new(
            Code::BAD_CRD_DEFINITIONS,
            "this is a CustomResourceDefinition, not the OpenAPI definitions of its types",
        )
        .at(kind.place)
        .mark("CustomResourceDefinition")
        .hint_with("name the file under resources: crds wants a mapping from the names of types to their schemas"));
    }
    let mut checker = Checker { path: Vec::new(), is_json };
    for definition in definitions {
        checker.within(&definition.key.text, &definition.value, Checker::definition)?;
    }
    Ok(())
}

struct Checker<'a> {
    /// The fields that lead to what is looked at.
    path: Vec<&'a str>,
    is_json: bool,
}

impl<'a> Checker<'a> {
    /// Checks what stands under a field.
    fn within(
        &mut self,
        field: &'a str,
        node: &'a Node,
        check: impl FnOnce(&mut Checker<'a>, &'a Node) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.path.push(field);
        check(self, node)?;
        self.path.pop();
        Ok(())
    }

    fn refuse(&self, node: &Node, wanted: &str) -> Error {
        let path = self.path.join(".");
        let mark = self.path.last().copied().unwrap_or_default();
        Error::new(
            Code::BAD_CRD_DEFINITIONS,
            format!("{path} must be {wanted}, not {}", node.describe()),
        )
        .at(node.place)
        .mark(mark)
    }

    fn mapping(&self, node: &'a Node, wanted: &str) -> Result<Option<&'a Mapping>, Error> {
        match node.as_mapping() {
            None if !node.is_null() => Err(self.refuse(node, wanted)),
            mapping => Ok(mapping),
        }
    }

    /// A definition: `Schema` and `Dependencies`, in capitals or not.
    fn definition(&mut self, node: &'a Node) -> Result<(), Error> {
        let wanted = "a mapping with a Schema";
        for entry in self.mapping(node, wanted)?.into_iter().flatten() {
            let field = entry.key.text.as_str();
            if field.eq_ignore_ascii_case("schema") {
                self.within(field, &entry.value, Checker::schema)?;
            } else if field.eq_ignore_ascii_case("dependencies") {
                self.within(field, &entry.value, |checker, node| {
                    checker.list(node, Shape::Texts, |checker, item| {
                        match !checker.is_json && item.as_scalar().is_some() {
                            true => Ok(()),
                            false => checker.scalar(item, Shape::Text),
                        }
                    })
                })?;
            }
        }
        Ok(())
    }

    fn schema(&mut self, node: &'a Node) -> Result<(), Error> {
        for entry in self.mapping(node, Shape::Schema.describe())?.into_iter().flatten() {
            if let Some(shape) = shape_of(&entry.key.text) {
                self.within(&entry.key.text, &entry.value, |checker, node| {
                    checker.shape(node, shape)
                })?;
            }
        }
        Ok(())
    }

    fn shape(&mut self, node: &'a Node, shape: Shape) -> Result<(), Error> {
        match shape {
            Shape::Texts => {
                self.list(node, shape, |checker, item| checker.scalar(item, Shape::Text))
            }
            Shape::TextOrTexts if node.as_sequence().is_some() => self.shape(node, Shape::Texts),
            Shape::List => self.list(node, shape, |_, _| Ok(())),
            Shape::Schema => self.schema(node),
            Shape::Schemas => self.list(node, shape, Checker::schema),
            Shape::SchemaOrFlag if node.as_mapping().is_some() => self.schema(node),
            Shape::SchemaOrSchemas if node.as_mapping().is_some() => self.schema(node),
            Shape::SchemaOrSchemas if node.as_sequence().is_some() => {
                self.shape(node, Shape::Schemas)
            }
            Shape::SchemaOrSchemas => Ok(()),
            Shape::SchemaByName => {
                for entry in self.mapping(node, shape.describe())?.into_iter().flatten() {
                    self.within(&entry.key.text, &entry.value, Checker::schema)?;
                }
                Ok(())
            }
            Shape::NeedsByName => {
                for entry in self.mapping(node, shape.describe())?.into_iter().flatten() {
                    self.within(&entry.key.text, &entry.value, Checker::needs)?;
                }
                Ok(())
            }
            Shape::Documentation => {
                for entry in self.mapping(node, shape.describe())?.into_iter().flatten() {
                    if matches!(entry.key.text.as_str(), "description" | "url") {
                        self.within(&entry.key.text, &entry.value, |checker, node| {
                            checker.scalar(node, Shape::Text)
                        })?;
                    }
                }
                Ok(())
            }
            _ => self.scalar(node, shape),
        }
    }

    /// What a field needs: a schema or the names of others; anything else is passed over.
    fn needs(&mut self, node: &'a Node) -> Result<(), Error> {
        match node.as_sequence() {
            Some(_) => self.shape(node, Shape::Texts),
            None if node.as_mapping().is_some() => self.schema(node),
            None => Ok(()),
        }
    }

    fn list(
        &mut self,
        node: &'a Node,
        shape: Shape,
        mut check: impl FnMut(&mut Checker<'a>, &'a Node) -> Result<(), Error>,
    ) -> Result<(), Error> {
        match node.as_sequence() {
            Some(items) => items.iter().try_for_each(|item| check(self, item)),
            None if node.is_null() => Ok(()),
            None => Err(self.refuse(node, shape.describe())),
        }
    }

    fn scalar(&self, node: &Node, shape: Shape) -> Result<(), Error> {
        let Some(scalar) = node.as_scalar() else {
            return match shape {
                Shape::Reference => Ok(()),
                _ => Err(self.refuse(node, shape.describe())),
            };
        };
        let is_text =
            matches!(scalar.kind, ScalarType::Str | ScalarType::Timestamp | ScalarType::Binary);
        let number = || scalar.text.parse::<f64>().ok().filter(|number| number.is_finite());
        let fits = match (shape, scalar.kind) {
            (_, ScalarType::Null) => true,
            (Shape::Text | Shape::TextOrTexts, _) => is_text,
            (Shape::Flag | Shape::SchemaOrFlag, kind) => kind == ScalarType::Bool,
            (Shape::Number, ScalarType::Int) => true,
            (Shape::Number, ScalarType::Float) => number().is_some(),
            (Shape::Count, ScalarType::Int) => !self.is_json || scalar.text.parse::<i64>().is_ok(),
            // YAML prints a whole number without its point.
            (Shape::Count, ScalarType::Float) => {
                !self.is_json
                    && number().is_some_and(|number| number.fract() == 0.0 && number.abs() < 9e18)
            }
            (Shape::Reference, _) => !is_text || is_url(&scalar.text),
            _ => false,
        };
        if fits { Ok(()) } else { Err(self.refuse(node, shape.describe())) }
    }
}

/// True for a URL, relative or not, that the reference can take apart.
fn is_url(text: &str) -> bool {
    let is_escaped = |text: &str| {
        text.split('%').skip(1).all(|after| {
            after.as_bytes().get(..2).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
        })
    };
    let (rest, fragment) = text.split_once('#').unwrap_or((text, ""));
    if text.bytes().any(|byte| byte < b' ' || byte == 0x7F) || !is_escaped(fragment) {
        return false;
    }
    let rest = rest.split('?').next().unwrap_or_default();
    let scheme = rest.split_once(':').filter(|(scheme, _)| {
        scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
            && !scheme.starts_with(|first: char| !first.is_ascii_alphabetic())
    });
    match scheme {
        Some(("", _)) => false,
        Some((_, rest)) => !rest.starts_with('/') || is_escaped(rest),
        None => {
            let first = rest.split('/').next().unwrap_or_default();
            (rest.starts_with('/') || !first.contains(':')) && is_escaped(rest)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::node;

    #[track_caller]
    fn check(schema: &str, expect: Result<(), &str>) {
        for is_json in [true, false] {
            let definitions = node(&format!("a.B: {{Schema: {schema}}}\n"));
            let result = check_definitions(definitions.as_mapping().unwrap(), is_json);
            let message = result.map_err(|error| error.message().to_owned());
            assert_eq!(message, expect.map_err(|why| format!("a.B.Schema{why}")), "{schema}");
        }
    }

    #[test]
    fn what_fits_is_taken() {
        check(
            "{type: object, required: [a, null], nullable: true, maximum: 1.5, maxLength: 5}",
            Ok(()),
        );
        check(
            "{type: [string, 'null'], enum: [1, a, {b: c}], default: {x: 1}, example: 5}",
            Ok(()),
        );
        check(
            "{items: {type: object}, additionalProperties: false, externalDocs: {url: u}}",
            Ok(()),
        );
        check("{items: [{type: object}], additionalItems: {type: object}, not: {}}", Ok(()));
        check("{items: text, dependencies: {a: [b], c: {type: object}, d: 5}, other: [1]}", Ok(()));
        check("{properties: {a: null, b: {properties: {c: {$ref: '#/x'}}}}, $ref: 5}", Ok(()));
        check("null", Ok(()));
    }

    #[test]
    fn other_types_are_refused() {
        check("text", Err(" must be a mapping, not a string"));
        check("[]", Err(" must be a mapping, not a list"));
        check("{type: 5}", Err(".type must be a string or a list of strings, not a number"));
        check("{type: [5]}", Err(".type must be a string, not a number"));
        check("{required: a}", Err(".required must be a list of strings, not a string"));
        check("{maximum: a}", Err(".maximum must be a number, not a string"));
        check("{minLength: -1.5}", Err(".minLength must be a whole number, not a number"));
        check("{allOf: {}}", Err(".allOf must be a list of schemas, not a mapping"));
        check(
            "{additionalProperties: a}",
            Err(".additionalProperties must be a schema, true or false, not a string"),
        );
        check("{$ref: '%zz'}", Err(".$ref must be a URL, not a string"));
        check("{dependencies: {a: [1]}}", Err(".dependencies.a must be a string, not a number"));
        check(
            "{properties: {a: {items: [{nullable: x}]}}}",
            Err(".properties.a.items.nullable must be true or false, not a string"),
        );
        check("{externalDocs: {url: 5}}", Err(".externalDocs.url must be a string, not a number"));
    }

    #[test]
    fn urls_are_told_from_other_texts() {
        for url in ["", "#/definitions/a.B", "a.B", "http://x/y?z#w", "a:%zz", "/a:b", "%41", "1/:"]
        {
            assert!(is_url(url), "{url}");
        }
        for text in [":a", "1:a", "a b:c", "%zz", "a#%", "\n", "a:/%", "%4"] {
            assert!(!is_url(text), "{text}");
        }
    }
}
