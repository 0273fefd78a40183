use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Dialect, Node, SourceId, read_documents, write, write_json};

fn node(text: &str) -> Node {
    read_documents(text.as_bytes(), SourceId(1), Dialect::Resource).unwrap().remove(0)
}

fn yaml(value: &impl Serialize) -> String {
    let mut text = String::new();
    write(&Node::from_serialize(value).unwrap(), &mut text).unwrap();
    text
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Point,
    Circle(f64),
    Line(i8, i8),
    Box { width: u64 },
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Newtype(Option<i32>);

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Everything {
    small: i8,
    large: u64,
    half: f32,
    whole: f64,
    yes: bool,
    text: String,
    letter: char,
    nothing: Option<String>,
    newtype: Newtype,
    shapes: Vec<Shape>,
    map: BTreeMap<u16, (bool, ())>,
}

fn everything() -> Everything {
    Everything {
        small: -7,
        large: u64::MAX,
        half: 0.1,
        whole: 3.0,
        yes: true,
        text: "0x1F".into(),
        letter: '~',
        nothing: None,
        newtype: Newtype(Some(4)),
        shapes: vec![
            Shape::Point,
            Shape::Circle(1e300),
            Shape::Line(1, -1),
            Shape::Box { width: 1 << 60 },
        ],
        map: BTreeMap::from([(80, (false, ()))]),
    }
}

#[test]
fn values_come_back() {
    let tree = Node::from_serialize(&everything()).unwrap();
    assert_eq!(tree.to::<Everything>().unwrap(), everything());
    // By way of a text as well.
    assert_eq!(node(&yaml(&everything())).to::<Everything>().unwrap(), everything());
}

#[test]
fn scalars_are_what_is_printed() {
    let texts = "[0644, 0o17, 0x1F, 1_000, 1.0, 1e3, 1.5, -0.0, ~, Yes, True, 2001-01-01, 12:30:45, '1', !!binary aGk=, 18446744073709551615, 1e400x]";
    let tree = node(texts);
    let mut json = String::new();
    write_json(&tree, &mut json).unwrap();
    // What serde sees and what the writer prints is the same.
    let seen: serde_json::Value = serde_json::to_value(&tree).unwrap();
    let mut printed: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(seen[7].as_f64().map(f64::to_bits), Some((-0.0_f64).to_bits()));
    printed[7] = seen[7].clone();
    assert_eq!(seen, printed);
    assert_eq!(tree.to::<serde_json::Value>().unwrap(), seen);
}

#[test]
fn keys_are_texts() {
    let tree = node("1: a\nx: {b: ~}\n");
    assert_eq!(serde_json::to_string(&tree).unwrap(), r#"{"1":"a","x":{"b":null}}"#);
    assert!(serde_json::to_string(&node("x: {1: a}\n")).is_err());
    assert!(node("x: {1: a}\n").to::<serde_json::Value>().is_err());
    assert!(Node::from_serialize(&BTreeMap::from([((1, 2), 3)])).is_err());
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only its reading counts")]
struct Spec {
    ports: Vec<Port>,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only its reading counts")]
struct Port {
    port: u16,
}

#[test]
fn errors_say_where() {
    let error = node("ports:\n- port: 1\n- port: http\n").to::<Spec>().unwrap_err();
    assert_eq!((error.path().as_str(), error.place().line), ("ports.1.port", 3));
    assert_eq!(error.to_string(), "ports.1.port: invalid type: string \"http\", expected u16");
    let error = node("ports:\n- {}\n").to::<Spec>().unwrap_err();
    assert_eq!(error.to_string(), "ports.0: missing field `port`");
    let error = node("ports: [{port: 99999}]\n").to::<Spec>().unwrap_err();
    assert!(error.to_string().contains("99999"), "{error}");
    let error = node("ports: [{port: .inf}]\n").to::<Spec>().unwrap_err();
    assert_eq!(error.path(), "ports.0.port");
    let error = Node::from_serialize(&BTreeMap::from([("a", [f64::NAN])])).unwrap_err();
    assert_eq!(error.to_string(), "a.0: the number NaN has no JSON form");
}

#[test]
fn enums_are_texts_or_mappings_with_one_key() {
    assert_eq!(node("Point").to::<Shape>().unwrap(), Shape::Point);
    assert_eq!(node("Point: ~").to::<Shape>().unwrap(), Shape::Point);
    assert_eq!(node("{Circle: 2}").to::<Shape>().unwrap(), Shape::Circle(2.0));
    for wrong in ["Circle", "{Point: 1}", "{}", "{Point: ~, Circle: 1}", "[Point]", "3", "Square"] {
        assert!(node(wrong).to::<Shape>().is_err(), "{wrong}");
    }
}
