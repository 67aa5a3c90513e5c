/** Custom resource definitions that one project publishes in a Go module. */
export interface CrdSource {
  /** Go module path. */
  readonly module: string;
  readonly version: string;
  /** The module's hash as the Go checksum database has it. */
  readonly sum: string;
  readonly license: string;
  readonly files: readonly CrdFile[];
}

/** One CustomResourceDefinition in a module. */
export interface CrdFile {
  /** Path in the module. */
  readonly path: string;
  /** Group and version in which we write the kind. */
  readonly apiVersion: string;
  readonly kind: string;
}

/**
 * The custom resources that the strict check knows, with the release that judges them.
 *
 * `SopsSecret` and CloudNativePG's `Cluster` are not here: their operators publish no Go module that can be downloaded;
 * `generator/sops-secret.ts` and `generator/database-cluster.ts` describe the part of them that we write.
 */
export const CRD_SOURCES: readonly CrdSource[] = [
  {
    module: 'github.com/argoproj/argo-cd/v3',
    version: 'v3.5.3',
    sum: 'h1:klbUb5LOK+oJSBkR0OYGlLkG9IpsPVtSR2idOdaQb2I=',
    license: 'Apache-2.0',
    files: [
      { path: 'manifests/crds/application-crd.yaml', apiVersion: 'argoproj.io/v1alpha1', kind: 'Application' },
      { path: 'manifests/crds/applicationset-crd.yaml', apiVersion: 'argoproj.io/v1alpha1', kind: 'ApplicationSet' },
      { path: 'manifests/crds/appproject-crd.yaml', apiVersion: 'argoproj.io/v1alpha1', kind: 'AppProject' },
    ],
  },
  {
    module: 'sigs.k8s.io/gateway-api',
    version: 'v1.6.3',
    sum: 'h1:lKpJa5bGlraC/QeACvCpsHLdmO6y0iKfzVl6gzaFEYc=',
    license: 'Apache-2.0',
    files: [
      {
        path: 'config/crd/standard/gateway.networking.k8s.io_httproutes.yaml',
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
      },
    ],
  },
  {
    module: 'github.com/external-secrets/external-secrets',
    version: 'v1.3.2',
    sum: 'h1:u2J8RjlHIeF0oZCqtl92adI/uZWUwOesJIDkfql6LqQ=',
    license: 'Apache-2.0',
    files: [
      { path: 'config/crds/bases/external-secrets.io_externalsecrets.yaml', apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret' },
      {
        path: 'config/crds/bases/generators.external-secrets.io_passwords.yaml',
        apiVersion: 'generators.external-secrets.io/v1alpha1',
        kind: 'Password',
      },
    ],
  },
  {
    module: 'github.com/kedacore/keda/v2',
    version: 'v2.21.0',
    sum: 'h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps=',
    license: 'Apache-2.0',
    files: [
      { path: 'config/crd/bases/keda.sh_scaledobjects.yaml', apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject' },
      { path: 'config/crd/bases/keda.sh_triggerauthentications.yaml', apiVersion: 'keda.sh/v1alpha1', kind: 'TriggerAuthentication' },
    ],
  },
  {
    module: 'sigs.k8s.io/agent-sandbox',
    version: 'v0.5.6',
    sum: 'h1:+lIxbO5MIPYqmnbv4eWZDm+bh9Y6qHvZ+qXEe4MJVkU=',
    license: 'Apache-2.0',
    files: [
      { path: 'k8s/crds/agents.x-k8s.io_sandboxes.yaml', apiVersion: 'agents.x-k8s.io/v1beta1', kind: 'Sandbox' },
      {
        path: 'k8s/crds/extensions.agents.x-k8s.io_sandboxtemplates.yaml',
        apiVersion: 'extensions.agents.x-k8s.io/v1beta1',
        kind: 'SandboxTemplate',
      },
      {
        path: 'k8s/crds/extensions.agents.x-k8s.io_sandboxwarmpools.yaml',
        apiVersion: 'extensions.agents.x-k8s.io/v1beta1',
        kind: 'SandboxWarmPool',
      },
    ],
  },
  {
    module: 'github.com/cilium/cilium',
    version: 'v1.20.2',
    sum: 'h1:dqiEGIcXc+gqCLYG/l7VCFJ8GHyb4HUrwbZOpkX5dL8=',
    license: 'Apache-2.0',
    files: [
      {
        path: 'pkg/k8s/apis/cilium.io/client/crds/v2/ciliumnetworkpolicies.yaml',
        apiVersion: 'cilium.io/v2',
        kind: 'CiliumNetworkPolicy',
      },
    ],
  },
];
