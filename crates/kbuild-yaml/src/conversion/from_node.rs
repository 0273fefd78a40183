//! Values read from a tree.

use std::borrow::Cow;

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::{ConversionError, Plain, digits};
use crate::canonical::{Canonical, canonical, text_of_key};
use crate::{Entry, Node, Value};

/// Reads a tree.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    node: &'a Node,
    is_root: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(node: &'a Node) -> Reader<'a> {
        Reader { node, is_root: true }
    }

    fn inner(node: &'a Node) -> Reader<'a> {
        Reader { node, is_root: false }
    }

    fn is_null(self) -> bool {
        let scalar = self.node.as_scalar();
        let scalar = scalar.map(|scalar| canonical(scalar.into(), self.node.place));
        matches!(scalar, Some(Ok(Canonical::Null)))
    }
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = ConversionError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConversionError> {
        let scalar = match &self.node.value {
            Value::Mapping(mapping) => {
                let entries = mapping.iter();
                return visitor.visit_map(Entries { entries, value: None, reader: self });
            }
            Value::Sequence(items) => {
                return visitor.visit_seq(Items { items: items.iter(), index: 0 });
            }
            Value::Scalar(scalar) => scalar,
        };
        let number = match canonical(scalar.into(), self.node.place)? {
            Canonical::Null => return visitor.visit_unit(),
            Canonical::Bool(value) => return visitor.visit_bool(value),
            Canonical::Text(Cow::Borrowed(text)) => return visitor.visit_borrowed_str(text),
            Canonical::Text(Cow::Owned(text)) => return visitor.visit_string(text),
            Canonical::Digits(text) => digits(text),
            Canonical::Number(number) => number.into(),
        };
        match number {
            Plain::Signed(value) => visitor.visit_i64(value),
            Plain::Unsigned(value) => visitor.visit_u64(value),
            Plain::Float(value) => visitor.visit_f64(value),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConversionError> {
        if self.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ConversionError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ConversionError> {
        let mut entries = self.node.as_mapping().into_iter().flatten();
        let variant = match (self.node.as_str(), entries.next(), entries.next()) {
            (Some(text), ..) => Variant { name: Cow::Borrowed(text), content: None },
            (None, Some(entry), None) => Variant {
                name: text_of_key(&entry.key, self.is_root)?,
                content: Some(Reader::inner(&entry.value)),
            },
            _ => return Err(unexpected(self.node, &"a string, or a mapping with one key")),
        };
        visitor.visit_enum(variant)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(
        self,
        visitor: V,
    ) -> Result<V::Value, ConversionError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier
    }
}

fn unexpected(node: &Node, expected: &dyn serde::de::Expected) -> ConversionError {
    ConversionError::invalid_type(Unexpected::Other(node.describe()), expected)
}

struct Entries<'a> {
    entries: std::slice::Iter<'a, Entry>,
    value: Option<(&'a str, &'a Node)>,
    reader: Reader<'a>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = ConversionError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ConversionError> {
        let Some(entry) = self.entries.next() else { return Ok(None) };
        self.value = Some((&entry.key.text, &entry.value));
        let key = seed.deserialize(KeyReader(text_of_key(&entry.key, self.reader.is_root)?));
        key.map(Some).map_err(|error| error.or_at(entry.key.place()))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, ConversionError> {
        let (key, value) = self.value.take().ok_or_else(|| ConversionError::new("no value"))?;
        seed.deserialize(Reader::inner(value)).map_err(|error| error.or_at(value.place).below(key))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

/// Reads a key: a text, also where it stands for a number.
struct KeyReader<'a>(Cow<'a, str>);

macro_rules! numbers {
    ($($method:ident $visit:ident $type:ty),*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConversionError> {
            match self.0.parse::<$type>() {
                Ok(value) => visitor.$visit(value),
                Err(_) => self.deserialize_any(visitor),
            }
        })*
    };
}

impl<'de> Deserializer<'de> for KeyReader<'de> {
    type Error = ConversionError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConversionError> {
        match self.0 {
            Cow::Borrowed(text) => visitor.visit_borrowed_str(text),
            Cow::Owned(text) => visitor.visit_string(text),
        }
    }

    numbers!(
        deserialize_bool visit_bool bool,
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16,
        deserialize_i32 visit_i32 i32, deserialize_i64 visit_i64 i64,
        deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64
    );

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ConversionError> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ConversionError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ConversionError> {
        visitor.visit_enum(Variant { name: self.0, content: None })
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct
        map struct identifier ignored_any
    }
}

struct Items<'a> {
    items: std::slice::Iter<'a, Node>,
    index: usize,
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = ConversionError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ConversionError> {
        let Some(item) = self.items.next() else { return Ok(None) };
        let index = self.index;
        self.index += 1;
        seed.deserialize(Reader::inner(item))
            .map(Some)
            .map_err(|error| error.or_at(item.place).below(index.to_string()))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Variant<'a> {
    name: Cow<'a, str>,
    content: Option<Reader<'a>>,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = ConversionError;
    type Variant = Content<'de>;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, Content<'de>), ConversionError> {
        let name: serde::de::value::CowStrDeserializer<ConversionError> =
            self.name.into_deserializer();
        seed.deserialize(name).map(|name| (name, Content(self.content)))
    }
}

struct Content<'a>(Option<Reader<'a>>);

impl<'a> Content<'a> {
    fn reader(self) -> Result<Reader<'a>, ConversionError> {
        self.0.ok_or_else(|| ConversionError::new("the variant has a content, and none is here"))
    }
}

impl<'de> VariantAccess<'de> for Content<'de> {
    type Error = ConversionError;

    fn unit_variant(self) -> Result<(), ConversionError> {
        match self.0 {
            Some(reader) if !reader.is_null() => Err(unexpected(reader.node, &"nothing")),
            _ => Ok(()),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(
        self,
        seed: T,
    ) -> Result<T::Value, ConversionError> {
        seed.deserialize(self.reader()?)
    }

    fn tuple_variant<V: Visitor<'de>>(
        self,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, ConversionError> {
        self.reader()?.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ConversionError> {
        self.reader()?.deserialize_any(visitor)
    }
}
