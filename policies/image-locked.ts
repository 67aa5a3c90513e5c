import {
  Agent,
  BrokeredSecret,
  Dispatcher,
  type Model,
  nearest,
  type Org,
  type OrgPart,
  Run,
  Tool,
  WorkerRuntime,
} from '../constructs/index.ts';
import { hasIntents } from './intents.ts';
import type { TreeRule } from './rule.ts';

/** Stacks name images; only the environment's image lock says which image that is, by digest. */
export const imageLocked: TreeRule = {
  id: 'image-locked',
  title: 'Every image is in the image lock of the environment',
  severity: 'error',
  appliesTo: 'tree',
  fix: "add it under 'images' in the environment file, by digest",
  check(fleet, report) {
    const { images, name, cluster } = fleet.environment;
    const check = (construct: OrgPart | Org, field: string | undefined, image: string) => {
      if (Object.hasOwn(images, image)) return;
      const close = nearest(image, Object.keys(images));
      const fix = `add '${image}' under 'images' in environments/${name}.yaml, by digest${close === undefined ? '' : `; did you mean '${close}'?`}`;
      report({ construct, fix, got: image, must: 'be a name in the image lock', ...(field !== undefined && { field }) });
    };
    for (const org of fleet.orgs) {
      for (const part of org.children) {
        if (part instanceof Agent) checkAgent(part, check);
        else if (part instanceof Tool) checkTool(part, check);
        else if (part instanceof BrokeredSecret) check(part, undefined, 'worker');
        else if (part instanceof Dispatcher) checkDispatcher(part, check);
      }
      checkGateway(org, check);
      if (cluster.egress.backend === 'proxy' && org.children.some(hasIntents)) check(org, undefined, 'squid');
    }
  },
  good: {
    build: (org) => {
      new Agent(org, 'greeter', { run: Run.service(), runtime: WorkerRuntime.shell({ command: ['true'], image: 'shell' }) });
    },
  },
  bad: {
    example: {
      build: (org) => {
        new Agent(org, 'greeter', { run: Run.service(), runtime: WorkerRuntime.shell({ command: ['true'], image: 'shel' }) });
      },
    },
    says: ["'runtime.image' must be a name in the image lock, got 'shel'"],
  },
};

type Check = (construct: OrgPart | Org, field: string | undefined, image: string) => void;

function checkAgent(agent: Agent, check: Check): void {
  const { runtime, run } = agent;
  check(agent, 'runtime.image', runtime.image);
  if (runtime.image !== 'worker') check(agent, undefined, 'worker');
  if (runtime.editor !== undefined) check(agent, 'runtime.editor', runtime.editor.image);
  if (run.mode.kind === 'service' && run.mode.expose !== undefined && run.mode.expose.publicReason === undefined)
    check(agent, 'run.expose', 'oauth2-proxy');
}

function checkDispatcher(dispatcher: Dispatcher, check: Check): void {
  const { database, expose } = dispatcher;
  check(dispatcher, undefined, 'controller');
  if (database.store.kind === 'cloudNativePg') check(dispatcher, 'database', 'postgresql');
  if (expose !== undefined && expose.publicReason === undefined) check(dispatcher, 'expose', 'oauth2-proxy');
}

function checkTool(tool: Tool, check: Check): void {
  const { origin } = tool.server;
  if (origin.kind !== 'remote') check(tool, 'server', origin.image);
  if (origin.kind !== 'http' || tool.allow !== undefined) check(tool, undefined, 'worker');
}

function checkGateway(org: Org, check: Check): void {
  const { models } = org.gateway;
  if (models.length > 0) check(org, 'gateway', 'litellm');
  const cached = models.find((model: Model) => model.cache !== undefined);
  if (cached !== undefined) check(cached, 'cache', 'redis');
}
