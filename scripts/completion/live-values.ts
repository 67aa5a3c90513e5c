import type { Environment, Fleet } from '../../constructs/index.ts';

/** What a fleet has, by the name of the option or argument that takes it. */
export type LiveValues = Readonly<Record<string, (() => Promise<readonly string[]>) | undefined>>;

/**
 * Names that a project has. Whatever cannot be read has none: whoever presses a key wants no error message.
 *
 * @param chosen the environments that the command line is about; empty for all
 */
export function readLiveValues(chosen: readonly string[]): LiveValues {
  const root = process.cwd();
  return {
    env: async () => orNone(async () => (await import('../../environments/index.ts')).environmentNames(root)),
    org: async () => orNone(async () => (await readEnvironments(root, chosen)).flatMap(({ orgs }) => Object.keys(orgs))),
    subject: async () => [...(await orNone(async () => pathsOf(await loadQuietly(root)))), ...(await orNone(nameTopics))],
    tools: async () => orNone(async () => (await readEnvironments(root, chosen)).flatMap(({ tools = {} }) => Object.keys(tools))),
  };
}

async function orNone(read: () => Promise<readonly string[]>): Promise<readonly string[]> {
  try {
    return [...new Set(await read())].sort();
  } catch {
    return [];
  }
}

async function readEnvironments(root: string, chosen: readonly string[]): Promise<Environment[]> {
  const { environmentNames, loadEnvironment } = await import('../../environments/index.ts');
  const names = chosen.length > 0 ? chosen : environmentNames(root);
  return Promise.all(names.map(async (name) => loadEnvironment(root, name)));
}

/** What a stack prints would be taken for candidates. */
async function loadQuietly(root: string): Promise<Fleet[]> {
  const { loadFleets } = await import('../load-fleet.ts');
  const { stdout } = process;
  const before = Object.getOwnPropertyDescriptor(stdout, 'write');
  stdout.write = () => true;
  try {
    return await loadFleets({}, { root });
  } finally {
    // What a stream writes with is of its class, unless someone has replaced it.
    if (before === undefined) Reflect.deleteProperty(stdout, 'write');
    else Object.defineProperty(stdout, 'write', before);
  }
}

/** Paths of orgs and of what stands in them, as they are in all environments and in each: `hello/digest`, `dev/hello/digest`. */
function pathsOf(fleets: readonly Fleet[]): string[] {
  const orgs = fleets.flatMap((fleet) => fleet.orgs);
  const paths = orgs.flatMap((org) => [org.node.path, ...org.node.children.map(({ node }) => node.path)]);
  return [...paths, ...paths.map((path) => path.slice(path.indexOf('/') + 1))];
}

/** What can be explained beside the fleet: rules and error codes. */
async function nameTopics(): Promise<readonly string[]> {
  return (await import('../explain/pages.ts')).pageNames();
}
