import { defineConfig, type OxlintOverride } from 'oxlint';

/** Which top folders a top folder may import, always through their `index.ts`. A folder that is not listed here may import all. */
const ARROWS: Readonly<Record<string, readonly string[]>> = {
  charts: ['constructs', 'controller/contract'],
  constructs: ['controller/contract'],
  'controller/agent': ['controller/contract'],
  'controller/contract': [],
  'controller/dispatch': ['controller/contract'],
  'controller/http': ['controller/contract', 'controller/dispatch', 'controller/jobs'],
  'controller/jobs': ['controller/contract', 'controller/dispatch'],
  'controller/web': ['controller/contract'],
  'controller/worker': ['controller/contract'],
  environments: ['constructs'],
  policies: ['constructs'],
  scripts: ['charts', 'constructs', 'controller/contract', 'environments', 'policies'],
  stacks: ['constructs'],
};

/** Everything but `index.ts`, for regular expressions that cannot look ahead. */
const NOT_INDEX = '([^i/]|i[^n]|in[^d]|ind[^e]|inde[^x]|index[^.])';

const TOP_FOLDERS = [...Object.keys(ARROWS), 'bench', 'e2e'];

/**
 * Same input, same bytes: what a fleet says and what it becomes depends on no clock, no random source and no machine. These folders
 * may not import these modules of Node.js; `charts/` reads files of its own, such as the gateway's program.
 */
const WORLD = 'async_hooks|child_process|cluster|dgram|dns|http|http2|https|os|perf_hooks|process|timers|tls|worker_threads';
const PURE: Readonly<Record<string, string>> = { charts: WORLD, constructs: `${WORLD}|fs` };

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'node', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error' },
  ignorePatterns: ['.cache', '.fleetwright', 'dist', 'rendered', 'e2e/tools', '**/generated'],
  rules: {
    // Constructs join their tree when they are made; what `new` returns is often not needed.
    'no-new': 'off',
    // `fc.string()` reads better than `string()`.
    'import/no-named-as-default-member': 'off',
    // A helper beside its only use is where one looks for it.
    'unicorn/consistent-function-scoping': 'off',
    // Sorting a fresh array in place costs one copy less.
    'unicorn/no-array-sort': 'off',
    // Marks what has to be named and is not used.
    'no-underscore-dangle': 'off',
    // The compiler knows which switches are exhaustive.
    'typescript/consistent-return': 'off',
    // Values with a toString of their own, such as durations; `no-base-to-string` refuses the others.
    'typescript/restrict-template-expressions': 'off',
    // What JSON.parse answers has to be given a type somewhere. The double assertion is refused by `npm run check`.
    'typescript/no-unsafe-type-assertion': 'off',

    eqeqeq: 'error',
    'max-depth': ['error', 4],
    'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
    'max-lines-per-function': ['error', { max: 60, skipBlankLines: false, skipComments: false }],
    'max-params': ['error', { max: 4 }],
    'no-param-reassign': 'error',
    'no-self-compare': 'error',
    'no-useless-return': 'error',
    'no-var': 'error',
    'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'], location: 'anywhere' }],
    'object-shorthand': 'error',
    'prefer-const': 'error',

    'typescript/array-type': ['error', { default: 'array' }],
    'typescript/ban-ts-comment': 'error',
    'typescript/consistent-type-definitions': ['error', 'interface'],
    'typescript/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
    'typescript/no-deprecated': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-invalid-void-type': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/no-require-imports': 'error',
    'typescript/no-unsafe-argument': 'error',
    'typescript/no-unsafe-assignment': 'error',
    'typescript/no-unsafe-call': 'error',
    'typescript/no-unsafe-function-type': 'error',
    'typescript/no-unsafe-member-access': 'error',
    'typescript/no-unsafe-return': 'error',
    'typescript/only-throw-error': 'error',
    'typescript/prefer-nullish-coalescing': 'error',
    'typescript/prefer-promise-reject-errors': 'error',
    'typescript/prefer-readonly': 'error',
    'typescript/restrict-plus-operands': 'error',
    'typescript/return-await': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'typescript/use-unknown-in-catch-callback-variable': 'error',

    'import/extensions': ['error', 'always', { ignorePackages: true }],
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'import/no-duplicates': 'error',
    'import/no-mutable-exports': 'error',

    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    'unicorn/no-abusive-eslint-disable': 'error',
    'unicorn/prefer-node-protocol': 'error',
    'unicorn/throw-new-error': 'error',
  },
  overrides: [
    ...TOP_FOLDERS.map((folder) => ({ files: [`${folder}/**`], rules: restrictImports(folder) })),
    {
      files: Object.keys(PURE).map((folder) => `${folder}/**`),
      rules: {
        'no-console': 'error',
        'no-restricted-globals': ['error', 'fetch', 'performance', 'process', 'setTimeout'],
        'no-restricted-properties': ['error', { object: 'Math', property: 'random' }, { object: 'Date', property: 'now' }],
      },
    },
    // It tells people where a construct was made, which changes no manifest.
    { files: ['constructs/call-site.ts'], rules: { 'no-restricted-globals': 'off' } },
    {
      files: ['**/*.test.ts'],
      rules: {
        'max-lines-per-function': 'off',
        'no-console': 'off',
        'no-restricted-globals': 'off',
        // `expect.any(String)` is of type any.
        'typescript/no-unsafe-assignment': 'off',
        // Made-up credentials are put together from pieces, so that no scanner takes the test for a leak.
        'typescript/no-unnecessary-template-expression': 'off',
        'vitest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', 'fc.assert'] }],
        'vitest/no-identical-title': 'error',
        'vitest/valid-expect': ['error', { maxArgs: 2 }],
      },
    },
    // Styles are imported for what they do.
    { files: ['controller/web/**'], rules: { 'import/no-unassigned-import': ['error', { allow: ['**/*.css'] }] } },
    // Stacks and configurations are found by their file; a default export is how they are asked for.
    { files: ['stacks/*.ts', 'docs/guides/*.ts', '**/*.config.ts'], rules: { 'import/no-default-export': 'off' } },
  ],
});

function restrictImports(folder: string): OxlintOverride['rules'] {
  const allowed = ARROWS[folder] ?? TOP_FOLDERS;
  const refused = TOP_FOLDERS.filter((other) => other !== folder && !allowed.includes(other));
  // Seen from a folder of the controller, another one is `../dispatch/`.
  const names = (folders: readonly string[]) =>
    folders.map((other) => (folder.startsWith('controller/') ? other.replace('controller/', '') : other)).join('|');
  const deep = {
    regex: `^(\\.\\./)+(${names(allowed)})/(.*/)?${NOT_INDEX}[^/]*$`,
    message: "Import what the folder's index.ts exports.",
  };
  const arrows = {
    regex: `^(\\.\\./)+(${names(refused)})/`,
    message: `${folder}/ may import ${allowed.join(', ')} and nothing else of ours.`,
  };
  const world = { regex: `^node:(${PURE[folder] ?? ''})(/|$)`, message: `${folder}/ does not look at the machine it runs on.` };
  const patterns = [deep, ...(refused.length > 0 ? [arrows] : []), ...(folder in PURE ? [world] : [])];
  return { 'no-restricted-imports': ['error', { patterns }] } satisfies OxlintOverride['rules'];
}
