import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { log } from '@pulumi/pulumi';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { orgParts, toYaml, WAVE } from '../../charts/index.ts';
import type { Manifest } from '../../constructs/index.ts';
import { loadFleets } from '../load-fleet.ts';
import { anEstate, aProject, type Project } from '../testing/project.ts';
import { SKIP_AWAIT } from './kubernetes-object.ts';
import { type Registered, runProgram, stubKubectl } from './testing.ts';

const ENVIRONMENTS = ['dev', 'prod', 'staging'];
const STACKS = readdirSync(join(import.meta.dirname, '..', '..', 'stacks'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => file.replace(/\.ts$/, ''));

/** Says in an environment file that Pulumi delivers an org. */
function giveToPulumi(project: Project, env: string, org: string): void {
  const file = `environments/${env}.yaml`;
  const text = project.source(file);
  const given = text.includes(`  ${org}: {}`)
    ? text.replace(`  ${org}: {}`, `  ${org}: { engine: pulumi }`)
    : text.replace(`  ${org}:\n`, `  ${org}:\n    engine: pulumi\n`);
  expect(given).not.toBe(text);
  project.write(file, given);
}

function aPulumiProject(body?: string): Project {
  const project = aProject(body);
  giveToPulumi(project, 'dev', 'acme');
  stubKubectl();
  return project;
}

const objectsOf = (resources: readonly Registered[]) => resources.filter(({ title }) => title.startsWith('kubernetes:'));

/** An object as the tree has it: what the program adds taken away. */
function withoutSkip({ metadata, ...rest }: Manifest): unknown {
  const { [SKIP_AWAIT]: skip, ...annotations } = metadata.annotations ?? {};
  expect(skip).toBe(rest['kind'] === 'Namespace' ? undefined : 'true');
  return { ...rest, metadata: { ...metadata, ...(metadata.annotations && { annotations }) } };
}

const idOf = ({ kind, metadata }: Manifest) => `${kind} ${metadata.name}`;

describe('the Pulumi program', () => {
  it.each(ENVIRONMENTS.flatMap((env) => STACKS.map((org) => ({ env, org }))))(
    'makes of $org in $env the documents of the rendered tree',
    { timeout: 30_000 },
    async ({ env, org }) => {
      const project = anEstate();
      giveToPulumi(project, env, org);
      stubKubectl();
      const [fleet] = await loadFleets({ env: [env], org: [org] }, { root: project.root });
      const parts = fleet?.orgs.filter(({ name }) => name === org).flatMap(orgParts) ?? [];
      const texts = parts.flatMap((part) => (part.manifest ? [toYaml(part.render())] : []));
      const documents = texts.flatMap((text) => parseAllDocuments(text).map((document) => document.toJS() as Manifest));
      expect(parts.map(({ file }) => file)).not.toContain(`${env}/${org}/_app.yaml`);

      const objects = objectsOf(await runProgram({ root: project.root, stack: `${org}.${env}` })).map(({ inputs }) => inputs);
      expect(objects.length).toBeGreaterThan(20);
      const byId = (a: Manifest, b: Manifest) => idOf(a).localeCompare(idOf(b));
      expect(objects.sort(byId).map((each) => idOf(each))).toEqual(documents.sort(byId).map((each) => idOf(each)));
      for (const [index, document] of documents.entries()) {
        const { annotations = {}, ...metadata } = document.metadata;
        const expected = { ...document, metadata: { ...metadata, annotations } };
        expect(withoutSkip(objects[index] as Manifest)).toEqual(document.kind === 'Namespace' ? document : expected);
      }
    },
  );

  it('names a resource by the type and the name of its object, so that it stays what it is when code moves', async () => {
    const { root } = aPulumiProject();
    const titles = (await runProgram({ root, stack: 'acme.dev' })).map(({ title }) => title);
    expect(titles).toContain('pulumi:providers:kubernetes cluster');
    expect(titles).toContain('kubernetes:core/v1:Namespace acme');
    expect(titles).toContain('kubernetes:apps/v1:Deployment worker');
    expect(titles).toContain('kubernetes:networking.k8s.io/v1:NetworkPolicy worker');
    expect(new Set(titles).size).toBe(titles.length);
  });

  it('tells the provider the context and the namespace, and nothing of the machine it runs on', async () => {
    const { root } = aPulumiProject();
    const [provider] = (await runProgram({ root, stack: 'acme.dev' })).filter(({ title }) => title.startsWith('pulumi:providers'));
    expect(provider?.inputs).toEqual({
      clusterIdentifier: 'dev',
      context: 'kind-dev',
      enableConfigMapMutable: true,
      enableServerSideApply: true,
      namespace: 'acme',
    });
  });

  it('applies wave after wave, without naming every object in every other', async () => {
    const { root } = aPulumiProject();
    const objects = objectsOf(await runProgram({ root, stack: 'acme.dev' }));
    const byTitle = new Map(objects.map((object) => [object.title, object]));
    const waveOf = ({ inputs: { kind, metadata } }: Registered) =>
      kind === 'Namespace' ? -Infinity : Number(metadata.annotations?.[WAVE] ?? 0);
    const ancestors = (object: Registered): Registered[] =>
      object.waitsFor.flatMap((title) => {
        const other = byTitle.get(title);
        return other === undefined ? [] : [other, ...ancestors(other)];
      });
    for (const object of objects) {
      const earlier = objects.filter((other) => waveOf(other) < waveOf(object));
      expect(ancestors(object)).toEqual(expect.arrayContaining(earlier));
    }
    const edges = objects.reduce((sum, { waitsFor }) => sum + waitsFor.length, 0);
    expect(edges).toBeLessThan(2 * objects.length);
  });

  it('tells what is doubtful, and goes on', async () => {
    const warn = vi.spyOn(log, 'warn').mockResolvedValue();
    onTestFinished(() => warn.mockRestore());
    const { root } = aPulumiProject("new Persona(org, 'nobody', { tone: 'dry' });");
    expect(objectsOf(await runProgram({ root, stack: 'acme.dev' })).length).toBeGreaterThan(3);
    expect(warn.mock.calls.map(([text]) => text).join('')).toContain('unused-part');
  });

  it('protects what Argo CD would ask about before it deletes it', async () => {
    const project = aPulumiProject(`
      new Agent(org, 'ada', { runtime: WorkerRuntime.reference(), run: Run.service(), workspace: Workspace.volume({ size: Size.gibibytes(1) }) });
      new Agent(org, 'bob', { runtime: WorkerRuntime.reference(), run: Run.service(), workspace: Workspace.volume({ size: Size.gibibytes(1), confirmDelete: false }) });`);
    const objects = await runProgram({ root: project.root, stack: 'acme.dev' });
    expect(objects.filter(({ protect }) => protect).map(({ title }) => title)).toEqual([
      'kubernetes:core/v1:Namespace acme',
      'kubernetes:core/v1:PersistentVolumeClaim ada-workspace',
    ]);
  });
});

describe('the Pulumi program refuses', () => {
  it.each(['acme', 'acme.dev.eu', '.dev', 'acme.'])('a stack named %s', async (stack) => {
    const { root } = aPulumiProject();
    await expect(runProgram({ root, stack })).rejects.toThrow(
      `Pulumi stack '${stack}' cannot be deployed: its name must be <org>.<env>, such as 'hello.dev'; 'pulumi stack init hello.dev' makes it [FW_PULUMI_INVALID]`,
    );
  });

  it('an org and an environment that are not there, with what comes close', async () => {
    const { root } = aPulumiProject();
    await expect(runProgram({ root, stack: 'acmi.dev' })).rejects.toThrow(
      "there is no org 'acmi': it is not listed in environments/dev.yaml; did you mean 'acme'? [FW_ORG_UNKNOWN]",
    );
    await expect(runProgram({ root, stack: 'acme.def' })).rejects.toThrow(
      "there is no environment 'def': environments/def.yaml does not exist; did you mean 'dev'? [FW_ENVIRONMENT_UNKNOWN]",
    );
  });

  it('a configuration without a cluster', async () => {
    const { root } = aPulumiProject();
    await expect(runProgram({ root, stack: 'acme.dev', config: {} })).rejects.toThrow(
      "Pulumi stack 'acme.dev' cannot be deployed: nothing says which cluster it is for: 'fleetwright:context' in environments/Pulumi.acme.dev.yaml " +
        "must name a context of your kubeconfig; 'kubectl config get-contexts -o name' lists them, and 'pulumi config set fleetwright:context <name>' writes it " +
        '[FW_PULUMI_INVALID]',
    );
  });

  it.each(['', ' ', 'apiVersion: v1\nkind: Config\nusers: [{ user: { token: not-a-real-one } }]', '--help'])(
    'a context that is none, and does not repeat it: %j',
    async (context) => {
      const { root } = aPulumiProject();
      const failure = runProgram({ root, stack: 'acme.dev', config: { 'fleetwright:context': context } });
      await expect(failure).rejects.toThrow(
        "'fleetwright:context' in environments/Pulumi.acme.dev.yaml must name a context of your kubeconfig, and must be nothing else",
      );
      await expect(failure).rejects.not.toThrow('not-a-real-one');
    },
  );

  it('a key of ours that it does not know', async () => {
    const { root } = aPulumiProject();
    await expect(runProgram({ root, stack: 'acme.dev', config: { 'fleetwright:contxt': 'kind-dev', 'other:key': 'x' } })).rejects.toThrow(
      "environments/Pulumi.acme.dev.yaml has a key 'fleetwright:contxt' that is not known; fleetwright:context is the only one [FW_PULUMI_INVALID]",
    );
  });

  it('what breaks a rule, before a cluster is asked', async () => {
    const { root } = aPulumiProject(
      "new Agent(org, 'ada', { runtime: WorkerRuntime.shell({ command: ['true'], image: 'nowhere' }), run: Run.service() });",
    );
    stubKubectl({ code: 1 });
    await expect(runProgram({ root, stack: 'acme.dev' })).rejects.toThrow('[FW_POLICY_DENIED]');
  });
});

describe('one engine for each org: the Pulumi program', () => {
  it('refuses an org that the environment leaves to Argo CD', async () => {
    const { root } = aProject();
    await expect(runProgram({ root, stack: 'acme.dev' })).rejects.toThrow(
      "Pulumi cannot deliver org 'acme' to 'dev': environments/dev.yaml leaves it to Argo CD, and an org has one engine; " +
        "write 'engine: pulumi' under 'orgs.acme' there, render, and let Argo CD forget it first [FW_ENGINE_REFUSED]",
    );
  });

  it.each([
    [{ labels: { 'fleetwright.dev/engine': 'argo' } }, "its label 'fleetwright.dev/engine' says 'argo'"],
    [
      {
        annotations: { 'argocd.argoproj.io/tracking-id': 'acme.dev:/Namespace:acme/acme' },
        labels: { 'fleetwright.dev/engine': 'pulumi' },
      },
      "its annotation 'argocd.argoproj.io/tracking-id' says that Argo CD applies it",
    ],
  ])('refuses a namespace that is Argo CD’s: %j', async (metadata, why) => {
    const { root } = aPulumiProject();
    stubKubectl({ stdout: JSON.stringify({ metadata }) });
    await expect(runProgram({ root, stack: 'acme.dev' })).rejects.toThrow(
      `Pulumi cannot deliver org 'acme' to 'dev': namespace 'acme' in context 'kind-dev' is another engine's: ${why}; ` +
        'delete the Application without what it applied, then change the label and remove the annotation by kubectl [FW_ENGINE_REFUSED]',
    );
  });

  it.each([{}, { labels: { 'fleetwright.dev/engine': 'pulumi' } }])(
    'takes a namespace that is nobody’s or its own: %j',
    async (metadata) => {
      const { root } = aPulumiProject();
      stubKubectl({ stdout: JSON.stringify({ metadata }) });
      expect(objectsOf(await runProgram({ root, stack: 'acme.dev' })).length).toBeGreaterThan(10);
    },
  );

  it('says so where there is no kubectl', async () => {
    const { root } = aPulumiProject();
    vi.stubEnv('PATH', join(root, 'nothing'));
    await expect(runProgram({ root, stack: 'acme.dev' })).rejects.toThrow('spawn kubectl ENOENT; it must run where Pulumi runs');
  });

  it('says what kubectl said where the cluster does not answer', async () => {
    const { root } = aPulumiProject();
    stubKubectl({ code: 1, stderr: 'error: context "kind-dev" does not exist' });
    await expect(runProgram({ root, stack: 'acme.dev' })).rejects.toThrow(
      "who delivers org 'acme' cannot be seen: 'kubectl --context kind-dev get namespace acme --ignore-not-found --output=json --request-timeout=10s' failed: " +
        'error: context "kind-dev" does not exist; it must run where Pulumi runs, with the same kubeconfig [FW_PULUMI_INVALID]',
    );
  });
});
