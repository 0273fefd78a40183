//! Flags that are true or false.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

/// What is true, and what is not, for the reference: the first of each is what help and messages name.
const TRUE: [&str; 6] = ["true", "1", "t", "T", "TRUE", "True"];
const FALSE: [&str; 6] = ["false", "0", "f", "F", "FALSE", "False"];

/// Reads the value of a flag that is true or false, in all spellings that the reference knows.
pub(crate) fn boolean() -> impl TypedValueParser<Value = bool> {
    let value = |[name, others @ ..]: [&'static str; 6]| PossibleValue::new(name).aliases(others);
    PossibleValuesParser::new([value(TRUE), value(FALSE)]).map(|text| TRUE.contains(&text.as_str()))
}
