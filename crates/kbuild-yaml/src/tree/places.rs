//! Where the nodes of a tree came from.

use ecow::EcoVec;

use crate::{Place, SourceId};

/// Where a node or key of a tree came from, in half the memory of a [`Place`]: a line of one of the tree's sources, or the
/// number of a place that is elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PlaceId(u32);

/// How many bits of an id are the line; the rest is the number of the source.
const LINE_BITS: u32 = 29;
const LINES: u32 = 1 << LINE_BITS;

/// Says that a place is elsewhere.
const ELSEWHERE: u32 = u32::MAX >> LINE_BITS;

impl PlaceId {
    /// An unknown place.
    pub(crate) const UNKNOWN: PlaceId = PlaceId(0);

    /// A line of the first source of a tree, which an id has [room](PlaceId::has_room) for.
    #[inline(always)]
    pub(crate) fn of_line(line: u32) -> PlaceId {
        PlaceId(line)
    }

    /// True for a line that an id has room for.
    pub(crate) fn has_room(line: u32) -> bool {
        line < LINES
    }
}

/// The places of a tree.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    /// Where the nodes of the tree came from: first its own file, then those of what has changed it; 0 where there is none yet.
    sources: [SourceId; 4],
    /// The places for which these do not do.
    elsewhere: EcoVec<Place>,
}

impl Places {
    /// No places yet, of a tree most of whose nodes came from `source`.
    pub(super) fn of(source: SourceId) -> Places {
        let mut places = Places::default();
        places.sources[0] = source;
        places
    }

    pub(super) fn get(&self, id: PlaceId) -> Place {
        let (number, line) = (id.0 >> LINE_BITS, id.0 % LINES);
        if number == ELSEWHERE {
            return self.elsewhere.get(line as usize).copied().unwrap_or_default();
        }
        if line == 0 {
            return Place::default();
        }
        let source = self.sources.get(number as usize).copied().unwrap_or_default();
        Place { source, line }
    }

    /// The id of a place.
    pub(super) fn add(&mut self, place: Place) -> PlaceId {
        let Place { source, line } = place;
        if place == Place::default() {
            return PlaceId::UNKNOWN;
        }
        let [own, others @ ..] = &mut self.sources;
        if (1..LINES).contains(&line) {
            if source == *own {
                return PlaceId(line);
            }
            for (number, known) in (1..).zip(others).filter(|_| source != SourceId::default()) {
                if *known == SourceId::default() {
                    *known = source;
                }
                if *known == source {
                    return PlaceId(number << LINE_BITS | line);
                }
            }
        }
        self.add_elsewhere(place)
    }

    #[cold]
    fn add_elsewhere(&mut self, place: Place) -> PlaceId {
        // Those that follow each other are often one and the same.
        if self.elsewhere.last() != Some(&place) {
            self.elsewhere.push(place);
        }
        let number = u32::try_from(self.elsewhere.len() - 1).ok().filter(|number| *number < LINES);
        number.map_or(PlaceId::UNKNOWN, |number| PlaceId(ELSEWHERE << LINE_BITS | number))
    }

    /// How many are elsewhere.
    pub(super) fn len(&self) -> usize {
        self.elsewhere.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_come_back() {
        let place = |source, line| Place { source: SourceId(source), line };
        let all = [
            place(0, 0),
            place(7, 1),
            place(7, 0),
            place(7, LINES - 1),
            place(7, LINES),
            place(7, u32::MAX),
            place(0, 1),
            place(u32::MAX, u32::MAX),
            place(8, 3),
            place(8, 3),
            place(9, 1),
            place(10, 1),
            place(11, 1),
            place(11, 1),
            place(8, 2),
        ];
        for source in [0, 7, 8] {
            let mut places = Places::of(SourceId(source));
            let ids: Vec<PlaceId> = all.iter().map(|place| places.add(*place)).collect();
            assert!(ids.iter().map(|id| places.get(*id)).eq(all));
            assert_eq!(ids[0], PlaceId::UNKNOWN);
        }
        let mut places = Places::of(SourceId(7));
        assert_eq!(PlaceId::of_line(5), places.add(place(7, 5)));
        assert!(PlaceId::has_room(LINES - 1) && !PlaceId::has_room(LINES));
        (8..11).for_each(|source| _ = places.add(place(source, 1)));
        assert_eq!(places.len(), 0);
        (0..2).for_each(|_| _ = places.add(place(11, 1)));
        assert_eq!(places.len(), 1);
    }
}
