//! Trees as values that serde can write.

use serde::ser::{Error, Serialize, SerializeMap, Serializer};

use super::{Plain, digits};
use crate::canonical::{Canonical, canonical, text_of_key};
use crate::{Node, Value};

/// A scalar becomes what it is printed as: `0644` is 420, a date is a text. The keys of mappings are in document order.
impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self, true, serializer)
    }
}

/// What is not the document's own mapping.
struct Inner<'a>(&'a Node);

impl Serialize for Inner<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self.0, false, serializer)
    }
}

fn serialize<S: Serializer>(node: &Node, root: bool, serializer: S) -> Result<S::Ok, S::Error> {
    match &node.value {
        Value::Mapping(mapping) => {
            let mut map = serializer.serialize_map(Some(mapping.len()))?;
            for entry in mapping {
                let key = text_of_key(&entry.key, root)
                    .map_err(|error| S::Error::custom(error.message))?;
                map.serialize_entry(&*key, &Inner(&entry.value))?;
            }
            map.end()
        }
        Value::Sequence(items) => serializer.collect_seq(items.iter().map(Inner)),
        Value::Scalar(scalar) => {
            let number = match canonical(scalar.into(), node.place)
                .map_err(|error| S::Error::custom(error.message))?
            {
                Canonical::Null => return serializer.serialize_unit(),
                Canonical::Bool(value) => return serializer.serialize_bool(value),
                Canonical::Text(text) => return serializer.serialize_str(&text),
                Canonical::Digits(text) => digits(text),
                Canonical::Number(number) => number.into(),
            };
            match number {
                Plain::Signed(value) => serializer.serialize_i64(value),
                Plain::Unsigned(value) => serializer.serialize_u64(value),
                Plain::Float(value) => serializer.serialize_f64(value),
            }
        }
    }
}
