import { hash } from 'node:crypto';
import {
  type AgentConfig,
  type MemoryConfig,
  type ModelConfig,
  type ModelRole,
  type PersonaConfig,
} from '../../controller/contract/index.ts';
import type { Agent, AgentModels, Manifest, Memory, Model, Persona } from '../../constructs/index.ts';
import type { AgentPlace } from './agent-place.ts';
import { objectMeta } from '../manifest.ts';
import { secretFile } from '../secret/secret-files.ts';
import { toYaml } from '../yaml/yaml.ts';

/** Order in which an agent's models are preferred. */
const ROLES: readonly (readonly [keyof AgentModels, ModelRole])[] = [
  ['primary', 'primary'],
  ['reasoning', 'reasoning'],
  ['toolCalling', 'tool-calling'],
  ['summarization', 'summarization'],
];

/** The files of an agent's `/etc/agent`, by their name. */
export type ConfigFiles = Readonly<Record<string, string>>;

/** What the files of an agent's `/etc/agent` say. */
export function configFiles(place: AgentPlace): ConfigFiles {
  const { agent } = place;
  const files: Record<string, string> = { 'config.yaml': toYaml([toConfig(place)]) };
  if (agent.instructions !== '') files.instructions = agent.instructions;
  if (agent.memory !== undefined) files['memory.yaml'] = toYaml([toMemoryConfig(agent, agent.memory)]);
  if (agent.persona !== undefined) files.persona = toPrompt(agent.persona);
  return files;
}

/** The ConfigMap that is mounted as `/etc/agent`. */
export function renderConfig({ agent, owner }: AgentPlace, data: ConfigFiles): Manifest {
  return { apiVersion: 'v1', data, kind: 'ConfigMap', metadata: objectMeta(owner, agent.name) };
}

/** A digest of texts: pods that carry it are replaced when one of the texts changes. */
export function digestOf(...files: readonly ConfigFiles[]): string {
  return hash('sha256', JSON.stringify(files), 'hex').slice(0, 16);
}

/** The models of an agent with their roles, in the order of preference, each once. */
function rolesOf(models: AgentModels | undefined): Map<Model, ModelRole[]> {
  const roles = new Map<Model, ModelRole[]>();
  if (models === undefined) return roles;
  for (const [prop, role] of ROLES) {
    const model = models[prop];
    if (model !== undefined) roles.set(model, [...(roles.get(model) ?? []), role]);
  }
  return roles;
}

function toConfig({ agent, gateway, namespace, tools }: AgentPlace): AgentConfig {
  return {
    agent: { name: agent.name, namespace },
    instructions: agent.instructions === '' ? undefined : agent.instructions,
    models: agent.models && toModels(agent.models, gateway),
    personas: agent.persona && [toPersona(agent.persona)],
    tools:
      tools.length === 0
        ? undefined
        : Object.fromEntries(tools.map(({ tool, url }) => [tool.name, { allow: tool.allow, endpoint: url, protocol: 'mcp' }])),
  };
}

function toModels(models: AgentModels, endpoint: string): Record<string, ModelConfig> {
  const configs: Record<string, ModelConfig> = {};
  let priority = 0;
  for (const [{ name, deployments }, roles] of rolesOf(models)) {
    priority += 1;
    const [role = 'primary'] = roles;
    const provider = deployments[0]?.provider ?? 'compatible';
    configs[name] = {
      endpoint,
      model: name,
      price: priceOf(deployments),
      priority,
      provider,
      role,
      roles: roles.length > 1 ? roles : undefined,
    };
  }
  return configs;
}

/** The most that any of them costs, as nobody knows which one the gateway takes. */
function priceOf(deployments: Model['deployments']): ModelConfig['price'] {
  const prices = deployments.flatMap(({ price }) => price ?? []);
  if (prices.length === 0) return undefined;
  const most = (of: keyof (typeof prices)[number]) => Math.max(...prices.map((price) => price[of].toNumber()));
  return { inputPerMillion: most('inputPerMillion'), outputPerMillion: most('outputPerMillion') };
}

function toPersona({ name, character, expertise, language, never, rules, tone }: Persona): PersonaConfig {
  return { expertise: some(expertise), language, name, never: some(never), personality: character, rules: some(rules), tone };
}

function some(list: readonly string[]): readonly string[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** A persona as the part of a prompt, for programs that know no personas. */
function toPrompt({ character, expertise, language, never, rules, tone }: Persona): string {
  const lines = [
    ...(character === undefined ? [] : [character]),
    ...(tone === undefined ? [] : [`Tone: ${tone}`]),
    ...(language === undefined ? [] : [`Language of answers: ${language}`]),
    ...(expertise.length === 0 ? [] : [`Expertise: ${expertise.join(', ')}`]),
    ...section('Always:', rules),
    ...section('Never:', never),
  ];
  return `${lines.join('\n')}\n`;
}

function section(title: string, sentences: readonly string[]): string[] {
  return sentences.length === 0 ? [] : [title, ...sentences.map((sentence) => `- ${sentence}`)];
}

function toMemoryConfig({ name, org }: Agent, { store, ttl }: Memory): MemoryConfig {
  const common = { prefix: `${org.name}/${name}/`, ttlSeconds: ttl.toSeconds() };
  const { location } = store;
  if (location.kind === 's3') {
    return {
      ...common,
      bucket: location.bucket,
      credentialsFile: secretFile(location.credentials),
      endpoint: location.endpoint,
      kind: 's3',
    };
  }
  return { ...common, kind: location.kind, urlFile: secretFile(location.url) };
}
