import { examplePod } from './example-pod.ts';
import { findExpanded } from './literals.ts';
import type { PodRule } from './rule.ts';

/** `$(NAME)` that is not escaped: an even number of dollar signs before it, or none. */
const TOKEN = /(?<!\$)(?:\$\$)*\$\([^)]*\)/;

/** Kubernetes replaces `$(NAME)` by a variable's value, so a text that people wrote could read another's credentials. */
export const variableToken: PodRule = {
  id: 'variable-token',
  title: 'No text refers to a variable',
  severity: 'error',
  appliesTo: 'pod',
  fix: "write '$$(' where '$(' is meant as text",
  check(pod, report) {
    for (const { field, text } of findExpanded(pod, hasToken))
      report({ field, got: text, must: "not hold '$(…)', which Kubernetes replaces" });
  },
  good: examplePod({
    container: {
      args: ['$$(HOME)', '$HOME', '$(not closed'],
      env: [{ name: 'PRICE', value: '5 $ (about)' }],
      lifecycle: { preStop: { exec: { command: ['sh', '-c', 'echo "$(date)"'] } } },
    },
  }),
  bad: {
    example: examplePod({ container: { args: ['--key=$(API_KEY)'], env: [{ name: 'URL', value: '$$$(HOST)/x' }] } }),
    says: [
      "'spec.containers[0].args[0]' must not hold '$(…)', which Kubernetes replaces, got '--key=$(API_KEY)'",
      "'spec.containers[0].env[0].value' must not hold '$(…)', which Kubernetes replaces, got '$$$(HOST)/x'",
    ],
  },
};

function hasToken(text: string): boolean {
  return text.includes('$(') && TOKEN.test(text);
}
