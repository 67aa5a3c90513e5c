import { describe, expect, it, onTestFinished } from 'vitest';
import { startPostgres } from '../../controller/dispatch/testing/index.ts';
import { startUp } from '../../scripts/up/testing/index.ts';
import { agentsOf, begin, look } from './an-org.ts';

describe('a fleet on a laptop with PostgreSQL', () => {
  it('keeps its tasks there, and says nothing of power cuts', async () => {
    const postgres = await startPostgres();
    onTestFinished(async () => postgres.stop());
    const project = agentsOf({ good: 'echo "{}"' });
    const args = ['--port', '0', '--postgres', postgres.url];
    const up = startUp(project.root, args);
    await up.until(/succeeded "A first task"/);
    expect(up.printed()).not.toContain('power cut');
    const task = begin(project, 'good');
    await up.until(/succeeded "Work"/);
    expect(await up.end('SIGINT')).toBe(0);

    const again = startUp(project.root, args);
    await again.until(/Next:/);
    expect(look(project, task).state).toBe('succeeded');
    expect(await again.end('SIGINT')).toBe(0);
    expect(again.processes()).toEqual([]);
  });

  it('says what its controller said last, when there is no database', async () => {
    const up = startUp(agentsOf({ good: 'echo "{}"' }).root, ['--port', '0', '--postgres', 'postgres://127.0.0.1:1/fleet']);
    await expect(up.until(/The fleet runs/)).rejects.toThrow(
      /the controller has ended: .*(ECONNREFUSED|cannot be reached).*\[FW_UP_FAILED\]/s,
    );
  });
});
