//! Work on many things in several threads, in pieces that follow each other.

/// So few things that they are not worth a thread: where others want the machine too, waiting for it takes longer.
const FEW: usize = 2048;

/// The stack of a thread: what reads documents calls itself for each level of nesting.
const STACK: usize = 8 << 20;

/// How many of `threads` so many things are worth.
pub(crate) fn worth(things: usize, threads: impl FnOnce() -> usize) -> usize {
    if things < 2 * FEW { 1 } else { threads().min(things / FEW).max(1) }
}

/// Splits `things` into as many pieces as there are threads, and works on all at once. `work` gets the number of the first
/// thing of its piece. What it returns is in the order of the pieces; none for a piece that panicked.
pub(crate) fn in_pieces<T: Sync, R: Send>(
    things: &[T],
    threads: usize,
    work: impl Fn(usize, &[T]) -> R + Sync,
) -> Vec<Option<R>> {
    let size = things.len().div_ceil(threads.max(1)).max(1);
    let mut pieces = things.chunks(size).enumerate().map(|(at, piece)| (at * size, piece));
    let Some((_, first)) = pieces.next() else { return Vec::new() };
    std::thread::scope(|scope| {
        let work = &work;
        let others: Vec<_> = pieces
            .map(|(at, piece)| {
                let thread = std::thread::Builder::new().stack_size(STACK);
                (thread.spawn_scoped(scope, move || work(at, piece)), at, piece)
            })
            .collect();
        let mut done = vec![Some(work(0, first))];
        for (thread, at, piece) in others {
            done.push(match thread {
                Ok(thread) => thread.join().ok(),
                // There is no thread to be had.
                Err(_) => Some(work(at, piece)),
            });
        }
        done
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_come_back_in_order() {
        let things: Vec<usize> = (0..1000).collect();
        for threads in [0, 1, 3, 7, 2000] {
            let pieces = in_pieces(&things, threads, |at, piece| {
                assert_eq!(piece.first(), Some(&at));
                piece.to_vec()
            });
            assert_eq!(pieces.into_iter().flatten().flatten().collect::<Vec<_>>(), things);
        }
        assert!(in_pieces(&[(); 0], 2, |_, _| ()).is_empty());
        assert_eq!(worth(2 * FEW - 1, || 8), 1);
        assert_eq!(worth(2 * FEW, || 8), 2);
    }
}
