/** A fenced code block of a Markdown file. */
export interface CodeBlock {
  /** The line of the opening fence, counted from one. */
  readonly line: number;
  /** The word behind the opening fence; empty when there is none. */
  readonly language: string;
  readonly code: string;
  /** What the comment above it names: `stacks/hello.ts#agent`. */
  readonly region: string | undefined;
}

const FENCE = /^(`{3,}|~{3,})\s*(\S*)/;
const REGION = /^<!--\s*region:\s*(\S+)\s*-->$/;

/** All fenced code blocks, in their order. Blocks inside of lists and quotes are not used here and not found. */
export function codeBlocks(markdown: string): CodeBlock[] {
  const lines = markdown.split('\n');
  const blocks: CodeBlock[] = [];
  for (let i = 0; i < lines.length; i++) {
    const [, fence, language = ''] = FENCE.exec(lines[i] ?? '') ?? [];
    if (fence === undefined) continue;
    const end = endOfBlock(lines, i, fence);
    blocks.push({ line: i + 1, language, code: lines.slice(i + 1, end).join('\n'), region: regionAbove(lines, i) });
    i = end;
  }
  return blocks;
}

/** The same text with the code of some blocks replaced; `replace` answers with the code that a block should have. */
export function replaceCode(markdown: string, replace: (block: CodeBlock) => string): string {
  const lines = markdown.split('\n');
  // From the end, so that the lines of the blocks before stay where they are.
  for (const block of codeBlocks(markdown).toReversed()) {
    const length = endOfBlock(lines, block.line - 1, FENCE.exec(lines[block.line - 1] ?? '')?.[1] ?? '```') - block.line;
    lines.splice(block.line, length, ...replace(block).split('\n'));
  }
  return lines.join('\n');
}

function endOfBlock(lines: readonly string[], start: number, fence: string): number {
  const end = lines.findIndex((line, i) => i > start && line.trimEnd() === fence);
  return end === -1 ? lines.length : end;
}

function regionAbove(lines: readonly string[], fence: number): string | undefined {
  const above = lines.slice(0, fence).findLast((line) => line.trim() !== '');
  return REGION.exec(above?.trim() ?? '')?.[1];
}
