import { ApiAccess, type ApiVerb } from '../../constructs/index.ts';
import { refusalOf } from './attempt.ts';
import { call, type Code, list, object, text, texts, withOptions } from './code.ts';
import type { Fields } from './fields.ts';
import { imageBaseName } from './images.ts';
import type { StackPlan } from './stack-plan.ts';

/** Presets by the names that language-operator and Kelos have for them. */
const PRESETS: Readonly<Record<string, string>> = {
  'claude-code': 'claudeCode',
  codex: 'codex',
  droid: 'droid',
  gemini: 'geminiCli',
  'gemini-cli': 'geminiCli',
  goose: 'goose',
  opencode: 'opencode',
};

/** The images of the presets, by their names in the image lock. */
const IMAGES: Readonly<Record<string, string>> = { geminiCli: 'gemini-cli', claudeCode: 'claude-code' };

/** What an agent's runtime is made of. */
export interface RuntimeParts {
  /** The preset that the input names, if it names one. */
  readonly name: Fields;
  readonly image: Fields;
  /** The program that a pod of its own would start. */
  readonly command: readonly string[];
  /** Whether the agent has models, which a program of its own could not reach. */
  readonly hasModels: boolean;
  readonly options: Readonly<Record<string, Code | undefined>>;
}

/** `WorkerRuntime.claudeCode({ … })`. */
export function runtimeCode(plan: StackPlan, parts: RuntimeParts): Code {
  const { name, image, command, hasModels, options } = parts;
  const wanted = name.text();
  const ran = image.text();
  const preset =
    presetOf(wanted ?? '') ??
    (wanted === undefined ? presetOf(imageBaseName(ran ?? '').replace(/-(server|adapter|agent)$/, '')) : undefined);
  if (preset !== undefined) {
    const lockName = plan.image(IMAGES[preset] ?? preset, undefined);
    image.change(`its image is '${lockName}' of the image lock, beside which the worker speaks the contract`);
    return call(`WorkerRuntime.${preset}`, ...withOptions(object(options)));
  }
  if (wanted === undefined && ran !== undefined && command.length > 0 && !hasModels) {
    const lockName = plan.image(imageBaseName(ran), ran);
    return call('WorkerRuntime.shell', object({ command: texts(command), image: text(lockName), ...options }));
  }
  if (wanted !== undefined)
    name.change(`there is no preset '${wanted}'; Fleetwright's own agent, a loop of model and tools, takes its place`);
  image.change(
    "Fleetwright's own agent, a loop of model and tools, takes its place; an image of your own without models is WorkerRuntime.shell",
  );
  return call('WorkerRuntime.reference', ...withOptions(object(options)));
}

/** The preset of a name; `undefined` where there is none. */
function presetOf(name: string): string | undefined {
  return Object.hasOwn(PRESETS, name) ? PRESETS[name] : undefined;
}

/** Shell commands that fetch a public repository into the workspace, once. */
export function cloneCommands(repository: Fields, options: { url: string; ref: string; depth: string }): string[] {
  const [url, ref] = [repository.get(options.url).text(), repository.get(options.ref).text()];
  const depth = repository.get(options.depth).number();
  if (repository.get('secretRef').exists) {
    repository.leave('a private repository needs a credential: broker it with a BrokeredSecret, and clone in the setup of the runtime');
    return [];
  }
  if (url === undefined || !/^https:\/\/[a-z0-9.-]+(\/[\w.~-]+)+$/.test(url)) {
    repository.leave('only the https address of a public repository is carried over; clone in the setup of the runtime');
    return [];
  }
  if (ref !== undefined && !/^[A-Za-z0-9_][\w./-]*$/.test(ref)) {
    repository.get(options.ref).leave('it is no name of a branch or a tag');
    return [clone(url, undefined, depth)];
  }
  return [clone(url, ref, depth)];
}

function clone(url: string, ref: string | undefined, depth: number | undefined): string {
  const isDepth = depth !== undefined && Number.isInteger(depth) && depth > 0;
  const words = ['git clone', ...(ref === undefined ? [] : [`--branch ${ref}`]), ...(isDepth ? [`--depth ${depth}`] : []), url, '.'];
  return `[ -e .git ] || ${words.join(' ')}`;
}

/** Rights to the Kubernetes API, as far as an agent may have them. */
export function readApiAccess(rules: Fields, reason: string): Code | undefined {
  const codes: Code[] = [];
  for (const rule of rules.items()) {
    const resources = rule.get('resources').texts();
    const verbs = rule.get('verbs').texts();
    const groups = rule.get('apiGroups').items().length > 0 ? rule.get('apiGroups').texts() : [''];
    const refused = groups.flatMap((group) => refusalOf(() => ApiAccess.to(resources, { verbs: verbs as ApiVerb[], group, reason })) ?? []);
    if (refused[0] !== undefined || rule.get('resourceNames').exists) {
      rule.leave(refused[0] ?? 'rights to single objects cannot be said');
      continue;
    }
    for (const group of groups) {
      const options = { verbs: texts(verbs), group: group === '' ? undefined : text(group), reason: text(reason) };
      codes.push(call('ApiAccess.to', texts(resources), object(options)));
    }
  }
  return codes.length > 0 ? list(codes) : undefined;
}
