import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { coldJob, otherJob } from './jobs.ts';
import { runOnce } from './measure.ts';
import { type Shape, shapeOfLines, shapeOfTree, shapeOfYaml } from './shape.ts';

/** Enough to have each org several times, and few enough to be read back by a YAML parser. */
const AGENTS = 100;

/** How large one agent is in each program. */
export interface Shapes {
  readonly ours: Shape;
  readonly plus: Shape;
}

/**
 * Proves that the programs make the same fleet before anything is timed: ours and `json` hold equally many objects and values, and
 * cdk8s-plus has as many objects and no more values.
 */
export function checkPrograms(folder: string): Shapes {
  const [ours, json, plus] = ['ours', 'json', 'plus'].map((name) => join(folder, `check-${name}`)) as [string, string, string];
  runOnce(coldJob(ours, AGENTS));
  runOnce(otherJob('json', json, AGENTS));
  runOnce(otherJob('plus', plus, AGENTS));
  const shapes = {
    json: shapeOfLines(join(json, 'fleet.json')),
    ours: shapeOfTree(join(ours, 'rendered')),
    plus: shapeOfYaml(join(plus, 'fleet.k8s.yaml')),
  };
  assert.deepEqual(shapes.json, shapes.ours, 'plain-agent.ts must build what Fleetwright renders: bring it up to date');
  assert.equal(shapes.plus.objects, shapes.ours.objects, 'plus-agent.ts must make as many objects as Fleetwright');
  assert.ok(shapes.plus.leaves <= shapes.ours.leaves, 'plus-agent.ts must hold no more values than Fleetwright');
  return { ours: perAgent(shapes.ours), plus: perAgent(shapes.plus) };
}

function perAgent({ objects, leaves }: Shape): Shape {
  return { objects: objects / AGENTS, leaves: leaves / AGENTS };
}
