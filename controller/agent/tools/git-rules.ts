import { inside } from './inside.ts';
import { Refused } from './tool.ts';

/** What looks at history and changes, but for what writes or reads files elsewhere, and starts programs. */
const LOOK = {
  short: /^-(\d+|[pswbzaqiERWgrtucMCB]*([nSGLUMC].*)?)$/,
  long:
    'abbrev abbrev-commit after all all-match ancestry-path author author-date-order before binary boundary branches cached check cherry-mark ' +
    'cherry-pick color committer compact-summary count date date-order decorate diff-filter dirstat exit-code find-copies find-renames ' +
    'first-parent follow format full-history full-index function-context graph grep histogram ignore-all-space ignore-blank-lines ' +
    'ignore-space-change invert-grep left-right max-count merge-base merges minimal name-only name-status no-abbrev-commit no-color no-decorate ' +
    'no-merges no-patch no-prefix no-renames numstat oneline parents patch patience pickaxe-all pretty quiet raw relative relative-date remotes ' +
    'reverse shortstat since skip staged stat summary tags text topo-order unified until walk-reflogs word-diff',
};
const PICK = { short: /^-[nsx]*(m\d*)?$/, long: 'abort continue mainline no-commit no-edit quit signoff skip' };

/**
 * What git may be asked to do, with which options. Nothing here changes its settings, forces another repository, or starts a program or opens a file
 * that the arguments name.
 */
const RULES: Readonly<Record<string, { readonly short: RegExp; readonly long: string }>> = {
  add: { short: /^-[ANfnuv]*$/, long: 'all dry-run force intent-to-add renormalize update verbose' },
  branch: {
    short: /^-[CDMacdflmqruv]*$/,
    long: 'all contains copy delete force format list merged move no-color no-merged points-at remotes set-upstream-to show-current sort unset-upstream',
  },
  checkout: { short: /^-[dflqt]*([bB].*)?$/, long: 'detach force no-track orphan ours quiet theirs track' },
  'cherry-pick': PICK,
  commit: {
    short: /^-[anoqsv]*$/,
    long:
      'all allow-empty allow-empty-message amend author date dry-run fixup no-edit no-gpg-sign no-verify only porcelain quiet reset-author short signoff ' +
      'squash trailer verbose',
  },
  diff: LOOK,
  fetch: { short: /^-[pqtv]*$/, long: 'all depth no-tags prune quiet tags unshallow verbose' },
  log: LOOK,
  'ls-files': {
    short: /^-[cdikmostuz]*$/,
    long: 'cached deleted directory error-unmatch exclude-standard full-name ignored modified others stage unmerged',
  },
  'ls-tree': { short: /^-[dlrtz]*$/, long: 'abbrev full-name full-tree long name-only name-status object-only' },
  merge: {
    short: /^-[nqv]*$/,
    long:
      'abort allow-unrelated-histories commit continue ff ff-only log no-commit no-edit no-ff no-squash no-stat no-verify quiet quit signoff squash ' +
      'stat strategy-option',
  },
  'merge-base': { short: /^-a?$/, long: 'all fork-point independent is-ancestor octopus' },
  mv: { short: /^-[fknv]*$/, long: 'dry-run force verbose' },
  pull: { short: /^-[qv]*$/, long: 'depth ff ff-only no-edit no-ff no-rebase prune quiet tags verbose' },
  push: { short: /^-[nquv]*$/, long: 'all dry-run follow-tags porcelain quiet set-upstream tags verbose' },
  reset: { short: /^-[Nq]*$/, long: 'hard keep merge mixed quiet soft' },
  restore: { short: /^-[SWq]*(s.*)?$/, long: 'ours quiet source staged theirs worktree' },
  'rev-list': LOOK,
  'rev-parse': { short: /^-q?$/, long: 'abbrev-ref is-inside-work-tree quiet short show-prefix show-toplevel symbolic-full-name verify' },
  revert: PICK,
  rm: { short: /^-[fnqr]*$/, long: 'cached dry-run force ignore-unmatch quiet' },
  show: LOOK,
  status: { short: /^-[bsvz]*(u.*)?$/, long: 'ahead-behind branch ignored long no-ahead-behind porcelain short untracked-files verbose' },
  switch: { short: /^-[dfqt]*([cC].*)?$/, long: 'create detach discard-changes force guess no-guess no-track orphan quiet track' },
  tag: {
    short: /^-[adfil]*(n\d*)?$/,
    long: 'annotate contains delete force format list merged no-color no-contains no-merged points-at sort',
  },
};

const REMOTE: ReadonlySet<string> = new Set(['fetch', 'pull', 'push']);

/** Those with a text for people, and the short options that may stand before its `-m`. */
const WITH_TEXT: Readonly<Record<string, string>> = { commit: 'anqsv', merge: 'nqv', tag: 'af' };

/** An address, or a path that leads out of the current folder, or to git's own files. */
const ELSEWHERE = /:\/\/|::|^(-[a-zA-Z]*)?[/~]|=[/~]|(^|[/=:])\.\.(\/|$)|(^|[/\\:=)])\.git($|[/\\:])/i;

/** What is wrong with the arguments of git, or nothing. They come from a model. @param root the folder that git works in */
export function findGitProblem([command = '', ...args]: readonly string[], root: string): string | undefined {
  const rules = Object.hasOwn(RULES, command) ? RULES[command] : undefined;
  if (rules === undefined) return `git may be asked for ${Object.keys(RULES).join(', ')}; not for '${command}'`;
  const given = withoutTexts(args, WITH_TEXT[command]);
  const elsewhere = given.find((arg) => ELSEWHERE.test(arg));
  if (elsewhere !== undefined) return `git works in the current folder and with 'origin', not with '${elsewhere}'`;
  // Exactly as they are written here: git takes the beginning of a long option for all of it.
  const long = rules.long.split(' ');
  const refused = given.find((arg) => isOption(arg) && !(arg.startsWith('--') ? long.includes(nameOf(arg)) : rules.short.test(arg)));
  if (refused !== undefined)
    return `git ${command} may not be given '${refused}'; it may be given ${long.map((name) => `--${name}`).join(', ')}`;
  const names = given.filter((arg) => !arg.startsWith('-'));
  return (REMOTE.has(command) ? findRemoteProblem(names) : undefined) ?? findPathProblem(names, root);
}

/** What is neither an option that is a text, or is followed by one, nor that text. @param before short options that may stand before `-m` */
function withoutTexts(args: readonly string[], before: string | undefined): readonly string[] {
  if (before === undefined) return args;
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const option = new RegExp(`^(-[${before}]*m|--message(?:=|$))(.*)$`, 's');
  let follows = false;
  return args.filter((arg, at) => {
    // What looks like an option is never taken for a text, so that none hides as one.
    if (at >= end || (follows && arg.startsWith('-'))) return true;
    const [found, name = '', text = ''] = follows ? [] : (option.exec(arg) ?? []);
    const isText = follows;
    follows = found !== undefined && text === '' && !name.endsWith('=');
    return !isText && found === undefined;
  });
}

function isOption(arg: string): boolean {
  return arg.startsWith('-') && arg !== '--';
}

function nameOf(option: string): string {
  return option.slice(2).split('=', 1)[0] ?? '';
}

/** Another repository, or what overwrites or removes a branch of this one. */
function findRemoteProblem([where, ...branches]: readonly string[]): string | undefined {
  if (where !== undefined && where !== 'origin') return `git may speak to 'origin' only, not to '${where}'`;
  const forced = branches.find((branch) => /^[+:]/.test(branch));
  return forced === undefined ? undefined : `git may overwrite and remove no branch of 'origin', as '${forced}' would`;
}

/** A name may be of a branch, or of a file: by a link, git would find one elsewhere. */
function findPathProblem(names: readonly string[], root: string): string | undefined {
  try {
    for (const name of names) inside(root, name);
    return undefined;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return `git works in the current folder: ${error.message}`;
  }
}
