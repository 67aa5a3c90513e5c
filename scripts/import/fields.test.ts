import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Fields } from './fields.ts';
import { covers, leavesOf } from './testing.ts';

describe('Fields', () => {
  it('reports what was read as carried over, and the rest as left', () => {
    const fields = Fields.of({ spec: { image: 'a', port: 1, tools: [{ name: 'x', kind: 'y' }] } });
    fields.get('spec', 'image').text();
    for (const tool of fields.get('spec', 'tools').items()) tool.get('name').text();
    expect(fields.collect()).toEqual([
      { path: 'spec.image', outcome: 'carried', reason: '' },
      { path: 'spec.port', outcome: 'left', reason: 'nothing in Fleetwright corresponds to it' },
      { path: 'spec.tools[0].name', outcome: 'carried', reason: '' },
      { path: 'spec.tools[0].kind', outcome: 'left', reason: 'nothing in Fleetwright corresponds to it' },
    ]);
  });

  it('names the field that a misspelt one was meant to be', () => {
    const fields = Fields.of({ spec: { shedule: '* * * * *', image: 'a' } });
    fields.get('spec', 'image').text();
    fields.get('spec', 'schedule').text();
    expect(fields.collect()[0]).toEqual({
      path: 'spec.shedule',
      outcome: 'left',
      reason: "it is not a known field; did you mean 'schedule'?",
    });
  });

  it('says when a field has another type than it should', () => {
    const fields = Fields.of({ spec: { replicas: 'two', image: 'a' } });
    fields.get('spec', 'image').text();
    fields.get('spec', 'replicas').number();
    expect(fields.collect()[0]?.reason).toBe('it is not of the type that the field has');
  });

  it('says when a text holds what something else was to fill in', () => {
    const fields = Fields.of({ a: 'Hello {{ .Values.name }}', b: 'in ${CITY}' });
    for (const key of fields.keys()) fields.get(key).text();
    expect(fields.collect().map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['changed', "it holds '{{ … }}', which stays as text; if it is a Helm template, render it first"],
      ['changed', "it holds '${…}', which stays as text; if a script fills it in, as envsubst does, run that first"],
    ]);
  });

  it('reports nothing twice: what is left as a whole is left once, what is changed in part is said in part', () => {
    const fields = Fields.of({ a: { b: 1, c: 2 }, d: { e: 'x', f: 'y' } });
    fields.get('a', 'b').number();
    fields.get('a').leave('no');
    fields.get('d').carry();
    fields.get('d', 'e').change('otherwise');
    expect(fields.collect()).toEqual([
      { path: 'a', outcome: 'left', reason: 'no' },
      { path: 'd', outcome: 'carried', reason: '' },
      { path: 'd.e', outcome: 'changed', reason: 'otherwise' },
    ]);
  });

  it('accounts for every leaf, whatever was read', () => {
    const keys = fc.constantFrom('spec', 'name', 'a.b', 'constructor', 'toString', 'é');
    fc.assert(
      fc.property(
        fc.dictionary(keys, fc.jsonValue(), { noNullPrototype: true }),
        fc.array(fc.array(keys, { maxLength: 3 })),
        (data, reads) => {
          const fields = Fields.of(data);
          for (const path of reads) fields.get(...path).text();
          const paths = fields.collect().map(({ path }) => path);
          expect(leavesOf(data).filter((leaf) => !paths.some((path) => covers(path, leaf)))).toEqual([]);
        },
      ),
    );
  });
});
