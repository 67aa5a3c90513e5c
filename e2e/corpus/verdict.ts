import { type ApiAnswer, type ApiClient, type ApiObject, describeAnswer } from '../cluster/index.ts';

/**
 * What the server thinks of an object.
 *
 *   accepted   without a warning
 *   malformed  it cannot be read as its kind: an unknown field, a wrong type, what the schema of a custom resource forbids
 *   refused    it can be read, but its meaning is wrong: a rule in the server's code, an expression in a custom resource
 */
export type Verdict = 'accepted' | 'malformed' | 'refused';

/** A verdict with the server's own words. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly words: string;
}

/** Lets the server judge the creation of an object, without storing it. */
export async function judge(client: ApiClient, object: ApiObject): Promise<Judgement> {
  // Creation, not apply: apply would merge into what a namespace already has.
  const answer = await client.create(object, { dryRun: true });
  return { verdict: verdictOf(answer), words: describeAnswer(answer) };
}

function verdictOf({ ok, status, warnings, body }: ApiAnswer): Verdict {
  if (ok) return warnings.length === 0 ? 'accepted' : 'refused';
  if (status === 400) return 'malformed';
  return causesOf(body).some(({ message = '' }) => / in body /.test(message)) ? 'malformed' : 'refused';
}

/** The schema validator of custom resources says "in body" in its messages, and it alone. */
function causesOf(body: Readonly<Record<string, unknown>>): readonly { message?: string }[] {
  const { causes = [] } = (body['details'] ?? {}) as { causes?: readonly { message?: string }[] };
  return causes;
}
