//! Trees from and to values of Rust types, through serde.
//!
//! A scalar counts as what the writer would print: `0644` is 420, a date is the text of it, `~` is null.

mod error;
mod from_node;
mod serialize;
mod to_node;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::Node;
use crate::number::Number;
pub use error::ConversionError;

impl Node {
    /// The value of a type that is read from this tree.
    ///
    /// ```
    /// use kbuild_yaml::{Dialect, SourceId, read_documents};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Spec {
    ///     replicas: u32,
    ///     paused: Option<bool>,
    /// }
    ///
    /// let text = "replicas: 0o17\npaused: ~\n";
    /// let documents = read_documents(text.as_bytes(), SourceId(1), Dialect::Resource)?;
    /// let spec: Spec = documents[0].to()?;
    /// assert_eq!((spec.replicas, spec.paused), (15, None));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Something in it is not what the type asks for.
    pub fn to<T: DeserializeOwned>(&self) -> Result<T, ConversionError> {
        T::deserialize(from_node::Reader::new(self)).map_err(|error| error.or_at(self.place))
    }

    /// The tree of a value. No file holds it.
    ///
    /// ```
    /// use kbuild_yaml::{Node, write};
    ///
    /// #[derive(serde::Serialize)]
    /// struct Port<'a> {
    ///     name: &'a str,
    ///     port: u16,
    /// }
    ///
    /// let mut text = String::new();
    /// write(&Node::from_serialize(&Port { name: "80", port: 80 })?, &mut text)?;
    /// assert_eq!(text, "name: \"80\"\nport: 80\n");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The value has a number that is infinite or none, or keys that are no text.
    pub fn from_serialize<T: Serialize + ?Sized>(value: &T) -> Result<Node, ConversionError> {
        value.serialize(to_node::Writer)
    }
}

/// A number as the types of Rust have it.
enum Plain {
    Signed(i64),
    Unsigned(u64),
    Float(f64),
}

impl From<Number> for Plain {
    /// A float without a fraction is printed without one, and is an integer for whoever reads that.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "checked")]
    fn from(number: Number) -> Plain {
        match number {
            Number::Int(value) => match (i64::try_from(value), u64::try_from(value)) {
                (Ok(value), _) => Plain::Signed(value),
                (_, Ok(value)) => Plain::Unsigned(value),
                _ => Plain::Float(value as f64),
            },
            Number::Float(value) => {
                const EXACT: f64 = (1_u64 << 53) as f64;
                let is_integer = value.fract() == 0.0 && value.abs() <= EXACT;
                if is_integer && !(value == 0.0 && value.is_sign_negative()) {
                    Plain::Signed(value as i64)
                } else {
                    Plain::Float(value)
                }
            }
        }
    }
}

/// The digits of an integer in canonical form.
fn digits(digits: &str) -> Plain {
    match (digits.parse(), digits.parse()) {
        (Ok(value), _) => Plain::Signed(value),
        (_, Ok(value)) => Plain::Unsigned(value),
        _ => Plain::Float(digits.parse().unwrap_or(f64::NAN)),
    }
}

#[cfg(test)]
mod tests;
