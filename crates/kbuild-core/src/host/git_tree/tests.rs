use std::process::Command;

use tempfile::TempDir;

use super::*;

/// A repository in a temporary folder.
struct Repository(TempDir);

impl Repository {
    /// None where there is no git.
    fn new(format: &str) -> Option<Repository> {
        let repository = Repository(TempDir::new().unwrap());
        Command::new("git").arg("--version").output().ok()?;
        repository.git(&["init", "--quiet", &format!("--object-format={format}")]);
        Some(repository)
    }

    fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .current_dir(self.0.path())
            .args(["-c", "user.name=Test", "-c", "user.email=test@example.com"])
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.0.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    #[cfg(unix)]
    fn link(&self, path: &str, target: &str) {
        std::os::unix::fs::symlink(target, self.0.path().join(path)).unwrap();
    }

    fn commit(&self) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message=x"]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn open(&self, revision: &str) -> GitTreeHost {
        GitTreeHost::open(self.0.path(), revision).unwrap()
    }
}

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: app}\n";

fn write_app(repository: &Repository) {
    repository.write("base/kustomization.yaml", "resources: [cm.yaml]\n");
    repository.write("base/cm.yaml", CONFIG_MAP);
    repository.write("prd/kustomization.yaml", "resources: [../base]\nnamePrefix: prd-\n");
}

#[test]
fn a_revision_is_read_whatever_is_on_disk() {
    for format in ["sha1", "sha256"] {
        let Some(repository) = Repository::new(format) else { return };
        write_app(&repository);
        let commit = repository.commit();
        repository.write("prd/kustomization.yaml", "nothing: good\n");
        repository.git(&["tag", "old"]);
        repository.commit();
        let host = repository.open("old");
        assert_eq!(host.commit(), commit);
        let path = Path::new("prd/kustomization.yaml");
        assert_eq!(host.read(path).unwrap(), b"resources: [../base]\nnamePrefix: prd-\n");
        assert_eq!(repository.open("HEAD").read(path).unwrap(), b"nothing: good\n");
        // A folder within the repository names it as well.
        let host = GitTreeHost::open(repository.0.path().join("prd"), "HEAD~1").unwrap();
        assert_eq!(host.read(Path::new("/base/cm.yaml")).unwrap(), CONFIG_MAP.as_bytes());
        assert_eq!(host.list(Path::new(".")), ["base", "prd"]);
        assert_eq!(host.kind(Path::new("base")), PathKind::Directory);
        assert_eq!(host.kind(Path::new("base/../base/cm.yaml")), PathKind::File);
        assert_eq!(host.kind(Path::new("base/none")), PathKind::Missing);
        assert_eq!(host.kind(Path::new("base/cm.yaml/none")), PathKind::Missing);
        assert_eq!(host.kind(Path::new("../base")), PathKind::Missing);
        assert_eq!(host.canonicalize(Path::new("prd/../base/.")).unwrap(), Path::new("/base"));
        assert_eq!(host.read(Path::new("base")).unwrap_err().kind(), io::ErrorKind::IsADirectory);
    }
}

#[cfg(unix)]
#[test]
fn links_are_followed_within_the_tree() {
    let Some(repository) = Repository::new("sha1") else { return };
    repository.write("a/b/file", "x");
    repository.link("link", "a/b");
    repository.link("a/up", "../link/file");
    repository.link("round", "about");
    repository.link("about", "round");
    repository.link("out", "../../etc/hostname");
    repository.link("absolute", "/etc/hostname");
    repository.commit();
    let host = repository.open("HEAD");
    assert_eq!(host.read(Path::new("a/up")).unwrap(), b"x");
    assert_eq!(host.canonicalize(Path::new("a/up")).unwrap(), Path::new("/a/b/file"));
    assert_eq!(host.list(Path::new("link")), ["file"]);
    assert!(host.read(Path::new("round")).unwrap_err().to_string().contains("too many links"));
    for out in ["out", "absolute"] {
        assert_eq!(host.kind(Path::new(out)), PathKind::Missing);
        let error = host.read(Path::new(out)).unwrap_err();
        assert!(error.to_string().contains("leads out of the repository"), "{error}");
    }
}

#[test]
fn what_is_no_revision_is_refused() {
    let Some(repository) = Repository::new("sha1") else { return };
    repository.write("file", "x");
    repository.commit();
    let refused =
        |revision: &str| GitTreeHost::open(repository.0.path(), revision).unwrap_err().to_string();
    for revision in ["--help", "-h", "--output=stolen", "", "a\nb", "a\0b"] {
        assert!(refused(revision).contains("is not the name of a revision"), "{revision:?}");
    }
    assert!(refused("none").contains("there is no revision none"));
    assert!(refused("HEAD:file").contains("there is no revision"), "{}", refused("HEAD:file"));
    let elsewhere = TempDir::new().unwrap();
    let error = GitTreeHost::open(elsewhere.path(), "HEAD").unwrap_err().to_string();
    assert!(error.contains("not a git repository"), "{error}");
    let error = GitTreeHost::open("/no/such/folder", "HEAD").unwrap_err().to_string();
    assert!(error.contains("there is no such repository"), "{error}");
}

#[test]
fn submodules_are_not_there_and_bare_repositories_are_read() {
    let Some(repository) = Repository::new("sha1") else { return };
    repository.write("file", "x");
    let commit = repository.commit();
    repository.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{commit},module")]);
    repository.git(&["commit", "--quiet", "--message=module"]);
    repository.git(&["clone", "--quiet", "--bare", ".", "bare.git"]);
    let host = GitTreeHost::open(repository.0.path().join("bare.git"), "HEAD").unwrap();
    assert_eq!(host.list(Path::new("/")), ["file"]);
    assert_eq!(host.kind(Path::new("module")), PathKind::Missing);
}

#[cfg(target_os = "linux")]
#[test]
fn the_process_goes_with_the_host() {
    let Some(repository) = Repository::new("sha1") else { return };
    repository.write("file", "x");
    repository.commit();
    let host = repository.open("HEAD");
    assert_eq!(host.batch.lock().unwrap().process(), None);
    host.read(Path::new("file")).unwrap();
    let process = host.batch.lock().unwrap().process().unwrap();
    host.read(Path::new("file")).unwrap();
    assert_eq!(host.batch.lock().unwrap().process(), Some(process));
    let proc = PathBuf::from(format!("/proc/{process}"));
    assert!(proc.exists());
    drop(host);
    assert!(!proc.exists());
}
