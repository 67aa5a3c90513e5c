import { existsSync } from 'node:fs';
import { FleetwrightError } from '../../constructs/index.ts';
import { environmentNames } from '../../environments/index.ts';
import { FreshModules } from '../fresh-modules.ts';
import { Judgement } from '../judgement.ts';
import { loadFleets } from '../load-fleet.ts';
import { treeEntries } from '../tree-entries.ts';
import { type PlanAddresses, planFleet } from './plan.ts';

/** What is to be planned. */
export interface PlanRequest extends PlanAddresses {
  readonly env: string | undefined;
  readonly org: string | undefined;
}

/** The environment that is meant where none is named. */
const USUAL = 'dev';

/**
 * Builds and judges the fleet, and sends the plan of what of it runs here to the process that has started this one and sent its request: whatever
 * a stack does, that one goes on. Answers with the exit code.
 *
 * @throws FleetwrightError FW_USAGE without such a process, and what `synth` throws
 */
export async function makePlan(): Promise<number> {
  const { env, org, ...addresses } = await receive();
  const modules = new FreshModules(process.cwd());
  try {
    const names = environmentNames(process.cwd());
    const chosen = env ?? (names.includes(USUAL) ? USUAL : names[0]);
    const [fleet] = await loadFleets({ ...(chosen !== undefined && { env: [chosen] }), ...(org !== undefined && { org: [org] }) });
    if (fleet === undefined) return 2;
    const judgement = new Judgement([fleet]);
    judgement.refuseErrors();
    for (const entry of treeEntries([fleet], judgement)) entry.render();
    judgement.refuseErrors();
    await send({ plan: planFleet(fleet, addresses, modules.files.filter(existsSync)) });
    return 0;
  } catch (error) {
    // Whoever watches has to know what to watch for the repair.
    await send({ files: modules.files });
    throw error;
  }
}

/** By no argument, as every user of the machine can read those. */
async function receive(): Promise<PlanRequest> {
  if (!process.connected) throw new FleetwrightError('FW_USAGE', "'--plan' is for 'fleetwright up' itself");
  return new Promise((resolve) => process.once('message', (message) => resolve(message as PlanRequest)));
}

async function send(message: object): Promise<void> {
  await new Promise<void>((resolve) => {
    if (process.send === undefined) return resolve();
    process.send(message, undefined, {}, () => resolve());
  });
}
