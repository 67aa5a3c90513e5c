import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Changes of tables, oldest first. What has been released is never edited; a change is a new file at the end. */
export const migrations: readonly (() => string)[] = [() => `${read('tables.sql')}\n${read('walls.sql')}`];

/** The functions of this program, each replaced when they change. A call's name and values stay, as older programs make it during an upgrade. */
export function functions(): string {
  const files = [
    'admission.sql',
    'graph.sql',
    'wait.sql',
    'retry.sql',
    'escalation.sql',
    'pipelines.sql',
    'projects.sql',
    'schedule.sql',
    'claim.sql',
    'complete.sql',
    'background.sql',
    'retention.sql',
    'people.sql',
    'jobs.sql',
    'stream.sql',
    'views.sql',
  ];
  // Bodies name functions of other files.
  return `set local check_function_bodies = off;\n${files.map(read).join('\n')}`;
}

function read(name: string): string {
  return readFileSync(join(import.meta.dirname, name), 'utf8');
}
