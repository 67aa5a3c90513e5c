import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

const REPOSITORY = join(import.meta.dirname, '..', '..');
const CONSTRUCTS = join(REPOSITORY, 'constructs', 'index.ts');

/** A folder with a fleet in it. */
export interface Project {
  readonly root: string;
  /** Writes a file, and the folders above it. */
  write(file: string, text: string): void;
  /** Writes an environment that lists these orgs. */
  environment(name: string, orgs: readonly string[]): void;
  /** Writes a stack: what its function does before it returns `org`. All constructs are imported. */
  stack(org: string, body?: string): void;
  /** All files below a folder, with their texts; empty where there is none. */
  read(folder?: string): Record<string, string>;
  /** The text of a file. */
  source(file: string): string;
  remove(path: string): void;
}

/** A tool and an agent that uses it: a small org that breaks no rule. */
export const SMALL_ORG = `
  const web = new Tool(org, 'web', { server: McpServer.http('mcp-fetch') });
  new Agent(org, 'worker', { runtime: WorkerRuntime.reference(), run: Run.service(), tools: [web], instructions: 'Work.' });`;

/** A project with an environment `dev` and the org `acme` in it, until the test ends. */
export function aProject(body = SMALL_ORG): Project {
  const project = new TemporaryProject();
  onTestFinished(() => rmSync(project.root, { recursive: true }));
  project.environment('dev', ['acme']);
  project.stack('acme', body);
  return project;
}

/** A copy of the example estate. */
export function anEstate(): Project {
  const project = new TemporaryProject();
  onTestFinished(() => rmSync(project.root, { recursive: true }));
  for (const file of ['tools.lock', 'tools.yaml']) project.write(file, readFileSync(join(REPOSITORY, file), 'utf8'));
  for (const folder of ['environments', 'stacks']) {
    for (const [file, text] of Object.entries(filesBelow(join(REPOSITORY, folder)))) {
      project.write(join(folder, file), text.replace("'../constructs/index.ts'", JSON.stringify(CONSTRUCTS)));
    }
  }
  return project;
}

class TemporaryProject implements Project {
  readonly root = mkdtempSync(join(tmpdir(), 'fleetwright-cli-'));

  write(file: string, text: string): void {
    const path = join(this.root, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  environment(name: string, orgs: readonly string[]): void {
    const text = readFileSync(join(REPOSITORY, 'environments', 'dev.yaml'), 'utf8');
    const list = orgs.map((org) => `\n  ${org}: {}`).join('');
    this.write(`environments/${name}.yaml`, text.replace(/\norgs:[^]*$/, `\norgs:${list || ' {}'}\n`));
  }

  stack(org: string, body = ''): void {
    const names = [
      'Agent',
      'Budget',
      'Egress',
      'McpServer',
      'Org',
      'Persona',
      'Replicas',
      'Pipeline',
      'Run',
      'Size',
      'Tool',
      'ToolPlacement',
      'ToolRegistry',
      'Trigger',
      'WorkerRuntime',
      'Workspace',
      'usd',
    ];
    const head = `import { ${names.join(', ')} } from ${JSON.stringify(CONSTRUCTS)};\n`;
    this.write(
      `stacks/${org}.ts`,
      `${head}export default (fleet) => {\n  const org = new Org(fleet, '${org}');${body}\n  return org;\n};\n`,
    );
  }

  read(folder = 'rendered'): Record<string, string> {
    return filesBelow(join(this.root, folder));
  }

  source(file: string): string {
    return readFileSync(join(this.root, file), 'utf8');
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true });
  }
}

function filesBelow(folder: string): Record<string, string> {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
    return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]));
  } catch {
    return {};
  }
}
