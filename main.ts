import { App } from 'cdk8s';
// Not through the index, because it loads cdk8s, which nothing else of ours needs.
import { FleetChart } from './charts/fleet-chart.ts';
import { argoParts, orgParts, type Part } from './charts/index.ts';
import { loadFleets } from './scripts/load-fleet.ts';

/** The cdk8s app: a chart for each org of each environment, and one for what Argo CD needs there. `cdk8s.yaml` runs it. */
const app = new App();
for (const fleet of await loadFleets({})) {
  const { name } = fleet.environment;
  for (const org of fleet.orgs) new FleetChart(app, `${name}-${org.name}`, () => renderAll(orgParts(org)));
  new FleetChart(app, `${name}-argocd`, () => renderAll(argoParts(fleet)));
}
app.synth();

function* renderAll(parts: readonly Part[]) {
  for (const part of parts) if (part.manifest) yield* part.render();
}
