import { type Fields, fieldsOf } from './fields.ts';
import type { ObjectRule, Report } from './rule.ts';

/** What the API server takes: 256 KiB. */
const LARGEST = 262_144;

/** Annotations are read whole with every object, so their size has an end. */
export const annotationSize: ObjectRule = {
  id: 'annotation-size',
  title: 'The annotations of an object have at most 256 KiB together',
  severity: 'error',
  appliesTo: 'object',
  fix: 'put the text into a ConfigMap',
  check({ characters, manifest, pod }, report) {
    // A character has at most three bytes in UTF-8.
    if (characters * 3 <= LARGEST) return;
    checkMetadata(fieldsOf(manifest.metadata), 'metadata', report);
    if (pod !== undefined && pod.at !== '') checkMetadata(pod.metadata, `${pod.at}metadata`, report);
  },
  good: withNote('x'.repeat(LARGEST - 4)),
  bad: {
    example: withNote('ä'.repeat(LARGEST / 2 - 1)),
    says: ["'metadata.annotations' must have at most 262144 bytes together, got 262146"],
  },
};

function checkMetadata({ annotations }: Fields, at: string, report: Report): void {
  let bytes = 0;
  for (const [key, value] of Object.entries(fieldsOf(annotations)))
    bytes += key.length + (typeof value === 'string' ? Buffer.byteLength(value) : 0);
  if (bytes > LARGEST) report({ field: `${at}.annotations`, got: bytes, must: `have at most ${LARGEST} bytes together` });
}

function withNote(note: string): ObjectRule['good'] {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { annotations: { note }, name: 'greeter', namespace: 'acme' } };
}
