import { fleetParts, toYaml } from '../charts/index.ts';
import { type Environment, Fleet, Org, type OrgProps } from '../constructs/index.ts';
import { createJudge, type Finding, judgeTree } from '../policies/index.ts';
import { anEnvironment } from './builders.ts';

/** A small fleet: what its one org is and holds, and where it runs. */
export interface Variant {
  readonly environment?: Environment;
  readonly org?: OrgProps;
  readonly build?: (org: Org) => void;
}

/** What comes out of a fleet: the errors for which it is refused, or else the text of all its files. */
export function outcome({ environment = anEnvironment(), org = {}, build }: Variant): string {
  const fleet = new Fleet(environment);
  build?.(new Org(fleet, 'acme', org));
  const errors = judgeTree(fleet, { today: '2026-06-01' }).filter(isError);
  if (errors.length > 0) return JSON.stringify(errors);
  const judge = createJudge(fleet);
  const files = fleetParts(fleet).map((part) => {
    if (!part.manifest) return `# ${part.file}\n${part.render()}`;
    const manifests = part.render();
    errors.push(...judge.judge(part, manifests).filter(isError));
    return `# ${part.file}\n${toYaml(manifests)}`;
  });
  return errors.length > 0 ? JSON.stringify(errors) : files.join('');
}

function isError({ severity }: Finding): boolean {
  return severity === 'error';
}
