/** `metadata` of an API object, as far as Fleetwright sets it. */
export interface ObjectMeta {
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly name: string;
  readonly namespace?: string;
}

/**
 * One Kubernetes API object as plain data, ready to be written as YAML.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/
 */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}
