import { PATHS } from '../../controller/contract/index.ts';
import type { Secret } from '../../constructs/index.ts';

/** A volume of a pod. */
export interface Volume {
  readonly name: string;
  readonly [source: string]: unknown;
}

/** Where a container sees a volume. */
export interface VolumeMount {
  readonly mountPath: string;
  readonly name: string;
  readonly readOnly?: boolean;
  readonly subPath?: string;
}

/** The file in which a part finds a secret's value. */
export function secretFile({ name, key }: Secret): string {
  return `${PATHS.secrets}/${name}/${key}`;
}

/**
 * The volume that holds one key of a secret, readable for the pod's group only. Two volumes of one secret are equal, so
 * containers of one pod may share it.
 *
 * @see https://kubernetes.io/docs/concepts/storage/volumes/#secret
 */
export function secretVolume({ name, key, objectName }: Secret): Volume {
  return { name: `secret-${name}`, secret: { defaultMode: 0o440, items: [{ key, path: key }], secretName: objectName } };
}

/** Mounts `secretVolume` where `secretFile` says. The whole folder, so that a changed value arrives without a restart. */
export function secretMount({ name }: Secret): VolumeMount {
  return { mountPath: `${PATHS.secrets}/${name}`, name: `secret-${name}`, readOnly: true };
}
