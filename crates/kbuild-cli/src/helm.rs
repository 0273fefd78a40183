//! The flags that are about charts.

use clap::Args;
use kbuild_core::HelmOptions;

use crate::boolean::boolean;

/// The helm program, where no flag names one.
const PROGRAM: &str = "helm";

#[derive(Debug, Args)]
pub(crate) struct HelmArguments {
    /// Allow to run helm, which inflates charts
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = boolean())]
    enable_helm: Option<bool>,
    /// The helm program: a path, or a name that is looked up in the PATH
    #[arg(long, value_name = "PROGRAM", default_value = PROGRAM)]
    helm_command: String,
    /// A version of an API that charts find in the cluster, unless the kustomization names some; may be given several times
    #[arg(long = "helm-api-versions", value_name = "VERSION")]
    helm_api_versions: Vec<String>,
    /// The version of Kubernetes that charts find, unless the kustomization names one
    #[arg(long, value_name = "VERSION", default_value = "", hide_default_value = true)]
    helm_kube_version: String,
    /// Have helm say more where it fails
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", value_parser = boolean())]
    helm_debug: Option<bool>,
}

impl Default for HelmArguments {
    fn default() -> HelmArguments {
        HelmArguments {
            enable_helm: None,
            helm_command: PROGRAM.to_owned(),
            helm_api_versions: Vec::new(),
            helm_kube_version: String::new(),
            helm_debug: None,
        }
    }
}

impl HelmArguments {
    /// The options of the library that the flags amount to.
    pub(crate) fn options(&self) -> HelmOptions {
        let mut options = HelmOptions::default();
        options.enabled = self.enable_helm == Some(true);
        options.command.clone_from(&self.helm_command);
        options.api_versions.clone_from(&self.helm_api_versions);
        options.kube_version.clone_from(&self.helm_kube_version);
        options.debug = self.helm_debug == Some(true);
        options
    }
}
