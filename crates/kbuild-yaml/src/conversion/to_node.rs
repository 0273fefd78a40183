//! Trees made of values.

use serde::ser::{
    Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant,
    SerializeTuple, SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use super::ConversionError;
use crate::{EcoString, Mapping, Node, Scalar, ScalarType, Value};

type Result<T> = std::result::Result<T, ConversionError>;

/// Makes a tree of a value.
pub(super) struct Writer;

fn plain(text: impl Into<EcoString>, kind: ScalarType) -> Result<Node> {
    Ok(Node::new(Value::Scalar(Scalar { text: text.into(), kind, plain: true })))
}

fn int(value: impl std::fmt::Display) -> Result<Node> {
    plain(value.to_string(), ScalarType::Int)
}

fn float(value: f64, text: String) -> Result<Node> {
    if value.is_finite() {
        return plain(text, ScalarType::Float);
    }
    Err(ConversionError::new(format!("the number {value} has no JSON form")))
}

/// The node of an enum's variant: a mapping with its name as the only key.
fn variant(name: &'static str, content: Node) -> Node {
    let mut mapping = Mapping::new();
    mapping.insert(name, content);
    mapping.into()
}

impl Serializer for Writer {
    type Ok = Node;
    type Error = ConversionError;
    type SerializeSeq = Items;
    type SerializeTuple = Items;
    type SerializeTupleStruct = Items;
    type SerializeTupleVariant = Items;
    type SerializeMap = Entries;
    type SerializeStruct = Entries;
    type SerializeStructVariant = Entries;

    fn serialize_bool(self, value: bool) -> Result<Node> {
        Ok(Node::bool(value))
    }

    fn serialize_i8(self, value: i8) -> Result<Node> {
        int(value)
    }

    fn serialize_i16(self, value: i16) -> Result<Node> {
        int(value)
    }

    fn serialize_i32(self, value: i32) -> Result<Node> {
        int(value)
    }

    fn serialize_i64(self, value: i64) -> Result<Node> {
        int(value)
    }

    fn serialize_u8(self, value: u8) -> Result<Node> {
        int(value)
    }

    fn serialize_u16(self, value: u16) -> Result<Node> {
        int(value)
    }

    fn serialize_u32(self, value: u32) -> Result<Node> {
        int(value)
    }

    fn serialize_u64(self, value: u64) -> Result<Node> {
        int(value)
    }

    fn serialize_f32(self, value: f32) -> Result<Node> {
        // The digits that a number of this size has.
        float(value.into(), format!("{value:?}"))
    }

    fn serialize_f64(self, value: f64) -> Result<Node> {
        float(value, format!("{value:?}"))
    }

    fn serialize_char(self, value: char) -> Result<Node> {
        Ok(Node::string(EcoString::from(value)))
    }

    fn serialize_str(self, value: &str) -> Result<Node> {
        Ok(Node::string(value))
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<Node> {
        value.iter().map(int).collect::<Result<_>>().map(Node::sequence)
    }

    fn serialize_none(self) -> Result<Node> {
        Ok(Node::null())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Node> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<Node> {
        Ok(Node::null())
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<Node> {
        Ok(Node::null())
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<Node> {
        Ok(Node::string(variant))
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<Node> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        name: &'static str,
        value: &T,
    ) -> Result<Node> {
        let content = value.serialize(Writer).map_err(|error| error.below(name))?;
        Ok(variant(name, content))
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<Items> {
        Ok(Items::default())
    }

    fn serialize_tuple(self, _length: usize) -> Result<Items> {
        Ok(Items::default())
    }

    fn serialize_tuple_struct(self, _name: &'static str, _length: usize) -> Result<Items> {
        Ok(Items::default())
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Items> {
        Ok(Items { variant: Some(variant), ..Items::default() })
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Entries> {
        Ok(Entries::default())
    }

    fn serialize_struct(self, _name: &'static str, _length: usize) -> Result<Entries> {
        Ok(Entries::default())
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _length: usize,
    ) -> Result<Entries> {
        Ok(Entries { variant: Some(variant), ..Entries::default() })
    }
}

#[derive(Default)]
pub(super) struct Items {
    variant: Option<&'static str>,
    items: Vec<Node>,
}

impl Items {
    fn push<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        let index = self.items.len();
        let item = value.serialize(Writer).map_err(|error| error.below(index.to_string()))?;
        self.items.push(item);
        Ok(())
    }

    fn node(self) -> Node {
        let node = Node::sequence(self.items);
        match self.variant {
            Some(name) => variant(name, node),
            None => node,
        }
    }
}

macro_rules! items {
    ($of:ident, $method:ident) => {
        impl $of for Items {
            type Ok = Node;
            type Error = ConversionError;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
                self.push(value)
            }

            fn end(self) -> Result<Node> {
                Ok(self.node())
            }
        }
    };
}

items!(SerializeSeq, serialize_element);
items!(SerializeTuple, serialize_element);
items!(SerializeTupleStruct, serialize_field);
items!(SerializeTupleVariant, serialize_field);

#[derive(Default)]
pub(super) struct Entries {
    variant: Option<&'static str>,
    key: EcoString,
    mapping: Mapping,
    known: std::collections::HashSet<EcoString>,
}

impl Entries {
    fn put<T: Serialize + ?Sized>(&mut self, key: EcoString, value: &T) -> Result<()> {
        let value = value.serialize(Writer).map_err(|error| error.below(key.as_str()))?;
        if self.known.insert(key.clone()) {
            self.mapping.push(crate::Key::new(key), value);
        } else {
            self.mapping.insert(key, value);
        }
        Ok(())
    }

    fn node(self) -> Node {
        match self.variant {
            Some(name) => variant(name, self.mapping.into()),
            None => self.mapping.into(),
        }
    }
}

impl SerializeMap for Entries {
    type Ok = Node;
    type Error = ConversionError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<()> {
        self.key = key.serialize(KeyWriter)?;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<()> {
        let key = std::mem::take(&mut self.key);
        self.put(key, value)
    }

    fn end(self) -> Result<Node> {
        Ok(self.node())
    }
}

macro_rules! fields {
    ($of:ident) => {
        impl $of for Entries {
            type Ok = Node;
            type Error = ConversionError;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                key: &'static str,
                value: &T,
            ) -> Result<()> {
                self.put(key.into(), value)
            }

            fn end(self) -> Result<Node> {
                Ok(self.node())
            }
        }
    };
}

fields!(SerializeStruct);
fields!(SerializeStructVariant);

/// Makes the text of a key: keys are strings, as in JSON.
struct KeyWriter;

fn no_key<T>() -> Result<T> {
    Err(ConversionError::new("a key has to be a text, a number or a boolean"))
}

macro_rules! key_texts {
    ($($method:ident: $type:ty),*) => {
        $(fn $method(self, value: $type) -> Result<EcoString> {
            Ok(value.to_string().into())
        })*
    };
}

impl Serializer for KeyWriter {
    type Ok = EcoString;
    type Error = ConversionError;
    type SerializeSeq = Impossible<EcoString, ConversionError>;
    type SerializeTuple = Impossible<EcoString, ConversionError>;
    type SerializeTupleStruct = Impossible<EcoString, ConversionError>;
    type SerializeTupleVariant = Impossible<EcoString, ConversionError>;
    type SerializeMap = Impossible<EcoString, ConversionError>;
    type SerializeStruct = Impossible<EcoString, ConversionError>;
    type SerializeStructVariant = Impossible<EcoString, ConversionError>;

    key_texts!(
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32,
        serialize_i64: i64, serialize_u8: u8, serialize_u16: u16, serialize_u32: u32,
        serialize_u64: u64, serialize_char: char, serialize_str: &str
    );

    fn serialize_f32(self, _value: f32) -> Result<EcoString> {
        no_key()
    }

    fn serialize_f64(self, _value: f64) -> Result<EcoString> {
        no_key()
    }

    fn serialize_bytes(self, _value: &[u8]) -> Result<EcoString> {
        no_key()
    }

    fn serialize_none(self) -> Result<EcoString> {
        no_key()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<EcoString> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<EcoString> {
        no_key()
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<EcoString> {
        no_key()
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<EcoString> {
        Ok(variant.into())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<EcoString> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _value: &T,
    ) -> Result<EcoString> {
        no_key()
    }

    fn serialize_seq(self, _length: Option<usize>) -> Result<Self::SerializeSeq> {
        no_key()
    }

    fn serialize_tuple(self, _length: usize) -> Result<Self::SerializeTuple> {
        no_key()
    }

    fn serialize_tuple_struct(
        self,
        _name: &'static str,
        _length: usize,
    ) -> Result<Self::SerializeTupleStruct> {
        no_key()
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _length: usize,
    ) -> Result<Self::SerializeTupleVariant> {
        no_key()
    }

    fn serialize_map(self, _length: Option<usize>) -> Result<Self::SerializeMap> {
        no_key()
    }

    fn serialize_struct(
        self,
        _name: &'static str,
        _length: usize,
    ) -> Result<Self::SerializeStruct> {
        no_key()
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        _variant: &'static str,
        _length: usize,
    ) -> Result<Self::SerializeStructVariant> {
        no_key()
    }
}
