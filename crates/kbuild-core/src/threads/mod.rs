//! Work in several threads: each has a share of the pieces and takes over from the others when it is done, and what is made
//! of them comes back in order, so that nothing shows how many threads there were.

mod texts;

use std::collections::VecDeque;
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, Builder, Scope};

use kbuild_yaml::Printer;

use texts::{Stop, Texts};

/// The room for calls in a thread: as much as the first thread of a process mostly has.
const STACK_BYTES: usize = 8 << 20;

/// How many threads there are unless somebody wants more: what one thread does alone takes longer than that then.
const MOST: usize = 16;

/// How many threads there are at most.
const LIMIT: usize = 256;

/// How many pieces there are for each thread, so that one that is held up need not do its whole share.
const PIECES: usize = 8;

/// How many items make a piece of text at most, and about how many bytes: pieces that wait for their turn take little memory.
const TEXT_ITEMS: usize = 16;
const TEXT_BYTES: usize = 64 * 1024;

/// How many pieces of text there are for each thread at most, besides those that the calling one writes: where a text is taken
/// away slowly, the others wait.
const AHEAD: usize = 8;

/// How many threads work at a time, the calling one included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Threads(usize);

impl Default for Threads {
    fn default() -> Threads {
        Threads(1)
    }
}

impl Threads {
    /// A number of threads; nobody gets thousands.
    pub(crate) fn exactly(count: NonZeroUsize) -> Threads {
        Threads(count.get().min(LIMIT))
    }

    /// As many as there are processors for this process; one where that is not known.
    pub(crate) fn of_processors() -> Threads {
        Threads(thread::available_parallelism().map_or(1, NonZeroUsize::get).min(MOST))
    }

    /// True for the calling thread alone.
    pub(crate) fn is_one(self) -> bool {
        self.0 == 1
    }

    /// These, or fewer.
    pub(crate) fn at_most(self, count: usize) -> Threads {
        Threads(self.0.min(count.max(1)))
    }

    /// Changes all items, piece by piece. Every thread has a state of its own; `work` gets it together with the number of
    /// the first item in the piece. Returns what it makes of each piece, in order.
    pub(crate) fn change<T: Send, S, R: Send>(
        self,
        items: &mut [T],
        state: impl Fn() -> S + Sync,
        work: impl Fn(&mut S, usize, &mut [T]) -> R + Sync,
    ) -> Vec<R> {
        if self.is_one() {
            return vec![work(&mut state(), 0, items)];
        }
        let size = self.piece(items.len());
        let pieces = items.chunks_mut(size).enumerate();
        self.work(pieces, &state, &|state, (number, piece)| work(state, number * size, piece))
    }

    /// What `work` makes of each item, in order. One thread does not begin an item before the result of the one before it
    /// is asked for.
    pub(crate) fn map<'a, T: Send + 'a, R: Send + 'a>(
        self,
        items: impl IntoIterator<Item = T, IntoIter: ExactSizeIterator> + 'a,
        work: impl Fn(T) -> R + Sync + 'a,
    ) -> Box<dyn Iterator<Item = R> + 'a> {
        let items = items.into_iter();
        match self.0 {
            1 => Box::new(items.map(work)),
            _ => Box::new(self.work(items, &|| (), &|(), item| work(item)).into_iter()),
        }
    }

    /// Writes all items into one text of about so many bytes, in order. From time to time `written` gets what there is of it,
    /// and may take that away.
    ///
    /// # Errors
    /// The first that there is, in the order of the items; or what `written` refuses.
    pub(crate) fn write<T: Sync, E: Send>(
        self,
        items: &[T],
        bytes: usize,
        out: &mut Printer,
        write: impl Fn(usize, &T, &mut Printer) -> Result<(), E> + Sync,
        mut written: impl FnMut(&mut Printer) -> Result<(), E>,
    ) -> Result<(), E> {
        let of_some_bytes = TEXT_BYTES / (bytes / items.len().max(1)).max(1);
        let size = match self.0 {
            1 => of_some_bytes,
            _ => self.piece(items.len()).min(TEXT_ITEMS).min(of_some_bytes),
        };
        let size = size.max(1);
        let pieces: Vec<&[T]> = items.chunks(size).collect();
        let piece = |number: usize, out: &mut Printer| {
            let numbered = (number * size..).zip(pieces.get(number).copied().unwrap_or_default());
            numbered.into_iter().try_for_each(|(number, item)| write(number, item, out))
        };
        let texts = Texts::of(pieces.len(), self.0 * AHEAD);
        thread::scope(|scope| {
            let _stop = Stop(&texts);
            for _ in 1..self.0.min(pieces.len()) {
                let (texts, piece) = (&texts, &piece);
                spawn(scope, move || {
                    while let Some((number, mut text)) = texts.wait_for_next() {
                        let written = piece(number, &mut text).map(|()| text);
                        texts.put(number, written);
                    }
                });
            }
            // The calling thread puts the pieces together meanwhile. What is its turn it need not put together.
            while let Some((number, mut text)) = texts.next() {
                let made = match texts.take(out, &mut written)? == number {
                    true => piece(number, out).map(|()| text),
                    false => piece(number, &mut text).map(|()| text),
                };
                texts.put(number, made);
            }
            Ok(())
        })?;
        texts.take(out, &mut written).map(|_| ())
    }

    /// How many pieces something is best cut into.
    pub(crate) fn pieces(self) -> usize {
        self.0 * PIECES
    }

    /// How many items are in a piece.
    fn piece(self, items: usize) -> usize {
        items.div_ceil(self.pieces()).max(1)
    }

    fn work<P: Send, S, R: Send>(
        self,
        pieces: impl ExactSizeIterator<Item = P>,
        state: &(impl Fn() -> S + Sync),
        work: &(impl Fn(&mut S, P) -> R + Sync),
    ) -> Vec<R> {
        let count = pieces.len();
        let waiting = Mutex::new(Shares::new(pieces, self.0));
        let next = |thread| waiting.lock().unwrap_or_else(PoisonError::into_inner).next(thread);
        let all = Mutex::new(Vec::with_capacity(count));
        let run = |thread| {
            let (mut state, mut done) = (state(), Vec::new());
            while let Some((number, piece)) = next(thread) {
                done.push((number, work(&mut state, piece)));
            }
            all.lock().unwrap_or_else(PoisonError::into_inner).append(&mut done);
        };
        // The scope waits for what the threads do, not until the system is done with them, as joining them would.
        let panicked = Mutex::new(None);
        thread::scope(|scope| {
            let (run, panicked) = (&run, &panicked);
            for thread in 1..self.0.min(count) {
                spawn(scope, move || {
                    if let Err(panic) = catch_unwind(AssertUnwindSafe(|| run(thread))) {
                        *panicked.lock().unwrap_or_else(PoisonError::into_inner) = Some(panic);
                    }
                });
            }
            run(0);
        });
        if let Some(panic) = panicked.into_inner().unwrap_or_else(PoisonError::into_inner) {
            resume_unwind(panic);
        }
        let mut all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
        all.sort_unstable_by_key(|(number, _)| *number);
        all.into_iter().map(|(_, made)| made).collect()
    }
}

/// The pieces that each thread has not come to yet, with their numbers. A thread has neighbouring pieces, and always about
/// the same part of them, as memory is best changed by the thread that got it.
struct Shares<P>(Vec<VecDeque<(usize, P)>>);

impl<P> Shares<P> {
    fn new(pieces: impl ExactSizeIterator<Item = P>, threads: usize) -> Shares<P> {
        let size = pieces.len().div_ceil(threads).max(1);
        let mut shares: Vec<VecDeque<(usize, P)>> = Vec::new();
        shares.resize_with(threads, VecDeque::new);
        for (number, piece) in pieces.enumerate() {
            if let Some(share) = shares.get_mut(number / size) {
                share.push_back((number, piece));
            }
        }
        Shares(shares)
    }

    /// The next piece of a thread; once it has none, the last one of the thread that has most.
    fn next(&mut self, thread: usize) -> Option<(usize, P)> {
        let own = self.0.get_mut(thread).and_then(VecDeque::pop_front);
        own.or_else(|| self.0.iter_mut().max_by_key(|share| share.len())?.pop_back())
    }
}

/// Another thread, unless there are none here, or no more: the calling one does all the work then.
fn spawn<'scope>(scope: &'scope Scope<'scope, '_>, work: impl FnOnce() + Send + 'scope) {
    // Nobody joins it.
    let _ = Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::Duration;

    use super::*;

    const COUNTS: [usize; 4] = [1, 2, 3, 20];

    #[test]
    fn every_item_is_changed_once_and_what_is_made_of_it_comes_in_order() {
        for threads in COUNTS.map(Threads) {
            for count in [0, 1, 2, 17, 1000] {
                let mut items: Vec<usize> = (0..count).collect();
                let pieces = threads.change(
                    &mut items,
                    || 0,
                    |seen, first, piece| {
                        *seen += piece.len();
                        assert!(piece.iter().copied().eq(first..first + piece.len()));
                        piece.iter_mut().for_each(|item| *item *= 2);
                        (first, piece.len(), *seen)
                    },
                );
                assert!(items.iter().copied().eq((0..count).map(|item| item * 2)));
                let mut next = 0;
                for (first, length, seen) in pieces {
                    assert_eq!(first, next);
                    assert!(seen >= length);
                    next += length;
                }
                assert_eq!(next, count);
                let mapped = threads.map(items, |item| item + 1);
                assert!(mapped.eq((0..count).map(|item| item * 2 + 1)));
            }
        }
    }

    #[test]
    fn a_panic_is_the_same_in_every_thread() {
        for threads in COUNTS.map(Threads) {
            for bad in [0, 999] {
                let map = AssertUnwindSafe(|| {
                    threads.map(0..1000, |item| assert_ne!(item, bad, "of an item")).count()
                });
                let panic = catch_unwind(map).unwrap_err();
                let said = panic.downcast_ref::<String>().map(String::as_str);
                assert!(said.is_some_and(|said| said.contains("of an item")), "{said:?}");
            }
        }
    }

    #[test]
    fn a_text_is_written_in_order() {
        for threads in COUNTS.map(Threads) {
            for count in [0, 1, 15, 16, 17, 1000] {
                let items: Vec<usize> = (0..count).collect();
                let mut out = Printer::default();
                out.push_str("> ");
                let write = |number, item: &usize, out: &mut Printer| {
                    assert_eq!(number, *item);
                    out.push_str(&format!("{item},"));
                    Ok::<(), ()>(())
                };
                let written = threads.write(&items, 1 << 20, &mut out, write, |_| Ok(()));
                let expected: String = (0..count).map(|item| format!("{item},")).collect();
                assert_eq!((written, out.into_text()), (Ok(()), format!("> {expected}")));
                // The same where it is taken away on the way.
                let (mut out, mut taken) = (Printer::default(), Vec::new());
                let written = threads.write(&items, 1 << 20, &mut out, write, |out| {
                    taken.extend_from_slice(out.as_bytes());
                    out.clear();
                    Ok(())
                });
                assert_eq!((written, taken), (Ok(()), expected.into_bytes()));
                assert!(out.as_bytes().is_empty());
            }
        }
    }

    #[test]
    fn the_first_error_in_the_order_of_the_items_counts() {
        let items: Vec<usize> = (0..1000).collect();
        for threads in COUNTS.map(Threads) {
            let refuse = |_, item: &usize, _: &mut Printer| match item % 300 {
                299 => Err(*item),
                _ => Ok(()),
            };
            let mut out = Printer::default();
            assert_eq!(threads.write(&items, 0, &mut out, refuse, |_| Ok(())), Err(299));
        }
    }

    #[test]
    fn nothing_is_written_behind_what_cannot_be_taken() {
        let items: Vec<usize> = (0..1000).collect();
        for threads in COUNTS.map(Threads) {
            let (mut out, mut taken) = (Printer::default(), 0);
            let write = |_, _: &usize, out: &mut Printer| {
                out.push_str("x");
                Ok(())
            };
            let written = threads.write(&items, 0, &mut out, write, |out| {
                taken += 1;
                if out.as_bytes().len() < 100 { Ok(()) } else { Err(taken) }
            });
            assert_eq!(written, Err(taken));
        }
    }

    #[test]
    fn nobody_writes_far_ahead_of_what_is_taken_away() {
        let items: Vec<usize> = (0..10_000).collect();
        for threads in COUNTS.map(Threads) {
            let (begun, mut is_first) = (AtomicUsize::new(0), true);
            let write = |_, _: &usize, out: &mut Printer| {
                begun.fetch_add(1, Ordering::Relaxed);
                out.push_str("x");
                Ok::<(), ()>(())
            };
            let mut out = Printer::default();
            let written = threads.write(&items, 0, &mut out, write, |_| {
                if std::mem::take(&mut is_first) {
                    let before = begun.load(Ordering::Relaxed);
                    thread::sleep(Duration::from_millis(20));
                    let more = begun.load(Ordering::Relaxed) - before;
                    assert!(more <= threads.0 * (AHEAD + 1) * TEXT_ITEMS, "{more}");
                }
                Ok(())
            });
            assert_eq!((written, out.as_bytes().len()), (Ok(()), items.len()));
        }
    }

    #[test]
    fn who_takes_the_text_may_panic() {
        let items: Vec<usize> = (0..10_000).collect();
        for threads in COUNTS.map(Threads) {
            let write = |_, _: &usize, out: &mut Printer| {
                out.push_str("x");
                Ok::<(), ()>(())
            };
            let mut out = Printer::default();
            let panics =
                AssertUnwindSafe(|| threads.write(&items, 0, &mut out, write, |_| panic!("full")));
            assert!(catch_unwind(panics).is_err());
        }
    }
}
