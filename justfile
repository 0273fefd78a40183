# The commands of everyday work. `just` alone lists them.

[private]
default:
    @just --list

# Build the command, optimised
build:
    cargo build --release

# Run all tests
test *arguments:
    cargo test --workspace {{ arguments }}

# Run the cases of testdata whose names hold FILTER
golden filter="":
    cargo test -p kbuild-core --test cases -- {{ filter }}

# Write our own messages anew (testdata/*/*/expected.err, docs/diagnostics.md): read the difference before it is committed
bless:
    KBUILD_BLESS=1 cargo test -p kbuild-cli --test gallery
    KBUILD_BLESS=1 cargo test -p kbuild-core --test codes

# Fuzz a target for some seconds (needs cargo-fuzz and a nightly Rust)
fuzz target="tree" seconds="60":
    fuzz/seeds.sh
    cd fuzz && cargo +nightly fuzz run --sanitizer none {{ target }} -- -max_total_time={{ seconds }} -max_len=4000 -timeout=20

# Compare random trees with the reference
differential count="1000":
    python3 tools/differential/differential.py --bin target/release/kbuild --reference 'kubectl kustomize' --count {{ count }}

# Check the format and lint
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets -- -D warnings

# Build the documentation of the libraries
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --workspace

# Check licences, advisories and sources of the dependencies
deny:
    cargo deny check

# Run the foreign cases, if they stand beside the project; list what fails
conformance: build
    python3 ../shared/conformance/run.py --bin target/release/kbuild --must-pass testdata/conformance.txt

# Time builds beside the floor: reading the files and writing the bytes. `just bench --others` runs kustomize and kubectl, too
bench *arguments:
    cargo build --release -p kbuild-cli -p kbuild-benches
    cargo run --release -p kbuild-benches -- {{ arguments }}

# Count instructions under valgrind: 3 % above benches/instructions.txt or 11 times those of a tenth fail (`just count --bless` writes it)
count *arguments:
    cargo run --release -p kbuild-benches -- count {{ arguments }}

# Write anew which functions the linker lays side by side, after larger changes (needs valgrind)
functions:
    cargo build --release -p kbuild-benches
    cargo rustc --release -p kbuild-cli --bin kbuild -- -C strip=none
    cargo run --release -p kbuild-benches -- functions

# All that has to pass
ci:
    .ci/run
