#!/usr/bin/env python3
"""Builds random trees of kustomizations with two programs and shows where they differ.

    python3 tools/differential/differential.py --bin target/release/kbuild --reference 'kubectl kustomize'

Both must accept or refuse a tree, and print the same bytes where they accept it. Trees on which they differ are made
smaller and kept, each in a folder of its own, beside the two outputs. The same seed makes the same trees.
"""

import argparse
import copy
import difflib
import random
import re
import shlex
import shutil
import subprocess
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from layers import Tree


class Programs:
    """The two programs to compare."""

    def __init__(self, binary, reference):
        self.binary, self.reference = shlex.split(binary), shlex.split(reference)

    def compare(self, files):
        """The difference on a tree of text files; None if there is none."""
        with tempfile.TemporaryDirectory() as folder:
            write(files, Path(folder))
            root = str(Path(folder) / "root")
            ours, theirs = run([*self.binary, root]), run([*self.reference, root])
            difference = Difference(ours, theirs, folder)
            if difference.kind in ("accepted", "refused", "output") and run([*self.reference, root])[:2] != theirs[:2]:
                return None
            return difference


class Difference:
    """What two programs did with one tree."""

    def __init__(self, ours, theirs, folder):
        self.ours, self.theirs = ours, theirs
        clean = lambda text: re.sub(r"0x[0-9a-f]+|\d+|'[^']*'|\"[^\"]*\"", "_", text.replace(folder, ""))
        if ours[0] not in (0, 1):
            self.kind, self.detail = "crash", ours[2][-200:]
        elif ours[0] == 0 and theirs[0] != 0:
            self.kind, self.detail = "accepted", clean(theirs[2].strip().splitlines()[-1])[-160:]
        elif ours[0] != 0 and theirs[0] == 0:
            self.kind, self.detail = "refused", clean(" ".join(line.strip() for line in ours[2].splitlines()[:1]))[:160]
        elif ours[1] != theirs[1]:
            self.kind, self.detail = "output", self._first_lines()
        else:
            self.kind, self.detail = ("refused by both" if ours[0] else "same"), ""

    def differs(self):
        return self.kind in ("crash", "accepted", "refused", "output")

    def same_class(self, other):
        return other is not None and other.kind == self.kind and (self.kind == "output" or other.detail == self.detail)

    def diff(self):
        lines = [text.splitlines(keepends=True) for text in (self.theirs[1], self.ours[1])]
        return "".join(difflib.unified_diff(*lines, "reference", "ours"))

    def _first_lines(self):
        changed = [line for line in self.diff().splitlines()[2:] if line[:1] in "+-"]
        return " | ".join(re.sub(r"\s+", " ", line) for line in changed[:2])[:160]


def run(command):
    try:
        done = subprocess.run(command, capture_output=True, timeout=30)
    except subprocess.TimeoutExpired:
        return 124, "", "out of time"
    return done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")


def write(files, folder):
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)


def shrink(tree, difference, programs, steps):
    """Takes parts out of the tree while the difference stays."""
    progress = True
    while progress and steps > 0:
        progress = False
        for where in sorted(places(tree.files), key=len):
            smaller = copy.copy(tree)
            smaller.files = copy.deepcopy(tree.files)
            if not remove(smaller.files, where):
                continue
            steps -= 1
            if steps <= 0:
                break
            found = programs.compare(smaller.text_files())
            if difference.same_class(found):
                tree, difference, progress = smaller, found, True
    return tree, difference


def places(node, path=()):
    """The paths of all parts, those of lists from the end."""
    if isinstance(node, dict):
        for key in list(node):
            yield (*path, key)
            yield from places(node[key], (*path, key))
    elif isinstance(node, list):
        for index in reversed(range(len(node))):
            yield (*path, index)
            yield from places(node[index], (*path, index))


def remove(node, path):
    for step in path[:-1]:
        try:
            node = node[step]
        except (KeyError, IndexError, TypeError):
            return False
    try:
        del node[path[-1]]
        return True
    except (KeyError, IndexError, TypeError):
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", required=True, help="the program to test")
    parser.add_argument("--reference", default="kubectl kustomize", help="the program to compare it with")
    parser.add_argument("--count", type=int, default=1000, help="how many trees")
    parser.add_argument("--seed", type=int, default=1, help="the first seed; tree n has seed + n")
    parser.add_argument("--keep", type=Path, default=Path("differences"), help="where to keep trees with differences")
    parser.add_argument("--steps", type=int, default=150, help="how many times to build a tree to make it smaller")
    parser.add_argument("--most", type=int, default=40, help="stop after so many differences")
    arguments = parser.parse_args()
    programs, counts, classes = Programs(arguments.bin, arguments.reference), Counter(), Counter()

    def try_one(seed):
        tree = Tree(random.Random(seed)).build()
        return seed, tree, programs.compare(tree.text_files())

    def keep(seed, tree, difference):
        tree, difference = shrink(tree, difference, programs, arguments.steps)
        folder = arguments.keep / f"{difference.kind}-{seed}"
        shutil.rmtree(folder, ignore_errors=True)
        write(tree.text_files(), folder)
        (folder / "difference").write_text(f"{difference.detail}\n\n{difference.diff()}\nours: {difference.ours[2]}\nreference: {difference.theirs[2]}")
        return seed, difference

    with ThreadPoolExecutor(2) as pool:
        found = []
        for seed, tree, difference in pool.map(try_one, range(arguments.seed, arguments.seed + arguments.count)):
            counts[difference.kind if difference else "reference not stable"] += 1
            if difference and difference.differs():
                classes[difference.kind, difference.detail] += 1
                if len(found) < arguments.most and classes[difference.kind, difference.detail] <= 2:
                    found.append(pool.submit(keep, seed, tree, difference))
        for kept in found:
            seed, difference = kept.result()
            print(f"{seed}: {difference.kind}: {difference.detail}", flush=True)
    print(", ".join(f"{kind}: {count}" for kind, count in counts.most_common()))


if __name__ == "__main__":
    main()
