import type { Problem } from './errors.ts';

/** The longest id of an org or a part: leaves room for the longest suffix that an object name gets within 63 characters. */
const LONGEST_ID = 48;

const LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const WINDOWS_DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])$/;
const HOST = /^(?=.{1,253}$)([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/**
 * What is wrong with an id that becomes an object name, a host label and a file name.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names
 */
export function findNameProblems(prop: string, name: string): Problem[] {
  if (!LABEL.test(name) || name.length > LONGEST_ID) {
    const must = `be 1 to ${LONGEST_ID} characters of a-z, 0-9 and '-', begin with a letter and not end with '-'`;
    return [{ prop, must, got: name, hint: 'it becomes object names, a host label and a file name' }];
  }
  if (WINDOWS_DEVICE.test(name)) {
    return [{ prop, must: 'not be a device name of Windows, where the rendered tree could not be checked out', got: name }];
  }
  return [];
}

/** Whether this is a fully qualified host name in lower case, without a wildcard, a port or a trailing dot. */
export function isHostName(host: string): boolean {
  return HOST.test(host) && !/^[0-9.]+$/.test(host);
}

/** Whether a container may have an environment variable of this name. */
export function isEnvName(name: string): boolean {
  return ENV_NAME.test(name);
}

/** An id as an environment variable name: `git-token` → `GIT_TOKEN`. */
export function toEnvName(id: string): string {
  return id.replaceAll('-', '_').toUpperCase();
}
