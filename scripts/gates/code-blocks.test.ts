import { describe, expect, it } from 'vitest';
import { findBadCodeBlocks } from './code-blocks.ts';
import { describeFinding } from './finding.ts';
import { aRepository } from './testing.ts';

const SOURCE = `export default function hello() {
  // #region agent
  const agent = {
    name: 'greeter',

    // #region tools
    tools: [],
    // #endregion
  };
  // #endregion
}
`;
const CODE = "const agent = {\n  name: 'greeter',\n\n  tools: [],\n};";

describe('findBadCodeBlocks', () => {
  it('is content with the code of a region, dedented and without inner markers', () => {
    expect(findingsIn(block('ts', CODE, 'stacks/hello.ts#agent'))).toEqual([]);
    expect(findingsIn(block('ts', 'tools: [],', 'stacks/hello.ts#tools'))).toEqual([]);
  });

  it('is content with a whole file', () => {
    expect(
      findingsIn(block('yaml', 'kind: Namespace', 'rendered/dev/hello.yaml'), { 'rendered/dev/hello.yaml': 'kind: Namespace\n' }),
    ).toEqual([]);
  });

  it('takes the imports of a stack for those of a reader, who has the package', () => {
    const source = "// #region all\nimport { Org } from '../../index.ts';\n\nexport default Org;\n// #endregion\n";
    const code = "import { Org } from 'fleetwright';\n\nexport default Org;";
    expect(findingsIn(block('ts', code, 'docs/guides/a.ts'), { 'docs/guides/a.ts': source })).toEqual([]);
  });

  it('finds code that differs from its region', () => {
    expect(findingsIn(block('ts', CODE.replace('greeter', 'greter'), 'stacks/hello.ts#agent'))).toEqual([
      "README.md:4: the code differs from stacks/hello.ts#agent; 'npm run docs' copies it from there",
    ]);
  });

  it.each([
    ['stacks/hello.ts#agents', "stacks/hello.ts has no line '#region agents'"],
    ['stacks/hallo.ts#agent', 'there is no file stacks/hallo.ts'],
    ['broken.ts#a', "broken.ts has no '#endregion' for '#region a'"],
  ])('finds that %s does not exist', (region, text) => {
    expect(findingsIn(block('ts', CODE, region), { 'broken.ts': '// #region a\n1;\n' })).toEqual([`README.md:4: ${text}`]);
  });

  it('finds code without a source, and blocks without a language', () => {
    expect(findingsIn('```ts\nconst a = 1;\n```\n')).toEqual([
      "README.md:1: a ts block names the code it shows: put '<!-- region: path/to/file.ts#name -->' above it and '// #region name' … '// #endregion' around the code",
    ]);
    expect(findingsIn('```\nfleet → tree\n```\n')).toEqual([
      "README.md:1: a code block names its language: 'text' for plain text, 'sh' for commands",
    ]);
  });

  it('leaves plain text alone', () => {
    expect(findingsIn('```text\nfleet → tree\n```\n')).toEqual([]);
  });

  it('looks at all files below docs/ and reports commands that do not exist', () => {
    const files = { 'docs/guides/start.md': 'Text.\n\n```sh\nnpm run nothing\n```\n' };
    expect(findingsIn('', files)).toEqual(["docs/guides/start.md:3: package.json has no script 'nothing'"]);
  });
});

function block(language: string, code: string, region: string): string {
  return `# Title\n\n<!-- region: ${region} -->\n\`\`\`${language}\n${code}\n\`\`\`\n`;
}

function findingsIn(readme: string, files: Readonly<Record<string, string>> = {}): string[] {
  const root = aRepository({ 'README.md': readme, 'package.json': '{"scripts":{}}', 'stacks/hello.ts': SOURCE, ...files });
  return findBadCodeBlocks(root, () => '').map(describeFinding);
}
