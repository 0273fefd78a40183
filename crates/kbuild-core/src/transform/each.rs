//! Transformers that change one resource after the other. Those that follow each other go over the resources once, so
//! that a large build does not wait for memory again and again.

use super::{Planned, Step, Transformer};
use crate::build::Build;
use crate::error::{Error, Errors};
use crate::resource::{Resource, ResourceSet};

/// After how many resources a build looks whether it was cancelled.
const CHECKED_AFTER: usize = 1024;

/// The number of entries up to which each of them may look at all resources.
pub(super) const FEW: usize = 8;

/// A transformer for which no resource matters to another.
pub(crate) trait ForEach {
    /// Gets ready to change the resources.
    fn begin(&self) -> Box<dyn Each + '_>;

    /// True for what may rename resources without remembering what they were called: whoever came before would not find
    /// them as it left them when all are changed.
    fn goes_alone(&self) -> bool;

    /// As for a [`Transformer`].
    fn counts_as(&self) -> usize {
        1
    }
}

/// A transformer at work.
pub(crate) trait Each {
    /// True for what may change names, namespaces and types.
    fn renames(&self) -> bool {
        false
    }

    /// Changes the resource in this slot.
    ///
    /// # Errors
    /// The resource is not as the transformer needs it.
    fn change(&mut self, slot: usize, resource: &mut Resource) -> Result<(), Error>;

    /// What is left to do or to say when all resources were changed. Others may have changed them since.
    ///
    /// # Errors
    /// The resources do not go together.
    fn finish(self: Box<Self>, _resources: &mut ResourceSet) -> Result<(), Error> {
        Ok(())
    }
}

impl<T: ForEach> Transformer for T {
    fn transform(&self, resources: &mut ResourceSet) -> Result<(), Error> {
        let mut each = self.begin();
        for (slot, resource) in resources.slots_mut(each.renames()) {
            each.change(slot, resource).map_err(|error| error.in_resource(resource.describe()))?;
        }
        each.finish(resources)
    }

    fn each(&self) -> Option<Box<dyn Each + '_>> {
        (!self.goes_alone()).then(|| self.begin())
    }

    fn counts_as(&self) -> usize {
        ForEach::counts_as(self)
    }
}

/// One of several transformers at work.
struct Running<'a> {
    each: Box<dyn Each + 'a>,
    planned: &'a Planned,
    failed: Option<Error>,
}

/// The steps at the start of `planned` that can go together.
pub(super) fn together(planned: &[Planned]) -> Vec<Box<dyn Each + '_>> {
    let each = planned.iter().map_while(|one| match &one.step {
        Step::BuiltIn(transformer) if one.is_of_a_field() => transformer.each(),
        _ => None,
    });
    each.collect()
}

/// Goes over the resources once, with what would be done one step after the other. Returns the row of the step that failed:
/// those of later rows count as not done then.
///
/// # Errors
/// The build was cancelled. What a step refuses is added to `errors`.
pub(super) fn run<'a>(
    steps: Vec<Box<dyn Each + 'a>>,
    planned: &'a [Planned],
    build: &mut Build,
    resources: &mut ResourceSet,
    errors: &mut Errors,
) -> Result<Option<usize>, Error> {
    let mut steps: Vec<Running<'a>> = steps
        .into_iter()
        .zip(planned)
        .map(|(each, one)| Running { each, planned: one, failed: None })
        .collect();
    let mut last_row = usize::MAX;
    let (count, renames) = (resources.slots().len(), steps.iter().any(|step| step.each.renames()));
    build.check(count)?;
    for (changed, (slot, resource)) in resources.slots_mut(renames).enumerate() {
        if changed % CHECKED_AFTER == CHECKED_AFTER - 1 {
            build.check(count)?;
        }
        for step in &mut steps {
            if step.planned.row > last_row {
                break;
            }
            if step.failed.is_some() {
                continue;
            }
            match step.each.change(slot, resource) {
                Ok(()) if resource.is_gone() => break,
                Ok(()) => step.planned.note(resource),
                Err(error) => {
                    step.failed = Some(error.in_resource(resource.describe()));
                    last_row = step.planned.row;
                }
            }
        }
    }
    let mut failed = None;
    for step in steps {
        if failed.is_some_and(|failed| failed != step.planned.row) || errors.is_full() {
            break;
        }
        let result = step.failed.map_or_else(|| step.each.finish(resources), Err);
        build.take_warnings(resources);
        if errors.take(result).is_none() {
            failed = Some(step.planned.row);
        }
    }
    Ok(failed)
}
