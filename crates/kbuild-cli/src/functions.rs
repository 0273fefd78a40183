//! The flags about functions and plugins, and what they take from the environment.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use kbuild_core::Options;

use crate::boolean::boolean;

/// What `--network-name` is, where it is not given.
const NETWORK: &str = "bridge";

/// After how many seconds a function is stopped, where no flag says it.
const SECONDS: u64 = 300;

/// Flags that say which functions may run, and with what.
#[derive(Debug, Args)]
pub(crate) struct FunctionArguments {
    /// Allow functions in containers, plugins and helm; only for kustomizations that you trust
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = boolean())]
    enable_alpha_plugins: Option<bool>,
    /// Allow functions that are programs on this machine as well; only for kustomizations that you trust
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = boolean())]
    enable_exec: Option<bool>,
    /// Give the network to functions in containers that ask for it
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = boolean())]
    network: Option<bool>,
    /// Has no effect, as in kustomize: a function that gets the network gets that of the machine
    #[arg(long, value_name = "NAME", default_value = NETWORK)]
    network_name: String,
    /// A folder or volume for functions in containers: type=bind,src=PATH,dst=PATH,rw=true
    #[arg(long = "mount", value_name = "MOUNT")]
    mounts: Vec<String>,
    /// A variable for functions: NAME=VALUE, or NAME for that of the environment
    #[arg(short, long, value_name = "VARIABLE")]
    env: Vec<String>,
    /// Run containers as the user who runs this, instead of as nobody
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = boolean())]
    as_current_user: Option<bool>,
    /// After how many seconds a function is stopped
    #[arg(long, value_name = "SECONDS", default_value_t = SECONDS)]
    function_timeout: u64,
}

impl Default for FunctionArguments {
    fn default() -> FunctionArguments {
        FunctionArguments {
            enable_alpha_plugins: None,
            enable_exec: None,
            network: None,
            network_name: NETWORK.to_owned(),
            mounts: Vec::new(),
            env: Vec::new(),
            as_current_user: None,
            function_timeout: SECONDS,
        }
    }
}

impl FunctionArguments {
    /// Puts what the flags say into the options of the library.
    pub(crate) fn set(&self, options: &mut Options) {
        options.enable_alpha_plugins = self.enable_alpha_plugins == Some(true);
        options.enable_exec = self.enable_exec == Some(true);
        options.functions.network = self.network == Some(true);
        options.functions.mounts.clone_from(&self.mounts);
        options.functions.env.clone_from(&self.env);
        options.functions.time_limit = Duration::from_secs(self.function_timeout);
        if self.as_current_user == Some(true) {
            options.functions.user = current_user();
        }
        if options.enable_alpha_plugins {
            // As in the reference, this flag allows charts too.
            options.helm.enabled = true;
            options.functions.plugin_home = plugin_home();
        }
    }
}

/// The first of the places for plugins that is there.
fn plugin_home() -> Option<PathBuf> {
    let from = |variable: &str, below: &str| {
        let value = std::env::var_os(variable).filter(|value| !value.is_empty())?;
        Some(if below.is_empty() { PathBuf::from(value) } else { PathBuf::from(value).join(below) })
    };
    let home = if cfg!(windows) { "USERPROFILE" } else { "HOME" };
    let places = [
        from("KUSTOMIZE_PLUGIN_HOME", ""),
        from("XDG_CONFIG_HOME", "kustomize/plugin"),
        from(home, ".config/kustomize/plugin"),
        from(home, "kustomize/plugin"),
    ];
    places.into_iter().flatten().find(|place| place.exists())
}

#[cfg(unix)]
fn current_user() -> Option<String> {
    let (user, group) = (rustix::process::getuid(), rustix::process::getgid());
    Some(format!("{}:{}", user.as_raw(), group.as_raw()))
}

#[cfg(not(unix))]
fn current_user() -> Option<String> {
    None
}
