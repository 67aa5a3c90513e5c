import type { Problem } from './errors.ts';

/** The longest id of an org or a part: leaves room for the longest suffix that an object name gets within 63 characters. */
const LONGEST_ID = 48;

const LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const WINDOWS_DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/;
const HOST = /^(?=.{1,253}$)([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const OBJECT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const HEADER = /^[A-Za-z0-9-]{1,64}$/;
const LABEL_NAME = /^[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/;

/** Headers by which a proxy knows where a request goes and where it ends, in lower case. */
const FRAMING_HEADERS = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * What is wrong with an id that becomes an object name, a host label and a file name.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names
 */
export function findNameProblems(prop: string, name: string): Problem[] {
  // A stack runs without its types.
  if (typeof name !== 'string' || !LABEL.test(name) || name.length > LONGEST_ID) {
    const must = `be 1 to ${LONGEST_ID} characters of a-z, 0-9 and '-', begin with a letter and not end with '-'`;
    return [{ prop, must, got: name, hint: 'it becomes object names, a host label and a file name' }];
  }
  if (WINDOWS_DEVICE.test(name)) {
    return [{ prop, must: 'not be a device name of Windows, where the rendered tree could not be checked out', got: name }];
  }
  if (name in Object.prototype) {
    return [{ prop, must: 'not be a name that every object of JavaScript has, as parts are kept by their names', got: name }];
  }
  if (isCredentialsName(name)) {
    return [{ prop, must: "not end with '-credentials', the name of what another part proves itself with", got: name }];
  }
  return [];
}

/** Whether this is a fully qualified host name in lower case, without a wildcard, a port or a trailing dot. */
export function isHostName(host: string): boolean {
  return HOST.test(host) && !/^[0-9.]+$/.test(host);
}

/** Whether an object may have this name. @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names */
export function isObjectName(name: string): boolean {
  return name.length <= 253 && OBJECT_NAME.test(name);
}

/** Whether a namespace may have this name. */
export function isNamespaceName(name: string): boolean {
  return name.length <= 63 && !name.includes('.') && OBJECT_NAME.test(name);
}

/** Whether this is the name of a Secret that holds what a part proves itself with: `<id>-credentials`. */
export function isCredentialsName(name: string): boolean {
  return name.endsWith('-credentials');
}

/** Whether requests may carry a secret in a header of this name. */
export function isHeaderName(name: unknown): name is string {
  return typeof name === 'string' && HEADER.test(name) && !FRAMING_HEADERS.has(name.toLowerCase());
}

/** Whether an object may have this label. @see https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ */
export function isLabel(key: string, value: unknown): boolean {
  const [name = '', prefix, ...rest] = key.split('/').toReversed();
  if (rest.length > 0 || !LABEL_NAME.test(name) || (prefix !== undefined && !isObjectName(prefix))) return false;
  return typeof value === 'string' && (value === '' || LABEL_NAME.test(value));
}
