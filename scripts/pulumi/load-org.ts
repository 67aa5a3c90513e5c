import { orgParts } from '../../charts/index.ts';
import { type Fleet, FleetwrightError, type Manifest } from '../../constructs/index.ts';
import { type Finding, reportFindings } from '../../policies/index.ts';
import { Judgement } from '../judgement.ts';
import { loadFleets } from '../load-fleet.ts';

/** What is loaded, and from where. */
export interface LoadOrgOptions {
  readonly org: string;
  /** Name of the environment. */
  readonly env: string;
  /** The folder that holds `environments/` and `stacks/`. */
  readonly root: string;
}

/** The objects of one org in one environment, as its files in the rendered tree have them. */
export interface OrgObjects {
  readonly manifests: readonly Manifest[];
  /** What was found that does not stop the run, as text; empty when there is nothing. */
  readonly warnings: string;
}

/**
 * Renders one org and judges it by all rules, on the day it is called.
 *
 * @throws FleetwrightError FW_ENGINE_REFUSED, FW_POLICY_DENIED, and what `loadFleets` throws
 */
export async function loadOrg({ org, env, root }: LoadOrgOptions): Promise<OrgObjects> {
  const fleets = await loadFleets({ env: [env], org: [org] }, { fresh: true, root });
  refuseOtherEngine(fleets, org);
  const judgement = new Judgement(fleets, { today: new Date().toISOString().slice(0, 10) });
  judgement.refuseErrors();
  const manifests = fleets.flatMap((fleet) => renderAll(fleet, org, judgement));
  judgement.refuseErrors();
  return { manifests, warnings: describe(judgement.findings) };
}

function refuseOtherEngine(fleets: readonly Fleet[], name: string): void {
  const org = fleets.flatMap(({ orgs }) => orgs).find((each) => each.name === name && each.engine !== 'pulumi');
  if (org === undefined) return;
  const { name: environment } = org.fleet.environment;
  throw new FleetwrightError(
    'FW_ENGINE_REFUSED',
    `Pulumi cannot deliver org '${org.name}' to '${environment}': environments/${environment}.yaml leaves it to Argo CD, and an org has one engine; ` +
      `write 'engine: pulumi' under 'orgs.${org.name}' there, render, and let Argo CD forget it first`,
  );
}

/** One org alone: others may have been loaded with it. */
function renderAll(fleet: Fleet, org: string, judgement: Judgement): Manifest[] {
  const manifests: Manifest[] = [];
  for (const part of fleet.orgs.filter(({ name }) => name === org).flatMap(orgParts)) {
    judgement.expect(part, fleet);
    if (part.manifest) manifests.push(...(judgement.render(part) as Manifest[]));
  }
  judgement.finish();
  return manifests.map(toPlain);
}

/** Without what the rendered tree leaves out too: keys that have no value. */
function toPlain(manifest: Manifest): Manifest {
  return JSON.parse(JSON.stringify(manifest, (_, value: unknown) => value ?? undefined)) as Manifest;
}

function describe(findings: readonly Finding[]): string {
  return findings.length === 0 ? '' : reportFindings(findings);
}
