import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import { fleetParts } from '../charts/index.ts';
import { FleetSchema } from '../controller/contract/wire/index.ts';
import { loadFleets } from '../scripts/load-fleet.ts';

describe('The example estate', async () => {
  const schema = Compile(FleetSchema);

  it.each(await loadFleets({}))('has a fleet.json in $environment.name that the contract admits', (fleet) => {
    const path = `${fleet.environment.name}/fleet.json`;
    const texts = fleetParts(fleet).flatMap((part) => (part.file === path && !part.manifest ? [part.render()] : []));
    expect(texts).toHaveLength(1);
    const file = JSON.parse(texts[0] ?? '') as { orgs: Record<string, unknown> };
    expect(schema.Errors(file)).toEqual([]);
    expect(Object.keys(file.orgs)).toEqual(['factory', 'fleetwright', 'hello', 'lab']);
  });
});
