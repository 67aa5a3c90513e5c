import type { Org } from './org.ts';
import { OrgPart } from './part.ts';
import type { Problem } from './errors.ts';
import { brokerEnvName, isReservedEnvName } from './env-names.ts';
import { findKindProblems } from './kinds.ts';
import { isCredentialsName, isHeaderName, isHostName, isObjectName } from './names.ts';
import { findUnknownProps, type PropNames } from './unknown-props.ts';

const KEY = /^(?!\.\.|\.$)[-._a-zA-Z0-9]{1,253}$/;

/** How the value of a secret gets into the cluster. */
export type SecretSource =
  | { readonly kind: 'sops' }
  | { readonly kind: 'external'; readonly path: string }
  | { readonly kind: 'reference'; readonly objectName: string };

/**
 * A handle to a secret value. The value itself has no type: neither a stack nor a manifest can hold it.
 * A part that is given the handle gets the value as a file, `/etc/secrets/<id>/<key>`.
 */
export class Secret extends OrgPart {
  /** The key within the Kubernetes Secret. */
  readonly key: string;
  /** Where the value comes from. */
  readonly from: SecretSource;

  /**
   * A value kept in Git, encrypted by SOPS as `environments/secrets/<env>/<org>.<id>.yaml`, decrypted by the SOPS operator.
   *
   * @see https://github.com/isindir/sops-secrets-operator
   */
  static sops(org: Org, id: string, key: string): Secret {
    return new Secret(org, id, key, { kind: 'sops' });
  }

  /**
   * A value in the environment's External Secrets store, as property `key` of `path`.
   *
   * @param path where the store keeps it; default `<org>/<id>`
   * @see https://external-secrets.io/latest/api/externalsecret/
   */
  static external(org: Org, id: string, key: string, path = `${org.name}/${id}`): Secret {
    return new Secret(org, id, key, { kind: 'external', path });
  }

  /**
   * A Kubernetes Secret that something else puts into the org's namespace.
   *
   * @param objectName the Secret's name; default the id
   */
  static reference(org: Org, id: string, key: string, objectName = id): Secret {
    return new Secret(org, id, key, { kind: 'reference', objectName });
  }

  private constructor(org: Org, id: string, key: string, from: SecretSource) {
    // Each factory is named for the kind that it makes.
    super(org, id, Secret[from.kind]);
    this.key = key;
    this.from = Object.freeze(from);
    this.refuse([...findKeyProblems(key), ...findObjectNameProblems(this.objectName)]);
  }

  /** The name of the Kubernetes Secret that holds the value. */
  get objectName(): string {
    return this.from.kind === 'reference' ? this.from.objectName : this.name;
  }
}

/** Properties of `BrokeredSecret`. */
export interface BrokeredSecretProps {
  /** The value. No agent or tool may mount it as well. */
  readonly secret: Secret;

  /** The only host that the value is sent to, over TLS: `api.github.com`. */
  readonly host: string;

  /**
   * The request header that carries the value.
   *
   * @default 'Authorization'
   */
  readonly header?: string;

  /**
   * What stands before the value in the header, including a space where one is needed.
   *
   * @default 'Bearer '
   */
  readonly prefix?: string;
}

const BROKER_PROPS: PropNames<BrokeredSecretProps> = { secret: true, host: true, header: true, prefix: true };

/**
 * A secret that its users never see: a broker in the org holds it and adds it to the requests that agents send through
 * `http://<id>.<org>.svc.cluster.local:8080` to one host.
 */
export class BrokeredSecret extends OrgPart {
  readonly secret: Secret;
  readonly host: string;
  readonly header: string;
  readonly prefix: string;

  constructor(org: Org, id: string, props: BrokeredSecretProps) {
    super(org, id);
    this.refuse(findUnknownProps(props, BROKER_PROPS));
    this.secret = props.secret;
    this.host = props.host;
    this.header = props.header ?? 'Authorization';
    this.prefix = props.prefix ?? 'Bearer ';
    this.refuse(findBrokerProblems(this));
  }
}

function findKeyProblems(key: string): Problem[] {
  return KEY.test(key)
    ? []
    : [{ prop: 'key', must: 'be 1 to 253 letters, digits, dots, dashes or underscores, not led by two dots', got: key }];
}

function findObjectNameProblems(objectName: string): Problem[] {
  if (!isObjectName(objectName)) return [{ prop: 'objectName', must: 'be the name of a Kubernetes Secret', got: objectName }];
  if (!isCredentialsName(objectName)) return [];
  const must = "not end with '-credentials', the name of what another part proves itself with";
  return [{ prop: 'objectName', must, got: objectName }];
}

function findBrokerProblems({ name, secret, host, header, prefix }: BrokeredSecret): Problem[] {
  const problems = findKindProblems('secret', secret, Secret);
  const variable = brokerEnvName(name);
  if (isReservedEnvName(variable)) problems.push({ prop: 'id', must: `not lead to the variable ${variable} of the contract`, got: name });
  if (!isHostName(host)) problems.push({ prop: 'host', must: 'be a full host name in lower case, without port or wildcard', got: host });
  if (!isHeaderName(header)) {
    problems.push({ prop: 'header', must: 'be the name of an HTTP header, none that says where a request goes or ends', got: header });
  }
  if (!/^[\x20-\x7e]{0,64}$/.test(prefix)) problems.push({ prop: 'prefix', must: 'be at most 64 printable ASCII characters', got: prefix });
  return problems;
}
