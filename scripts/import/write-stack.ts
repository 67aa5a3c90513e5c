import { call, type Code, importsOf, object, printCode, text, variable, withOptions } from './code.ts';
import { Names } from './names.ts';
import { type PlannedPart, SECTIONS, type StackPlan } from './stack-plan.ts';

/** Values that modules have without an import. */
const GLOBALS = new Set(['RegExp']);

const LABELS: Readonly<Record<(typeof SECTIONS)[number], string>> = {
  agent: 'agent',
  egress: 'egress policy',
  model: 'model',
  persona: 'persona',
  secret: 'secret',
  tool: 'tool',
};

/** The module of an org, as Prettier would format it. `from` is what it imports Fleetwright as. */
export function writeStack(plan: StackPlan, from: string): string {
  const { parts } = plan;
  const options: readonly (readonly [string, Code | undefined])[] = [
    ['budget', plan.org.budget],
    ['quota', plan.org.quota],
    ['gateway', plan.org.gateway],
  ];
  const org = call('new Org', variable('fleet'), text(plan.name), ...withOptions(object(Object.fromEntries(options))));
  const groups = SECTIONS.map((section) => parts.filter((part) => part.section === section)).filter((group) => group.length > 0);
  const statements = groups.map((group) => group.map(printPart).join(group[0]?.section === 'secret' ? '\n' : '\n\n'));
  const products = [...new Set(plan.resources.map(({ product }) => product))].join(' and ');
  return [
    printImports([org, ...parts.map(({ code }) => code)], from),
    '',
    `/** Imported from ${products}: ${countParts(parts) || 'an org'}. */`,
    `export default function ${functionName(plan.name)}(fleet: Fleet): Org {`,
    `  const org = ${printCode(org, 2, '  const org = '.length)};`,
    ...statements.flatMap((statement) => ['', statement]),
    '',
    '  return org;',
    '}',
    '',
  ].join('\n');
}

/** `2 agents, 1 tool`. */
export function countParts(parts: readonly PlannedPart[]): string {
  const counts = SECTIONS.toReversed().map((section) => [section, parts.filter((part) => part.section === section).length] as const);
  return counts
    .filter(([, count]) => count > 0)
    .map(([section, count]) => `${count} ${count === 1 ? LABELS[section] : LABELS[section].replace(/y$/, 'ie')}${count === 1 ? '' : 's'}`)
    .join(', ');
}

function printPart({ isUsed, variable: name, code }: PlannedPart): string {
  const start = isUsed ? `  const ${name} = ` : '  ';
  return `${start}${printCode(code, 2, start.length)};`;
}

function printImports(codes: readonly Code[], from: string): string {
  const names = new Set(codes.flatMap((code) => [...importsOf(code)]).filter((name) => !GLOBALS.has(name)));
  const sorted = ['Fleet', ...names].toSorted((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  const items = sorted.map((name) => (name === 'Fleet' ? 'type Fleet' : name));
  const line = `import { ${items.join(', ')} } from '${from}';`;
  return line.length <= 140 ? line : `import {\n${items.map((item) => `  ${item},\n`).join('')}} from '${from}';`;
}

function functionName(org: string): string {
  return new Names().variable(org, 'org');
}
