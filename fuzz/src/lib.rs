//! What all targets have in common: a build from memory that ends with a result or an error.

use kbuild_core::{Error, MemoryHost, Options, Rendered, render};

/// Builds the tree, and prints what comes of it, with and without provenance: both must agree.
pub fn build<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])> + Clone) {
    let host = MemoryHost::from_iter(files);
    let plain = outcome(render(&host, ".", &Options::default()));
    let mut options = Options::default();
    options.provenance = true;
    let traced = render(&host, ".", &options);
    if let Ok(rendered) = &traced {
        for resource in rendered.resources() {
            let writers = rendered.provenance(resource.node());
            assert!(!writers.is_empty());
        }
    }
    assert_eq!(plain, outcome(traced), "whether it is noted who wrote what makes a difference");
}

fn outcome(result: Result<Rendered, Error>) -> Result<String, String> {
    let text = |error: Error| {
        let text = error.to_string();
        assert!(!error.message().is_empty(), "an error without a message");
        text
    };
    result.map_err(text)?.to_yaml().map_err(text)
}
