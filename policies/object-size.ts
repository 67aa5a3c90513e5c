import { fieldsOf } from './fields.ts';
import type { ObjectRule } from './rule.ts';

/** What the API server takes as the data of a ConfigMap or a Secret: 1 MiB. */
const LARGEST_DATA = 1_048_576;

/** What etcd takes in one request, less what the API server adds. */
const LARGEST_OBJECT = 1_400_000;

/** A large object is refused only when it is applied, and slows down everyone who watches its kind before that. */
export const objectSize: ObjectRule = {
  id: 'object-size',
  title: 'No object is larger than the cluster takes',
  severity: 'error',
  appliesTo: 'object',
  fix: 'split it, or keep the data elsewhere',
  check({ characters, groupKind, manifest }, report) {
    // A character has at most three bytes; numbers and signs are less than the keys and texts around them.
    if (characters * 6 <= LARGEST_DATA) return;
    if (groupKind === 'ConfigMap' || groupKind === 'Secret') {
      const bytes = [manifest['data'], manifest['binaryData'], manifest['stringData']].reduce<number>(
        (sum, data) => sum + dataSize(data),
        0,
      );
      if (bytes > LARGEST_DATA) return report({ field: 'data', got: bytes, must: `have at most ${LARGEST_DATA} bytes together` });
    }
    const bytes = Buffer.byteLength(JSON.stringify(manifest));
    if (bytes > LARGEST_OBJECT) report({ got: bytes, must: `have at most ${LARGEST_OBJECT} bytes as JSON` });
  },
  good: withText('x'.repeat(LARGEST_DATA - 4)),
  bad: { example: withText('x'.repeat(LARGEST_DATA)), says: ["'data' must have at most 1048576 bytes together, got 1048580"] },
};

function dataSize(data: unknown): number {
  return Object.entries(fieldsOf(data)).reduce(
    (sum, [key, value]) => sum + key.length + (typeof value === 'string' ? Buffer.byteLength(value) : 0),
    0,
  );
}

function withText(text: string): ObjectRule['good'] {
  return { apiVersion: 'v1', data: { text }, kind: 'ConfigMap', metadata: { name: 'greeter', namespace: 'acme' } };
}
