import { describeProblem, FleetwrightError, isHostName, type Problem } from '../../constructs/index.ts';

/** What a new repository is told, beside its template. */
export interface Answers {
  /** The repository's, and that of its package. */
  readonly name: string;
  /** URL of the Git repository that Argo CD reads. */
  readonly repo: string;
  /** Exposed agents have hosts below it. */
  readonly domain: string;
}

/** Something that an option answers, or a person. */
export interface Question {
  /** For people. */
  readonly asks: string;
  /** What an answer must be. */
  readonly must: string;
  readonly fits: (answer: string) => boolean;
  /** Whether a wrong answer may be a secret, which is not shown. */
  readonly mayBeSecret?: boolean;
}

/** As the package manager has it. @see https://docs.npmjs.com/cli/configuring-npm/package-json#name */
const NAME = /^(@[a-z0-9][-a-z0-9._]*\/)?[a-z0-9][-a-z0-9._]*$/;
/** Characters in the name of a package. */
export const LONGEST_NAME = 214;

/** What the schema of environments takes. */
export const REPO = /^(https:\/\/|ssh:\/\/|git@|file:\/\/\/|git:\/\/127\.0\.0\.1)[-A-Za-z0-9_.:/@~]+$/;
/** Whoever signs in by a URL leaves a token or a password in it. */
const CREDENTIALS = /^(https:\/\/[^/]*@|ssh:\/\/[^/@]*:[^/@]*@)/;

/** An environment's domain may have 150 characters, and begins with the environment's name. */
const LONGEST_DOMAIN = 140;

/** All questions, in the order in which they are asked. */
export const questions: Readonly<Record<keyof Answers, Question>> = {
  name: {
    asks: 'What is the repository called?',
    must: `be a package name of at most ${LONGEST_NAME} characters of a-z, 0-9, '-', '.' and '_', such as acme-fleet`,
    fits: (name) => NAME.test(name) && name.length <= LONGEST_NAME,
  },
  repo: {
    asks: 'By which URL will Argo CD read the repository?',
    must: 'be the URL of a Git repository without a password or token, such as https://github.com/acme/fleet.git or git@github.com:acme/fleet.git',
    fits: (url) => REPO.test(url) && !CREDENTIALS.test(url),
    mayBeSecret: true,
  },
  domain: {
    asks: 'Below which domain will exposed agents have their hosts?',
    must: `be a full host name in lower case of at most ${LONGEST_DOMAIN} characters, such as fleet.acme.com`,
    fits: (domain) => isHostName(domain) && domain.length <= LONGEST_DOMAIN,
  },
};

/** The names of all questions, in the order in which they are asked. */
export const asked = Object.keys(questions) as (keyof Answers)[];

/**
 * Refuses answers that do not fit.
 *
 * @throws FleetwrightError FW_USAGE, with all of them
 */
export function refuseWrongAnswers(answers: Partial<Answers>): void {
  const problems = asked.flatMap((key): Problem[] => {
    const { must, fits, mayBeSecret = false } = questions[key];
    const answer = answers[key];
    if (answer === undefined || fits(answer)) return [];
    return [{ prop: `--${key}`, must, ...(mayBeSecret ? {} : { got: answer }) }];
  });
  if (problems.length === 0) return;
  const lines = ['No repository was started:', ...problems.map(describeProblem)];
  throw new FleetwrightError('FW_USAGE', lines.join('\n  - '));
}
