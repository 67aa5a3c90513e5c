import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Environment, FleetwrightError } from '../constructs/index.ts';

/** What Pulumi names the file with the configuration of stack `<org>.<env>`. Names of environments have no capitals. */
const STACK_FILE = /^Pulumi\.([^.]+)\.([^.]+)\.yaml$/;

/** Whether a file of `environments/` belongs to Pulumi: it describes a stack, and no environment. */
export function isPulumiFile(file: string): boolean {
  return file.startsWith('Pulumi.');
}

/**
 * Refuses the configuration of a Pulumi stack whose org is left to Argo CD: both would deliver it.
 *
 * @throws FleetwrightError FW_ENGINE_REFUSED
 */
export function refuseOtherStacks(root: string, { name, orgs }: Environment): void {
  for (const file of readdirSync(join(root, 'environments')).filter(isPulumiFile).sort()) {
    const [, org = '', environment] = STACK_FILE.exec(file) ?? [];
    if (environment !== name || !Object.hasOwn(orgs, org) || orgs[org]?.engine === 'pulumi') continue;
    throw new FleetwrightError(
      'FW_ENGINE_REFUSED',
      `environments/${file} configures a Pulumi stack, but environments/${name}.yaml leaves org '${org}' to Argo CD, and an org has one engine; ` +
        `write 'engine: pulumi' under 'orgs.${org}' there, or remove the file`,
    );
  }
}
