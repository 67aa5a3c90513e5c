import type { Group, GroupLink } from './collapse.ts';
import { escapeMermaid } from './escape.ts';
import { labelOf } from './label.ts';
import type { OrgPicture } from './picture.ts';
import type { ThingKind } from './relations.ts';

/** Most characters of a name in a box. */
const ROOM = 44;

/** Shapes tell kinds apart where colours do not. @see https://mermaid.js.org/syntax/flowchart.html#node-shapes */
const SHAPES: Readonly<Record<ThingKind, readonly [string, string]>> = {
  agent: ['[', ']'],
  model: ['([', '])'],
  tool: ['[[', ']]'],
  broker: ['[/', '\\]'],
  egress: ['>', ']'],
  memory: ['[(', ')]'],
  persona: ['{{', '}}'],
  access: ['[/', '/]'],
  secret: ['[\\', '\\]'],
  host: ['(', ')'],
  pods: ['[(', ')]'],
};

/** Writes orgs as a flowchart of Mermaid, in which foreign text is nothing but text. */
export function drawMermaid(orgs: readonly OrgPicture[]): string {
  const lines = ['flowchart LR'];
  orgs.forEach(({ org, notes, groups: { groups, links } }, at) => {
    const ids = new Map(groups.map(({ id }, index) => [id, `o${at}n${index}`]));
    lines.push(`  subgraph o${at}["${escapeMermaid([org, notes[0]].join(': '))}"]`);
    lines.push('    direction LR');
    for (const each of groups) lines.push(`    ${toNode(ids.get(each.id) ?? '', each)}`);
    lines.push('  end');
    for (const link of links) lines.push(`  ${toEdge(link, ids)}`);
  });
  return `${lines.join('\n')}\n`;
}

function toNode(id: string, group: Group): string {
  const { text, detail } = labelOf(group, ROOM);
  const [open, close] = SHAPES[group.kind];
  return `${id}${open}"${escapeMermaid(text)}${detail === '' ? '' : `<br/>${escapeMermaid(detail)}`}"${close}`;
}

function toEdge({ from, to, hows, eachItsOwn }: GroupLink, ids: ReadonlyMap<string, string>): string {
  const isFallback = hows.includes('falls back to it');
  const label = eachItsOwn ? '|each its own|' : '';
  return `${ids.get(from)} ${isFallback ? '-.->' : '-->'}${label} ${ids.get(to)}`;
}
