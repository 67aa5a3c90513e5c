/** How long an answer may take, in milliseconds. */
const ANSWER_MS = 5000;

/** Asks a URL how it is. @returns 0 if the status is below 400, else 1 */
export async function probe(url: string): Promise<number> {
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS) });
  await response.body?.cancel();
  return response.status < 400 ? 0 : 1;
}
