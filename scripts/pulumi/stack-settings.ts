import { FleetwrightError } from '../../constructs/index.ts';

/** The one key of a stack's configuration that is ours. */
const KEY = 'fleetwright:context';

/** As kubeconfigs name contexts, whoever wrote them: no line breaks, so that no kubeconfig is taken for one. */
const CONTEXT = /^[\w][-\w.:@/+]{0,252}$/;

/** What a Pulumi stack is about. */
export interface StackSettings {
  readonly org: string;
  /** Name of the environment. */
  readonly env: string;
  /** The context of the kubeconfig that leads to the cluster. */
  readonly context: string;
}

/**
 * Reads what a stack is about from its name, `<org>.<env>`, and its configuration, `environments/Pulumi.<org>.<env>.yaml`.
 *
 * @param config keys with their namespaces, as Pulumi has them
 * @throws FleetwrightError FW_PULUMI_INVALID
 */
export function readStackSettings(stack: string, config: Readonly<Record<string, string>>): StackSettings {
  const [org = '', env = '', ...rest] = stack.split('.');
  if (org === '' || env === '' || rest.length > 0) {
    throw invalid(stack, "its name must be <org>.<env>, such as 'hello.dev'; 'pulumi stack init hello.dev' makes it");
  }
  refuseUnknownKeys(stack, config);
  return { org, env, context: readContext(stack, config[KEY]) };
}

/** A key with a slip in it would be left unread. */
function refuseUnknownKeys(stack: string, config: Readonly<Record<string, string>>): void {
  const unknown = Object.keys(config).find((key) => key.startsWith('fleetwright:') && key !== KEY);
  if (unknown === undefined) return;
  throw invalid(stack, `${fileOf(stack)} has a key '${unknown}' that is not known; ${KEY} is the only one`);
}

function readContext(stack: string, context: string | undefined): string {
  const hint = `'kubectl config get-contexts -o name' lists them, and 'pulumi config set ${KEY} <name>' writes it`;
  const must = `'${KEY}' in ${fileOf(stack)} must name a context of your kubeconfig`;
  if (context === undefined) throw invalid(stack, `nothing says which cluster it is for: ${must}; ${hint}`);
  // What is there instead may be a kubeconfig, with its credentials: it is not repeated.
  if (!CONTEXT.test(context)) throw invalid(stack, `${must}, and must be nothing else; ${hint}`);
  return context;
}

function fileOf(stack: string): string {
  return `environments/Pulumi.${stack}.yaml`;
}

function invalid(stack: string, why: string): FleetwrightError {
  return new FleetwrightError('FW_PULUMI_INVALID', `Pulumi stack '${stack}' cannot be deployed: ${why}`);
}
