import { nearest } from '../../constructs/index.ts';

/** The kinds that import reads. */
export type Kind =
  | 'AgentConfig'
  | 'LanguageAgent'
  | 'LanguageAgentRuntime'
  | 'LanguageClient'
  | 'LanguageCluster'
  | 'LanguageModel'
  | 'LanguagePersona'
  | 'LanguageTool'
  | 'Session'
  | 'Task'
  | 'TaskBudget'
  | 'TaskSpawner'
  | 'WorkerPool'
  | 'Workspace';

interface Group {
  readonly product: string;
  readonly names: readonly string[];
  readonly versions: readonly string[];
  readonly kinds: readonly Kind[];
}

/** The API groups, with the names that language-operator's had in its first days. */
const GROUPS: readonly Group[] = [
  {
    product: 'language-operator',
    names: ['langop.io', 'languageoperator.io', 'language.based.dev'],
    versions: ['v1alpha1'],
    kinds: [
      'LanguageAgent',
      'LanguageAgentRuntime',
      'LanguageClient',
      'LanguageCluster',
      'LanguageModel',
      'LanguagePersona',
      'LanguageTool',
    ],
  },
  {
    product: 'Kelos',
    names: ['kelos.dev'],
    versions: ['v1alpha1', 'v1alpha2'],
    kinds: ['AgentConfig', 'Session', 'Task', 'TaskBudget', 'TaskSpawner', 'WorkerPool', 'Workspace'],
  },
];

/** Kinds of the same operators that have no counterpart, and what takes their place. */
const WITHOUT_COUNTERPART: Readonly<Record<string, string>> = {
  LanguageAgentSelfConfig: 'an agent does not change itself; who wants it changed opens a pull request',
  LanguageAgentTask: 'it is one run of an agent, which is asked for and not declared',
  LanguageAgentVersion: 'Git keeps the versions',
  SessionSpawner: 'no trigger makes sessions; expose an agent to people instead',
  TaskRecord: 'it is what happened, not what people want',
};

/** A kind that is read, or why a document is not. */
export type Recognized = { readonly kind: Kind; readonly product: string } | { readonly reason: string };

/** Looks up a document's kind. */
export function recognize(apiVersion: string, kind: string): Recognized {
  const [groupName = '', version = ''] = apiVersion.split('/');
  const group = GROUPS.find(({ names }) => names.includes(groupName));
  if (group === undefined) return { reason: explainGroup(groupName, kind) };
  if (Object.hasOwn(WITHOUT_COUNTERPART, kind)) return { reason: WITHOUT_COUNTERPART[kind] ?? '' };
  const known = group.kinds.find((name) => name === kind);
  if (known === undefined) return { reason: `${group.product} has no kind '${kind}'${meant(kind, group.kinds)}` };
  if (group.versions.includes(version)) return { kind: known, product: group.product };
  return { reason: `version '${version}' of ${groupName} is not known; known are ${group.versions.join(', ')}` };
}

function explainGroup(name: string, kind: string): string {
  const everyKind = GROUPS.flatMap(({ kinds }) => kinds);
  const close = nearest(
    name,
    GROUPS.flatMap(({ names }) => names),
  );
  if (close !== undefined) return `there is no group '${name}'; did you mean '${close}'?`;
  if (everyKind.some((each) => each === kind)) return `'${kind}' of ${name || 'no group'} is not one of language-operator's or Kelos'`;
  return 'it is no resource of language-operator or Kelos; what an org needs besides its parts is added in its stack';
}

function meant(kind: string, kinds: readonly string[]): string {
  const close = nearest(kind, kinds);
  return close === undefined ? '' : `; did you mean '${close}'?`;
}
