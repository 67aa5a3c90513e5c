import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import type { Question, Task } from '../../controller/contract/wire/index.ts';
import { paint, print } from '../print.ts';
import type { OrgServer } from './server.ts';
import { questionLines } from './show-questions.ts';
import { plain, shortId, type ShowOptions } from './show.ts';

/** How often tasks are looked at, in milliseconds. */
const LOOK_MS = 700;

const ENDED = new Set(['succeeded', 'failed', 'cancelled', 'dead']);

/** A task, and what it is called in its run. */
interface Step {
  readonly step: string;
  readonly id: string;
}

/**
 * Shows how far tasks are until all have ended: in place on a terminal, elsewhere a line for each change; nothing to programs that want data.
 * Answers with the exit code: 0 if all succeeded.
 */
export async function followTasks(server: OrgServer, steps: readonly Step[], { output }: ShowOptions): Promise<number> {
  const view = output === 'table' ? (process.stdout.isTTY ? new Block() : new Changes()) : undefined;
  const told = new Set<string>();
  for (;;) {
    const tasks = await Promise.all(steps.map(async ({ id }) => server.get<Task>(`/tasks/${id}`)));
    view?.show(tasks.map((task, i) => ({ key: task.id, line: lineOf(task, steps[i]?.step ?? '') })));
    if (tasks.every(({ state }) => ENDED.has(state))) return tasks.every(({ state }) => state === 'succeeded') ? 0 : 1;
    const open = view === undefined ? [] : await newQuestions(server, told);
    if (open.length > 0) {
      const lines = await questionLines(
        open.map((question) => ({ server, question })),
        { output },
      );
      view?.leave();
      print([...lines, ''].join('\n'));
    }
    await sleep(LOOK_MS);
  }
}

/** Those of the org, as it may be a sub-task that asks. */
async function newQuestions(server: OrgServer, told: Set<string>): Promise<Question[]> {
  const { items } = await server.get<{ readonly items: readonly Question[] }>('/questions?open=true');
  const fresh = items.filter(({ id }) => !told.has(id));
  for (const { id } of fresh) told.add(id);
  return fresh;
}

function lineOf({ id, agent, state, waitsFor, attempt, reason, title }: Task, step: string): string {
  const mark = state === 'succeeded' ? paint.green('✓') : ENDED.has(state) ? paint.red('✗') : state === 'running' ? paint.cyan('▶') : '·';
  const why = ENDED.has(state) ? reason : state === 'waiting' ? waitsFor : undefined;
  const about = [attempt > 1 ? `attempt ${attempt}` : '', why ?? ''].filter((text) => text !== '').join(', ');
  const name = step === agent ? agent : `${step} (${agent})`;
  return `${mark} ${shortId(id)} ${name}: ${state}${about === '' ? '' : ` (${plain(about)})`} ${paint.dim(plain(title).slice(0, 60))}`;
}

interface Line {
  readonly key: string;
  readonly line: string;
}

/** Lines that are written over. */
class Block {
  #text = '';
  #height = 0;

  show(lines: readonly Line[]): void {
    const text = `${lines.map(({ line }) => line).join('\n')}\n`;
    if (text === this.#text) return;
    const up = this.#height === 0 ? '' : `\u001B[${this.#height}A\u001B[J`;
    process.stdout.write(up + text);
    const columns = process.stdout.columns || 80;
    this.#text = text;
    this.#height = lines.reduce((sum, { line }) => sum + Math.max(1, Math.ceil(stripVTControlCharacters(line).length / columns)), 0);
  }

  /** What was written stays. */
  leave(): void {
    this.#text = '';
    this.#height = 0;
  }
}

/** Each line that is another than before. */
class Changes {
  readonly #known = new Map<string, string>();

  show(lines: readonly Line[]): void {
    for (const { key, line } of lines) {
      if (this.#known.get(key) === line) continue;
      this.#known.set(key, line);
      print(line);
    }
  }

  leave(): void {
    // Nothing is written over.
  }
}
