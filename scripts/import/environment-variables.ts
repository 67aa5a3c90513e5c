import { isReservedEnvName } from '../../constructs/index.ts';
import { type Code, text } from './code.ts';
import type { Fields } from './fields.ts';
import type { PlannedPart, StackPlan } from './stack-plan.ts';
import { secretObjectName } from './stack-plan.ts';

const CREDENTIAL_NAME = /TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|(^|_|API|ACCESS|PRIVATE)KEY$/i;
const PROXY_NAME = /^(ALL_PROXY|HTTPS?_PROXY|NO_PROXY|NODE_USE_ENV_PROXY)$/i;

/** Variables and secrets of a container. */
export interface Variables {
  readonly env: Map<string, Code>;
  readonly secrets: Set<PlannedPart>;
}

/** Who the variables are for: an agent's are held to the contract. */
export interface VariablesOptions {
  readonly isAgent: boolean;
}

/** Reads `env` and `envFrom` into what was read before. */
export function readVariables(plan: StackPlan, pod: Fields, into: Variables, options: VariablesOptions): void {
  for (const entry of pod.get('env').items()) readVariable(plan, entry, into, options);
  for (const source of pod.get('envFrom').items()) {
    source.leave(
      source.get('secretRef').exists
        ? 'which keys the Secret has is not said; give each to the part by Secret.reference'
        : "variables are written into the stack; copy those that are needed into 'env'",
    );
  }
}

function readVariable(plan: StackPlan, entry: Fields, into: Variables, { isAgent }: VariablesOptions): void {
  const name = entry.get('name').text() ?? '';
  const refused = refuseName(name, isAgent);
  if (refused !== undefined) return entry.leave(refused);
  const from = entry.get('valueFrom');
  if (from.exists) return readSource(plan, entry, from, into);
  const value = entry.get('value').text() ?? '';
  if (CREDENTIAL_NAME.test(name) && value !== '') {
    return entry.leave('by its name it is a credential, and a stack holds none; put it into a Secret and give the part its handle');
  }
  into.env.set(name, text(value));
}

function refuseName(name: string, isAgent: boolean): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name)) return 'it has no name that a variable can have';
  if (PROXY_NAME.test(name)) return "egress is routed by this variable; name the hosts by 'egress' instead";
  if (!isAgent || !isReservedEnvName(name)) return undefined;
  return 'the contract with agents sets this variable; models are reached through the gateway, which alone holds the keys of providers';
}

function readSource(plan: StackPlan, entry: Fields, from: Fields, into: Variables): void {
  const reference = from.get('secretKeyRef');
  const [name, key] = [reference.get('name').text(), reference.get('key').text()];
  if (name === undefined || key === undefined || !/^(?!\.\.|\.$)[-._a-zA-Z0-9]{1,253}$/.test(key)) {
    return entry.leave("only values and keys of Secrets are carried over; write the value into 'env'");
  }
  const secret = plan.secret(name, key);
  into.secrets.add(secret);
  const renamed = renameNote(name);
  entry.change(
    `it is the file /etc/secrets/${secret.id}/${key} and not a variable, so that nothing that prints its variables tells it${renamed}`,
  );
}

/** What has to be done where a Secret cannot keep its name. */
export function renameNote(name: string): string {
  const objectName = secretObjectName(name);
  return objectName === name
    ? ''
    : `; copy the Secret '${name}' to '${objectName}', as names that end with '-credentials' belong to Fleetwright`;
}
