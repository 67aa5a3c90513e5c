import { describe, expect, it } from 'vitest';
import { orgParts, type Part } from '../charts/index.ts';
import type { Fleet } from '../constructs/index.ts';
import { aFleet, anAgent, anOrg } from '../test/builders.ts';
import { Judgement } from './judgement.ts';

/** Two orgs, in each of which every agent breaks a rule, and the files of both. */
function aBrokenFleet(): { fleet: Fleet; parts: Part[] } {
  const fleet = aFleet();
  for (const id of ['acme', 'news']) {
    const org = anOrg({ fleet, id });
    for (const name of ['one', 'two', 'three']) anAgent(org, name, { env: { A: ['AKIA', 'IOSFODNN7EXAMPLE'].join('') } });
  }
  return { fleet, parts: fleet.orgs.flatMap((org) => orgParts(org)) };
}

/** Judges the fleet in a run in which only these files are rendered; of those in `facts` it is remembered what they were. */
function judge(rendered: readonly string[], facts = new Map<string, string>()): Judgement {
  const { fleet, parts } = aBrokenFleet();
  const judgement = new Judgement([fleet]);
  expect(judgement.findings).toEqual([]);
  for (const part of parts) {
    judgement.expect(part, fleet);
    if (!rendered.includes(part.file)) continue;
    judgement.render(part, facts.get(part.file));
    facts.set(part.file, judgement.facts);
  }
  judgement.finish();
  return judgement;
}

describe('Judgement', () => {
  it('judges no file when none is rendered', () => {
    const judgement = judge([]);
    expect(judgement.findings).toEqual([]);
    expect(judgement.hasErrors).toBe(false);
    expect(() => judgement.refuseErrors()).not.toThrow();
  });

  it('judges all files of an org when one of them is rendered, and each once', () => {
    const judgement = judge(['test/acme/two.yaml']);
    expect(judgement.findings.map(({ path }) => path).sort()).toEqual(['test/acme/one', 'test/acme/three', 'test/acme/two']);
    expect(judgement.hasErrors).toBe(true);
    expect(() => judgement.refuseErrors()).toThrow(/^3 errors in 3 constructs\n/);
  });

  it('judges no other file when the facts of those that are rendered are as they were', () => {
    const facts = new Map<string, string>();
    judge(['test/acme/_org.yaml', 'test/acme/one.yaml', 'test/acme/two.yaml', 'test/acme/three.yaml'], facts);
    expect(judge(['test/acme/one.yaml', 'test/acme/two.yaml'], new Map(facts)).findings).toHaveLength(2);
    expect(judge(['test/acme/two.yaml'], new Map([['test/acme/two.yaml', 'others']])).findings).toHaveLength(3);
    expect(judge(['test/acme/_org.yaml'], new Map(facts)).findings).toHaveLength(3);
  });

  it('judges each org by itself', () => {
    expect(judge(['test/acme/one.yaml', 'test/news/three.yaml']).findings).toHaveLength(6);
  });

  it('refuses to render what it did not expect', () => {
    const { fleet, parts } = aBrokenFleet();
    const judgement = new Judgement([fleet]);
    const [first, other, last] = parts.filter(({ manifest }) => manifest) as [Part, Part, Part];
    judgement.expect(first, fleet);
    expect(() => judgement.render(last)).toThrow(`${last.file} was not expected`);
    judgement.expect(other, fleet);
    expect(() => judgement.render(other)).not.toThrow();
  });
});
