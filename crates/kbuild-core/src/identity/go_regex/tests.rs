use super::translate;
use crate::identity::pattern::compile;
use crate::tables::unicode::{CATEGORIES, CATEGORY_ALIASES, SCRIPTS};

#[track_caller]
fn check(expression: &str, matching: &[&str], others: &[&str]) {
    let regex = compile(expression).unwrap();
    for text in matching {
        assert!(regex.is_match(text), "{expression} matches {text}: {regex}");
    }
    for text in others {
        assert!(!regex.is_match(text), "{expression} does not match {text}: {regex}");
    }
}

#[track_caller]
fn refused(expression: &str, why: &str) {
    assert_eq!(translate(expression), Err(why.to_owned()), "{expression}");
}

#[test]
fn most_is_the_same() {
    check("^(?:web-.*|db)$", &["web-1", "db"], &["web", "a-db"]);
    check("^a.c$", &["abc", "aéc"], &["a\nc", "ac"]);
    check("^(a(b)?)+?c*?$", &["a", "aba", "ababc"], &["b"]);
    check("|", &["", "a"], &[]);
    check("^()*$", &[""], &["a"]);
    check("^*$", &[""], &[]);
}

#[test]
fn braces_that_repeat_nothing_are_letters() {
    check("^{REG}/app$", &["{REG}/app"], &["REG/app"]);
    check("^{{ .Values.image }}$", &["{{ .Values.image }}", "{{ xValues.image }}"], &[]);
    check("^a{x}$", &["a{x}"], &[]);
    check("^a{,2}$", &["a{,2}"], &["aa"]);
    check("^a{01}$", &["a{01}"], &["a"]);
    check("^a{$", &["a{"], &[]);
    check("^a{1$", &["a{1"], &[]);
    check("^a{1,$", &["a{1,"], &[]);
    check("^a{1,x}$", &["a{1,x}"], &[]);
    check("^x{{2}$", &["x{{"], &["x{"]);
    check("^a}]$", &["a}]"], &[]);
}

#[test]
fn repetitions_are_bounded() {
    check("^a{2}b{1,2}?c{2,}d{0}$", &["aabcc", "aabbccc"], &["aabc", "aabbbcc"]);
    check("^a{1000}$", &[&"a".repeat(1000)], &["a"]);
    refused("a{1001}", "{1001} repeats more than 1000 times");
    refused("a{0,1001}", "{0,1001} repeats more than 1000 times");
    refused("a{99999999999}", "{99999999999} repeats more than 1000 times");
    refused("((a{100}){10}){2}", "{2} repeats more than 1000 times");
    check("^(?:(?:a{100}){10})?((b{1000}){0}){1000}$", &[""], &["a"]);
    refused("a{2,1}", "{2,1} wants more than it allows");
}

#[test]
fn repetitions_need_something_to_repeat() {
    for (expression, text) in
        [("a**", "**"), ("a++", "++"), ("x*{1}", "*{1}"), ("a{2}{3}", "{2}{3}"), ("a+?*", "+?*")]
    {
        refused(expression, &format!("{text} repeats a repetition"));
    }
    for expression in ["*", "a|*", "(*)", "(?i)*"] {
        refused(expression, "there is nothing before * that it could repeat");
    }
    check(r"^a*(?i)*b+\Q\E*$", &["", "aab", "bb"], &["c"]);
}

#[test]
fn characters_are_escaped() {
    check(r"^\Qa.b\E.$", &["a.bc"], &["axbc"]);
    check(r"^\Qa.*b$", &[], &["a.*b"]);
    check(r"\Q.*", &[".*"], &["a"]);
    check(r"^\Qab\E+$", &["abb"], &["abab"]);
    check(r"^\141\060\x62\x{63}\x{0000000064}\0$", &["a0bcd\0"], &[]);
    check(r"^\a\f\t\n\r\v$", &["\u{7}\u{c}\t\n\r\u{b}"], &[]);
    check(r"^\<\-\_\ \&$", &["<-_ &"], &[]);
    check(r"^\x{D800}|b$", &["b"], &["a"]);
    for letter in ['u', '1', '8', 'C', 'G', 'K', 'R', 'X', 'Z', 'k', 'e', 'h', 'é'] {
        refused(&format!("a\\{letter}"), &format!("\\{letter} stands for nothing"));
    }
    for expression in [r"\x", r"\x1", r"\x{}", r"\x{110000}", r"\x{1", r"\xgg", r"\x{+1}"] {
        refused(expression, r"\x stands for nothing");
    }
    refused("a\\", "a \\ stands at the end");
    refused(r"[\b]", r"\b stands for nothing");
    refused(r"[\Qa\E]", r"\Q stands for nothing");
}

#[test]
fn classes_know_no_sets() {
    check("^[a&&b]+$", &["a&b"], &["c"]);
    check("^[a~~b]+$", &["a~b"], &["c"]);
    check("^[[a]$", &["[", "a"], &["]"]);
    check("^[[a]]$", &["[]", "a]"], &["a"]);
    check("^[]a]$", &["]", "a"], &["b"]);
    check("^[^]a]$", &["b", "\n"], &["]"]);
    check("^[a-]$", &["a", "-"], &["b"]);
    check("^[+--]$", &["+", ",", "-"], &["."]);
    check("^[[:a]$", &["[", ":", "a"], &["b"]);
    check(r"^[\x{D7FF}-\x{E000}]$", &["\u{D7FF}", "\u{E000}"], &["a"]);
    check(r"^[\x{D800}]?$", &[""], &["a"]);
    check(r"^[^\x{D800}]$", &["a"], &[""]);
    refused("[a--b]", "the range a-- ends before it begins");
    refused("[b-a]", "the range b-a ends before it begins");
    for expression in ["[a", "[", "[]", "[^]", "[a-"] {
        refused(expression, "[ is not closed");
    }
}

#[test]
fn named_classes_are_of_ascii() {
    check(r"^[\w\d]\s\D\W\S$", &["a b-c"], &["é b-c", "a\u{b}b-c"]);
    check(r"^[\W]$", &["é", "-"], &["a"]);
    check(r"\bb\B", &["ébc"], &["abc", "b"]);
    check("^[[:alpha:]0][[:^digit:]][[:space:]]$", &["aé\u{b}", "0- "], &["éa "]);
    refused("[[:foo:]]", "there is no class [:foo:]");
    refused("[[:Alpha:]]", "there is no class [:Alpha:]");
}

#[test]
fn classes_of_unicode_are_found_by_their_letters() {
    check(r"^\pL\p{Lu}\P{Lu}\p{^Lu}\P{^Lu}$", &["éÉééÉ"], &["ééééé"]);
    check(r"^[\p{greek}\p{n d}]\p{ANY}\p{_Nko}?$", &["α1", "1\n"], &["aa"]);
    check(r"^\p{C}$|^\p{surrogate}$", &["\u{7}", "\u{E000}", "\u{378}"], &["a"]);
    check(r"^\pl\p{upper-case_LETTER}\p{digit}$", &["aB1"], &["ab1", "aBc"]);
    check(r"^\p{ASCII}\p{lc}\P{assigned}$", &["\0a\u{378}"], &["éa\u{378}", "a1\u{378}", "aaa"]);
    check(r"^(?i)\p{ascii}\P{ascii}$", &["\u{212A}é"], &["\u{212A}\u{212A}"]);
    // `Old_Italic` is not found, as its name is not a capital and small letters.
    for name in ["Alphabetic", "sc=Greek", "", "Grek", "_", "é", "Old_Italic", "SignWriting"] {
        refused(&format!(r"\p{{{name}}}"), &format!("there is no class of Unicode named {name}"));
    }
    refused(r"\p", r"\p names no class of Unicode");
    refused(r"\p{Lu", r"\p{Lu names no class of Unicode");
    let aliases = CATEGORY_ALIASES.iter().map(|(alias, _)| alias);
    for name in SCRIPTS.iter().chain(CATEGORIES).chain(aliases) {
        check(&format!(r"^\p{{{name}}}$|^\P{{{name}}}$"), &["a"], &["aa"]);
    }
}

#[test]
fn flags_hold_to_the_end_of_their_group() {
    check("^(?:(?i)a|b)c$", &["ac", "Bc"], &["aC"]);
    check("^(?i:a)b$", &["Ab"], &["aB"]);
    check("^(?i)[a-b]é(?-i)c$", &["BÉc"], &["BÉC"]);
    check("(?m)^a$", &["b\na\nc"], &["ba"]);
    check("(?s)^a.b$", &["a\nb"], &[]);
    check("^(?U)a*?(?P<n>b)(?<n>c)(?)(?i-s:d)$", &["aabcD"], &["d"]);
    check(r"^(?i)[^\W]k$", &["ſ\u{212A}"], &["é-"]);
    for (expression, start) in
        [("(?R)a", "(?R)"), ("a(?-)b", "(?-)"), ("(?=a)", "(?=a)"), ("(?", "(?")]
    {
        refused(expression, &format!("{start} begins no group"));
    }
    for expression in ["(?P<a-b>x)", "(?<>x)", "(?P<a", "(?<a"] {
        refused(expression, "a group has no proper name");
    }
}

#[test]
fn groups_close() {
    refused("a(", "( is not closed");
    refused("a)", ") closes nothing");
    check("^(?:a)(b)$", &["ab"], &[]);
    check(&format!("{}a{}", "(".repeat(1000), ")".repeat(1000)), &["a"], &["b"]);
    refused(&"(".repeat(1001), "more than 1000 groups stand within each other");
}
