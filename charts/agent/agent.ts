import type { Agent, Manifest } from '../../constructs/index.ts';
import { type ConfigFiles, configFiles, digestOf, renderConfig } from './agent-config.ts';
import { renderAgentPolicies } from './agent-network.ts';
import { type AgentPlace, placeAgent } from './agent-place.ts';
import { hasSeed } from './agent-pod.ts';
import { renderApiAccess } from './api-access.ts';
import { renderCredentials } from '../secret/credentials.ts';
import { applyPatches } from '../escape-hatch.ts';
import { hasSignIn } from './exposure.ts';
import { renderJob } from './job.ts';
import { renderPool } from './pool.ts';
import { claimsPerSandbox, renderSandbox } from './sandbox.ts';
import { renderSchedule } from './schedule.ts';
import { renderServiceAccount } from '../service-account.ts';
import { renderService } from './service.ts';
import { renderClaim, renderSeed, seedFiles } from './workspace.ts';

/** Everything that an agent becomes, in the order in which it is applied: walls and identity, configuration, then what runs. */
export function renderAgent(agent: Agent): Manifest[] {
  const place = placeAgent(agent);
  const { config, digest, seed } = textsOf(place);
  const { environment, owner } = place;
  const { name } = agent;
  return applyPatches(agent, [
    ...renderAgentPolicies(place),
    renderServiceAccount(owner, name),
    ...renderApiAccess(owner, agent),
    renderConfig(place, config),
    ...(seed === undefined ? [] : [renderSeed(seed, owner, name)]),
    ...renderWorkspace(place),
    ...renderCredentials(
      owner,
      name,
      { egress: place.proxied, gateway: agent.models !== undefined, session: hasSignIn(place) },
      environment,
    ),
    ...renderWorkload(place, digest),
  ]);
}

/** The texts that an agent is given. */
export interface AgentTexts {
  readonly config: ConfigFiles;
  /** The files that its workspace begins with. */
  readonly seed: ConfigFiles | undefined;
  /** Of all of them. */
  readonly digest: string;
}

/** The texts of an agent, and what its pods know of them. */
export function textsOf(place: AgentPlace): AgentTexts {
  const { workspace } = place.agent;
  const config = configFiles(place);
  const seed = workspace !== undefined && hasSeed(place) ? seedFiles(workspace) : undefined;
  return { config, digest: seed === undefined ? digestOf(config) : digestOf(config, seed), seed };
}

function renderWorkspace({ agent, environment, mode, owner }: AgentPlace): Manifest[] {
  const { workspace } = agent;
  if (workspace === undefined || !workspace.persistent) return [];
  if (mode.kind === 'sandbox' && claimsPerSandbox(workspace)) return [];
  return [renderClaim(workspace, owner, agent.name, environment)];
}

function renderWorkload(place: AgentPlace, configDigest: string): Manifest[] {
  const { mode } = place;
  switch (mode.kind) {
    case 'service':
      return renderService(place, mode, configDigest);
    case 'pool':
      return renderPool(place, mode, configDigest);
    case 'job':
      return renderJob(place, mode, configDigest);
    case 'schedule':
      return renderSchedule(place, mode, configDigest);
    case 'sandbox':
      return renderSandbox(place, mode, configDigest);
  }
}
