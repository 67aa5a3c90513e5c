const KUBERNETES_VERSION = 'v1.36.1';
const KWOK_VERSION = 'v0.8.0';

/** The module of kwok, which besides the program has the descriptions of how fake nodes and pods behave. */
export const kwokModule = { module: 'sigs.k8s.io/kwok', version: KWOK_VERSION } as const;

/** A program that the tests start, and how it is linked. */
export interface Binary {
  readonly name: BinaryName;
  readonly version: string;
  /** Folder below `e2e/tools` with the wrapper module that pins every dependency. */
  readonly wrapper: string;
  /** Go package of the program. */
  readonly package: string;
  /** Values given to package variables, so that the program knows its version. */
  readonly stamps: Readonly<Record<string, string>>;
}

/** The programs that can be built. */
export type BinaryName = 'kube-apiserver' | 'etcd' | 'kubectl' | 'kube-controller-manager' | 'kube-scheduler' | 'kwok';

/** In the order of building that shares the most: the API server compiles the libraries that the others link. */
export const binaries: readonly Binary[] = [
  kubernetes('kube-apiserver'),
  { name: 'etcd', version: 'v3.6.14', wrapper: 'etcd', package: 'go.etcd.io/etcd/server/v3', stamps: {} },
  kubernetes('kubectl'),
  kubernetes('kube-controller-manager'),
  kubernetes('kube-scheduler'),
  {
    name: 'kwok',
    version: KWOK_VERSION,
    wrapper: 'kwok',
    package: 'sigs.k8s.io/kwok/cmd/kwok',
    stamps: { 'sigs.k8s.io/kwok/pkg/consts.Version': KWOK_VERSION },
  },
];

function kubernetes(name: BinaryName): Binary {
  return {
    name,
    version: KUBERNETES_VERSION,
    wrapper: 'kubernetes',
    package: `k8s.io/kubernetes/cmd/${name}`,
    stamps: {
      ...versionStamps('k8s.io/component-base/version'),
      ...versionStamps('k8s.io/client-go/pkg/version'),
    },
  };
}

/** Commit and date are fixed, because a value of ours would only pretend to be an official build. */
function versionStamps(goPackage: string): Record<string, string> {
  const [major = '', minor = ''] = KUBERNETES_VERSION.slice(1).split('.');
  return {
    [`${goPackage}.gitVersion`]: KUBERNETES_VERSION,
    [`${goPackage}.gitMajor`]: major,
    [`${goPackage}.gitMinor`]: minor,
    [`${goPackage}.gitTreeState`]: 'clean',
    [`${goPackage}.gitCommit`]: '0'.repeat(40),
    [`${goPackage}.buildDate`]: '1970-01-01T00:00:00Z',
  };
}
