import { describe, expect, it } from 'vitest';
import { Run, Size, WorkerRuntime, Workspace } from '../../constructs/index.ts';
import { anAgent, anOrg, someResources } from '../../test/builders.ts';
import { containerOf, dig, only, podOf } from '../../test/manifests.ts';
import { renderAgent } from './agent.ts';

function render(workspace: Workspace) {
  return renderAgent(anAgent(anOrg(), 'greeter', { workspace }));
}

const size = Size.gibibytes(3);

describe('a workspace that outlives its pod', () => {
  it('is a volume of one node, or of many', () => {
    const claimOf = (shared: boolean) => only(render(Workspace.volume({ shared, size })), 'PersistentVolumeClaim');
    expect(claimOf(false).metadata.name).toBe('greeter-workspace');
    expect(claimOf(false).spec).toEqual({
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '3Gi' } },
      storageClassName: 'fast',
    });
    expect(claimOf(true).spec).toEqual({
      accessModes: ['ReadWriteMany'],
      resources: { requests: { storage: '3Gi' } },
      storageClassName: 'shared',
    });
  });

  it('is deleted only when somebody confirms, unless it need not be', () => {
    const optionsOf = (confirmDelete?: boolean) =>
      only(render(Workspace.volume({ confirmDelete, size })), 'PersistentVolumeClaim').metadata.annotations?.[
        'argocd.argoproj.io/sync-options'
      ];
    expect(optionsOf()).toBe('Prune=confirm,Delete=confirm');
    expect(optionsOf(false)).toBeUndefined();
  });

  it('is mounted where the agent works', () => {
    const pod = podOf(render(Workspace.volume({ size })));
    expect(pod.spec.volumes).toContainEqual({ name: 'workspace', persistentVolumeClaim: { claimName: 'greeter-workspace' } });
    expect(containerOf(pod, 'agent').volumeMounts).toContainEqual({ mountPath: '/workspace', name: 'workspace' });
  });
});

describe('a workspace that goes with its pod', () => {
  const workspace = Workspace.scratch(size);

  it('is scratch space of its size', () => {
    const manifests = render(workspace);
    expect(manifests.map(({ kind }) => kind)).not.toContain('PersistentVolumeClaim');
    expect(podOf(manifests).spec.volumes).toContainEqual({ emptyDir: { sizeLimit: '3Gi' }, name: 'workspace' });
  });

  it('comes on top of the scratch space of its runtime', () => {
    const runtime = WorkerRuntime.shell({ command: ['true'], resources: someResources() });
    const agent = anAgent(anOrg(), 'greeter', { run: Run.job(), runtime, workspace });
    expect(containerOf(podOf(renderAgent(agent)), 'agent').resources.limits['ephemeral-storage']).toBe('3405Mi');
  });
});

describe('the first files of a workspace', () => {
  const initialFiles = { 'docs/guide.md': '# Guide\n', 'README.md': 'Read me: $(HOME)' };
  const manifests = render(Workspace.volume({ initialFiles, size }));
  const seed = manifests.find(({ metadata }) => metadata.name === 'greeter-seed');

  it('are texts of a ConfigMap, which knows no paths', () => {
    expect(seed?.data).toEqual({ 'file-0': 'Read me: $(HOME)', 'file-1': '# Guide\n' });
  });

  it('get their paths when they are mounted, and are put in by the worker', () => {
    const pod = podOf(manifests);
    const items = [
      { key: 'file-0', path: 'README.md' },
      { key: 'file-1', path: 'docs/guide.md' },
    ];
    expect(pod.spec.volumes).toContainEqual({ configMap: { items, name: 'greeter-seed' }, name: 'seed' });
    const seeder = containerOf(pod, 'seed-workspace');
    expect(seeder.command).toEqual(['/worker', 'seed', '/etc/seed', '/workspace']);
    expect(seeder.volumeMounts?.map(({ mountPath }) => mountPath)).toEqual(['/etc/seed', '/workspace']);
  });

  it('make new pods when they change', () => {
    const digestWith = (text: string) =>
      dig(podOf(render(Workspace.volume({ initialFiles: { a: text }, size }))), 'metadata', 'annotations', 'fleetwright.dev/config');
    expect(digestWith('a')).not.toBe(digestWith('b'));
  });
});
