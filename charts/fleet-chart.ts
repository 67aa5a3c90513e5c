import { ApiObject, Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { FleetwrightError, type Manifest } from '../constructs/index.ts';

/**
 * A cdk8s chart of rendered manifests, so that the stock `cdk8s synth` writes the same objects as `fleetwright synth`.
 *
 * @see https://cdk8s.io/docs/latest/basics/chart/
 */
export class FleetChart extends Chart {
  readonly #render: () => Iterable<Manifest>;

  /** @param render gives the manifests, when cdk8s asks for them */
  // oxlint-disable-next-line eslint/max-params -- the first two are what every construct takes
  constructor(scope: Construct, id: string, render: () => Iterable<Manifest>) {
    super(scope, id);
    this.#render = render;
  }

  /**
   * The rendered manifests, then the cdk8s objects that stand in the chart itself. The inherited method would validate and
   * order the whole app once for each chart; sync waves give the order here.
   */
  override toJson(): unknown[] {
    const nodes = this.node.findAll();
    const problems = nodes.flatMap((construct) => construct.node.validate().map((problem) => `\n  - ${construct.node.path}: ${problem}`));
    if (problems.length > 0)
      throw new FleetwrightError('FW_INVALID_PROPS', `chart ${this.node.path} cannot be written:${problems.join('')}`);
    const own = nodes.filter((construct): construct is ApiObject => ApiObject.isApiObject(construct) && Chart.of(construct) === this);
    return [...Array.from(this.#render(), toPlain), ...own.map((object) => object.toJson() as unknown)];
  }
}

/** As `toYaml` would write it and a reader would give it back: keys sorted, and nothing where there is no value. */
function toPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toPlain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, field]) => field !== undefined && field !== null);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, field]) => [key, toPlain(field)]));
}
