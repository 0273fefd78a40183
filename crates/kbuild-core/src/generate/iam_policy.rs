//! `IAMPolicyGenerator`: the service account that stands for an account of a cloud provider.

use kbuild_yaml::{Key, Mapping, Node};

use crate::code::Code;
use crate::error::Error;
use crate::kustomization::{Fields, Input};
use crate::resource::Resource;

const FIELDS: &[&str] = &["cloud", "kubernetesService", "serviceAccount"];
const KUBERNETES_SERVICE: &[&str] = &["name", "namespace"];
const SERVICE_ACCOUNT: &[&str] = &["name", "projectId"];

/// Makes the service account that a configuration describes.
///
/// # Errors
/// The cloud provider is not a known one.
pub(super) fn iam_policy(plugin: &Resource) -> Result<Resource, Error> {
    let node = plugin.to_configuration();
    let fields = Fields::new(Input::generator(&node), "an IAMPolicyGenerator", FIELDS)?;
    let cloud = fields.text("cloud")?;
    if cloud.text != "gke" {
        return Err(Error::new(
            Code::UNKNOWN_CLOUD,
            format!("the cloud provider \"{}\" is not known", cloud.text),
        )
        .at(cloud.place)
        .hint_with("the one that is known is gke"));
    }
    let nothing = Node::null();
    let service = fields.get("kubernetesService").unwrap_or(Input::generator(&nothing));
    let service = Fields::new(service, "kubernetesService", KUBERNETES_SERVICE)?;
    let account = fields.get("serviceAccount").unwrap_or(Input::generator(&nothing));
    let account = Fields::new(account, "serviceAccount", SERVICE_ACCOUNT)?;
    let (name, project) = (account.string("name")?, account.string("projectId")?);
    let email = format!("{name}@{project}.iam.gserviceaccount.com");
    let place = plugin.place();
    let text = |text: &str| Node::string(text).at(place);
    let mapping = |entries: Vec<(&str, Node)>| {
        let mut mapping = Mapping::new();
        entries.into_iter().for_each(|(key, value)| mapping.push(Key::new(key), value));
        Node::from(mapping).at(place)
    };
    let mut metadata = vec![
        ("annotations", mapping(vec![("iam.gke.io/gcp-service-account", text(&email))])),
        ("name", text(&service.string("name")?)),
    ];
    let namespace = service.string("namespace")?;
    if !namespace.is_empty() {
        metadata.push(("namespace", text(&namespace)));
    }
    Ok(Resource::new(mapping(vec![
        ("apiVersion", text("v1")),
        ("kind", text("ServiceAccount")),
        ("metadata", mapping(metadata)),
    ])))
}
