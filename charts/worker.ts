import { installCommand, PATHS } from '../controller/contract/index.ts';
import { type Environment, share, shareFor } from '../constructs/index.ts';
import { CONTAINER_SECURITY, imageOf } from './pod.ts';

/** Name of the image that holds the worker in the image lock. */
export const WORKER_IMAGE = 'worker';

/** The volume by which containers of other images get the worker. */
export const WORKER_VOLUME = share({ emptyDir: { sizeLimit: '192Mi' }, name: 'worker' });

/** Mounts the worker, read-only, where commands of the contract expect it. */
export const WORKER_MOUNT = share({ mountPath: PATHS.worker, name: 'worker', readOnly: true });

const INSTALL_RESOURCES = Object.freeze({
  limits: Object.freeze({ cpu: '200m', 'ephemeral-storage': '192Mi', memory: '64Mi' }),
  requests: Object.freeze({ cpu: '50m', 'ephemeral-storage': '192Mi', memory: '64Mi' }),
});

/** The init container that puts the worker into `WORKER_VOLUME`. It comes before all containers that mount it. */
export const installWorker = shareFor((environment: Environment): object => ({
  command: installCommand(),
  image: imageOf(environment, WORKER_IMAGE),
  name: 'install-worker',
  resources: INSTALL_RESOURCES,
  securityContext: CONTAINER_SECURITY,
  volumeMounts: [{ mountPath: PATHS.worker, name: 'worker' }],
}));
