import { InvalidPropsError } from './errors.ts';
import { type Resources, findResourceProblems, RESOURCES } from './resources.ts';
import { Cpu, Size } from './units.ts';
import { refuseUnknownProps } from './unknown-props.ts';

const EDITOR_RESOURCES: Resources = { cpu: Cpu.millis(100), memory: Size.mebibytes(512), ephemeralStorage: Size.mebibytes(512) };

/** An editor in the browser. */
export class Editor {
  /** The image, by its name in the image lock. */
  readonly image: string;
  readonly resources: Resources;

  /** code-server, by its image `code-server` in the image lock. @see https://coder.com/docs/code-server */
  static codeServer(resources: Resources = EDITOR_RESOURCES): Editor {
    refuseUnknownProps('Editor.codeServer', resources, RESOURCES);
    return new Editor('code-server', resources);
  }

  private constructor(image: string, resources: Resources) {
    const problems = findResourceProblems('resources', resources);
    if (problems.length > 0) throw new InvalidPropsError('Editor', problems);
    this.image = image;
    this.resources = resources;
    Object.freeze(this);
  }
}
