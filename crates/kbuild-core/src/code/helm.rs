//! Charts.

super::codes! {
    1701 HELM_NOT_ALLOWED "a chart where helm may not run" {
        "Charts are inflated by the program helm, which runs only where the build was told that it may: a chart can read files and ask the network for others.",
"helmCharts:
- name: redis
  repo: https://charts.example.com",
        "Allow it with --enable-helm, for kustomizations that you trust."
    }
    1702 NO_HELM "helm is not there" {
        "Charts are inflated by the program helm, and it is not found under the name that was given.",
"kbuild --enable-helm --helm-command helm3 overlays/prd",
        "Install helm, or name the program or its path with --helm-command."
    }
    1703 WRONG_HELM "a version of helm that cannot be used" {
        "The program that was named is no helm, or one of a version other than 3 and 4.",
"kbuild --enable-helm --helm-command helm2 overlays/prd",
        "Install helm 3 or 4, or name another program with --helm-command."
    }
    1704 HELM_FAILED "helm failed" {
        "helm was run and did not do its work: the chart could not be pulled, its templates have a mistake, or it needs values that are not there. The message holds what helm printed.",
"helmCharts:
- name: redis
  repo: https://charts.example.com
  version: 99.0.0",
        "Read what helm says; --helm-debug has it say more."
    }
    1705 BAD_CHART "a chart entry that cannot be used" {
        "An entry of helmCharts lacks the name of the chart, or has a name of a chart or release that helm would take for an option.",
"helmCharts:
- releaseName: cache
  repo: https://charts.example.com",
        "Add name: the chart's name in its repository, or that of its folder in the chart home."
    }
    1706 CHART_NOT_FOUND "a chart that is not there" {
        "The entry gives no repo, so the chart must be a folder of its name in the chart home, which is the folder charts of the kustomization unless helmGlobals.chartHome says otherwise. It is not there.",
"helmGlobals: {chartHome: ../charts}
helmCharts:
- name: redsi",
        "Mind the name and the chart home, or give the chart a repo to pull it from."
    }
    1707 BAD_VALUES "values for a chart that cannot be used" {
        "The values of a chart cannot be read, cannot be merged with valuesInline, or valuesMerge is none of merge, override and replace.",
"helmCharts:
- name: redis
  valuesInline: {replicas: 3}
  valuesMerge: deep",
        "Correct the values; valuesMerge is override (the default), merge or replace."
    }
}
