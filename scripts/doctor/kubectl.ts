import { notChecked, ok, type Result, warning } from './result.ts';
import { runProgram } from './run-program.ts';

/** What is known of kubectl without asking any cluster. */
export interface Kubectl {
  readonly results: readonly Result[];
  /** Its version, such as `1.36.1`. */
  readonly version: string | undefined;
  /** The name of the cluster connection that it uses now. */
  readonly context: string | undefined;
}

const ASK = 'kubectl version --client';

/** Whether kubectl is there, and which cluster it would speak to. */
export async function checkKubectl(): Promise<Kubectl> {
  const { outcome, code, stdout, complaint } = await runProgram('kubectl', ['version', '--client', '--output=json']);
  const version = code === 0 ? /"gitVersion":\s*"v?([^"]+)"/.exec(stdout)?.[1] : undefined;
  if (version === undefined) {
    const found = code === 0 ? 'kubectl does not say its version' : complaint;
    const fix = outcome === 'missing' ? 'install kubectl: https://kubernetes.io/docs/tasks/tools/' : `see what '${ASK}' says`;
    return { results: [warning('kubectl', found, fix)], version: undefined, context: undefined };
  }
  const current = await runProgram('kubectl', ['config', 'current-context']);
  const context = current.code === 0 && current.stdout !== '' ? current.stdout : undefined;
  const found =
    context === undefined
      ? notChecked('kubectl context', 'none is set', "run 'kubectl config use-context <name>', or set KUBECONFIG")
      : ok('kubectl context', context);
  return { results: [ok('kubectl', version), found], version, context };
}
