import { PORTS } from '../../controller/contract/index.ts';
import type { Agent, Environment, RunMode, Tool } from '../../constructs/index.ts';
import { credentialsName, usesProxy } from '../egress/egress-client.ts';
import { agentIntents } from '../egress/egress-intents.ts';
import { type Labels, type Owner, WAVES, ownerOf, selectorOf } from '../manifest.ts';
import { type PartEgress, renderPartEgress } from '../egress/part-egress.ts';
import { toolPath } from '../tool/tool-container.ts';

/** A tool as one agent finds it. */
export interface PlacedTool {
  readonly tool: Tool;
  /** In the agent's own pod: the port that it has there. Elsewhere: `undefined`. */
  readonly sidecarPort: number | undefined;
  /** Whole URL of its MCP endpoint, as the agent's container reaches it. */
  readonly url: string;
}

/** An agent and what the renderers of its objects all need to know of its surroundings. */
export interface AgentPlace {
  readonly agent: Agent;
  readonly environment: Environment;
  readonly namespace: string;
  readonly owner: Owner;
  readonly selector: Labels;
  readonly mode: RunMode;
  /** Whether its worker asks the dispatcher for tasks. */
  readonly dispatched: boolean;
  /** In the agent's order. */
  readonly tools: readonly PlacedTool[];
  /** Base address of the org's model gateway. */
  readonly gateway: string;
  /** Whether its pod leaves the cluster through the org's egress proxy. */
  readonly proxied: boolean;
  /** Its way out of the cluster. */
  readonly egress: PartEgress;
  /** Name of the Kubernetes Secret with its own credentials. */
  readonly credentials: string;
}

/** Looks at an agent's surroundings once, for all renderers. */
export function placeAgent(agent: Agent): AgentPlace {
  const { org, name, run } = agent;
  const { mode } = run;
  const { environment } = org.fleet;
  const owner = ownerOf('agent', name, org.name, WAVES.agents);
  const selector = selectorOf('agent', name);
  const intents = agentIntents(agent);
  return {
    agent,
    credentials: credentialsName(name),
    dispatched: mode.kind === 'pool' || mode.kind === 'job',
    egress: renderPartEgress({ environment, intents, name, owner, pods: selector, toApiServer: agent.apiAccess.length > 0 }),
    environment,
    gateway: `http://gateway.${org.name}.svc.cluster.local:8000`,
    mode,
    namespace: org.name,
    owner,
    proxied: usesProxy(environment, intents),
    selector,
    tools: placeTools(agent.tools, org.name),
  };
}

/** Sidecars share the pod's ports, so each gets its own, in the agent's order. */
function placeTools(tools: readonly Tool[], namespace: string): PlacedTool[] {
  let nextPort: number = PORTS.firstSidecar;
  return tools.map((tool) => {
    if (tool.placement.at.kind === 'service') {
      return { sidecarPort: undefined, tool, url: `http://${tool.name}.${namespace}.svc.cluster.local:${PORTS.worker}${toolPath(tool)}` };
    }
    const sidecarPort = nextPort;
    nextPort += 1;
    return { sidecarPort, tool, url: `http://127.0.0.1:${sidecarPort}${toolPath(tool)}` };
  });
}
