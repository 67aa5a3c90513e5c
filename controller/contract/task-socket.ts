/** Most bytes of an answer. */
const ANSWER_BYTES = 4 * 1024 * 1024;

/** What the worker, and through it the controller, did not want. */
export class TaskRefusal extends Error {
  override readonly name = 'TaskRefusal';
}

/** Speaks to the worker about the task that a program works on, by the socket at `AGENT_TASK_SOCKET`. */
export class TaskSocket {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** Makes a call of the worker's socket. @throws TaskRefusal with what is wrong */
  async call<Answer>(name: string, body: object): Promise<Answer> {
    const { status, text } = await this.#send(name, JSON.stringify(body));
    const answer = JSON.parse(text) as Answer & { readonly code?: string; readonly detail?: string };
    if (status === 200) return answer;
    throw new TaskRefusal(`${answer.detail ?? 'The worker refused'}${answer.code === undefined ? '' : ` [${answer.code}]`}`);
  }

  async #send(name: string, body: string): Promise<{ status: number; text: string }> {
    // Only programs that speak with a worker need it; whoever renders pods reads the same contract.
    const { request } = await import('node:http');
    return new Promise((resolve, reject) => {
      const sent = request({ socketPath: this.#path, path: `/${name}`, method: 'POST' }, (response) => {
        const pieces: Buffer[] = [];
        let size = 0;
        response.on('data', (piece: Buffer) => {
          size += piece.length;
          if (size > ANSWER_BYTES) sent.destroy(new Error('The answer of the worker is too long'));
          else pieces.push(piece);
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(pieces).toString('utf8') }));
        response.on('error', reject);
      });
      sent.on('error', (cause) => reject(new Error('The worker does not answer; the attempt may be over', { cause })));
      sent.end(body);
    });
  }
}
