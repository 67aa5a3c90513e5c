import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type GateResult, type Measured, upTo } from '../gate.ts';
import { helpGate } from '../gates/start.ts';
import { cliArgs } from '../jobs.ts';
import { interleave, type Job, runNode } from '../measure.ts';
import { writeProject } from '../project.ts';
import { languageResources } from './resources.ts';
import { timeWatch } from './watching.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const TSC = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
const MANY = 1000;
const WATCHED = 10_000;
const EDITS = 20;

/** What one writes without Fleetwright: the least that has types of Kubernetes in it. */
const BARE = `import { App, Chart } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-28';

const app = new App();
const chart = new Chart(app, 'hello');
new Deployment(chart, 'web', { containers: [{ image: 'web', portNumber: 8080 }] });
app.synth();
`;

/** What people meet first, and wait for. */
export async function* toolkitGates(folder: string, rounds: number): AsyncGenerator<GateResult> {
  yield upTo({ gate: 'packed tarball', limit: 1000, unit: 'kB', digits: 0, measure: packedSize });
  for (const template of ['minimal', 'full']) yield initGate(folder, template);
  yield importGate(folder, rounds);
  yield graphGate(folder, rounds);
  yield typesGate(folder, rounds);
  yield await watchGate(folder);
  yield helpGate(folder, rounds);
}

function packedSize(): Measured {
  // What is built is measured: `npm run bench` has just built it.
  const packed = execFileSync('npm', ['pack', '--json', '--dry-run', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });
  const [{ size, unpackedSize }] = JSON.parse(packed) as [{ readonly size: number; readonly unpackedSize: number }];
  return { value: size / 1000, from: `${(unpackedSize / 1e6).toFixed(1)} MB unpacked` };
}

function initGate(folder: string, template: string): GateResult {
  const measure = () => {
    const place = join(folder, template);
    rmSync(place, { recursive: true, force: true });
    mkdirSync(place);
    const begin = performance.now();
    runNode(cliArgs('init', '--template', template), place);
    // Stands for `npm install`, which is not measured.
    linkModules(place);
    for (const command of ['synth', 'check']) runNode(cliArgs(command), place);
    for (const command of [
      ['add', '--all'],
      ['commit', '--quiet', '--message', 'Start'],
    ])
      git(place, command);
    return { value: (performance.now() - begin) / 1000, from: 'init, synth, check, git commit' };
  };
  return upTo({ gate: `\`init --template ${template}\` to the first commit`, limit: 60, unit: 's', digits: 1, measure });
}

function git(folder: string, args: readonly string[]): void {
  execFileSync('git', ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com', ...args], { cwd: folder });
}

/** Gives a project the packages that `npm install` would put there. */
function linkModules(project: string): void {
  mkdirSync(join(project, 'node_modules'), { recursive: true });
  for (const name of ['@types', 'cdk8s', 'cdk8s-plus-28', 'constructs'])
    symlinkSync(join(ROOT, 'node_modules', name), join(project, 'node_modules', name));
  symlinkSync(ROOT, join(project, 'node_modules', 'fleetwright'));
}

function importGate(folder: string, rounds: number): GateResult {
  const place = join(folder, 'import');
  mkdirSync(place);
  writeFileSync(join(place, 'all.yaml'), languageResources(MANY));
  return wallGate(`import of ${MANY} resources`, 3, { args: cliArgs('import', 'all.yaml', '--force'), folder: place }, rounds);
}

function graphGate(folder: string, rounds: number): GateResult {
  const place = join(folder, 'graph');
  writeProject(place, MANY);
  return wallGate(`graph of ${MANY} agents`, 2, { args: cliArgs('graph', '--out', 'fleet.svg'), folder: place }, rounds);
}

function wallGate(gate: string, limit: number, job: Job, rounds: number): GateResult {
  const measure = () => {
    const { it } = interleave({ it: job }, rounds);
    return { value: it.wallMs / 1000, from: `CPU ${it.cpuMs.toFixed(0)} ms, ${it.runs} runs, other load ${it.otherLoad.toFixed(1)}` };
  };
  return upTo({ gate, limit, unit: 's', measure });
}

function typesGate(folder: string, rounds: number): GateResult {
  const [consumer, bare] = [join(folder, 'minimal'), join(folder, 'bare')];
  mkdirSync(join(bare, 'stacks'), { recursive: true });
  linkModules(bare);
  writeFileSync(join(bare, 'stacks', 'hello.ts'), BARE);
  for (const file of ['package.json', 'tsconfig.json']) copyFileSync(join(consumer, file), join(bare, file));
  const check = (place: string): Job => ({ args: [TSC, '--noEmit'], folder: place });
  const measure = () => {
    const results = interleave({ ours: check(consumer), bare: check(bare) }, rounds);
    const [ours, theirs] = [results.ours.cpuMs, results.bare.cpuMs];
    return { value: ours / theirs, from: `${ours.toFixed(0)} / ${theirs.toFixed(0)} ms CPU, ${results.ours.runs} runs` };
  };
  return upTo({
    gate: "type check of a new repository against a bare cdk8s-plus-28 project's",
    limit: 1.5,
    unit: '×',
    ratio: true,
    measure,
  });
}

async function watchGate(folder: string): Promise<GateResult> {
  const value = await timeWatch(join(folder, 'watched'), WATCHED, EDITS);
  const limited = { gate: `\`synth --watch\`, one of ${WATCHED} agents changed`, limit: 60, unit: 'ms', digits: 0 };
  return upTo({ ...limited, measure: () => ({ value, from: `median of ${EDITS} edits, from the write to the report` }) });
}
