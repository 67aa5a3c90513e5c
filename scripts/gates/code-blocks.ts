import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding } from './finding.ts';
import { type CodeBlock, codeBlocks } from './markdown.ts';
import { readRegion, UnknownRegionError } from './regions.ts';
import { findBadCommands, type HelpOf } from './shell-block.ts';
import { sourceFiles } from './source-files.ts';

const HOW_TO_NAME = "put '<!-- region: path/to/file.ts#name -->' above it and '// #region name' … '// #endregion' around the code";

/** Documents whose code blocks are held to their source. */
export function documents(root: string): string[] {
  return ['README.md', ...sourceFiles(root, '.md').filter((file) => file.startsWith('docs/'))];
}

/**
 * Code blocks of the documents that are not what they say: blocks that differ from the region they name, blocks that name none,
 * and shell blocks with commands that do not exist. Blocks of plain `text` are free.
 */
export function findBadCodeBlocks(root: string, helpOf: HelpOf): Finding[] {
  return documents(root).flatMap((file) =>
    codeBlocks(readFileSync(join(root, file), 'utf8')).flatMap((block) =>
      problemsOf(root, block, helpOf).map((text): Finding => ({ file, line: block.line, text })),
    ),
  );
}

function problemsOf(root: string, block: CodeBlock, helpOf: HelpOf): string[] {
  if (block.region !== undefined) return differences(root, block, block.region);
  if (block.language === 'sh') return findBadCommands(root, block.code, helpOf);
  if (block.language === 'text') return [];
  if (block.language === '') return ["a code block names its language: 'text' for plain text, 'sh' for commands"];
  return [`a ${block.language} block names the code it shows: ${HOW_TO_NAME}`];
}

function differences(root: string, { code }: CodeBlock, region: string): string[] {
  try {
    if (readRegion(root, region) === code) return [];
    return [`the code differs from ${region}; 'npm run docs' copies it from there`];
  } catch (error) {
    if (error instanceof UnknownRegionError) return [error.message];
    throw error;
  }
}
