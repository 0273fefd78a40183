//! The composition as boxes and arrows: a box for each folder, however often it is used.

use kbuild_core::{Part, Role};

use super::words::{about, title};

/// How many lines of one sort a box shows.
const SHOWN: usize = 12;

/// How many characters a line of a box has at most.
const WIDTH: usize = 64;

/// Boxes and the arrows between them.
pub(super) struct Graph<'a> {
    pub(super) boxes: Vec<Folder<'a>>,
    pub(super) arrows: Vec<Arrow>,
}

/// A kustomization with what it names besides other kustomizations.
pub(super) struct Folder<'a> {
    pub(super) part: &'a Part,
    pub(super) title: String,
    pub(super) rows: Vec<(Role, String)>,
    /// How many arrows lead here on the longest way.
    pub(super) depth: usize,
}

/// From the number of the kustomization that names another to the number of that.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Arrow {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) to_component: bool,
}

impl<'a> Graph<'a> {
    pub(super) fn new(root: &'a Part) -> Graph<'a> {
        let mut graph = Graph { boxes: Vec::new(), arrows: Vec::new() };
        graph.add(root, 0);
        graph
    }

    fn add(&mut self, part: &'a Part, depth: usize) -> usize {
        let is_same = |other: &Folder| other.part.name == part.name && other.part.role == part.role;
        let number = match self.boxes.iter().position(is_same) {
            Some(number) => number,
            None => {
                let note = about(part);
                let title = format!("{} ({note})", title(part));
                self.boxes.push(Folder { part, title: cut(&title), rows: rows(part), depth });
                self.boxes.len() - 1
            }
        };
        if let Some(own) = self.boxes.get_mut(number) {
            own.depth = own.depth.max(depth);
        }
        for below in part.parts.iter().filter(|below| below.is_folder()) {
            let to = self.add(below, depth + 1);
            let arrow = Arrow { from: number, to, to_component: below.role == Role::Component };
            if !self.arrows.contains(&arrow) {
                self.arrows.push(arrow);
            }
        }
        number
    }
}

fn rows(part: &Part) -> Vec<(Role, String)> {
    let mut rows = Vec::new();
    let own = part.parts.iter().filter(|part| !part.is_folder());
    let mut own = own.peekable();
    while let Some(first) = own.next() {
        let mut shown = 1;
        rows.push(row(first));
        let mut hidden = 0;
        while let Some(next) = own.next_if(|next| next.role == first.role) {
            shown += 1;
            if shown > SHOWN { hidden += 1 } else { rows.push(row(next)) }
        }
        if hidden > 0 {
            rows.push((first.role, format!("… {hidden} more")));
        }
    }
    rows
}

fn row(part: &Part) -> (Role, String) {
    let about = about(part);
    let text = if about.is_empty() { title(part) } else { format!("{}: {about}", title(part)) };
    (part.role, cut(&text.replace(": →", " →")))
}

fn cut(text: &str) -> String {
    if text.chars().count() <= WIDTH {
        return text.to_owned();
    }
    text.chars().take(WIDTH - 1).chain(['…']).collect()
}
