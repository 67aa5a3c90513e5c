import type { Agent, AgentModels } from './agent.ts';
import { ApiAccess } from './api-access.ts';
import { Budget } from './budget.ts';
import { Egress, EgressPolicy, flattenEgress } from './egress.ts';
import { brokerEnvName, isEnvName, isReservedEnvName } from './env-names.ts';
import type { Problem } from './errors.ts';
import { findEscalationProblems } from './escalation.ts';
import { Guardrail } from './guardrail.ts';
import { findKindProblems, findListProblems, findTextProblems, isMadeBy } from './kinds.ts';
import { Memory } from './memory.ts';
import { Model } from './model.ts';
import type { OrgPart } from './part.ts';
import { Persona } from './persona.ts';
import { Run, type RunMode } from './run.ts';
import { WorkerRuntime } from './runtime.ts';
import { BrokeredSecret, Secret } from './secret.ts';
import { findSkillProblems } from './skills.ts';
import { Tool } from './tool.ts';
import { Workspace } from './workspace.ts';

/** Tools of which the dispatcher is told. */
const MOST_TOOLS = 256;

/** The props that are lists, and what makes their items. */
const LISTS = [
  ['tools', [Tool]],
  ['egress', [Egress, EgressPolicy]],
  ['guardrails', [Guardrail]],
  ['secrets', [Secret]],
  ['brokered', [BrokeredSecret]],
  ['apiAccess', [ApiAccess]],
] as const;

/** The props that are one value or none, and what makes it. */
const SINGLES = [
  ['persona', Persona],
  ['workspace', Workspace],
  ['memory', Memory],
  ['budget', Budget],
] as const;

/** What is wrong with the kinds of an agent's values. Nothing else can be said about it while they are wrong. */
export function findMadeOtherwise(agent: Agent): Problem[] {
  const problems: Problem[] = [];
  if (!(agent.runtime instanceof WorkerRuntime)) problems.push(...findKindProblems('runtime', agent.runtime, WorkerRuntime));
  if (!(agent.run instanceof Run)) problems.push(...findKindProblems('run', agent.run, Run));
  for (const [prop, kinds] of LISTS) {
    const values: readonly unknown[] = agent[prop];
    // There are many agents, and hardly ever a problem.
    if (Array.isArray(values) && values.every((value) => isMadeBy(value, kinds))) continue;
    problems.push(...findListProblems(prop, values, ...kinds));
  }
  for (const [prop, kind] of SINGLES) {
    if (agent[prop] !== undefined && !(agent[prop] instanceof kind)) problems.push(...findKindProblems(prop, agent[prop], kind));
  }
  if (agent.models !== undefined) problems.push(...findModelProblems(agent.models));
  if (typeof agent.instructions !== 'string') problems.push({ prop: 'instructions', must: 'be a text', got: typeof agent.instructions });
  problems.push(...findTextProblems('env', agent.env));
  if (agent.escalation !== undefined) problems.push(...findEscalationProblems(agent.escalation));
  return problems;
}

function findModelProblems(models: AgentModels): Problem[] {
  const problems = findKindProblems('models.primary', models.primary, Model);
  for (const [use, model] of Object.entries(models)) {
    if (use !== 'primary' && model !== undefined) problems.push(...findKindProblems(`models.${use}`, model, Model));
  }
  return problems;
}

/** What is wrong with an agent whose values are all of the right kind. */
export function findAgentProblems(agent: Agent): Problem[] {
  return [
    ...findReferenceProblems(agent),
    ...findSkillProblems('skills', agent.skills),
    ...findLimitProblems(agent),
    ...findWorkspaceProblems(agent),
    ...findRepositoryProblems(agent),
    ...findEditorProblems(agent),
    ...findEnvProblems(agent),
  ];
}

function findReferenceProblems({ tools, secrets, brokered, workspace }: Agent): Problem[] {
  const problems: Problem[] = [];
  for (const [prop, parts] of Object.entries<readonly OrgPart[]>({ tools, secrets, brokered })) {
    if (parts.length > 1 && new Set(parts).size < parts.length) problems.push({ prop, must: 'name each part once' });
  }
  if (tools.length > MOST_TOOLS) problems.push({ prop: 'tools', must: `be at most ${MOST_TOOLS}`, got: tools.length });
  if (workspace === undefined && tools.some(({ placement: { at } }) => at.kind === 'sidecar' && at.workspace)) {
    problems.push({ prop: 'workspace', must: 'be set, as one of its sidecar tools works in it' });
  }
  return problems;
}

function findLimitProblems({ rateLimit, models, runtime, budget, guardrails }: Agent): Problem[] {
  const problems: Problem[] = [];
  for (const [prop, value] of Object.entries(rateLimit ?? {})) {
    if (Number.isSafeInteger(value) && value > 0) continue;
    problems.push({ prop: `rateLimit.${prop}`, must: 'be a whole number above 0', got: value });
  }
  if (models !== undefined && runtime.dialect === undefined)
    problems.push({ prop: 'models', must: `be left out, as the runtime '${runtime.adapter}' speaks to none` });
  // The budget of a task counts for whatever its program reports, of models or not.
  const limited = budget?.period === 'task' ? undefined : budget;
  if (models === undefined && (rateLimit ?? limited ?? guardrails[0]) !== undefined) {
    problems.push({ prop: 'models', must: 'be set where rateLimit, budget or guardrails limit their use' });
  }
  return problems;
}

function findWorkspaceProblems({ run: { mode }, workspace }: Agent): Problem[] {
  if (workspace === undefined || !workspace.persistent || workspace.shared || !mayRunTwice(mode)) return [];
  const must = 'be shared or scratch, as several pods may mount it at a time';
  return [{ prop: 'workspace', must, hint: 'a volume that is not shared stays on one node' }];
}

function findRepositoryProblems({ brokered, egress, repository, runtime, workspace }: Agent): Problem[] {
  if (repository === undefined) return [];
  const prop = 'repository';
  if (!/^https:\/\/[a-z0-9][-.a-z0-9]*(\/[a-zA-Z0-9_][-.\w]*)+$/.test(repository))
    return [{ prop, must: "be the https address of a Git repository, without a user, a port or '..'", got: repository }];
  const { hostname } = new URL(repository);
  const problems: Problem[] = [];
  if (runtime.adapter !== 'reference')
    problems.push({ prop, must: 'go with WorkerRuntime.reference', hint: 'other programs clone in the setup of their runtime' });
  if (workspace === undefined) problems.push({ prop: 'workspace', must: 'be set, as the repository is cloned into it' });
  const hosts = [...brokered, ...flattenEgress(egress)].map(({ host }) => host);
  if (!hosts.includes(hostname)) problems.push({ prop, must: 'be on a host of `brokered` or `egress`', got: hostname });
  return problems;
}

function mayRunTwice(mode: RunMode): boolean {
  if (mode.kind === 'service') return mode.replicas.max > 1;
  if (mode.kind === 'pool') return mode.max > 1;
  // A sandbox has a volume of its own.
  return mode.kind === 'job' || (mode.kind === 'schedule' && mode.whileRunning === 'Allow');
}

function findEditorProblems({ runtime, run, workspace }: Agent): Problem[] {
  if (runtime.editor === undefined) return [];
  const problems: Problem[] = [];
  if (run.mode.kind === 'service' && run.mode.expose?.publicReason !== undefined) {
    problems.push({ prop: 'run.expose', must: 'ask for a sign-in, as whoever reaches the editor runs programs in the pod' });
  }
  if (run.mode.kind !== 'service')
    problems.push({ prop: 'runtime.editor', must: `go with Run.service, as a ${run.mode.kind} has no address` });
  if (workspace === undefined) problems.push({ prop: 'workspace', must: 'be set, as the editor works in it' });
  return problems;
}

function findEnvProblems({ env, brokered, runtime }: Agent): Problem[] {
  const problems: Problem[] = [];
  const addresses = brokered.map(({ name }) => brokerEnvName(name));
  for (const name in env) {
    if (!isEnvName(name)) problems.push({ prop: 'env', must: 'hold names of letters, digits and underscores', got: name });
    else if (isReservedEnvName(name) || addresses.includes(name))
      problems.push({ prop: 'env', must: 'not replace a variable of the contract', got: name });
  }
  for (const got of addresses) {
    if (Object.hasOwn(runtime.env, got)) problems.push({ prop: 'runtime.env', must: 'not replace the address of a broker', got });
  }
  return problems;
}
