/** What git may be asked to do. Nothing here changes its settings, or starts a program that its arguments name. */
const COMMANDS: ReadonlySet<string> = new Set(
  (
    'add branch checkout cherry-pick commit diff fetch log ls-files ls-tree merge merge-base mv pull push reset restore rev-list rev-parse ' +
    'revert rm show status switch tag'
  ).split(' '),
);

/** Options of those that speak to another repository. None forces anything, names a program, or another repository. */
const REMOTE = /^(-q|--quiet|-u|--set-upstream|--all|--tags|--prune|-d|--delete|--depth=\d+|--no-rebase|--ff-only|--no-ff|--no-edit)$/;
const REMOTE_COMMANDS: ReadonlySet<string> = new Set(['fetch', 'pull', 'push']);

/** Options, as short as git takes them, that write to or read from any file, or start programs. */
const REFUSED = /^--(out|no-ind|fil|tem|pathspec-f|exe|ext|textc)|^-[a-zA-Z]*F/;

/** An address, or a path that leads out of the current folder. */
const ELSEWHERE = /:\/\/|::|^(-[a-zA-Z]*)?[/~]|=[/~]|(^|[/=:])\.\.(\/|$)/;

/** What is wrong with the arguments of git, or nothing. They come from a model. */
export function findGitProblem([command = '', ...args]: readonly string[]): string | undefined {
  if (!COMMANDS.has(command)) return `git may be asked for ${[...COMMANDS].join(', ')}; not for '${command}'`;
  const given = args.filter((_, at) => !isText(args, at));
  const elsewhere = given.find((arg) => ELSEWHERE.test(arg));
  if (elsewhere !== undefined) return `git works in the current folder and with 'origin', not with '${elsewhere}'`;
  const options = given.filter((arg) => arg.startsWith('-'));
  const remote = REMOTE_COMMANDS.has(command);
  const refused = options.find((arg) => (remote ? !REMOTE.test(arg) : REFUSED.test(arg)));
  if (refused !== undefined) return `git ${command} may not be given '${refused}'`;
  const [where] = given.filter((arg) => !arg.startsWith('-'));
  return remote && where !== undefined && where !== 'origin' ? `git may speak to 'origin' only, not to '${where}'` : undefined;
}

/** Whether it is a text for people, which may look like anything. */
function isText(args: readonly string[], at: number): boolean {
  return args[at - 1] === '-m' || args[at - 1] === '--message' || args[at]?.startsWith('--message=') === true;
}
