import type { Answer } from './answer.ts';
import { pageNames, readPage } from './pages.ts';

/** All error codes: each has its page. */
export function readCodes(): string[] {
  return pageNames().filter((name) => name.startsWith('FW_'));
}

/** What an error code means, and what to do. */
export function explainCode(code: string): Answer {
  const { summary, example, sections } = readPage(code);
  return { subject: code, kind: 'code', summary, sections: [{ title: 'Example', text: example }, ...sections] };
}
