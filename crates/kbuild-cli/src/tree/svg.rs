//! The composition as a picture: columns of boxes, from what is built on the left to what it stands on.

use std::fmt::Write as _;

use kbuild_core::{Part, Role};

use super::graph::{Folder, Graph};

/// The width of a character and the height of a line.
const LETTER: f64 = 7.3;
const LINE: f64 = 18.0;
/// Between the border of a box and its text.
const PADDING: f64 = 10.0;
/// Between columns, and between the boxes of one.
const COLUMN_GAP: f64 = 70.0;
const BOX_GAP: f64 = 26.0;
/// Around everything.
const MARGIN: f64 = 20.0;

const STYLE: &str = "text{font:12px ui-monospace,Menlo,Consolas,monospace;fill:#1f2937;white-space:pre}\
.title{font-weight:bold}.box{fill:#fff;stroke:#64748b}.kustomization{fill:#dbeafe}.component{fill:#ede9fe}.remote{fill:#fef3c7}\
.generator,.chart{fill:#166534}.patch{fill:#9a3412}.transformer,.plugin{fill:#1e40af}.configuration{fill:#6b7280}\
.arrow{fill:none;stroke:#64748b;stroke-width:1.5}.dashed{stroke-dasharray:5 4}";

/// Where a box stands.
#[derive(Clone, Copy, Default)]
struct Place {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

impl Place {
    fn middle(&self) -> f64 {
        self.y + self.height / 2.0
    }
}

pub(super) fn svg(root: &Part) -> String {
    let graph = Graph::new(root);
    let (places, width, height) = arranged(&graph);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\">\n<title>{}</title>\n<style>{STYLE}</style>\n",
        escaped(&root.name)
    );
    text.push_str("<defs><marker id=\"tip\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto\"><path d=\"M0 0L10 5L0 10z\" fill=\"#64748b\"/></marker></defs>\n");
    text.push_str("<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
    for arrow in &graph.arrows {
        let (Some(from), Some(to)) = (places.get(arrow.from), places.get(arrow.to)) else {
            continue;
        };
        let (x, y, to_x, to_y) = (from.x + from.width, from.middle(), to.x, to.middle());
        let bend = COLUMN_GAP / 2.0;
        let class = if arrow.to_component { "arrow dashed" } else { "arrow" };
        // Writing into a string cannot fail.
        let _ = writeln!(
            text,
            "<path class=\"{class}\" d=\"M{x:.1} {y:.1}C{:.1} {y:.1} {:.1} {to_y:.1} {to_x:.1} {to_y:.1}\" marker-end=\"url(#tip)\"/>",
            x + bend,
            to_x - bend
        );
    }
    for (own, place) in graph.boxes.iter().zip(&places) {
        draw(own, place, &mut text);
    }
    text.push_str("</svg>\n");
    text
}

fn draw(own: &Folder, place: &Place, text: &mut String) {
    let Place { x, y, width, height } = *place;
    let class = match own.part.role {
        _ if own.part.is_remote => "remote",
        Role::Component => "component",
        _ => "kustomization",
    };
    let band = LINE + PADDING;
    // Writing into a string cannot fail.
    let _ = writeln!(
        text,
        "<rect class=\"box\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\"/>\n<rect class=\"{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{band:.1}\"/>",
        x + 0.5,
        y + 0.5,
        width - 1.0,
    );
    let left = x + PADDING;
    let mut line = y + PADDING / 2.0 + LINE * 0.75;
    let _ = writeln!(
        text,
        "<text class=\"title\" x=\"{left:.1}\" y=\"{line:.1}\">{}</text>",
        escaped(&own.title)
    );
    line += PADDING;
    for (role, row) in &own.rows {
        line += LINE;
        let class = super::role(*role);
        let _ = writeln!(
            text,
            "<text class=\"{class}\" x=\"{left:.1}\" y=\"{line:.1}\">{}</text>",
            escaped(row)
        );
    }
}

/// A place for every box, and the size of the whole: a column for each depth, in it the boxes in the order of those that
/// lead to them.
fn arranged(graph: &Graph) -> (Vec<Place>, f64, f64) {
    let mut places: Vec<Place> = graph.boxes.iter().map(size).collect();
    let depth = graph.boxes.iter().map(|own| own.depth).max().unwrap_or(0);
    let mut columns: Vec<Vec<usize>> = vec![Vec::new(); depth + 1];
    for (number, own) in graph.boxes.iter().enumerate() {
        if let Some(column) = columns.get_mut(own.depth) {
            column.push(number);
        }
    }
    let of_column = |places: &[Place], column: &[usize]| {
        let boxes = column.iter().filter_map(|number| places.get(*number));
        boxes.map(|place| place.height + BOX_GAP).sum::<f64>() - BOX_GAP
    };
    let height = columns.iter().map(|column| of_column(&places, column)).fold(0.0, f64::max);
    let mut x = MARGIN;
    for column in &mut columns {
        column.sort_by(|one, other| {
            let (one, other) = (wished(graph, &places, *one), wished(graph, &places, *other));
            one.total_cmp(&other)
        });
        let mut y = MARGIN + (height - of_column(&places, column)) / 2.0;
        let mut widest: f64 = 0.0;
        for number in column {
            if let Some(place) = places.get_mut(*number) {
                (place.x, place.y) = (x, y);
                y += place.height + BOX_GAP;
                widest = widest.max(place.width);
            }
        }
        x += widest + COLUMN_GAP;
    }
    (places, x - COLUMN_GAP + MARGIN, height + 2.0 * MARGIN)
}

/// The height at which a box would best stand: that of those that lead to it.
fn wished(graph: &Graph, places: &[Place], number: usize) -> f64 {
    let above = graph.arrows.iter().filter(|arrow| arrow.to == number);
    let middles: Vec<f64> =
        above.filter_map(|arrow| places.get(arrow.from)).map(Place::middle).collect();
    middles.iter().sum::<f64>() / middles.len().max(1) as f64
}

fn size(own: &Folder) -> Place {
    let lines = own.rows.iter().map(|(_, row)| row.chars().count());
    let longest = lines.fold(own.title.chars().count(), usize::max);
    let band = LINE + PADDING;
    let rows = own.rows.len() as f64 * LINE;
    let below = if own.rows.is_empty() { 0.0 } else { rows + PADDING };
    Place {
        width: longest as f64 * LETTER + 2.0 * PADDING,
        height: band + below,
        ..Place::default()
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
