import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { Check, Errors } from 'typebox/value';
import { LineCounter, parseDocument } from 'yaml';
import { closed } from '../../contract/wire/index.ts';

/** Most bytes of a file, and most files. */
const LIMITS = { bytes: 256 * 1024, files: 1000 } as const;

const Texts = Type.Record(Type.String(), Type.String());

const TurnSchema = closed({
  when: Type.Optional(closed({ has: Type.Optional(Texts), lacks: Type.Optional(Texts) })),
  say: Type.Optional(Type.String()),
  calls: Type.Optional(
    Type.Array(
      closed({
        tool: Type.String({ minLength: 1 }),
        with: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
        as: Type.Optional(Type.String({ pattern: '^\\w+$' })),
      }),
      { minItems: 1, maxItems: 32 },
    ),
  ),
  result: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  again: Type.Optional(Type.Boolean()),
  usage: Type.Optional(closed({ input: Type.Integer({ minimum: 0 }), output: Type.Integer({ minimum: 0 }) })),
  fault: Type.Optional(Type.Enum(['busy', 'down', 'garbage', 'half', 'refused', 'silent'])),
  times: Type.Optional(Type.Integer({ minimum: 1 })),
});

const TranscriptSchema = closed({ turns: Type.Array(TurnSchema, { minItems: 1, maxItems: 200 }) });

/** What a scripted model answers once. */
export type Turn = Static<typeof TurnSchema>;

/** What a scripted model answers for one agent: the first turn that fits and has not been played. */
export type Transcript = Static<typeof TranscriptSchema>;

/** Reads `<folder>/<org>/<agent>.yaml`. @returns transcripts by `org/agent`; none of a folder that is not there @throws Error naming file, line and rule */
export function readTranscripts(folder: string): Map<string, Transcript> {
  if (!existsSync(folder)) return new Map();
  const files = readdirSync(folder, { encoding: 'utf8', recursive: true }).filter((path) => path.endsWith('.yaml'));
  if (files.length > LIMITS.files) throw new Error(`'${folder}' holds ${files.length} transcripts, and may hold ${LIMITS.files}`);
  return new Map(files.map((path) => [path.replace(/\.yaml$/, ''), readTranscript(join(folder, path))]));
}

function readTranscript(path: string): Transcript {
  if (statSync(path).size > LIMITS.bytes) throw new Error(`${path} has more than ${LIMITS.bytes} bytes`);
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, 'utf8'), { lineCounter: lines });
  const [broken] = document.errors;
  if (broken !== undefined) throw new Error(`${path}:${lines.linePos(broken.pos[0]).line} is no YAML: ${broken.message.split('\n')[0]}`);
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  if (Check(TranscriptSchema, value)) return value;
  const [first] = Errors(TranscriptSchema, value);
  const at = (first?.instancePath ?? '').split('/').slice(1);
  const node = document.getIn(
    at.map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
    true,
  ) as { range?: [number] } | undefined;
  const line = lines.linePos(node?.range?.[0] ?? 0).line;
  const rule = first?.message === 'schema is false' ? 'is no field of a transcript' : (first?.message ?? 'is wrong');
  throw new Error(`${path}:${line} is no transcript: '/${at.join('/')}' ${rule}; see docs/guides/scripted-model.md`);
}
