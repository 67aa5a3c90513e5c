import { type Static, Type } from 'typebox';
import { closed, MoneySchema, NameSchema, TextSchema, TimeSchema } from './values.ts';

/** What tasks have to know of a project, such as its repository and branch. */
const DataSchema = Type.Record(Type.String(), Type.Unknown(), {
  description: 'At most 64 KiB as JSON, with a space after each colon and comma.',
});

const VersionSchema = Type.Integer({ minimum: 0, maximum: 2_147_483_647, description: 'Counts changes.' });

const SEEN = { version: Type.Optional({ ...VersionSchema, description: 'That was seen, or another change is lost; 0 for none.' }) };

const SUMMARY = {
  name: NameSchema,
  title: TextSchema,
  version: VersionSchema,
  createdAt: TimeSchema,
  updatedAt: TimeSchema,
  cost: { ...MoneySchema, description: 'What its tasks have used of models, in millionths of a US dollar.' },
};

/** A project in a list: without its data. */
export const ProjectSummarySchema = closed(SUMMARY, { $id: 'ProjectSummary' });

/** A project in a list. */
export type ProjectSummary = Static<typeof ProjectSummarySchema>;

/** What tasks of an org work for, as it stands. */
export const ProjectSchema = closed({ ...SUMMARY, data: DataSchema }, { $id: 'Project' });

/** What tasks of an org work for. */
export type Project = Static<typeof ProjectSchema>;

/** A project, whole: what was there before is replaced. */
export const ProjectWriteSchema = closed({ title: TextSchema, data: DataSchema, ...SEEN }, { $id: 'ProjectWrite' });

/** A project, whole. */
export type ProjectWrite = Static<typeof ProjectWriteSchema>;

/** A merge patch: in `data`, null takes a key away, and an object changes what it names. @see https://www.rfc-editor.org/rfc/rfc7396 */
export const ProjectPatchSchema = closed(
  { title: Type.Optional(TextSchema), data: Type.Optional(DataSchema), ...SEEN },
  { $id: 'ProjectPatch' },
);

/** A merge patch of a project. */
export type ProjectPatch = Static<typeof ProjectPatchSchema>;

/** A project as a task's program is told of it. */
export const ProjectOfTaskSchema = closed({ name: NameSchema, title: TextSchema, data: DataSchema });
