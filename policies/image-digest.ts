import type { Environment } from '../constructs/index.ts';
import { examplePod } from './example-pod.ts';
import { fieldsOf, itemsOf } from './fields.ts';
import { inContainer, inPod } from './pod.ts';
import type { PodRule } from './rule.ts';

/** A tag is whatever its owner says today; a digest in the image lock is one image, which was reviewed. */
export const imageDigest: PodRule = {
  id: 'image-digest',
  title: 'Every image is one of the image lock, by digest',
  severity: 'error',
  appliesTo: 'pod',
  fix: "write an image as 'images' of the environment file has it, or add it there by digest",
  check(pod, report, { org }) {
    const images = org === undefined ? NONE : imagesOf(org.fleet.environment);
    for (const container of pod.containers) {
      const { image } = container.fields;
      if (typeof image === 'string' && images.has(image)) continue;
      report({ field: inContainer(pod, container, 'image'), got: image ?? null, must: MUST });
    }
    const volumes = itemsOf(pod.spec['volumes']);
    for (let v = 0; v < volumes.length; v++) {
      const image = volumes[v]?.['image'];
      if (image === undefined) continue;
      const { reference } = fieldsOf(image);
      if (typeof reference === 'string' && images.has(reference)) continue;
      report({ field: inPod(pod, `volumes[${v}].image.reference`), got: reference ?? null, must: MUST });
    }
  },
  good: examplePod(),
  bad: {
    example: examplePod({
      container: { image: 'nginx:1.29' },
      initContainers: [{ name: 'no-image' }],
      volumes: [{ image: { reference: `images.example/other@sha256:${'0'.repeat(64)}` }, name: 'data' }],
    }),
    says: [
      "'spec.containers[0].image' must be an image of the environment's image lock, by digest, got 'nginx:1.29'",
      "'spec.initContainers[0].image' must be an image of the environment's image lock, by digest, got nothing",
      `'spec.volumes[0].image.reference' must be an image of the environment's image lock, by digest, got 'images.example/other@sha256:${'0'.repeat(64)}'`,
    ],
  },
};

const MUST = "be an image of the environment's image lock, by digest";

const NONE: ReadonlySet<string> = new Set();

/** The images of each environment: its file promises that they are named by digest. */
const locks = new WeakMap<Environment, ReadonlySet<string>>();

function imagesOf(environment: Environment): ReadonlySet<string> {
  let images = locks.get(environment);
  if (images === undefined) locks.set(environment, (images = new Set(Object.values(environment.images))));
  return images;
}
