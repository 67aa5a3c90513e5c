import { Size, Workspace } from '../../constructs/index.ts';
import { refusalOf } from './attempt.ts';
import { call, type Code, flag, object, text } from './code.ts';
import type { Fields } from './fields.ts';
import { parseQuantity, sizeCode } from './values.ts';

const DEFAULT_SIZE = 10 * 2 ** 30;

/** Whether a workspace is asked for. */
export function hasWorkspace(workspace: Fields): boolean {
  return workspace.exists && workspace.get('enabled').flag() !== false;
}

/** Reads a workspace. Where several pods may be there at a time, one that they cannot share goes with its pod. */
export function readWorkspace(workspace: Fields, isMany: boolean): Code | undefined {
  if (!workspace.exists || workspace.get('enabled').flag() === false) {
    if (workspace.exists) workspace.carry();
    return undefined;
  }
  const bytes = workspace.get('size').exists ? parseQuantity(workspace.get('size').text()) : DEFAULT_SIZE;
  const size = sizeCode(bytes) ?? sizeCode(DEFAULT_SIZE);
  if (sizeCode(bytes) === undefined) workspace.get('size').change('it is no size, so it is 10Gi');
  const isShared = workspace.get('accessMode').text() === 'ReadWriteMany';
  workspace.get('storageClassName').leave("it is 'cluster.storage' in environments/<env>.yaml");
  if ((workspace.get('mountPath').text() ?? '/workspace') !== '/workspace') workspace.get('mountPath').change('it is always /workspace');
  workspace.get('seedConfigMapRef').leave("its files are not in the input; write them into 'initialFiles'");
  if (isMany && !isShared) {
    workspace.get('retain').leave('it goes with its pod');
    workspace.get('initialFiles').leave('a workspace that goes with its pod begins empty; write them in the setup of the runtime');
    workspace.get('size').change('several pods may be there at a time, so each has a workspace that goes with it');
    return size && call('Workspace.scratch', size);
  }
  if (workspace.get('retain').flag() === false) {
    workspace.get('retain').change("deleting it needs a confirmation in Argo CD; 'confirmDelete: false' lets it go with the agent");
  }
  const files = readFiles(workspace.get('initialFiles'));
  return size && call('Workspace.volume', object({ size, shared: isShared ? flag(true) : undefined, initialFiles: files }));
}

function readFiles(files: Fields): Code | undefined {
  const entries = files.keys().flatMap((name) => {
    const content = files.get(name).text();
    if (content === undefined) return [];
    const refused = refusalOf(() => Workspace.volume({ size: Size.gibibytes(1), initialFiles: { [name]: content } }));
    if (refused === undefined) return [[name, text(content)] as const];
    files.get(name).leave('its name cannot be that of a file below the workspace');
    return [];
  });
  return entries.length > 0 ? object(Object.fromEntries(entries)) : undefined;
}
