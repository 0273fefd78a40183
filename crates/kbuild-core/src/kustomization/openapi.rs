//! The field `openapi`.

use super::fields::Fields;
use super::parts::Text;
use crate::error::Error;

/// Which schema tells how lists merge.
#[derive(Clone, Debug, Default)]
pub struct OpenApi {
    /// The file of a schema; set also where an empty one is given.
    pub path: Option<Text>,
    /// A version of the built-in schema; set also where an empty one is given.
    pub version: Option<Text>,
}

/// Reads the field. Other keys than these two do not matter, as in the reference.
pub(super) fn openapi(fields: &Fields) -> Result<OpenApi, Error> {
    let mut result = OpenApi::default();
    for pair in fields.pairs("openapi")? {
        let text = Text { text: pair.value, place: pair.place };
        match pair.key.as_str() {
            "path" => result.path = Some(text),
            "version" => result.version = Some(text),
            _ => {}
        }
    }
    Ok(result)
}
