//! Transformers that change one resource after the other. Those that follow each other go over the resources once, so
//! that a large build does not wait for memory again and again, and several threads take a part of the resources each.

use std::sync::{Mutex, PoisonError};

use super::findings::Findings;
use super::{Planned, Step, Transformer};
use crate::build::{Build, check_cancelled};
use crate::error::{Error, Errors};
use crate::identity::TypeNumbers;
use crate::options::Options;
use crate::resource::{Resource, ResourceSet, go_through};
use crate::survey::Survey;
use crate::threads::Threads;

/// After how many resources a build looks whether it was cancelled.
const CHECKED_AFTER: usize = 1024;

/// The number of entries up to which each of them may look at all resources.
pub(super) const FEW: usize = 8;

/// A transformer for which no resource matters to another.
pub(crate) trait ForEach: Send + Sync {
    /// Gets ready to change resources. Each thread does.
    fn begin(&self) -> Box<dyn Each + '_>;

    /// True for what may rename resources without remembering what they were called: whoever came before would not find
    /// them as it left them when all are changed.
    fn goes_alone(&self) -> bool;

    /// As for a [`Transformer`].
    fn finish(&self, _findings: Findings, _resources: &mut ResourceSet) -> Result<(), Error> {
        Ok(())
    }

    /// As for a [`Transformer`].
    fn counts_as(&self) -> usize {
        1
    }
}

/// Which resource is at hand.
#[derive(Clone, Copy)]
pub(crate) struct Which {
    /// Its slot.
    pub(crate) slot: usize,
    /// The number of its type, among those that this thread has met.
    pub(crate) of_type: usize,
}

/// What a transformer keeps for a type, by the numbers of the types.
pub(super) fn of_type<T: Default>(kept: &mut Vec<T>, number: usize) -> &mut T {
    if number >= kept.len() {
        kept.resize_with(number + 1, T::default);
    }
    &mut kept[number]
}

/// A transformer at work.
pub(crate) trait Each: Send {
    /// True for what may change names, namespaces and types.
    fn renames(&self) -> bool {
        false
    }

    /// Changes a resource. What that does depends on nothing but this resource.
    ///
    /// # Errors
    /// The resource is not as the transformer needs it.
    fn change(&mut self, which: Which, resource: &mut Resource) -> Result<(), Error>;

    /// What it has seen since it was asked last.
    fn findings(&mut self) -> Findings {
        Findings::default()
    }
}

impl<T: ForEach> Transformer for T {
    fn transform(&self, resources: &mut ResourceSet) -> Result<(), Error> {
        let mut each = self.begin();
        let renames = each.renames() || self.goes_alone();
        let mut types = TypeNumbers::default();
        for (slot, resource) in resources.slots_mut(renames) {
            let which = Which { slot, of_type: resource.type_in(&mut types) };
            each.change(which, resource).map_err(|error| error.in_resource(resource.describe()))?;
        }
        self.finish(each.findings(), resources)
    }

    fn each(&self) -> Option<Box<dyn Each + '_>> {
        (!self.goes_alone()).then(|| self.begin())
    }

    fn finish(&self, findings: Findings, resources: &mut ResourceSet) -> Result<(), Error> {
        ForEach::finish(self, findings, resources)
    }

    fn counts_as(&self) -> usize {
        ForEach::counts_as(self)
    }
}

type Steps<'a> = Vec<Box<dyn Each + 'a>>;

/// The steps at the start of `planned` that can go together.
pub(super) fn together(planned: &[Planned]) -> Steps<'_> {
    let each = planned.iter().map_while(|one| match &one.step {
        Step::BuiltIn(transformer) if one.is_of_a_field() => transformer.each(),
        _ => None,
    });
    each.collect()
}

/// What a step came to in some resources: what it saw, or what it refused first.
type Outcome = Result<Findings, Error>;

/// Goes over the resources once, with what would be done one step after the other. Returns the row of the step that failed:
/// those of later rows count as not done then. With `is_last` nothing changes the resources afterwards.
///
/// # Errors
/// The build was cancelled. What a step refuses is added to `errors`.
pub(super) fn run<'a>(
    steps: Steps<'a>,
    planned: &'a [Planned],
    build: &mut Build,
    resources: &mut ResourceSet,
    is_last: bool,
    errors: &mut Errors,
) -> Result<Option<usize>, Error> {
    let (count, renames) = (resources.slots().len(), steps.iter().any(|step| step.renames()));
    build.check(count)?;
    let threads = build.changing_threads(count);
    let all = resources.all_mut(renames);
    let seen = change_all(steps, planned, build.options, all, is_last, threads)?;
    build.survey = seen.survey.filter(|_| !seen.has_gaps);
    if !seen.has_gaps {
        resources.note_whole();
    }
    let mut failed = None;
    for (one, outcome) in planned.iter().zip(seen.outcomes) {
        if failed.is_some_and(|failed| failed != one.row) || errors.is_full() {
            break;
        }
        let result = outcome.and_then(|findings| one.step.finish(findings, resources));
        build.take_warnings(resources);
        if errors.take(result).is_none() {
            failed = Some(one.row);
        }
    }
    Ok(failed)
}

/// Takes each resource through all steps. A step that refuses one resource goes on with the others, so that what comes of
/// it does not depend on who was first.
///
/// # Errors
/// The build was cancelled.
fn change_all<'a>(
    steps: Steps<'a>,
    planned: &'a [Planned],
    options: &Options,
    resources: &mut [Resource],
    is_last: bool,
    threads: Threads,
) -> Result<Seen, Error> {
    let ready = Mutex::new(Some(steps));
    let begin = || {
        let first = ready.lock().unwrap_or_else(PoisonError::into_inner).take();
        (first.unwrap_or_else(|| together(planned)), TypeNumbers::default())
    };
    let pieces = threads.change(resources, begin, |(steps, types), first, resources| {
        change_piece((steps, types), planned, options, first, resources, is_last)
    });
    let mut all: Option<Seen> = None;
    for piece in pieces {
        match (&mut all, piece?) {
            (Some(all), later) => all.join(later),
            (none, first) => *none = Some(first),
        }
    }
    Ok(all.unwrap_or_default())
}

/// What came of some of the resources.
#[derive(Default)]
struct Seen {
    /// What each step came to.
    outcomes: Vec<Outcome>,
    /// True when a resource is gone.
    has_gaps: bool,
    /// What they are now, if nothing changes them any more.
    survey: Option<Survey>,
}

impl Seen {
    /// Adds what came of later ones.
    fn join(&mut self, later: Seen) {
        for (outcome, later) in self.outcomes.iter_mut().zip(later.outcomes) {
            match (&mut *outcome, later) {
                (Ok(findings), Ok(later)) => findings.join(later),
                (Ok(_), refused) => *outcome = refused,
                (Err(_), _) => {}
            }
        }
        self.has_gaps |= later.has_gaps;
        if let (Some(survey), Some(later)) = (&mut self.survey, later.survey) {
            survey.join(later);
        }
    }
}

/// The same for some of the resources, the first of which is in slot `first`.
///
/// # Errors
/// The build was cancelled.
fn change_piece(
    (steps, types): (&mut [Box<dyn Each + '_>], &mut TypeNumbers),
    planned: &[Planned],
    options: &Options,
    first: usize,
    resources: &mut [Resource],
    is_last: bool,
) -> Result<Seen, Error> {
    let mut has_gaps = false;
    let mut survey = is_last.then(|| Survey::with_capacity(resources.len()));
    let mut refused: Vec<Option<Error>> = steps.iter().map(|_| None).collect();
    let change = |slot: usize, resource: &mut Resource| {
        if slot % CHECKED_AFTER == CHECKED_AFTER - 1 {
            check_cancelled(options)?;
        }
        if resource.is_gone() {
            has_gaps = true;
            return Ok::<(), Error>(());
        }
        resource.content.settle();
        let mut which = Which { slot, of_type: resource.type_in(types) };
        let mut type_changes = resource.content.type_changes();
        let running = steps.iter_mut().zip(planned).zip(&mut refused);
        for ((step, one), refused) in running {
            resource.content.settle_head();
            if resource.content.type_changes() != type_changes {
                type_changes = resource.content.type_changes();
                which.of_type = resource.type_in(types);
            }
            let changed = step.change(which, resource);
            let (is_gone, is_refused) = (resource.is_gone(), changed.is_err());
            if let Err(error) = changed {
                refused.get_or_insert_with(|| error.in_resource(resource.describe()));
            }
            if is_gone {
                has_gaps = true;
                break;
            }
            if !is_refused {
                one.note(resource);
            }
        }
        if let Some(survey) = &mut survey {
            survey.add(slot, resource);
        }
        Ok(())
    };
    go_through(first, resources, |_| true, change)?;
    let outcomes = steps.iter_mut().zip(refused);
    let outcome = |(step, refused): (&mut Box<dyn Each + '_>, Option<Error>)| {
        refused.map_or_else(|| Ok(step.findings()), Err)
    };
    Ok(Seen { outcomes: outcomes.map(outcome).collect(), has_gaps, survey })
}
