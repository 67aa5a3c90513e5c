/** Within a hook, Git tells its children by these where the hook's repository is; this program asks about a folder. */
const PLACES = new Set(['GIT_DIR', 'GIT_INDEX_FILE', 'GIT_PREFIX', 'GIT_WORK_TREE']);

/** The environment in which Git answers about the folder that it is asked about, and in English. */
export function gitEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !PLACES.has(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
