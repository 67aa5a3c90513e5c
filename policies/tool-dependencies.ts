import { Agent, type RegisteredTool, Tool, ToolRegistry, type Org, Run, WorkerRuntime } from '../constructs/index.ts';
import type { Report, TreeRule } from './rule.ts';

/** A tool that works on what another one hands it fails in the agent's hands alone, after the first task has been paid for. */
export const toolDependencies: TreeRule = {
  id: 'tool-dependencies',
  title: 'An agent has the tools that its tools depend on',
  severity: 'error',
  appliesTo: 'tree',
  fix: "give the agent that tool of the registry too, or take the dependency out of 'tools.yaml'",
  check(fleet, report) {
    for (const org of fleet.orgs) {
      for (const part of org.children) if (part instanceof Agent) checkAgent(part, report);
    }
  },
  good: { environment: { tools: exampleTools() }, build: (org) => buildAgent(org, ['search', 'fetch']) },
  bad: {
    example: { environment: { tools: exampleTools() }, build: (org) => buildAgent(org, ['search']) },
    says: ["'tools' must have a server of 'fetch', which tool 'search' depends on"],
  },
};

function checkAgent(agent: Agent, report: Report): void {
  if (!agent.tools.some(({ registered }) => registered !== undefined && registered.tool.dependencies.length > 0)) return;
  const given = new Set(agent.tools.map(({ registered }) => registered?.name));
  for (const { name, registered } of agent.tools) {
    for (const dependency of registered?.tool.dependencies ?? []) {
      if (given.has(dependency)) continue;
      report({ construct: agent, field: 'tools', must: `have a server of '${dependency}', which tool '${name}' depends on` });
    }
  }
}

function exampleTools(): Record<string, RegisteredTool> {
  const image = 'npm/mcp-server-time@1.4.0';
  return {
    fetch: { dependencies: [], image, kind: 'npm', traits: [] },
    search: { dependencies: ['fetch'], image, kind: 'npm', traits: [] },
  };
}

function buildAgent(org: Org, names: readonly string[]): void {
  const tools = names.map((name) => new Tool(org, name, { server: ToolRegistry.of(org).npm(name) }));
  new Agent(org, 'greeter', { run: Run.service(), runtime: WorkerRuntime.reference(), tools });
}
