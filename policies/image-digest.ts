import { examplePod } from './example-pod.ts';
import { inContainer } from './pod.ts';
import type { PodRule } from './rule.ts';

const PINNED = /@sha256:[0-9a-f]{64}$/;

/** A tag is whatever its owner says today; a digest is one image for ever. */
export const imageDigest: PodRule = {
  id: 'image-digest',
  title: 'Every image is named by digest',
  severity: 'error',
  appliesTo: 'pod',
  fix: 'name the image by its digest, as the image lock of the environment does',
  check(pod, report) {
    for (const container of pod.containers) {
      const { image } = container.fields;
      if (typeof image === 'string' && PINNED.test(image)) continue;
      report({ field: inContainer(pod, container, 'image'), got: image ?? null, must: "end in '@sha256:' and 64 hexadecimal digits" });
    }
  },
  good: examplePod(),
  bad: {
    example: examplePod({ container: { image: 'nginx:1.29' }, initContainers: [{ name: 'no-image' }] }),
    says: [
      "'spec.containers[0].image' must end in '@sha256:' and 64 hexadecimal digits, got 'nginx:1.29'",
      "'spec.initContainers[0].image' must end in '@sha256:' and 64 hexadecimal digits, got nothing",
    ],
  },
};
