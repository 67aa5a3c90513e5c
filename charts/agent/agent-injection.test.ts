import { describe, expect, it } from 'vitest';
import { load } from 'js-yaml';
import { parse, parseAllDocuments } from 'yaml';
import {
  ApiAccess,
  Exposure,
  McpServer,
  Persona,
  Probe,
  Run,
  Size,
  ToolPlacement,
  WorkerRuntime,
  Workspace,
} from '../../constructs/index.ts';
import { aTool, anAgent, anOrg } from '../../test/builders.ts';
import { type TestContainer, containerOf, dig, expand, literalEnv, only, podOf } from '../../test/manifests.ts';
import { renderAgent } from './agent.ts';
import { toYaml } from '../yaml/yaml.ts';
import type { Manifest } from '../../constructs/index.ts';

/** What has a meaning to a shell, to Kubernetes, to YAML or to a template engine. */
const TEXTS = [
  'two\nlines\n',
  '${HOME}',
  '$(AGENT_NAME) and $$(AGENT_NAME) and $$',
  '{{ .Values.x }} {{workflow.name}} {% raw %}',
  '`id`',
  '"double" and \'single\'',
  ' # no comment',
  'key: value',
  '---\nkind: Secret',
  '\n...\n',
  '&anchor *alias !!tag',
  '| >-',
  '\\n \\0 \\',
  '<<: *x',
  'no',
  '1e3',
  '- item',
  'ünïcödé 🦜',
  '\ttab',
];

/** The text as a reason, which is one line. */
const toLine = (text: string) => `.${text.replaceAll(/\s/g, ' ')}`;

/** The objects of an agent with this text wherever a text may stand, read back from YAML. */
function readBack(text: string): Manifest[] {
  const org = anOrg();
  const sidecar = aTool(org, 'files', {
    env: { TOOL: text },
    placement: ToolPlacement.sidecar(),
    server: McpServer.stdio('mcp-files', { command: ['serve', text] }),
  });
  const probes = { startup: Probe.command(['check', text]) };
  const agent = anAgent(org, 'victim', {
    apiAccess: [ApiAccess.to(['pods'], { reason: toLine(text), verbs: ['get'] })],
    env: { OWN: text },
    instructions: text,
    persona: new Persona(org, 'voice', { character: text, expertise: [text], never: [`never ${text}`], rules: [text], tone: text }),
    run: Run.service({ expose: Exposure.public(toLine(text)) }),
    runtime: WorkerRuntime.shell({
      command: ['run', text],
      env: { RUNTIME: text },
      hooks: { postStart: ['start', text], preStop: ['stop', text] },
      probes,
      setup: [`echo ${text}`],
    }),
    tools: [sidecar],
    workspace: Workspace.volume({ initialFiles: { 'a.txt': text }, size: Size.gibibytes(1) }),
  });
  return parseAllDocuments(toYaml(renderAgent(agent))).map((document) => document.toJS() as Manifest);
}

describe.each(TEXTS)('the text %j', (text) => {
  const manifests = readBack(text);
  const pod = podOf(manifests);
  const [agent, setup, tool] = ['agent', 'setup', 'tool-files'].map((name) => containerOf(pod, name)) as [
    TestContainer,
    TestContainer,
    TestContainer,
  ];

  it('arrives in variables as it is', () => {
    expect(literalEnv(agent)).toMatchObject({ OWN: text, RUNTIME: text });
    expect(literalEnv(tool).TOOL).toBe(text);
  });

  it('arrives in commands as it is', () => {
    expect(agent.command?.map(expand).at(-1)).toBe(text);
    expect(tool.command?.map(expand).at(-1)).toBe(text);
    expect(setup.command?.map(expand)).toEqual(['sh', '-ec', `echo ${text}`]);
    expect((dig(agent.startupProbe, 'exec', 'command') as string[]).map(expand)).toEqual(['check', text]);
  });

  it('arrives in hooks as it is, where Kubernetes replaces nothing', () => {
    expect(dig(agent.lifecycle, 'postStart', 'exec', 'command')).toEqual(['start', text]);
    expect(dig(agent.lifecycle, 'preStop', 'exec', 'command')).toEqual(['stop', text]);
  });

  it('arrives in files as it is', () => {
    const [config, seed] = manifests.filter(({ kind }) => kind === 'ConfigMap').map(({ data }) => data as Record<string, string>);
    expect(config?.instructions).toBe(text);
    expect(config?.persona).toContain(`Tone: ${text}\n`);
    expect(seed).toEqual({ 'file-0': text });
    for (const read of [parse, load]) {
      const document = read(config?.['config.yaml'] ?? '') as unknown;
      expect(dig(document, 'instructions')).toBe(text);
      expect(dig(document, 'personas', 0)).toMatchObject({
        expertise: [text],
        never: [`never ${text}`],
        personality: text,
        rules: [text],
        tone: text,
      });
    }
  });

  it('arrives in annotations as it is, and adds no object', () => {
    expect(only(manifests, 'Role').metadata.annotations?.['fleetwright.dev/because']).toBe(toLine(text));
    expect(only(manifests, 'HTTPRoute').metadata.annotations?.['fleetwright.dev/public-because']).toBe(toLine(text));
    expect(manifests.map(({ kind }) => kind)).toEqual(readBack('plain').map(({ kind }) => kind));
  });
});
