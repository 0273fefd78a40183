//! Label selectors: `app=web,tier in (a, b),!legacy`.

/// A selector over labels or annotations; every requirement must hold.
#[derive(Clone, Debug, Default)]
pub(crate) struct LabelSelector {
    requirements: Vec<Requirement>,
}

#[derive(Clone, Debug)]
struct Requirement {
    key: String,
    operator: Operator,
    values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
    GreaterThan,
    LessThan,
}

impl LabelSelector {
    /// Reads a selector; the empty text selects all.
    ///
    /// # Errors
    /// What is wrong with the text.
    pub(crate) fn parse(text: &str) -> Result<LabelSelector, String> {
        Parser { rest: text }.selector()
    }

    /// True when there is nothing to check.
    pub(crate) fn is_any(&self) -> bool {
        self.requirements.is_empty()
    }

    /// True when the labels that `get` looks up meet every requirement.
    pub(crate) fn matches<'a>(&self, get: impl Fn(&str) -> Option<&'a str>) -> bool {
        self.requirements.iter().all(|requirement| requirement.matches(get(&requirement.key)))
    }
}

impl Requirement {
    fn matches(&self, value: Option<&str>) -> bool {
        let is_listed = |value: &str| self.values.iter().any(|listed| listed == value);
        let compare = |holds: fn(&i64, &i64) -> bool| {
            let number = |text: &str| text.parse::<i64>().ok();
            let (value, bound) =
                (value.and_then(number), self.values.first().and_then(|text| number(text)));
            value.zip(bound).is_some_and(|(value, bound)| holds(&value, &bound))
        };
        match self.operator {
            Operator::In => value.is_some_and(is_listed),
            Operator::NotIn => !value.is_some_and(is_listed),
            Operator::Exists => value.is_some(),
            Operator::DoesNotExist => value.is_none(),
            Operator::GreaterThan => compare(i64::gt),
            Operator::LessThan => compare(i64::lt),
        }
    }
}

/// What a selector is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    Symbol(&'a str),
    End,
}

struct Parser<'a> {
    rest: &'a str,
}

const SYMBOLS: [&str; 9] = ["==", "!=", "=", "!", "(", ")", ",", ">", "<"];

impl<'a> Parser<'a> {
    fn selector(mut self) -> Result<LabelSelector, String> {
        let mut requirements = Vec::new();
        if self.peek() == Token::End {
            return Ok(LabelSelector::default());
        }
        loop {
            requirements.push(self.requirement()?);
            match self.next() {
                Token::End => return Ok(LabelSelector { requirements }),
                Token::Symbol(",") => {
                    if self.peek() == Token::End {
                        return Err("a requirement must follow the last comma".to_owned());
                    }
                }
                other => return Err(format!("{} stands where a comma should", other.describe())),
            }
        }
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let negated = self.peek() == Token::Symbol("!");
        if negated {
            self.next();
        }
        let key = match self.next() {
            Token::Word(key) => key.to_owned(),
            other => {
                return Err(format!("{} stands where a label's name should", other.describe()));
            }
        };
        check_key(&key)?;
        let bare = matches!(self.peek(), Token::End | Token::Symbol(","));
        if negated || bare {
            let operator = if negated { Operator::DoesNotExist } else { Operator::Exists };
            return Ok(Requirement { key, operator, values: Vec::new() });
        }
        let (operator, values) = match self.next() {
            Token::Symbol("=" | "==") => (Operator::In, vec![self.value()]),
            Token::Symbol("!=") => (Operator::NotIn, vec![self.value()]),
            Token::Symbol(">") => (Operator::GreaterThan, vec![self.value()]),
            Token::Symbol("<") => (Operator::LessThan, vec![self.value()]),
            Token::Word("in") => (Operator::In, self.values()?),
            Token::Word("notin") => (Operator::NotIn, self.values()?),
            other => {
                return Err(format!(
                    "{} stands where an operator such as =, != or in should",
                    other.describe()
                ));
            }
        };
        if matches!(operator, Operator::GreaterThan | Operator::LessThan)
            && values.iter().any(|value| value.parse::<i64>().is_err())
        {
            return Err(format!("{key} is compared with something that is not an integer"));
        }
        for value in &values {
            check_value(value)?;
        }
        Ok(Requirement { key, operator, values })
    }

    /// The value after an operator; it may be empty.
    fn value(&mut self) -> String {
        match self.peek() {
            Token::Word(word) => {
                self.next();
                word.to_owned()
            }
            _ => String::new(),
        }
    }

    fn values(&mut self) -> Result<Vec<String>, String> {
        if self.next() != Token::Symbol("(") {
            return Err("values in parentheses must follow in and notin".to_owned());
        }
        let mut values = vec![self.value()];
        loop {
            match self.next() {
                Token::Symbol(",") => values.push(self.value()),
                Token::Symbol(")") => return Ok(values),
                other => {
                    return Err(format!("{} stands where a comma or a ) should", other.describe()));
                }
            }
        }
    }

    fn peek(&self) -> Token<'a> {
        Parser { rest: self.rest }.next()
    }

    fn next(&mut self) -> Token<'a> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
        if self.rest.is_empty() {
            return Token::End;
        }
        if let Some(symbol) = SYMBOLS.iter().find(|symbol| self.rest.starts_with(**symbol)) {
            self.rest = &self.rest[symbol.len()..];
            return Token::Symbol(symbol);
        }
        let end = self
            .rest
            .find([' ', '\t', '\r', '\n', '=', '!', '(', ')', ',', '>', '<'])
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        Token::Word(word)
    }
}

impl Token<'_> {
    fn describe(self) -> String {
        match self {
            Token::Word(text) | Token::Symbol(text) => format!("\"{text}\""),
            Token::End => "the end".to_owned(),
        }
    }
}

fn check_key(key: &str) -> Result<(), String> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    let prefix_is_fine = prefix.is_none_or(|prefix| {
        prefix.len() <= 253
            && prefix.split('.').all(|part| {
                is_framed(
                    part,
                    |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit(),
                    |byte| byte == b'-',
                )
            })
    });
    if prefix_is_fine && name.len() <= 63 && is_name(name) {
        Ok(())
    } else {
        Err(format!("\"{key}\" is not the name of a label"))
    }
}

fn check_value(value: &str) -> Result<(), String> {
    if value.is_empty() || (value.len() <= 63 && is_name(value)) {
        Ok(())
    } else {
        Err(format!("\"{value}\" is not the value of a label"))
    }
}

fn is_name(text: &str) -> bool {
    is_framed(text, |byte| byte.is_ascii_alphanumeric(), |byte| matches!(byte, b'-' | b'_' | b'.'))
}

/// True for a text of `outer` characters with `inner` ones allowed between the first and the last.
fn is_framed(text: &str, outer: impl Fn(u8) -> bool, inner: impl Fn(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    let ends = bytes.first().zip(bytes.last());
    ends.is_some_and(|(first, last)| outer(*first) && outer(*last))
        && bytes.iter().all(|byte| outer(*byte) || inner(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(selector: &str, labels: &[(&str, &str)]) -> bool {
        let find =
            |key: &str| labels.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
        LabelSelector::parse(selector).unwrap().matches(find)
    }

    #[test]
    fn selectors_match_labels() {
        let labels = [("app", "web"), ("tier", "2"), ("example.com/part", "")];
        for yes in [
            "",
            "app=web",
            "app == web",
            "app in (api, web)",
            "app notin (api)",
            "!legacy",
            "app",
            "tier>1",
            "x!=y",
            "example.com/part=",
            "app=web,tier<3",
            "app,example.com/part",
        ] {
            assert!(matches(yes, &labels), "{yes}");
        }
        for no in [
            "app=api",
            "app!=web",
            "legacy",
            "!app",
            "tier<2",
            "app in (api)",
            "app=web,tier=3",
            "name>1",
        ] {
            assert!(!matches(no, &labels), "{no}");
        }
    }

    #[test]
    fn broken_selectors_are_refused() {
        for bad in [
            "app=web,",
            "=web",
            "app in web",
            "app in (web",
            "app web",
            "app=a b",
            "a/b/c=d",
            "tier>x",
            "app=-x",
        ] {
            assert!(LabelSelector::parse(bad).is_err(), "{bad}");
        }
    }
}
