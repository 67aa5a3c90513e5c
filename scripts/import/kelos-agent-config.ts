import type { Code } from './code.ts';
import { object, text } from './code.ts';
import { readVariables, type Variables } from './environment-variables.ts';
import type { Fields } from './fields.ts';
import type { Resource } from './resource.ts';
import type { PlannedPart, StackPlan } from './stack-plan.ts';
import { remoteServer, type ServerResult, stdioServer } from './tool-server.ts';

const TYPES = ['stdio', 'http', 'sse'];

/** What agents take from the AgentConfigs that they name. */
export interface ConfigParts {
  readonly guidance: readonly string[];
  readonly tools: readonly PlannedPart[];
}

/** The AgentConfigs of an org. Each is read once, also when many agents name it. */
export class AgentConfigs {
  readonly #plan: StackPlan;
  readonly #read = new Map<Resource, ConfigParts>();

  constructor(plan: StackPlan) {
    this.#plan = plan;
  }

  /** What an agent takes from the configs that it names, in their order. */
  read(resource: Resource, worker: Fields): ConfigParts {
    const references = [worker.get('agentConfigRef'), ...worker.get('agentConfigRefs').items()].filter((field) => field.exists);
    const parts = references.flatMap((reference) => {
      const name = reference.get('name').text() ?? '';
      const config = this.#plan.findResource('AgentConfig', name, resource.namespace);
      const found = config && this.#once(config);
      if (found === undefined) reference.leave(`there is no AgentConfig '${name}' in the input for this org`);
      return found ?? [];
    });
    return { guidance: parts.flatMap(({ guidance }) => guidance), tools: [...new Set(parts.flatMap(({ tools }) => tools))] };
  }

  #once(config: Resource): ConfigParts {
    const parts = this.#read.get(config) ?? readConfig(this.#plan, config);
    this.#read.set(config, parts);
    return parts;
  }

  /** Says of the configs that no agent names that they are not in the stack. */
  leaveUnused(): void {
    for (const config of this.#plan.all('AgentConfig')) {
      if (!this.#read.has(config)) config.fields.leave('no agent in the input names it');
    }
  }
}

function readConfig(plan: StackPlan, config: Resource): ConfigParts {
  const spec = config.fields.get('spec');
  const guidance = spec.get('agentsMD').text()?.trimEnd();
  spec.get('agentsMD').change('it stands before the task in the instructions of each agent that names it');
  spec.get('plugins').leave('agents have no plugins; put what they need to know into their instructions or their image');
  spec.get('skills').leave('agents have no skills that are fetched; put what they need into their image');
  const tools = spec
    .get('mcpServers')
    .items()
    .flatMap((server) => makeTool(plan, config, server) ?? []);
  return { guidance: guidance === undefined ? [] : [guidance], tools };
}

function makeTool(plan: StackPlan, config: Resource, server: Fields): PlannedPart | undefined {
  const read = readServer(plan, server);
  if ('reason' in read) {
    server.leave(read.reason);
    return undefined;
  }
  const name = server.get('name').text() ?? `${config.name}-tool`;
  if (read.isRemote) {
    for (const key of ['env', 'envFrom']) server.get(key).leave('the tool runs elsewhere');
    return plan.makeExtra(name, 'tool', 'new Tool', { server: read.code });
  }
  const variables: Variables = { env: new Map<string, Code>(), secrets: new Set() };
  const env = server.get('env');
  if (env.items().length > 0) readVariables(plan, server, variables, { isAgent: false });
  else for (const key of env.keys()) readEntry(env.get(key), key, variables);
  server.get('envFrom').leave('which keys the Secret has is not said; give each to the tool by Secret.reference');
  return plan.makeExtra(name, 'tool', 'new Tool', {
    server: read.code,
    env: variables.env.size > 0 ? object(Object.fromEntries(variables.env)) : undefined,
  });
}

function readEntry(field: Fields, name: string, into: Variables): void {
  const value = field.text();
  if (value === undefined || !/^[A-Za-z_]\w{0,127}$/.test(name) || /TOKEN|SECRET|PASSWORD|KEY|CREDENTIAL|PROXY/i.test(name)) {
    return field.leave('a stack holds no credential; put it into a Secret and give the tool its handle');
  }
  into.env.set(name, text(value));
}

function readServer(plan: StackPlan, server: Fields): ServerResult {
  for (const key of ['headers', 'headersFrom']) {
    server.get(key).leave("a header's value is in a Secret that holds the whole of it; give its handle to McpServer.remote");
  }
  if (!TYPES.includes(server.get('type').text() ?? 'stdio')) server.get('type').change('it is no known type');
  if (server.get('url').exists) return remoteServer(plan, server.get('url').text() ?? '', server.get('none'));
  const command = [server.get('command').text() ?? '', ...server.get('args').texts()].filter((word) => word !== '');
  if (command.length === 0) return { reason: 'it names no command and no address' };
  return {
    code: stdioServer(plan, command, { places: [server.get('command'), server.get('args')], image: server.get('image') }),
    isRemote: false,
  };
}
