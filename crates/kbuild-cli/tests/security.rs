//! What a hostile kustomization may try, and that it is refused: SECURITY.md says what is promised.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test fails where it cannot go on, and says why it is skipped"
)]

mod scene;

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Command;
use std::thread;

use scene::Scene;

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\n";
const HELM: &str = "echo \"$*\" >> \"$HOME/helm\"\n[ \"$1\" = version ] && { echo v3.17.3; exit; }\necho 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}'";

/// A repository of files, as `file://` names it; none, with a message, where there is no git.
fn repository(scene: &Scene, name: &str, files: &[(&str, &str)]) -> Option<String> {
    for (path, content) in files {
        scene.write(&format!("{name}/{path}"), content);
    }
    commit(scene, name).then(|| format!("file://{}", scene.path(name).display()))
}

/// Makes a repository of what is in a folder.
fn commit(scene: &Scene, name: &str) -> bool {
    if Command::new("git").arg("--version").output().is_err() {
        eprintln!("skipped: there is no git");
        return false;
    }
    let who = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
    for arguments in
        [&["init", "--quiet"][..], &["add", "--all"], &["commit", "--quiet", "-m", "a"]]
    {
        let mut git = scene.command("git");
        let run = scene.run(git.args(who).args(["-C", name]).args(arguments));
        assert_eq!(run.status, Some(0), "{}", run.err);
    }
    true
}

#[test]
fn nothing_runs_without_a_flag() {
    let scene = Scene::new(&[
        ("function/kustomization.yaml", "resources: [cm.yaml]\ntransformers: [fn.yaml]\n"),
        ("function/cm.yaml", CONFIG_MAP),
        (
            "function/fn.yaml",
            "apiVersion: example.com/v1\nkind: Fn\nmetadata:\n  name: fn\n  annotations:\n    config.kubernetes.io/function: 'exec: {path: ./fn}'\n",
        ),
        ("container/kustomization.yaml", "generators: [fn.yaml]\n"),
        (
            "container/fn.yaml",
            "apiVersion: example.com/v1\nkind: Fn\nmetadata:\n  name: fn\n  annotations:\n    config.kubernetes.io/function: 'container: {image: img}'\n",
        ),
        ("plugin/kustomization.yaml", "generators: [fn.yaml]\n"),
        ("plugin/fn.yaml", "apiVersion: example.com/v1\nkind: Fn\nmetadata: {name: fn}\n"),
        ("chart/kustomization.yaml", "helmCharts: [{name: demo}]\n"),
        ("chart/charts/demo/values.yaml", "a: b\n"),
        ("old/kustomization.yaml", "helmChartInflationGenerator: [{chartName: demo}]\n"),
        ("own/kustomization.yaml", "generators: [c.yaml]\n"),
        (
            "own/c.yaml",
            "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: c}\nname: demo\n",
        ),
        ("all/kustomization.yaml", "resources: [../function, ../chart]\n"),
    ]);
    for program in [
        "function/fn",
        "home/.config/kustomize/plugin/example.com/v1/fn/Fn",
        "home/kustomize/plugin/example.com/v1/fn/Fn",
        "bin/helm",
        "bin/docker",
        "bin/podman",
        "bin/git",
    ] {
        scene.script(program, "touch \"$HOME/pwned\"; cat");
    }
    for folder in ["function", "container", "plugin", "chart", "old", "own", "all"] {
        scene.kbuild(&[folder]).fails("error[");
    }
    for flag in ["--enable-exec", "--network", "--enable-helm=false", "--as-current-user"] {
        scene.kbuild(&["function", flag]).fails("error[");
    }
    scene.kbuild(&["function", "--enable-alpha-plugins"]).fails("which is not allowed");
    scene.kbuild(&["function", "--enable-helm"]).fails("is not built in");
    scene.kbuild(&["chart", "--enable-exec", "--network"]).fails("--enable-helm");
    assert!(!scene.path("home/pwned").exists());
    scene.is_clean();
}

#[test]
fn files_outside_are_not_read_through_any_field() {
    let secret = "apiVersion: v1\nkind: Secret\nmetadata: {name: password}\n";
    let scene = Scene::new(&[
        ("secret.yaml", secret),
        ("app/cm.yaml", CONFIG_MAP),
        ("app/charts/demo/values.yaml", "a: b\n"),
        ("beside/kustomization.yaml", "resources: [../secret.yaml]\n"),
        ("chart/demo/values.yaml", "a: b\n"),
    ]);
    scene.link("../secret.yaml", "app/link.yaml");
    scene.link("..", "app/up");
    scene.script("bin/helm", HELM);
    let root = scene.path("secret.yaml").display().to_string();
    for path in ["../secret.yaml", "link.yaml", "up/secret.yaml", "./x/../../secret.yaml", &root] {
        for field in [
            "resources: [PATH]",
            "bases: [PATH]",
            "components: [PATH]",
            "resources: [../beside]",
            "patches: [{path: PATH, target: {kind: ConfigMap}}]",
            "patchesStrategicMerge: [PATH]",
            "patchesJson6902: [{path: PATH, target: {version: v1, kind: ConfigMap, name: cm}}]",
            "configMapGenerator: [{name: x, files: [PATH]}]",
            "configMapGenerator: [{name: x, files: [key=PATH]}]",
            "configMapGenerator: [{name: x, envs: [PATH]}]",
            "configMapGenerator: [{name: x, env: PATH}]",
            "secretGenerator: [{name: x, files: [PATH]}]",
            "secretGenerator: [{name: x, envs: [PATH]}]",
            "configurations: [PATH]",
            "crds: [PATH]",
            "openapi: {path: PATH}",
            "replacements: [{path: PATH}]",
            "generators: [PATH]",
            "transformers: [PATH]",
            "validators: [PATH]",
            "transformers: ['{apiVersion: builtin, kind: PatchTransformer, metadata: {name: x}, path: PATH}']",
            "generators: ['{apiVersion: builtin, kind: ConfigMapGenerator, metadata: {name: x}, files: [PATH]}']",
            "transformers: ['{apiVersion: builtin, kind: ReplacementTransformer, metadata: {name: x}, replacements: [{path: PATH}]}']",
            "helmCharts: [{name: demo, valuesFile: PATH}]",
            "helmCharts: [{name: demo, additionalValuesFiles: [PATH]}]",
            "helmChartInflationGenerator: [{chartName: demo, values: PATH}]",
            "helmGlobals: {chartHome: ../chart}\nhelmCharts: [{name: demo}]",
        ] {
            let text = format!("resources: [cm.yaml]\n{}\n", field.replace("PATH", path))
                .replace("resources: [cm.yaml]\nresources: [", "resources: [cm.yaml, ");
            scene.write("app/kustomization.yaml", &text);
            let run = scene.kbuild(&["app", "--enable-helm"]);
            run.fails("error[");
            assert!(!run.err.contains("password"), "{text}{}", run.err);
        }
    }
    // Helm was asked for its version at most.
    assert_eq!(scene.read("home/helm").replace("version --short\n", ""), "");
}

#[test]
fn helm_gets_no_options_and_no_files_by_their_names() {
    let scene =
        Scene::new(&[("app/kustomization.yaml", ""), ("app/charts/demo/values.yaml", "a: b\n")]);
    scene.script("bin/helm", HELM);
    scene.script("app/evil", "touch \"$HOME/pwned\"");
    let build = |chart: &str| {
        scene.write("app/kustomization.yaml", format!("helmCharts:\n- {chart}\n"));
        scene.kbuild(&["app", "--enable-helm"])
    };
    build("{name: demo, releaseName: --post-renderer=app/evil}").fails("is no name of a release");
    build("{name: demo, releaseName: -f}").fails("is no name of a release");
    build("{name: --repository-cache=/, repo: 'https://charts.example'}")
        .fails("is no name of a chart");
    assert_eq!(scene.read("home/helm").replace("version --short\n", ""), "");
    // What stands behind an option is its value, whatever it looks like.
    build("{name: other, repo: --debug, version: --devel}").fails("values.yaml");
    build(
        "{name: demo, namespace: --debug, nameTemplate: --x, kubeVersion: --y, apiVersions: [--z]}",
    );
    let asked = scene.read("home/helm");
    for text in [
        " --repo --debug other --version --devel\n",
        " --namespace --debug --name-template --x ",
        " --api-versions --z --kube-version --y\n",
    ] {
        assert!(asked.contains(text), "{asked}");
    }
    // A comma does not make two files of one.
    scene.write("app/a,/etc/passwd", "a: b\n");
    build("{name: demo, additionalValuesFiles: ['a,/etc/passwd']}")
        .prints("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: cm\n");
    let asked = scene.read("home/helm");
    assert!(asked.contains("-f \"/") && asked.contains("/app/a,/etc/passwd\"\n"), "{asked}");
    assert!(!scene.path("home/pwned").exists());
    scene.is_clean();
}

#[test]
fn charts_of_a_repository_stay_in_it() {
    let scene = Scene::new(&[("outside/demo/values.yaml", "a: b\n")]);
    scene.script("bin/helm", HELM);
    let outside = scene.path("outside").display().to_string();
    scene.write("shop/up/kustomization.yaml", "helmGlobals: {chartHome: ../../../outside}\nhelmCharts: [{name: demo, valuesFile: v.yaml}]\n");
    scene.write("shop/root/kustomization.yaml", format!("helmGlobals: {{chartHome: {outside}}}\nhelmCharts: [{{name: demo, valuesFile: v.yaml}}]\n"));
    scene.write(
        "shop/link/kustomization.yaml",
        "helmGlobals: {chartHome: charts}\nhelmCharts: [{name: demo, valuesFile: v.yaml}]\n",
    );
    scene.link(&outside, "shop/link/charts");
    scene.write("shop/pull/kustomization.yaml", "helmGlobals: {chartHome: charts/new}\nhelmCharts: [{name: demo, repo: 'https://a.example', valuesFile: v.yaml}]\n");
    scene.link(&outside, "shop/pull/charts");
    scene.write(
        "shop/name/kustomization.yaml",
        "helmCharts: [{name: ../../../../../outside/demo, valuesFile: v.yaml}]\n",
    );
    for folder in ["up", "root", "link", "pull", "name", "good"] {
        scene.write(&format!("shop/{folder}/v.yaml"), "a: b\n");
    }
    scene.write(
        "shop/good/kustomization.yaml",
        "helmGlobals: {chartHome: ../charts}\nhelmCharts: [{name: demo, valuesFile: v.yaml}]\n",
    );
    scene.write("shop/charts/demo/values.yaml", "a: b\n");
    if !commit(&scene, "shop") {
        return;
    }
    let url = format!("file://{}", scene.path("shop").display());
    for folder in ["up", "root", "link", "pull", "name"] {
        let run = scene.kbuild(&[&format!("{url}//{folder}"), "--enable-helm"]);
        run.fails("lies outside of the repository");
    }
    assert_eq!(scene.read("home/helm"), "");
    scene.kbuild(&[&format!("{url}//good"), "--enable-helm"]).prints(CONFIG_MAP);
    scene.is_clean();
}

#[test]
fn git_gets_no_options_and_runs_no_programs() {
    let scene = Scene::new(&[]);
    let marker = scene.path("home/pwned").display().to_string();
    let touch = format!("sh -c touch% {marker}");
    let Some(url) = repository(
        &scene,
        "shop",
        &[("kustomization.yaml", "resources: [cm.yaml]\n"), ("cm.yaml", CONFIG_MAP)],
    ) else {
        return;
    };
    // Were it to run, it would be no use.
    scene.script(
        "bin/ssh",
        &format!("case \" $*\" in *\" -oProxy\"*) touch {marker};; esac; exit 1"),
    );
    for resource in [
        format!("ext::{touch}"),
        format!("git::ext::{touch}"),
        format!("ext::{touch} //a.git"),
        "fd::7/a.git".to_owned(),
        format!("--upload-pack=touch {marker}"),
        format!("git::--upload-pack=touch {marker}//a.git"),
        format!("{url}?ref=--upload-pack=touch+{marker}"),
        format!("{url}?version=--upload-pack=touch+{marker}"),
        format!("{url}?ref=%2d-upload-pack=touch+{marker}"),
        format!("{url}?ref=HEAD:{marker}"),
        format!("{url}?ref=%2bHEAD:refs/heads/x"),
        format!("ssh://-oProxyCommand=touch {marker}/a/b.git"),
        format!("git@-oProxyCommand=touch {marker}:a/b.git"),
        format!("-oProxyCommand=touch {marker}@host:a/b.git"),
        format!("https://--upload-pack=touch {marker}/a/b.git?timeout=5s"),
        "ssh://git@code.example/--upload-pack=x/y.git".to_owned(),
    ] {
        scene.write("app/kustomization.yaml", format!("resources: ['{resource}']\n"));
        scene.kbuild(&["app"]).fails("error[");
        assert_ne!(scene.kbuild(&[&resource]).status, Some(0), "{resource}");
        assert!(!scene.path("home/pwned").exists(), "{resource}");
    }
    // A folder that begins with a dash is none but a folder.
    scene.kbuild(&[&format!("{url}//--upload-pack=x")]).fails("has no folder");
    // Nor do submodules run anything, whatever the machine allows.
    let modules = format!("[submodule \"a\"]\n\tpath = a\n\turl = ext::{touch}\n");
    scene.write("shop/.gitmodules", &modules);
    let mut git = scene.command("git");
    let head = scene.run(git.args(["-C", "shop", "rev-parse", "HEAD"])).out;
    let entry = format!("160000,{},a", head.trim());
    let mut git = scene.command("git");
    let run = scene.run(git.args(["-C", "shop", "update-index", "--add", "--cacheinfo", &entry]));
    assert_eq!(run.status, Some(0), "{}", run.err);
    assert!(commit_index(&scene, "shop"));
    let mut kbuild = scene.command(env!("CARGO_BIN_EXE_kbuild"));
    kbuild.arg(&url).env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", "protocol.allow");
    scene.run(kbuild.env("GIT_CONFIG_VALUE_0", "always")).fails("transport 'ext' not allowed");
    assert!(!scene.path("home/pwned").exists());
    scene.is_clean();
}

/// Commits what is in the index.
fn commit_index(scene: &Scene, name: &str) -> bool {
    let who = ["-c", "user.name=Test", "-c", "user.email=test@example.com", "-C", name];
    let mut git = scene.command("git");
    git.args(who).args(["add", ".gitmodules"]);
    let added = scene.run(&mut git).status;
    let mut git = scene.command("git");
    git.args(who).args(["commit", "--quiet", "-m", "b"]);
    (added, scene.run(&mut git).status) == (Some(0), Some(0))
}

#[test]
fn urls_lead_to_no_files_of_this_machine_and_to_no_credentials() {
    let scene = Scene::new(&[(
        "secret.yaml",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: password}\n",
    )]);
    let root = scene.path("secret.yaml").display().to_string();
    // No repository is asked for there, either.
    scene.script("bin/git", "echo \"$*\" >> \"$HOME/git\"; exit 1");
    let credentials = "169.254.169.254/latest/meta-data/iam/security-credentials/";
    for url in [
        format!("http://{credentials}"),
        format!("HTTPS://{credentials}"),
        format!("git::http://{credentials}"),
        format!("http://me:password@{credentials}"),
        "http://169.254.169.254:80/a/b.git".to_owned(),
        "http://2852039166/latest/meta-data/".to_owned(),
        "http://0xa9fea9fe/latest/meta-data/".to_owned(),
        "http://169.254.43518/latest/meta-data/".to_owned(),
        "http://[::ffff:169.254.169.254]/latest/meta-data/".to_owned(),
        "http://[fd00:ec2::254]/latest/meta-data/".to_owned(),
        "http://100.100.100.200/latest/meta-data/".to_owned(),
        "git@169.254.169.254:a/b.git".to_owned(),
    ] {
        scene.write("app/kustomization.yaml", format!("resources: ['{url}']\n"));
        let run = scene.kbuild(&["app"]);
        run.fails("own network");
        assert!(!run.err.contains("password"), "{}", run.err);
        assert_ne!(scene.kbuild(&[&url]).status, Some(0));
    }
    assert_eq!(scene.read("home/git"), "");
    for scheme in ["file://", "FILE://", "git::file://", "ftp://", "data:,", "gopher://", "unix:"] {
        for field in [
            "resources: [URL]",
            "components: [URL]",
            "patches: [{path: URL}]",
            "configMapGenerator: [{name: x, files: [a=URL]}]",
            "configMapGenerator: [{name: x, envs: [URL]}]",
            "openapi: {path: URL}",
            "transformers: [URL]",
            "crds: [URL]",
        ] {
            let text = field.replace("URL", &format!("'{scheme}{root}'"));
            scene.write("app/kustomization.yaml", &text);
            let run = scene.kbuild(&["app"]);
            run.fails("error[");
            assert!(!run.err.contains("password"), "{text}: {}", run.err);
        }
    }
}

#[test]
fn what_a_server_packs_is_not_unpacked() {
    // A thousand zeros that gzip packs into thirty bytes; it would be the same with a thousand million.
    let packed = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\x63\x60\x18\x05\xa3\x60\x14\x0c\x77\x00\x00\x2e\xaf\xb5\xef\xe8\x03\x00\x00";
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/a.yaml", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap();
            assert!(!String::from_utf8_lossy(&request[..length]).to_lowercase().contains("gzip"));
            let head = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Encoding: gzip\r\nContent-Length: ";
            let _ = stream.write_all(format!("{head}{}\r\n\r\n", packed.len()).as_bytes());
            let _ = stream.write_all(packed);
        }
    });
    let scene = Scene::new(&[("app/kustomization.yaml", &format!("resources: ['{url}']\n"))]);
    scene.kbuild(&["app"]).fails("UTF-8");
}
