import { findChoiceProblems } from './choices.ts';
import { InvalidValueError, type Problem, refuseValue } from './errors.ts';
import { findTextProblems } from './kinds.ts';
import type { Size } from './units.ts';
import { type PropNames, refuseUnknownProps } from './unknown-props.ts';

/** Options of `Workspace.volume`. */
export interface WorkspaceVolumeOptions {
  /** How much it holds; in whole mebibytes. */
  readonly size: Size;

  /**
   * Whether several pods mount it at a time. Needs a storage class for it.
   *
   * @default false
   */
  readonly shared?: boolean;

  /**
   * Whether deleting it needs a confirmation in Argo CD, as its data are lost with it.
   *
   * @default true
   */
  readonly confirmDelete?: boolean;

  /**
   * Files that are put there once, where they are missing: path below the workspace → text.
   *
   * @default {}
   */
  readonly initialFiles?: Readonly<Record<string, string>>;
}

const VOLUME_OPTIONS: PropNames<WorkspaceVolumeOptions> = { size: true, shared: true, confirmDelete: true, initialFiles: true };

/** The folder in which an agent works: `/workspace`. */
export class Workspace {
  readonly size: Size;
  /** Whether it outlives the pod. */
  readonly persistent: boolean;
  readonly shared: boolean;
  readonly confirmDelete: boolean;
  readonly initialFiles: Readonly<Record<string, string>>;

  /** A volume that outlives the pod. */
  static volume(options: WorkspaceVolumeOptions): Workspace {
    refuseUnknownProps('Workspace.volume', options, VOLUME_OPTIONS);
    return new Workspace(true, options);
  }

  /** A folder that goes with the pod. */
  static scratch(size: Size): Workspace {
    return new Workspace(false, { size });
  }

  private constructor(persistent: boolean, { size, shared = false, confirmDelete = true, initialFiles = {} }: WorkspaceVolumeOptions) {
    this.size = size;
    this.persistent = persistent;
    this.shared = shared;
    this.confirmDelete = confirmDelete;
    this.initialFiles = Object.freeze({ ...initialFiles });
    if (size.toKibibytes() < 1024 || size.toKibibytes() % 1024 !== 0) {
      throw new InvalidValueError('Workspace', { prop: 'size', must: 'be whole mebibytes above 0', got: size.asString() });
    }
    refuseValue('Workspace', findChoiceProblems('shared', shared, [true, false]));
    refuseValue('Workspace', findChoiceProblems('confirmDelete', confirmDelete, [true, false]));
    refuseValue('Workspace', findFileProblems(this.initialFiles));
    Object.freeze(this);
  }
}

/** A name within a folder: at most 255 bytes, none of them of a character that cannot be seen, and not led by two dots. */
function isFileName(name: string): boolean {
  return /^(?!\.\.|\.$)[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\\]+$/u.test(name) && Buffer.byteLength(name) <= 255;
}

function findFileProblems(files: Readonly<Record<string, string>>): Problem[] {
  const problems: Problem[] = [];
  for (const path of Object.keys(files)) {
    const names = path.split('/');
    if (!names.every(isFileName)) problems.push({ prop: 'initialFiles', must: 'be paths below the workspace', got: path });
    const file = names.map((_, at) => names.slice(0, at).join('/')).find((folder) => Object.hasOwn(files, folder));
    if (file !== undefined) problems.push({ prop: 'initialFiles', must: `not hold a file below the file '${file}'`, got: path });
  }
  return problems.length > 0 ? problems : findTextProblems('initialFiles', files);
}
