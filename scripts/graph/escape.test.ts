import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeMermaid, escapeXml } from './escape.ts';
import { drawMermaid } from './mermaid.ts';
import { drawPicture, type OrgPicture } from './picture.ts';
import type { Thing, ThingKind } from './relations.ts';

const KINDS: readonly ThingKind[] = ['agent', 'model', 'tool', 'persona', 'host', 'secret', 'pods', 'broker', 'access', 'memory', 'egress'];

/** An org in which all texts are foreign. */
function anOrg(text: string): OrgPicture {
  const things = KINDS.map((kind, at): Thing => ({ details: { a: text }, id: `thing/${at}`, kind, name: text }));
  const links = things.slice(1).map(({ id }) => ({ eachItsOwn: false, from: 'thing/0', hows: [text], to: id }));
  return {
    groups: { groups: things.map((thing) => ({ id: thing.id, kind: thing.kind, members: [thing] })), links },
    notes: [text],
    org: text,
  };
}

/** What is left of a document without its elements and entities. */
function outsideOfMarkup(svg: string): string {
  const elements = /<\/?(?:svg|title|desc|style|rect|path|circle|text)(?: [a-zA-Z-]+="[^"<&]*")*\/?>/g;
  return svg.replaceAll(elements, '').replaceAll(/&(?:amp|lt|gt|quot|#39);/g, '');
}

describe('escapeXml', { timeout: 60_000 }, () => {
  it('shows what XML and readers cannot have by its number', () => {
    expect(escapeXml('<a href="x">\'&\'</a>\n\u{202e}\u{0}\u{d800}')).toBe(
      '&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt; \\u{202e}\\u{0}\u{fffd}',
    );
  });

  it('keeps any text within its element', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        expect(outsideOfMarkup(drawPicture([anOrg(text)]))).not.toMatch(/[<&]/);
      }),
    );
  });
});

describe('escapeMermaid', { timeout: 60_000 }, () => {
  it.each([
    ['"]; click a "javascript:x"', '#34;#93;#59; click a #34;javascript:x#34;'],
    ['<img onerror=x>', '#60;img onerror#61;x#62;'],
    ['#quot;', '#35;quot#59;'],
    ['`**b**`', '#96;#42;#42;b#42;#42;#96;'],
    ['$$x$$', '#36; #36;x#36; #36;'],
    ['fa:fa-ban', 'fa: fa-ban'],
    ['a\nend\r\nsubgraph', 'a end subgraph'],
    ['日本 é-1, a.b/c: +1 … · →', '日本 é-1, a.b/c: +1 … · →'],
  ])('writes %j as text', (text, expected) => {
    expect(escapeMermaid(text)).toBe(expected);
  });

  it('keeps any text within its quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        for (const line of drawMermaid([anOrg(text)])
          .trimEnd()
          .split('\n')) {
          const plain = line.replaceAll(/"[^"<>`%]*(?:<br\/>[^"<>`%]*)?"/g, '""');
          expect(plain).toMatch(
            /^(flowchart LR|  subgraph o0\[""\]|    direction LR|    o0n\d+[[({>\\/]+""[\])}\\/]+|  end|  o0n\d+ --> o0n\d+)$/,
          );
        }
      }),
    );
  });
});
