//! Renders Kustomize overlays: a kustomization in, Kubernetes resources out.

