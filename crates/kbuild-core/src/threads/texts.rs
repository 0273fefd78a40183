//! A text that several threads write, piece by piece.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use kbuild_yaml::Printer;

/// The pieces of a text that several threads write, and one puts together.
pub(super) struct Texts<E> {
    pieces: Mutex<Pieces<E>>,
    /// Somebody may go on who waits for a piece to begin.
    moved: Condvar,
    /// How far behind the first piece that is not in the text others begin.
    ahead: usize,
}

struct Pieces<E> {
    /// The piece that nobody has begun yet.
    next: usize,
    /// The first piece that is not in the text yet.
    first: usize,
    /// What came of each; none where it has not been written, or is in the text.
    written: Vec<Option<Result<Printer, E>>>,
    /// Pieces that are in the text, for their memory.
    used: Vec<Printer>,
    /// True when somebody waits for a piece to begin.
    waits: bool,
}

impl<E> Pieces<E> {
    fn next(&mut self) -> Option<(usize, Printer)> {
        let number = self.next;
        if number == self.written.len() {
            return None;
        }
        self.next += 1;
        Some((number, self.used.pop().unwrap_or_default()))
    }
}

/// Has no piece begun any more once the calling thread is done, be it by a panic of who takes the text: nobody waits for it then.
pub(super) struct Stop<'a, E>(pub(super) &'a Texts<E>);

impl<E> Drop for Stop<'_, E> {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl<E> Texts<E> {
    pub(super) fn of(count: usize, ahead: usize) -> Texts<E> {
        let written = std::iter::repeat_with(|| None).take(count).collect();
        let pieces =
            Mutex::new(Pieces { next: 0, first: 0, written, used: Vec::new(), waits: false });
        Texts { pieces, moved: Condvar::new(), ahead }
    }

    fn pieces(&self) -> MutexGuard<'_, Pieces<E>> {
        self.pieces.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next piece to write, and what to write it into.
    pub(super) fn next(&self) -> Option<(usize, Printer)> {
        self.pieces().next()
    }

    /// The same, once that is not too far ahead of what is in the text.
    pub(super) fn wait_for_next(&self) -> Option<(usize, Printer)> {
        let is_far = |pieces: &mut Pieces<E>| {
            let far = pieces.first + self.ahead..pieces.written.len();
            pieces.waits |= far.contains(&pieces.next);
            far.contains(&pieces.next)
        };
        let near = self.moved.wait_while(self.pieces(), is_far);
        near.unwrap_or_else(PoisonError::into_inner).next()
    }

    /// Notes what came of a piece. None is begun any more once one cannot be written: those before it have been begun.
    pub(super) fn put(&self, number: usize, written: Result<Printer, E>) {
        if written.is_err() {
            self.stop();
        }
        if let Some(piece) = self.pieces().written.get_mut(number) {
            *piece = Some(written);
        }
    }

    /// Has no piece begun any more.
    fn stop(&self) {
        let mut pieces = self.pieces();
        pieces.next = pieces.written.len();
        self.moved.notify_all();
    }

    /// Puts the pieces whose turn it is behind `out`, which `written` gets after each. Returns which one's turn is next.
    ///
    /// # Errors
    /// The piece whose turn it is cannot be written, or `written` refuses it.
    pub(super) fn take(
        &self,
        out: &mut Printer,
        written: &mut impl FnMut(&mut Printer) -> Result<(), E>,
    ) -> Result<usize, E> {
        let mut used: Option<Printer> = None;
        loop {
            let mut pieces = self.pieces();
            pieces.used.extend(used.take());
            let first = pieces.first;
            let Some(text) = pieces.written.get_mut(first).and_then(Option::take) else {
                return Ok(first);
            };
            pieces.first += 1;
            let waits = std::mem::take(&mut pieces.waits);
            drop(pieces);
            if waits {
                self.moved.notify_all();
            }
            let mut text = text?;
            out.append(&text);
            written(out)?;
            text.clear();
            used = Some(text);
        }
    }
}
