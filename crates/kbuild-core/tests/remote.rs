//! Repositories over `file://`, and files over HTTP from this machine to itself.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "tests make repositories, and fail where they cannot"
)]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use kbuild_core::{
    DiskHost, Fetched, Finished, Host, Options, PathKind, Program, TemporaryFolder, render,
};
use tempfile::TempDir;

/// A folder with repositories and a folder `app` to build, and all that was fetched and made to build it.
struct World {
    folder: TempDir,
    fetched: Mutex<Vec<String>>,
    folders: Mutex<Vec<PathBuf>>,
}

impl World {
    /// None, with a message, where there is no git.
    fn new() -> Option<World> {
        if Command::new("git").arg("--version").output().is_err() {
            eprintln!("skipped: there is no git");
            return None;
        }
        Some(World {
            folder: TempDir::new().unwrap(),
            fetched: Mutex::default(),
            folders: Mutex::default(),
        })
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content.replace("$ROOT", &self.root())).unwrap();
    }

    /// The URL of the folder, without a repository.
    fn root(&self) -> String {
        format!("file://{}", self.folder.path().canonicalize().unwrap().display())
    }

    fn git(&self, repository: &str, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .args([
                "-c",
                "user.name=Test",
                "-c",
                "user.email=test@example.com",
                "-c",
                "init.defaultBranch=main",
            ])
            .args(arguments)
            .current_dir(self.path(repository))
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Makes a repository of files, or adds a commit with them to it.
    fn commit(&self, repository: &str, files: &[(&str, &str)]) {
        for (path, content) in files {
            self.write(&format!("{repository}/{path}"), content);
        }
        if !self.path(repository).join(".git").exists() {
            self.git(repository, &["init", "--quiet"]);
        }
        self.git(repository, &["add", "--all"]);
        self.git(repository, &["commit", "--quiet", "--message", "change"]);
    }

    fn build(&self, path: &str) -> Result<String, String> {
        let rendered = render(self, path.replace("$ROOT", &self.root()), &Options::default());
        rendered.and_then(|rendered| rendered.to_yaml()).map_err(|error| error.to_string())
    }

    /// Builds `app` with this kustomization.
    fn app(&self, kustomization: &str) -> Result<String, String> {
        self.write("app/kustomization.yaml", kustomization);
        self.build(self.path("app").to_str().unwrap())
    }

    /// What keeps `app` from being built with this kustomization.
    fn refused(&self, kustomization: &str) -> String {
        self.app(kustomization).unwrap_err().replace(&self.root(), "$ROOT")
    }
}

impl Host for World {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        DiskHost::new().read(path)
    }

    fn kind(&self, path: &Path) -> PathKind {
        DiskHost::new().kind(path)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        DiskHost::new().canonicalize(path)
    }

    fn list(&self, path: &Path) -> Vec<String> {
        DiskHost::new().list(path)
    }

    fn run(&self, program: &Program) -> io::Result<Finished> {
        if program.arguments.iter().any(|argument| argument == "fetch") {
            let what =
                program.arguments.iter().rev().take(2).rev().cloned().collect::<Vec<_>>().join(" ");
            self.fetched.lock().unwrap().push(what.replace(&self.root(), "$ROOT"));
        }
        let mut program = program.clone();
        for argument in &mut program.arguments {
            *argument = argument.replace(FAR, &format!("{}/", self.root()));
        }
        DiskHost::new().with_programs().run(&program)
    }

    fn temporary_folder(&self) -> io::Result<TemporaryFolder> {
        let folder = DiskHost::new().with_programs().temporary_folder()?;
        self.folders.lock().unwrap().push(folder.path().to_owned());
        Ok(folder)
    }

    fn fetch(&self, url: &str) -> io::Result<Fetched> {
        self.fetched.lock().unwrap().push(url.to_owned());
        match url.rsplit('/').next().unwrap() {
            "cm.yaml" => Ok(Fetched { status: 200, content: CONFIG_MAP.into() }),
            "values.env" => Ok(Fetched { status: 200, content: "a=b\n".into() }),
            "broken.yaml" => Ok(Fetched { status: 200, content: "a: b\nc: [".into() }),
            "page" => Ok(Fetched {
                status: 200,
                content: "<!DOCTYPE html>\n<p>hello: world: again".into(),
            }),
            _ => Ok(Fetched { status: 404, content: Vec::new() }),
        }
    }
}

/// Where another machine would be.
const FAR: &str = "https://far.example/";

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\n";

#[test]
fn a_repository_is_a_base() {
    let Some(world) = World::new() else { return };
    world.commit(
        "shop",
        &[("kustomization.yaml", "resources: [cm.yaml]\n"), ("cm.yaml", CONFIG_MAP)],
    );
    assert_eq!(
        world.app("resources: [$ROOT/shop]\nnamePrefix: my-\n").unwrap(),
        CONFIG_MAP.replace(" cm", " my-cm")
    );
    assert_eq!(world.build("$ROOT/shop").unwrap(), CONFIG_MAP);
    assert_eq!(
        world.app("resources: ['$ROOT/shop?submodules=false&timeout=1m']\n").unwrap(),
        CONFIG_MAP
    );
}

#[test]
fn branches_tags_and_commits_are_revisions() {
    let Some(world) = World::new() else { return };
    world.commit(
        "shop.git",
        &[
            ("web/kustomization.yaml", "namePrefix: a-\nresources: [cm.yaml]\n"),
            ("web/cm.yaml", CONFIG_MAP),
        ],
    );
    world.git("shop.git", &["tag", "v1"]);
    world.commit(
        "shop.git",
        &[("web/kustomization.yaml", "namePrefix: b-\nresources: [cm.yaml]\n")],
    );
    let commit = world.git("shop.git", &["rev-parse", "HEAD"]);
    world.git("shop.git", &["checkout", "--quiet", "-b", "team/next"]);
    world.commit(
        "shop.git",
        &[("web/kustomization.yaml", "namePrefix: c-\nresources: [cm.yaml]\n")],
    );
    world.git("shop.git", &["checkout", "--quiet", "main"]);
    for (query, prefix) in [
        ("", "b-"),
        ("?ref=v1", "a-"),
        ("?version=v1", "a-"),
        ("?ref=main", "b-"),
        ("?ref=team%2Fnext", "c-"),
        (&*format!("?ref={commit}"), "b-"),
    ] {
        let built = world.app(&format!("resources: ['$ROOT/shop.git/web{query}']\n"));
        assert_eq!(built.unwrap(), CONFIG_MAP.replace(" cm", &format!(" {prefix}cm")), "{query}");
    }
}

#[test]
fn each_revision_is_fetched_once() {
    let Some(world) = World::new() else { return };
    let overlay = |name: &str| format!("namePrefix: {name}-\nresources: [../base]\n");
    world.commit(
        "shop",
        &[
            ("base/kustomization.yaml", "resources: [cm.yaml]\n"),
            ("base/cm.yaml", CONFIG_MAP),
            ("a/kustomization.yaml", &overlay("a")),
            ("b/kustomization.yaml", &overlay("b")),
            (
                "part/kustomization.yaml",
                "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: -x\n",
            ),
        ],
    );
    world.git("shop", &["tag", "v1"]);
    let resources = "resources: [$ROOT/shop//a, $ROOT/shop//b]\ncomponents: ['$ROOT/shop//part', '$ROOT/shop//part?ref=v1']\n";
    let built = world.app(resources).unwrap();
    assert!(built.contains("a-cm-x-x") && built.contains("b-cm-x-x"), "{built}");
    let mut fetched = world.fetched.lock().unwrap().clone();
    fetched.sort();
    assert_eq!(fetched, ["$ROOT/shop HEAD", "$ROOT/shop v1"]);
}

#[test]
fn a_repository_may_name_another() {
    let Some(world) = World::new() else { return };
    world.commit(
        "inner",
        &[("kustomization.yaml", "resources: [cm.yaml]\n"), ("cm.yaml", CONFIG_MAP)],
    );
    world.commit(
        "outer",
        &[
            ("kustomization.yaml", "resources: [$ROOT/inner, more]\n"),
            ("more/kustomization.yaml", "configMapGenerator: [{name: g}]\n"),
        ],
    );
    let built =
        world.app("resources: [$ROOT/outer]\nbuildMetadata: [originAnnotations]\n").unwrap();
    let root = world.root();
    assert!(
        built.contains(&format!("      path: notCloned/cm.yaml\n      repo: {root}/inner\n")),
        "{built}"
    );
    assert!(
        built.contains(&format!(
            "      repo: {root}/outer\n      configuredIn: notCloned/more/kustomization.yaml\n"
        )),
        "{built}"
    );
}

#[test]
fn origins_name_repository_and_revision() {
    let Some(world) = World::new() else { return };
    world.commit(
        "shop",
        &[
            ("web/kustomization.yaml", "resources: [../base]\n"),
            ("base/kustomization.yaml", "resources: [cm.yaml]\n"),
            ("base/cm.yaml", CONFIG_MAP),
        ],
    );
    world.git("shop", &["tag", "v1"]);
    let built = world
        .app("resources: ['$ROOT/shop//web?ref=v1']\nbuildMetadata: [originAnnotations]\n")
        .unwrap();
    let origin = format!(
        "    config.kubernetes.io/origin: |\n      path: base/cm.yaml\n      repo: {}/shop\n      ref: v1\n",
        world.root()
    );
    assert!(built.contains(&origin), "{built}");
}

#[test]
fn what_is_not_there_is_named() {
    let Some(world) = World::new() else { return };
    world.commit(
        "shop",
        &[("web/kustomization.yaml", "resources: [cm.yaml]\n"), ("web/cm.yaml", CONFIG_MAP)],
    );
    let error = world.refused("resources:\n- $ROOT/shop//web?ref=nope\n");
    assert!(error.contains("$ROOT/shop//web?ref=nope cannot be cloned: \"git fetch --quiet --depth=1 -- $ROOT/shop nope\": "), "{error}");
    assert!(error.contains("kustomization.yaml:2"), "{error}");
    let error = world.refused("resources: [$ROOT/nowhere]\n");
    assert!(error.contains("$ROOT/nowhere cannot be cloned"), "{error}");
    let error = world.refused("resources: [$ROOT/shop//wed]\n");
    assert!(error.contains("help: did you mean web?"), "{error}");
    let error = world.refused("resources: [$ROOT/shop//web/cm.yaml]\n");
    assert!(error.contains("is a file, and a folder is expected here"), "{error}");
    let error = world.refused("resources: [$ROOT/shop]\n");
    assert!(
        error.contains("there is no kustomization file in") && error.contains("/shop"),
        "{error}"
    );
}

#[test]
fn git_takes_no_options_from_a_url() {
    let Some(world) = World::new() else { return };
    world.commit(
        "shop",
        &[("kustomization.yaml", "resources: [cm.yaml]\n"), ("cm.yaml", CONFIG_MAP)],
    );
    for reference in ["--upload-pack=touch+pwned", "-q"] {
        let error = world.refused(&format!("resources: ['$ROOT/shop?ref={reference}']\n"));
        assert!(error.contains("is no branch, tag or commit"), "{error}");
    }
    for url in ["ext::sh -c id", "git::ext::sh -c id", "fd::7/x"] {
        let error = world.refused(&format!("resources: ['{url}']\n"));
        assert!(error.contains("is neither a file, a folder nor a URL"), "{error}");
    }
    assert!(world.fetched.lock().unwrap().is_empty());
}

#[cfg(unix)]
#[test]
fn what_comes_from_a_repository_stays_in_it() {
    let Some(world) = World::new() else { return };
    world.write("secret.yaml", CONFIG_MAP);
    world.write("outside/kustomization.yaml", "resources: [cm.yaml]\n");
    world.write("outside/nestee/kustomization.yaml", "resources: []\n");
    let (secret, outside) = (world.path("secret.yaml"), world.path("outside"));
    fs::create_dir_all(world.path("shop/linked")).unwrap();
    std::os::unix::fs::symlink(&secret, world.path("shop/linked/cm.yaml")).unwrap();
    std::os::unix::fs::symlink(&outside, world.path("shop/out")).unwrap();
    world.commit(
        "shop",
        &[
            ("linked/kustomization.yaml", "resources: [cm.yaml]\n"),
            ("base/kustomization.yaml", "resources: [../out]\n"),
            ("up/kustomization.yaml", "resources: [../../other]\n"),
            ("near/kustomization.yaml", "resources: [../out/cm.yam]\n"),
            ("inside/kustomization.yaml", "resources: [../bsae]\n"),
            ("file/kustomization.yaml", "resources: [../base/cm.yaml]\n"),
            ("base/cm.yaml", CONFIG_MAP),
        ],
    );
    for (path, expected) in [
        ("linked", "cm.yaml is a link that leads out of"),
        ("out", "is a link that leads out of the repository"),
        ("base", "lies outside of the repository"),
        ("up", "lies outside of the repository"),
        ("file", "is not in"),
        ("near", "lies outside of the repository"),
        ("inside", "did you mean ../base?"),
        ("out/nested", "the repository has no folder"),
        ("///etd", "the repository has no folder"),
    ] {
        let error = world.refused(&format!("resources: [$ROOT/shop//{path}]\n"));
        assert!(error.contains(expected), "{path}: {error}");
        assert!(path == "inside" || !error.contains("did you mean"), "{path}: {error}");
    }
    // Whatever the options say of this machine's files.
    let mut options = Options::default();
    options.load_restrictor = kbuild_core::LoadRestrictor::None;
    let error = render(&world, format!("{}/shop//linked", world.root()), &options).unwrap_err();
    assert!(error.message().contains("leads out"), "{error}");
}

#[test]
fn what_comes_from_another_machine_names_no_repository_of_this_one() {
    let Some(world) = World::new() else { return };
    world.write("secret/kustomization.yaml", "resources: [cm.yaml]\n");
    world.commit("secret", &[("cm.yaml", CONFIG_MAP)]);
    let root = world.root();
    world.commit(
        "shop.git",
        &[
            ("base/kustomization.yaml", "resources: [cm.yaml]\n"),
            ("base/cm.yaml", CONFIG_MAP),
            ("bad/kustomization.yaml", &format!("resources: ['{root}/secret//.']\n")),
        ],
    );
    world.app(&format!("resources: ['{FAR}shop.git//base']\n")).unwrap();
    let error = world.refused(&format!("resources: ['{FAR}shop.git//bad']\n"));
    assert!(error.contains("is on this machine, and"), "{error}");
}

#[test]
fn repositories_that_go_round_in_a_circle_are_refused() {
    let Some(world) = World::new() else { return };
    world.commit("a", &[("kustomization.yaml", "resources: [$ROOT/b]\n")]);
    world.commit("b", &[("kustomization.yaml", "resources: [$ROOT/a]\n")]);
    let error = world.refused("resources: [$ROOT/a]\n");
    assert!(
        error.contains(
            "this goes round in a circle: $ROOT/a is fetched already on the way here, as $ROOT/a"
        ),
        "{error}"
    );
}

#[test]
fn files_behind_urls_stand_where_files_stand() {
    let Some(world) = World::new() else { return };
    let kustomization = "resources:\n- https://files.example/cm.yaml\npatches:\n- path: https://files.example/cm.yaml\nconfigMapGenerator:\n- name: g\n  envs: [https://files.example/values.env]\n";
    let built = world.app(kustomization).unwrap();
    assert!(built.contains("name: cm\n") && built.contains("a: b\n"), "{built}");
    assert_eq!(
        *world.fetched.lock().unwrap(),
        ["https://files.example/cm.yaml", "https://files.example/values.env"]
    );
}

#[test]
fn urls_without_a_file_are_refused_or_are_repositories() {
    let Some(world) = World::new() else { return };
    let error = world.refused("resources: [https://files.example/none.yaml]\n");
    assert!(
        error.contains(
            "https://files.example/none.yaml cannot be read: the server answers with status 404"
        ),
        "{error}"
    );
    let error = world.refused("patches: [{path: 'https://me:secret@files.example/none.yaml'}]\n");
    assert!(error.contains("https://me:***@files.example/none.yaml cannot be read"), "{error}");
    // Nothing answers there: what git says differs, what was tried does not.
    for (url, said) in [
        ("http://127.0.0.1:1/a/none", "the server answers with status 404: it has no such file"),
        ("http://127.0.0.1:1/a/page", "it holds no resources: "),
    ] {
        let error = world.refused(&format!("resources: [{url}]\n"));
        assert!(
            error.starts_with(&format!("{url} is neither a file nor a repository: {said}")),
            "{error}"
        );
        assert!(error.contains("; \"git fetch "), "{error}");
    }
    let error = world.refused("resources: ['http://127.0.0.1:1/a/broken.yaml']\n");
    assert!(error.contains("--> http://127.0.0.1:1/a/broken.yaml:2"), "{error}");
    let error = world.refused("crds: [$ROOT/shop//crd.json]\n");
    assert!(
        error.contains("$ROOT/shop//crd.json names a repository, and a file is expected here"),
        "{error}"
    );
}

#[test]
fn builds_may_be_kept_on_this_machine() {
    let Some(world) = World::new() else { return };
    world.write("app/kustomization.yaml", "resources: [$ROOT/shop]\n");
    let mut options = Options::default();
    options.local_only = true;
    let error = render(&world, world.path("app"), &options).unwrap_err();
    assert!(
        error
            .message()
            .ends_with("/shop is on another machine, and this build is to stay on this one"),
        "{error}"
    );
    let error = render(&DiskHost::new(), world.path("app"), &Options::default()).unwrap_err();
    assert!(
        error.message().ends_with("/shop cannot be cloned: this build may not run programs"),
        "{error}"
    );
    world.write("app/kustomization.yaml", "resources: ['https://files.example/cm.yaml']\n");
    let error = render(&DiskHost::new(), world.path("app"), &Options::default()).unwrap_err();
    assert!(error.message().ends_with("this build may not get files over HTTP"), "{error}");
}

#[test]
fn nothing_is_left_behind() {
    let Some(world) = World::new() else { return };
    world.commit(
        "shop",
        &[("kustomization.yaml", "resources: [cm.yaml]\n"), ("cm.yaml", CONFIG_MAP)],
    );
    world.app("resources: [$ROOT/shop]\n").unwrap();
    world.refused("resources: ['$ROOT/shop?ref=nope']\n");
    let folders = world.folders.lock().unwrap();
    assert_eq!(folders.len(), 2);
    assert!(folders.iter().all(|folder| !folder.exists()), "{folders:?}");
}

#[test]
fn git_gets_as_much_time_as_the_url_says() {
    let Some(world) = World::new() else { return };
    world.commit(
        "shop",
        &[("kustomization.yaml", "resources: [cm.yaml]\n"), ("cm.yaml", CONFIG_MAP)],
    );
    let error = world.refused("resources: ['$ROOT/shop?timeout=1ns']\n");
    // The first of its commands may be quicker than a look at the clock.
    assert!(error.contains("$ROOT/shop?timeout=1ns cannot be cloned: \"git "), "{error}");
    assert!(error.contains("\": it takes longer than"), "{error}");
}

#[test]
fn two_urls_for_one_revision_are_each_called_by_their_name() {
    let Some(world) = World::new() else { return };
    let error = world.refused("resources: ['$ROOT/none//a?ref=b', '$ROOT/none//c?ref=b']\n");
    for url in ["$ROOT/none//a?ref=b", "$ROOT/none//c?ref=b"] {
        assert!(error.contains(&format!("{url} cannot be cloned: ")), "{error}");
    }
}
