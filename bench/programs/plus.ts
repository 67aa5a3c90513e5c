import { App, Chart } from 'cdk8s';
import { plusAgent } from '../plus-agent.ts';
import { orgNames, seatsOf } from '../seats.ts';
import { runProgram } from './program.ts';

/** What someone writes without Fleetwright: the same fleet in cdk8s-plus-28's own classes, in one chart, written by `App.synth`. */
await runProgram((agents, folder) => {
  const app = new App({ outdir: folder });
  const chart = new Chart(app, 'fleet', { disableResourceNameHashes: true });
  for (const org of orgNames()) {
    for (const seat of seatsOf(org, agents)) plusAgent(chart, seat);
  }
  app.synth();
});
