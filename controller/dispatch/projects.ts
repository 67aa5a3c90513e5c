import { type Fence, LIMITS, type Project, type ProjectPatch, type ProjectSummary, type ProjectWrite } from '../contract/wire/index.ts';
import { accepted, type Refused } from './answers.ts';
import type { Page } from './reads.ts';
import { toStorable } from './storable.ts';
import type { Store } from './store.ts';

/** What became of a project. */
export interface ProjectChange {
  /** `null` where there was none. */
  readonly before: Pick<Project, 'data' | 'title'> | null;
  readonly after: Project;
}

/** What `sql/projects.sql` takes: all of the data, or a patch of it. */
interface Write extends Partial<ProjectWrite> {
  readonly patch?: ProjectPatch['data'];
}

/** What tasks of an org work for: records that people and agents keep, and that tasks are told when they are claimed. */
export class Projects {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The projects of an org by name. @param after the `cursor` of the page before */
  async list(
    org: string,
    { after = '', limit }: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<Page<ProjectSummary>> {
    const text = 'select show_project(org, name, true) from project where org = $1 and name > $2 order by name limit $3';
    const items = await this.#store.read<ProjectSummary>(text, [org, after, limit], org);
    const last = items.at(-1);
    return items.length < limit || last === undefined ? { items } : { items, cursor: last.name };
  }

  /** A project of the org. */
  async see(org: string, name: string): Promise<Project | undefined> {
    const text = 'select show_project(org, name, false) from project where org = $1 and name = $2';
    return (await this.#store.read<Project>(text, [org, name], org))[0];
  }

  /**
   * Makes a project, or replaces its title and data.
   *
   * @throws Refusal FW_STATE_CONFLICT if `version` is not the one it has, FW_NOT_FOUND, FW_TEXT_INVALID, FW_TOO_LARGE
   */
  async replace(org: string, name: string, write: ProjectWrite): Promise<ProjectChange> {
    return this.#write(org, name, write);
  }

  /** Changes a project by a merge patch. @throws Refusal as `replace` */
  async patch(org: string, name: string, { data: patch, ...rest }: ProjectPatch): Promise<ProjectChange> {
    return this.#write(org, name, { ...rest, ...(patch === undefined ? {} : { patch }) });
  }

  /** Changes the project of a task that is held. @throws Refusal as `replace`, and FW_FENCE_STALE */
  async patchHeld(org: string, fence: Fence, { data: patch = {}, version }: Omit<ProjectPatch, 'title'>): Promise<ProjectChange> {
    return this.#write(org, undefined, { patch, ...(version === undefined ? {} : { version }) }, fence);
  }

  async #write(org: string, name: string | undefined, write: Write, fence?: Fence): Promise<ProjectChange> {
    toStorable(write.title, '/title');
    toStorable(write.data ?? write.patch, '/data');
    const holder = fence === undefined ? null : JSON.stringify(fence);
    const values = [org, name ?? null, JSON.stringify(write), holder, LIMITS.dataBytes];
    return accepted(await this.#store.call<ProjectChange | Refused>('write_project', values, { org }));
  }
}
