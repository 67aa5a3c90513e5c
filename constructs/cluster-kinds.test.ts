import { describe, expect, it } from 'vitest';
import { isClusterKind } from './index.ts';

describe('isClusterKind', () => {
  it.each(['Namespace', 'PersistentVolume', 'rbac.authorization.k8s.io/ClusterRole', 'cilium.io/CiliumClusterwideNetworkPolicy'])(
    'knows that %s stands in no namespace',
    (kind) => expect(isClusterKind(kind)).toBe(true),
  );

  it.each(['Pod', 'rbac.authorization.k8s.io/Role', 'example.org/Namespace', 'constructor', ''])('takes %j for one that does', (kind) =>
    expect(isClusterKind(kind)).toBe(false),
  );
});
