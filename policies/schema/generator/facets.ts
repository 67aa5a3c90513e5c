import type { TextFacets } from '../schema-node.ts';

/** What to add to a node. Each facet is refused on a node of a type that cannot have it. */
export interface Refinement extends TextFacets {
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly keys?: string;
  readonly minProperties?: number;
  readonly required?: readonly string[];
  readonly group?: GroupRefinement;
  readonly secret?: true;
}

/** How many of some keys may be set; the keys are listed, or are all but those listed. */
export interface GroupRefinement {
  readonly keys?: readonly string[];
  readonly allBut?: readonly string[];
  readonly min: number;
  readonly max: number;
}

/** Path below a definition (`''` is the definition itself, `*` an item or a map's value) → what to add there. */
export type Refinements = Readonly<Record<string, Refinement>>;

/** Zero or more. */
export const NOT_NEGATIVE = { minimum: 0 };
/** One or more. */
export const POSITIVE = { minimum: 1 };
/** A port number. */
export const PORT = { minimum: 1, maximum: 65_535 };
/** A user or group id that Linux knows. */
export const USER_ID = { minimum: 0, maximum: 2 ** 31 - 1 };
/** Permission bits of a file. */
export const FILE_MODE = { minimum: 0, maximum: 0o777 };
/** At least one character. */
export const NOT_EMPTY = { minLength: 1 };
/** At least one item. */
export const SOME = { minItems: 1 };
/** A network with its prefix length. */
export const CIDR = { format: 'cidr' } as const;
/** Never to be shown. */
export const SECRET = { secret: true } as const;
/** The restart policy of pods that run for ever. */
export const ONLY_ALWAYS = { enum: ['Always'] };
/** The restart policies of pods that come to an end. */
export const ENDS = { enum: ['Never', 'OnFailure'] };

/** A DNS label. */
export const LABEL = {
  pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
  maxLength: 63,
  says: "a name of a-z, 0-9 and '-' that begins and ends with a letter or digit",
};
/** A DNS subdomain: the name of most objects. */
export const SUBDOMAIN = {
  pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
  maxLength: 253,
  says: "an object name of a-z, 0-9, '-' and '.' that begins and ends with a letter or digit",
};
/** A host name, which may be a wildcard. */
export const HOST = {
  pattern: '^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$',
  maxLength: 253,
  says: "a host name in lower case, with or without '*.' before it",
};
/** An IANA service name. */
export const PORT_NAME = {
  pattern: '^(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
  maxLength: 15,
  says: "a port name of a-z, 0-9 and single '-' with at least one letter",
};
/** A port by number or by name. */
export const PORT_OR_NAME = { ...PORT, ...PORT_NAME };
/** How many pods, or which part of them. */
export const COUNT_OR_PERCENT = { ...NOT_NEGATIVE, pattern: '^[0-9]+%$', says: "a whole number or a percentage such as '25%'" };
/** When a CronJob runs. */
export const CRON = {
  pattern: '^(@(yearly|annually|monthly|weekly|daily|midnight|hourly|every \\S+)|\\S+( +\\S+){4})$',
  says: "a schedule of five fields, such as '0 7 * * 1-5'",
};
/** The name of an environment variable. */
export const ENV_NAME = { pattern: '^[ -<>-~]+$', says: "printable ASCII without '='" };
/** What a container can learn about its pod. */
export const FIELD_PATH = {
  pattern:
    "^(metadata\\.(name|namespace|uid|labels|annotations|(labels|annotations)\\['.+'\\])|spec\\.(nodeName|serviceAccountName)|status\\.(hostIPs?|podIPs?))$",
  says: 'a field that the downward API offers, such as metadata.name or status.podIP',
};
/** What a container can learn about its resources. */
export const RESOURCE_FIELD = {
  pattern: '^(requests|limits)\\.(cpu|memory|ephemeral-storage|hugepages-.+)$',
  says: 'limits or requests, a dot and cpu, memory or ephemeral-storage',
};
/** The keys of a ConfigMap or Secret. */
export const DATA_KEYS = { keys: '^(?!\\.\\.?$)(?!\\.\\.)[-._a-zA-Z0-9]{1,253}$', says: "file names of letters, digits, '-', '_' and '.'" };
/** One of those keys. */
export const DATA_KEY = { pattern: DATA_KEYS.keys, says: "a file name of letters, digits, '-', '_' and '.'" };
/** What a container can ask for. */
export const CONTAINER_RESOURCES = {
  keys: '^(cpu|memory|ephemeral-storage|hugepages-.+|[^/]+/.+)$',
  says: 'cpu, memory, ephemeral-storage, or named with a domain such as example.com/gpu',
};
/** What a LimitRange can limit. */
export const LIMIT_RESOURCES = {
  keys: '^(cpu|memory|ephemeral-storage|storage|hugepages-.+|[^/]+/.+)$',
  says: 'cpu, memory, ephemeral-storage or storage, or named with a domain',
};
/** What a ResourceQuota can count. */
export const QUOTA_RESOURCES = {
  keys:
    '^((requests\\.|limits\\.)?(cpu|memory|ephemeral-storage)|requests\\.storage|(requests\\.)?hugepages-.+|pods|resourcequotas|' +
    'services(\\.nodeports|\\.loadbalancers)?|replicationcontrollers|secrets|persistentvolumeclaims|configmaps|[^/]+/.+)$',
  says: 'resources that a quota counts, such as requests.cpu, limits.memory, pods or count/jobs.batch',
};

/** One of these keys is set. */
export function exactlyOne(...keys: string[]): Refinement {
  return { group: { keys, min: 1, max: 1 } };
}

/** One of these keys may be set. */
export function atMostOne(...keys: string[]): Refinement {
  return { group: { keys, min: 0, max: 1 } };
}

/** One or more of these keys are set. */
export function atLeastOne(...keys: string[]): Refinement {
  return { group: { keys, min: 1, max: keys.length } };
}

/** All of these keys are set. */
export function needs(...keys: string[]): Refinement {
  return { required: keys };
}

/** One key is set, these aside. */
export function exactlyOneKeyBut(...keys: string[]): Refinement {
  return { group: { allBut: keys, min: 1, max: 1 } };
}
