//! Reads rendered resources into typed Kubernetes objects, and adds one of its own.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::{self, Write};

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Container, LimitRange, LimitRangeItem, LimitRangeSpec};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kbuild_core::yaml::{Node, write};
use kbuild_core::{DiskHost, Options, Rendered, render};

/// Where the example looks if nobody says where.
const SHOP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../shop/overlays/prd");

/// Every Deployment, as a typed object.
fn deployments(rendered: &Rendered) -> Result<Vec<Deployment>, Box<dyn Error>> {
    let mut found = Vec::new();
    for resource in rendered.resources() {
        if resource.api_version() == "apps/v1" && resource.kind() == "Deployment" {
            // What does not fit says where: spec.replicas: invalid type: string "three", expected i32
            let place = rendered.sources().name(resource.place().source).unwrap_or_default();
            found.push(resource.to().map_err(|error| format!("{place}: {error}"))?);
        }
    }
    Ok(found)
}

/// The containers of a Deployment that have no limit for memory.
fn unlimited(deployment: &Deployment) -> Vec<&str> {
    let pod = deployment.spec.as_ref().and_then(|spec| spec.template.spec.as_ref());
    let has_limit = |container: &&Container| {
        let resources = container.resources.as_ref();
        let limits = resources.and_then(|resources| resources.limits.as_ref());
        limits.is_some_and(|limits| limits.contains_key("memory"))
    };
    let containers = pod.map(|pod| pod.containers.as_slice()).unwrap_or_default();
    containers.iter().filter(|one| !has_limit(one)).map(|one| one.name.as_str()).collect()
}

/// What gives a limit to those that have none, as the rest of the output is written.
fn limit_range(memory: &str) -> Result<String, Box<dyn Error>> {
    let default = BTreeMap::from([("memory".to_owned(), Quantity(memory.to_owned()))]);
    let limits = LimitRange {
        metadata: ObjectMeta { name: Some("default-limits".to_owned()), ..Default::default() },
        spec: Some(LimitRangeSpec {
            limits: vec![LimitRangeItem {
                type_: "Container".to_owned(),
                default: Some(default),
                ..Default::default()
            }],
        }),
    };
    let mut text = String::new();
    write(&Node::from_serialize(&limits)?, &mut text)?;
    Ok(text)
}

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| SHOP.to_owned());
    let rendered = render(&DiskHost::new(), folder, &Options::default())?;
    let mut out = io::stdout();
    for deployment in deployments(&rendered)? {
        let name = deployment.metadata.name.as_deref().unwrap_or_default();
        let replicas = deployment.spec.as_ref().and_then(|spec| spec.replicas).unwrap_or(1);
        let unlimited = unlimited(&deployment).join(", ");
        writeln!(out, "# {name}: replicas: {replicas}, without a limit for memory: [{unlimited}]")?;
    }
    out.write_all(limit_range("256Mi")?.as_bytes())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shop_has_deployments() {
        let rendered = render(&DiskHost::new(), SHOP, &Options::default()).unwrap();
        let deployments = deployments(&rendered).unwrap();
        assert!(!deployments.is_empty());
        for deployment in &deployments {
            assert!(deployment.spec.as_ref().unwrap().selector.match_labels.is_some());
        }
    }

    #[test]
    fn objects_are_written_as_the_reference_writes_them() {
        assert_eq!(
            limit_range("1Gi").unwrap(),
            "apiVersion: v1\nkind: LimitRange\nmetadata:\n  name: default-limits\nspec:\n  limits:\n  - default:\n      memory: 1Gi\n    type: Container\n"
        );
    }
}
