import { type ApiClient, describeAnswer } from '../cluster/index.ts';

/** A service account, as `namespace/name`. */
export type Account = `${string}/${string}`;

interface Rules {
  readonly resourceRules?: readonly ResourceRule[];
  readonly nonResourceRules?: readonly { readonly verbs: readonly string[]; readonly nonResourceURLs?: readonly string[] }[];
  readonly incomplete: boolean;
}

interface ResourceRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

/**
 * Everything that a service account may do in a namespace, as the server's own authorizer lists it: `get configmaps`,
 * `create jobs.batch`, `update leases.coordination.k8s.io/leader`, and `get /healthz` for paths.
 */
export async function rightsOf(client: ApiClient, account: Account, namespace: string): Promise<string[]> {
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } };
  const answer = await client.request('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', {
    body,
    headers: asAccount(account),
  });
  if (!answer.ok) throw new Error(`rights of ${account}: ${describeAnswer(answer)}`);
  const { resourceRules = [], nonResourceRules = [], incomplete } = answer.body['status'] as Rules;
  if (incomplete) throw new Error(`the server cannot list all rights of ${account}`);
  const paths = nonResourceRules.flatMap(({ verbs, nonResourceURLs = [] }) =>
    verbs.flatMap((verb) => nonResourceURLs.map((url) => `${verb} ${url}`)),
  );
  return [...new Set([...resourceRules.flatMap(spellOut), ...paths])].sort();
}

/** Asks one question: may this account do that? An empty namespace means cluster-wide. */
export async function mayI(client: ApiClient, account: Account, question: Question): Promise<boolean> {
  const { verb, resource, group = '', namespace = '', subresource = '' } = question;
  const [home = '', name = ''] = account.split('/');
  const spec = {
    user: `system:serviceaccount:${home}:${name}`,
    groups: groupsOf(home),
    resourceAttributes: { verb, resource, group, namespace, subresource },
  };
  const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview', spec };
  const answer = await client.request('POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', { body });
  if (!answer.ok) throw new Error(`access review of ${account}: ${describeAnswer(answer)}`);
  return (answer.body['status'] as { allowed: boolean }).allowed;
}

/** What an account may or may not do. */
export interface Question {
  readonly verb: string;
  readonly resource: string;
  readonly group?: string;
  readonly namespace?: string;
  readonly subresource?: string;
}

function spellOut({ verbs, apiGroups = [''], resources = [], resourceNames = [] }: ResourceRule): string[] {
  const suffixes = resourceNames.length === 0 ? [''] : resourceNames.map((name) => `/${name}`);
  return verbs.flatMap((verb) =>
    resources.flatMap((resource) =>
      apiGroups.flatMap((group) => suffixes.map((suffix) => `${verb} ${resource}${group === '' ? '' : `.${group}`}${suffix}`)),
    ),
  );
}

function asAccount(account: Account): Record<string, string> {
  const [namespace = '', name = ''] = account.split('/');
  // One header may carry one group only, and Node would join several; the server adds the groups of a service account itself.
  return { 'impersonate-user': `system:serviceaccount:${namespace}:${name}` };
}

function groupsOf(namespace: string): string[] {
  return ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
}
