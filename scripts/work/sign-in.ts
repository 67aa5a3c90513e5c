import { paint, print } from '../print.ts';
import { findOrgs, type ServerOptions } from './server.ts';
import { plain, show, type ShowOptions } from './show.ts';

/** Options of `fleetwright sign-in`. */
export interface SignInOptions extends ServerOptions, ShowOptions {}

/** Makes a sign-in link for each org. Answers with the exit code. */
export async function signIn(options: SignInOptions): Promise<number> {
  const orgs = await findOrgs(options);
  const links = await Promise.all(orgs.map(async (server) => ({ org: server.org, ...(await server.signInLink()) })));
  show(links, options, () => {
    print(paint.dim('Each is good once, within ten minutes:'));
    for (const { org, link } of links) print(`${plain(org)}  ${paint.cyan(plain(link))}`);
  });
  return 0;
}
