//! Texts in all styles: what stands around an edit stays.

use super::*;

#[test]
fn a_resource_is_added_behind_the_last_one() {
    check("", add(&["a.yaml"]), "resources:\n- a.yaml\n");
    check("resources:\n- a.yaml\n", add(&["b.yaml", "a.yaml"]), "resources:\n- a.yaml\n- b.yaml\n");
    check(
        "resources:   # what there is\n  # the app\n  - a.yaml   # first\n\n  # the rest\n  - \"b.yaml\"\n# - c.yaml\n\n# where\nnamespace: x\n",
        add(&["d.yaml"]),
        "resources:   # what there is\n  # the app\n  - a.yaml   # first\n\n  # the rest\n  - \"b.yaml\"\n  - d.yaml\n# - c.yaml\n\n# where\nnamespace: x\n",
    );
    check(
        "resources:\n- a.yaml\n\n\nnamespace: x",
        add(&["b.yaml"]),
        "resources:\n- a.yaml\n- b.yaml\n\n\nnamespace: x",
    );
    check(
        "namespace: x\nresources:\n- a.yaml",
        add(&["b.yaml"]),
        "namespace: x\nresources:\n- a.yaml\n- b.yaml",
    );
    check("Resources:\n- a.yaml\n", add(&["b.yaml"]), "Resources:\n- a.yaml\n- b.yaml\n");
}

#[test]
fn lists_that_are_written_otherwise() {
    check(
        "resources: [a.yaml] # one\n# end\n",
        add(&["b.yaml"]),
        "resources: [a.yaml, b.yaml] # one\n# end\n",
    );
    check(
        "resources: [a.yaml,\n  'b.yaml'\n]\n",
        add(&["c d"]),
        "resources: [a.yaml,\n  'b.yaml',\n  \"c d\"\n]\n",
    );
    check(
        "resources: [\n  a,  # one\n  b,  # two\n]\n",
        add(&["c"]),
        "resources: [\n  a,  # one\n  b,\n  c,  # two\n]\n",
    );
    check("resources: [ a , b , c ] # d\n", remove(&["b"]), "resources: [ a , c ] # d\n");
    check("resources: [ a , b ]\n", remove(&["a"]), "resources: [ b ]\n");
    check(
        "resources: []\nnamespace: x\n",
        add(&["a.yaml"]),
        "resources:\n- a.yaml\nnamespace: x\n",
    );
    check(
        "resources: [ ]  # none\nnamespace: x\n",
        add(&["a.yaml"]),
        "resources:   # none\n- a.yaml\nnamespace: x\n",
    );
    check("resources:\nnamespace: x\n", add(&["a.yaml"]), "resources:\n- a.yaml\nnamespace: x\n");
    check("resources: ~\n", add(&["a.yaml"]), "resources:\n- a.yaml\n");
    check("resources:\n-\n  a.yaml\n", add(&["b.yaml"]), "resources:\n-\n  a.yaml\n- b.yaml\n");
    check("resources: &r\n- a.yaml # gone\n", add(&["b.yaml"]), "resources:\n- a.yaml\n- b.yaml\n");
}

#[test]
fn anchors_are_written_out_where_they_are_in_the_way() {
    check(
        "resources: &r [a]\ncomponents: *r\nnamespace: x # y\n",
        add(&["b"]),
        "resources:\n- a\n- b\ncomponents:\n- a\nnamespace: x # y\n",
    );
    check(
        "resources: &r [a]\ncomponents: *r\n",
        namespace("w"),
        "resources: &r [a]\ncomponents: *r\nnamespace: w\n",
    );
}

#[test]
fn new_lists_stand_where_the_other_lists_stand() {
    check(
        "resources:\n  - a.yaml\n",
        |file| {
            file.add_to(List::Components, &strings(&["c"]));
        },
        "resources:\n  - a.yaml\ncomponents:\n  - c\n",
    );
    check(
        "resources:\n  - a.yaml\n",
        image(&["a=b:1"]),
        "resources:\n  - a.yaml\nimages:\n  - name: a\n    newName: b\n    newTag: \"1\"\n",
    );
}

#[test]
fn entries_are_removed_with_the_comment_behind_them() {
    check(
        "resources:\n# one\n- a.yaml # first\n# two\n- b.yaml\n",
        remove(&["a.yaml"]),
        "resources:\n# one\n# two\n- b.yaml\n",
    );
    check(
        "resources:\n- a.yaml\n- b.yaml\n- c.yml\nnamespace: x\n",
        remove(&["*.yaml"]),
        "resources:\n- c.yml\nnamespace: x\n",
    );
    check("resources:\n- a.yaml\nnamespace: x\n", remove(&["a.yaml"]), "namespace: x\n");
    check("namespace: x\nresources:\n- a.yaml", remove(&["a.yaml"]), "namespace: x\n");
    check("resources: [a.yaml, b.yaml]\n", remove(&["a.yaml"]), "resources: [b.yaml]\n");
    check("resources: [a.yaml]\n", remove(&["a.yaml"]), "");
}

#[test]
fn line_breaks_and_the_end_of_the_file_stay() {
    let windows = |text: &str| format!("{HEAD}{text}").replace('\n', "\r\n");
    check_whole(
        &windows("resources:\n- a.yaml # one\n\nnamespace: x\n"),
        |file| {
            add(&["b.yaml"])(file);
            image(&["i:v1"])(file);
            namespace("w")(file);
        },
        &windows(
            "resources:\n- a.yaml # one\n- b.yaml\n\nnamespace: w\nimages:\n- name: i\n  newTag: v1\n",
        ),
    );
    check("namespace: x", namespace("w"), "namespace: w");
    check("resources: [a]", namespace("w"), "resources: [a]\nnamespace: w");
    check(
        "resources: [a]\n\n# end\n\n",
        namespace("w"),
        "resources: [a]\n\n# end\nnamespace: w\n\n",
    );
    check(
        "resources: [a]\n---\nmore: text\n",
        namespace("w"),
        "resources: [a]\nnamespace: w\n---\nmore: text\n",
    );
    check("resources: [a]\n...\n", namespace("w"), "resources: [a]\nnamespace: w\n...\n");
}

#[test]
fn files_that_say_little() {
    check_whole("", namespace("w"), &format!("{HEAD}namespace: w\n").replace(HEAD, HEAD));
    check_whole("# to do\n", add(&["a"]), &format!("# to do\n{HEAD}resources:\n- a\n"));
    check_whole("---\n# to do", add(&["a"]), &format!("---\n# to do\n{}resources:\n- a", HEAD));
    check_whole("\u{FEFF}", add(&["a"]), &format!("\u{FEFF}{HEAD}resources:\n- a\n"));
    check_whole(
        "{}\n",
        add(&["a"]),
        "{apiVersion: kustomize.config.k8s.io/v1beta1, kind: Kustomization, resources: [a]}\n",
    );
    check_whole(
        "{resources: [a], images: [{'name': \"i\", newTag: 'v1'}],\n # it\n namePrefix: x-}\n",
        |file| {
            image(&["i:v2"])(file);
            namespace("w")(file);
        },
        "{resources: [a], images: [{'name': \"i\", newTag: 'v2'}],\n # it\n namePrefix: x-,\n apiVersion: kustomize.config.k8s.io/v1beta1,\n kind: Kustomization,\n namespace: w}\n",
    );
    check_whole(
        "{\n \"resources\": [\"a\"]\n}\n",
        add(&["b"]),
        "{\n \"resources\": [\"a\", \"b\"], \"apiVersion\": \"kustomize.config.k8s.io/v1beta1\", \"kind\": \"Kustomization\"\n}\n",
    );
    check_whole(
        "kind: Component\n",
        namespace("w"),
        "kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nnamespace: w\n",
    );
    check_whole(
        "# top\n---\nresources: [a]\n",
        namespace("w"),
        &format!("# top\n---\nresources: [a]\n{HEAD}namespace: w\n"),
    );
}

#[test]
fn scalars_keep_their_place_and_their_quotes() {
    check("namespace:   x   # where\n", namespace("w"), "namespace:   w   # where\n");
    check("namespace: \"x\" # where\n", namespace("w"), "namespace: \"w\" # where\n");
    check("namespace: 'x'\n", namespace("it's"), "namespace: 'it''s'\n");
    check("namespace: x\n", namespace("12"), "namespace: \"12\"\n");
    check("namespace:\n  x # where\n", namespace("w"), "namespace:\n  w # where\n");
    check("namespace: >-\n  x\nresources: [a]\n", namespace("w"), "namespace: w\nresources: [a]\n");
    check("namespace:\nresources: [a]\n", namespace("x"), "namespace: x\nresources: [a]\n");
    check("namespace: # where\n", namespace("x"), "namespace: x # where\n");
    check("namespace: x # where\nresources: [a]\n", namespace(""), "resources: [a]\n");
    check("\"namespace\" : x\n", namespace("w"), "\"namespace\" : w\n");
    check("namespace: x\n", namespace("x"), "namespace: x\n");
}

#[test]
fn an_entry_behind_a_block_scalar() {
    check(
        "patches:\n- patch: |-\n    # in it\n    a: b\n  # behind it\n\n# the name\nnamePrefix: a-\n",
        |file| {
            file.add_patch(&PatchEntry { path: "p".to_owned(), ..PatchEntry::default() }).unwrap();
            file.set_name_prefix("b-");
        },
        "patches:\n- patch: |-\n    # in it\n    a: b\n- path: p\n  # behind it\n\n# the name\nnamePrefix: b-\n",
    );
}

#[test]
fn a_text_at_the_end_keeps_its_line_break() {
    let patch = PatchEntry { patch: "a: b\n".to_owned(), ..PatchEntry::default() };
    check(
        "namespace: x",
        |file| assert!(file.add_patch(&patch).unwrap()),
        "namespace: x\npatches:\n- patch: |\n    a: b\n",
    );
}

#[test]
fn what_is_no_kustomization_is_not_edited() {
    let refused = |text: &str| KustomizationFile::parse("k.yaml", text).unwrap_err().to_string();
    assert!(refused("resource: [a]\n").contains("resources"));
    assert!(refused("a: b: c\n").contains("k.yaml"));
    assert!(refused("- a\n").contains("mapping"));
    // The last one of two fields with one name counts.
    let mut file = KustomizationFile::parse("k.yaml", "namespace: a\nnamespace: b\n").unwrap();
    namespace("c")(&mut file);
    assert!(file.to_text().unwrap().starts_with("namespace: a\nnamespace: c\n"));
    namespace("")(&mut file);
    assert_eq!(file.to_text().unwrap(), HEAD);
}
