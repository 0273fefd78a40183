//! The stable codes of diagnostics, and what each of them means.

mod edit;
mod function;
mod generate;
mod helm;
mod kustomization;
mod patch;
mod read;
mod remote;
mod replacement;
mod resource;
mod transform;
mod warning;

use std::fmt;
use std::str::FromStr;

/// The code of a diagnostic, `KB1042`. What it stands for does not change from one release to the next.
///
/// ```
/// use kbuild_core::Code;
///
/// let code: Code = "KB1104".parse().unwrap();
/// assert_eq!(code, Code::UNKNOWN_FIELD);
/// assert!(code.explanation().unwrap().cure.contains("spelling"));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(u16);

/// What a code means. Each text is a paragraph of plain text, the example several lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Explanation {
    /// The code.
    pub code: Code,
    /// A few words that name it.
    pub title: &'static str,
    /// What is wrong.
    pub meaning: &'static str,
    /// A small input that shows it.
    pub example: &'static str,
    /// What to do about it.
    pub cure: &'static str,
}

/// Declares codes: `number NAME "title" { meaning, example, cure }`.
macro_rules! codes {
    ($($number:literal $name:ident $title:literal { $meaning:literal, $example:literal, $cure:literal })*) => {
        impl $crate::code::Code {
            $(#[doc = $title] pub const $name: $crate::code::Code = $crate::code::Code($number);)*
        }

        pub(super) const EXPLANATIONS: &[$crate::code::Explanation] = &[
            $($crate::code::Explanation {
                code: $crate::code::Code($number),
                title: $title,
                meaning: $meaning,
                example: $example,
                cure: $cure,
            },)*
        ];
    };
}
pub(crate) use codes;

/// All of them, in ascending order of their numbers.
const TABLES: &[&[Explanation]] = &[
    read::EXPLANATIONS,
    kustomization::EXPLANATIONS,
    resource::EXPLANATIONS,
    patch::EXPLANATIONS,
    replacement::EXPLANATIONS,
    generate::EXPLANATIONS,
    transform::EXPLANATIONS,
    helm::EXPLANATIONS,
    remote::EXPLANATIONS,
    function::EXPLANATIONS,
    edit::EXPLANATIONS,
    warning::EXPLANATIONS,
];

impl Code {
    /// What every code means, in ascending order.
    pub fn all() -> impl Iterator<Item = &'static Explanation> {
        TABLES.iter().flat_map(|table| table.iter())
    }

    /// True for the codes of warnings.
    pub fn is_warning(self) -> bool {
        self.0 >= 3000
    }

    /// What the code means.
    pub fn explanation(self) -> Option<&'static Explanation> {
        Code::all().find(|explanation| explanation.code == self)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "KB{:04}", self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// A text that is not the code of any diagnostic.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no code {0}")]
pub struct UnknownCode(String);

impl FromStr for Code {
    type Err = UnknownCode;

    /// Takes `KB1104`, `kb1104` and `1104`.
    fn from_str(text: &str) -> Result<Code, UnknownCode> {
        let digits = text.strip_prefix("KB").or_else(|| text.strip_prefix("kb")).unwrap_or(text);
        let number = digits.parse().ok().filter(|_| digits.len() == 4);
        number
            .map(Code)
            .filter(|code| code.explanation().is_some())
            .ok_or_else(|| UnknownCode(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_ascend_and_can_be_looked_up() {
        let codes: Vec<Code> = Code::all().map(|explanation| explanation.code).collect();
        assert!(codes.is_sorted_by(|one, other| one < other));
        for code in codes {
            assert_eq!(code.to_string().parse(), Ok(code));
        }
        assert!("KB0001".parse::<Code>().is_err());
        assert!("KB+104".parse::<Code>().is_err());
    }
}
