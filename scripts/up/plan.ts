import { type LocalContract, localContract, renderLocalFleetJson } from '../../charts/index.ts';
import { Agent, type Fleet, isPipeline, Model, type Org, type RunMode, type Tool } from '../../constructs/index.ts';
import { PATHS } from '../../controller/contract/index.ts';
import { isProgram } from '../programs.ts';

/** Where things will be, when the fleet runs. */
export interface PlanAddresses {
  /** The state folder. */
  readonly state: string;
  /** Base URL of what stands where a cluster has gateways and tools. */
  readonly gateway: string;
  /** Base URL of the controller. */
  readonly controller: string;
}

/** An agent, and how it runs here. */
export interface PlannedAgent {
  readonly org: string;
  readonly name: string;
  /** Whether its worker asks the controller for tasks; a server of its own does not. */
  readonly dispatched: boolean;
  readonly adapter: string;
  readonly command: readonly string[];
  /** Shell commands that prepare its home. */
  readonly setup: readonly string[];
  readonly graceSeconds: number;
  /** The most workers that are useful here. */
  readonly most: number;
  readonly contract: LocalContract;
  /** First files of its workspace by their path; left out if it has none. */
  readonly workspace?: Readonly<Record<string, string>>;
  /** Ids of the tools that it has here. */
  readonly tools: readonly string[];
  readonly models: boolean;
  /** What it does without, and why. */
  readonly missing: readonly string[];
  /** Why it cannot run here, and what to do; left out if it can. */
  readonly obstacle?: string;
}

/** A tool that runs here: a program that speaks MCP over standard input and output. */
export interface PlannedTool {
  readonly id: string;
  readonly verb: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly folder: string;
}

/** A model, and what it is called by those who serve it. */
export interface PlannedModel {
  readonly org: string;
  readonly name: string;
  readonly deployments: readonly { readonly provider: string; readonly model: string }[];
}

/** What runs on this machine of a fleet. */
export interface Plan {
  readonly environment: string;
  readonly orgs: readonly string[];
  /** The text of `fleet.json`. */
  readonly fleet: string;
  readonly agents: readonly PlannedAgent[];
  readonly tools: readonly PlannedTool[];
  readonly models: readonly PlannedModel[];
  readonly pipelines: readonly { readonly org: string; readonly name: string }[];
  /** The project's own files that the stacks consist of. */
  readonly files: readonly string[];
}

/** On a laptop more than this many workers of one agent only take memory from each other. */
const MOST_WORKERS = 2;

/** Longest time that people wait for a program to end, in seconds. */
const GRACE_SECONDS = 10;

/** What of a fleet runs on this machine, and how. */
export function planFleet(fleet: Fleet, at: PlanAddresses, files: readonly string[]): Plan {
  const agents = fleet.orgs.flatMap((org) => partsOf(org, Agent));
  const placed = agents.map((agent) => new Placement(agent, at));
  const tools = new Map(placed.flatMap(({ tools: own }) => own.map((tool) => [tool.id, tool])));
  return {
    environment: fleet.environment.name,
    orgs: fleet.orgs.map(({ name }) => name),
    fleet: renderLocalFleetJson(fleet, repositoriesOf(at)),
    agents: placed.map((each) => each.plan()),
    tools: [...tools.values()],
    models: fleet.orgs.flatMap((org) =>
      partsOf(org, Model).map(({ name, deployments }) => ({
        org: org.name,
        name,
        deployments: deployments.map(({ provider, model }) => ({ provider, model })),
      })),
    ),
    pipelines: fleet.orgs.flatMap((org) => org.children.filter(isPipeline).map(({ name }) => ({ org: org.name, name }))),
    files,
  };
}

/** The folder of the repositories that stand for those of Git hosts. */
function repositoriesOf({ state }: PlanAddresses): string {
  return `${state}/repositories`;
}

function partsOf<Part>(org: Org, type: abstract new (...args: never) => Part): Part[] {
  return org.children.filter((part) => part instanceof type) as Part[];
}

/** An agent, its folders and its tools. */
class Placement {
  readonly #agent: Agent;
  readonly #at: PlanAddresses;
  readonly #folder: string;
  readonly #missing: string[] = [];
  readonly tools: readonly PlannedTool[];

  constructor(agent: Agent, at: PlanAddresses) {
    this.#agent = agent;
    this.#at = at;
    this.#folder = `${at.state}/agents/${agent.org.name}/${agent.name}`;
    this.tools = agent.tools.flatMap((tool) => this.#planTool(tool));
    for (const { name } of agent.secrets) this.#missing.push(`secret '${name}': secrets are not on this machine`);
    for (const { name } of agent.brokered) this.#missing.push(`broker '${name}': its secret is not on this machine`);
    if (agent.repository !== undefined) this.#missing.push(`repository '${agent.repository}': one in ${repositoriesOf(at)} stands for it`);
    if (agent.memory !== undefined) this.#missing.push(`memory '${agent.memory.name}': it is in the cluster`);
  }

  plan(): PlannedAgent {
    const { name, org, runtime, run, models, workspace } = this.#agent;
    const command = this.#commandOf();
    const obstacle = findObstacle(command);
    const dispatched = run.mode.kind !== 'service' || runtime.adapter !== 'shell';
    return {
      org: org.name,
      name,
      dispatched,
      adapter: runtime.adapter,
      command,
      setup: runtime.setup,
      graceSeconds: Math.min(GRACE_SECONDS, runtime.gracePeriod.toSeconds()),
      most: this.#sharesWorkspace() ? 1 : mostWorkers(run.mode),
      contract: this.#contract(dispatched),
      ...(workspace && { workspace: workspace.initialFiles }),
      tools: this.tools.map(({ id }) => id),
      models: models !== undefined,
      missing: this.#missing,
      ...(obstacle === undefined ? {} : { obstacle }),
    };
  }

  /** A volume of one pod at a time, and a workspace that tools see too, cannot be two folders. */
  #sharesWorkspace(): boolean {
    const { workspace, tools } = this.#agent;
    return workspace !== undefined && (workspace.persistent || tools.some(({ placement }) => placement.at.kind === 'sidecar'));
  }

  #commandOf(): string[] {
    return this.#agent.runtime.command.map((word) => this.#toFolder(word));
  }

  #contract(dispatched: boolean): LocalContract {
    const { name, org } = this.#agent;
    const { gateway, controller, state } = this.#at;
    return localContract(this.#agent, {
      gateway: `${gateway}/models/${org.name}/${name}`,
      gatewayKey: 'local',
      toolUrl: (tool) => {
        const found = this.tools.find(({ id }) => id === this.#idOf(tool));
        return found && `${gateway}/tools/${found.id}/mcp`;
      },
      home: `${this.#folder}/home`,
      repositories: repositoriesOf(this.#at),
      dispatcher: dispatched ? { url: controller, tokenFile: `${state}/tokens/${org.name}/${name}` } : undefined,
    });
  }

  /** A sidecar is one agent's own. */
  #idOf({ name, placement }: Tool): string {
    const { org, name: agent } = this.#agent;
    return placement.at.kind === 'sidecar' ? `${org.name}/${agent}/${name}` : `${org.name}/${name}`;
  }

  #planTool(tool: Tool): PlannedTool[] {
    const verb = this.#verbOf(tool);
    if (typeof verb === 'string') {
      this.#missing.push(`tool '${tool.name}': ${verb}`);
      return [];
    }
    const isSidecar = tool.placement.at.kind === 'sidecar';
    const folder = isSidecar ? `${this.#folder}/workspace` : `${this.#at.state}/tools/${tool.org.name}/${tool.name}`;
    return [{ id: this.#idOf(tool), verb, env: tool.env, folder }];
  }

  /** The worker's verb and arguments that serve a tool; or why there are none. */
  #verbOf({ server: { origin }, allow, secrets }: Tool): string[] | string {
    const allowed = allow === undefined ? [] : ['--allow', allow.join(',')];
    if (secrets.length > 0) return 'its secrets are not on this machine';
    if (origin.kind === 'http') return `the image '${origin.image}' needs a cluster`;
    if (origin.kind === 'remote') {
      if (origin.headers.length > 0) return 'its secrets are not on this machine';
      return ['guard', ...allowed, '--upstream', `https://${origin.host}${origin.path}`];
    }
    const [program = 'mcp-server', ...args] = origin.command.map((word) => this.#toFolder(word));
    const npm = /^npm\/(.+)$/.exec(origin.image)?.[1];
    if (npm !== undefined) return ['bridge', ...allowed, '--', 'npx', '--yes', npm, ...args];
    return isProgram(program)
      ? ['bridge', ...allowed, '--', program, ...args]
      : `the program '${program}' of its image is not on the PATH here`;
  }

  /** Where a cluster mounts the workspace, this machine has a folder. */
  #toFolder(word: string): string {
    const isThere = word === PATHS.workspace || word.startsWith(`${PATHS.workspace}/`);
    return isThere ? `${this.#folder}/workspace${word.slice(PATHS.workspace.length)}` : word;
  }
}

/** Without a program, the worker has one of its own. */
function findObstacle([program]: readonly string[]): string | undefined {
  if (program === undefined || isProgram(program)) return undefined;
  return `its program '${program}' is not on the PATH; install it, and it runs at the next change of its stack`;
}

function mostWorkers(mode: RunMode): number {
  if (mode.kind === 'pool') return Math.min(MOST_WORKERS, mode.max);
  return mode.kind === 'job' ? MOST_WORKERS : 1;
}
