import { Construct, type IConstruct } from 'constructs';
import { type Fleet, ModelGateway, Org, OrgPart, Secret } from '../constructs/index.ts';
import type { Report, TreeRule } from './rule.ts';

/** What stands where nobody looks for it would be left out of the output without a word. */
export const lostConstruct: TreeRule = {
  id: 'lost-construct',
  title: 'Every construct stands where it is rendered',
  severity: 'error',
  appliesTo: 'tree',
  fix: 'create it directly in its org: give the org as its scope',
  check(fleet: Fleet, report) {
    for (const child of fleet.node.children) {
      if (child instanceof Org) checkOrg(child, report);
      else report({ construct: child, must: 'stand in an org: the fleet renders nothing but orgs' });
    }
  },
  good: { build: (org) => void Secret.reference(org, 'token', 'value') },
  bad: {
    example: { build: (org) => void new Construct(org.fleet, 'lost') },
    says: ['must stand in an org: the fleet renders nothing but orgs'],
  },
};

function checkOrg(org: Org, report: Report): void {
  for (const child of org.children) {
    if (isOwn(child)) {
      for (const lost of child.node.children) report({ construct: lost, must: 'not stand in a part, which renders nothing but itself' });
    } else {
      for (const inner of child.node.findAll())
        if (isOwn(inner) || inner instanceof Org) report({ construct: inner, must: 'stand directly in its org, not in a group' });
    }
  }
}

function isOwn(construct: IConstruct): boolean {
  return construct instanceof OrgPart || construct instanceof ModelGateway;
}
