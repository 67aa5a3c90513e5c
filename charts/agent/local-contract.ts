import { type Agent, type Tool, toEnvName } from '../../constructs/index.ts';
import { configFiles, type ConfigFiles } from './agent-config.ts';
import { agentEnv } from './agent-env.ts';
import { placeAgent } from './agent-place.ts';
import type { EnvVar } from '../pod.ts';

/** Where an agent finds, on one machine, what has services and mounted files in a cluster. */
export interface LocalAddresses {
  /** Base address of the model gateway. */
  readonly gateway: string;
  /** Stands where a cluster has the agent's own key to the gateway. */
  readonly gatewayKey: string;
  /** Whole URL of a tool's MCP endpoint; `undefined` for one that is not there. */
  readonly toolUrl: (tool: Tool) => string | undefined;
  /** The folder that the agent takes for its home. */
  readonly home: string;
  /** The folder of the repositories that stand for those of Git hosts. */
  readonly repositories: string;
  /** Whom its worker asks for tasks; `undefined` for an agent that is given none. */
  readonly dispatcher: { readonly url: string; readonly tokenFile: string } | undefined;
}

/** What an agent is told: the files of `/etc/agent` by their name, and its variables. */
export interface LocalContract {
  readonly files: ConfigFiles;
  readonly env: Readonly<Record<string, string>>;
}

/** The folder of the repository that stands for an agent's own on one machine. @returns undefined for an agent without one */
export function localRepository({ repository }: Pick<Agent, 'repository'>, repositories: string): string | undefined {
  return repository?.replace('https:/', repositories);
}

/** What speaks of things that only a cluster has: whoever starts the worker says the first two in its own way. */
const OF_CLUSTERS = new Set(['AGENT_DISPATCHER_TOKEN_FILE', 'AGENT_DISPATCHER_URL', 'AGENT_TRIGGER']);

/** The contract of an agent's pod, for a process on one machine: what differs is where things are. */
export function localContract(agent: Agent, at: LocalAddresses): LocalContract {
  const tools = placeAgent(agent).tools.flatMap((placed) => {
    const url = at.toolUrl(placed.tool);
    return url === undefined ? [] : [{ ...placed, url }];
  });
  const place = { ...placeAgent(agent), gateway: at.gateway, proxied: false, tools };
  const files = configFiles(place);
  // A broker has pods of its own.
  const absent = new Set([...OF_CLUSTERS, ...agent.brokered.map(({ name }) => `${toEnvName(name)}_URL`)]);
  const repository = localRepository(agent, at.repositories);
  const env = agentEnv(place)
    .filter(({ name }) => !absent.has(name))
    .flatMap((variable) => {
      const value = valueOf(variable, files, at.gatewayKey);
      return value === undefined ? [] : [[variable.name, value] as const];
    });
  return {
    files,
    env: {
      ...Object.fromEntries(env),
      HOME: at.home,
      ...(repository !== undefined && { AGENT_REPO_URL: repository }),
      ...(at.dispatcher && { AGENT_DISPATCHER_TOKEN_FILE: at.dispatcher.tokenFile, AGENT_DISPATCHER_URL: at.dispatcher.url }),
    },
  };
}

/** As the kubelet does it. What comes from the pod's annotations is set for each run. */
function valueOf({ value, valueFrom }: EnvVar, files: ConfigFiles, gatewayKey: string): string | undefined {
  if (valueFrom === undefined) return (value ?? '').replaceAll('$$', '$');
  if (valueFrom.configMapKeyRef !== undefined) return files[valueFrom.configMapKeyRef.key];
  return valueFrom.secretKeyRef === undefined ? undefined : gatewayKey;
}
