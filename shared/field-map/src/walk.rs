//! Walking the payload to its lines.

use serde_json::Value;

use crate::pointer::{Element, View, elements};

/// A path such as `/OrderItems/*/OrderItemSizes/*`, as the JSON pointers between its stars: each leads from one element
/// to a list, whose elements are the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    /// As written, for a person.
    pub(crate) written: String,
    pub(crate) steps: Vec<String>,
}

impl Path {
    /// Takes a path that starts with `/` and ends with `/*`.
    pub(crate) fn new(written: &str) -> Option<Self> {
        let inner = written.strip_suffix("/*")?;
        let steps: Vec<String> = inner.split("/*").map(str::to_owned).collect();
        let fits = steps.iter().all(|step| step.is_empty() || step.starts_with('/'));
        fits.then(|| Self {
            written: written.to_owned(),
            steps,
        })
    }
}

/// What a walk found.
#[derive(Debug, Default)]
pub(crate) struct Walk<'a> {
    /// One view per line, in the payload's order.
    pub(crate) lines: Vec<View<'a>>,
    /// Places where an element led to no line, though a path goes on there and none ends there.
    pub(crate) dead_ends: Vec<String>,
}

/// Finds the lines. At each element the first path that leads on to any line is taken, and an element that leads
/// nowhere is a line itself if a path ends there: so items with and without sizes stand side by side in one order.
pub(crate) fn walk<'a>(paths: &[Path], root: &'a Value) -> Walk<'a> {
    let rests: Vec<&[String]> = paths.iter().map(|path| path.steps.as_slice()).collect();
    descend(
        &rests,
        &View {
            root,
            chain: Vec::new(),
        },
    )
}

fn descend<'a>(rests: &[&[String]], at: &View<'a>) -> Walk<'a> {
    let mut dead: Option<Walk<'a>> = None;
    for rest in rests {
        let Some((step, _)) = rest.split_first() else {
            return Walk {
                lines: vec![at.clone()],
                dead_ends: Vec::new(),
            };
        };
        let here: Vec<&[String]> = rests.iter().filter_map(|rest| beyond(rest, step)).collect();
        let found = children(&here, step, at);
        if !found.lines.is_empty() {
            return found;
        }
        dead.get_or_insert(found);
    }
    dead.unwrap_or_default()
}

/// The rest of a path after its first step, if that is the one.
fn beyond<'p>(rest: &'p [String], step: &str) -> Option<&'p [String]> {
    rest.split_first()
        .filter(|(first, _)| *first == step)
        .map(|(_, beyond)| beyond)
}

fn children<'a>(rests: &[&[String]], step: &str, at: &View<'a>) -> Walk<'a> {
    let (value, place) = at
        .chain
        .last()
        .map_or((at.root, ""), |element| (element.value, element.place.as_str()));
    let list = value.pointer(step).map(elements).unwrap_or_default();
    let list_place = format!("{place}{step}");
    let mut walk = Walk::default();
    if list.is_empty() {
        walk.dead_ends.push(list_place);
        return walk;
    }
    for (position, value) in list {
        let place = position.map_or_else(
            || list_place.clone(),
            |position| format!("{list_place}/{position}"),
        );
        let mut below = at.clone();
        below.chain.push(Element { value, place });
        let found = descend(rests, &below);
        walk.lines.extend(found.lines);
        walk.dead_ends.extend(found.dead_ends);
    }
    walk
}
