import type { Rule } from '../../policies/index.ts';
import type { Answer, Section } from './answer.ts';
import { dump } from './dump.ts';
import { readPage } from './pages.ts';

const SEVERITIES = { error: 'An error: where it is broken, nothing is written.', warning: 'A warning: it is told, and stops nothing.' };

/** What a rule demands and why, with an example that keeps it and one that breaks it. */
export function explainRule(rule: Rule): Answer {
  const examples: Section[] = [
    { title: 'Keeps it', text: exampleOf(rule, 'good') },
    { title: 'Breaks it', text: exampleOf(rule, 'bad') },
    { title: 'What is said then', text: rule.bad.says.join('\n') },
  ];
  return {
    subject: rule.id,
    kind: 'rule',
    summary: `${rule.title}. ${SEVERITIES[rule.severity]}`,
    sections: [...readPage(rule.id).sections, ...examples],
  };
}

/** Objects as YAML; a fleet as the code that builds it, with what differs in its environment. */
function exampleOf(rule: Rule, which: 'bad' | 'good'): string {
  if (rule.appliesTo !== 'tree') return dump(which === 'good' ? rule.good : rule.bad.example);
  const { build, environment } = which === 'good' ? rule.good : rule.bad.example;
  const code = dedent(String(build));
  return environment === undefined ? code : `${code}\n\nin an environment with\n${dump(environment)}`;
}

/** Code as if it stood at the left edge; its first line always does. */
function dedent(code: string): string {
  const last = code.split('\n').at(-1) ?? '';
  const indent = last.length - last.trimStart().length;
  return code.replaceAll(new RegExp(`^ {${indent}}`, 'gm'), '');
}
