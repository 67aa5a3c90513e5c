import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../contract/wire/index.ts';
import type { App } from '../app.ts';

/** Where the built page may be: beside the program in the package and in the image, or where `npm run build:web` puts it in the repository. */
const FOLDERS = [join(import.meta.dirname, 'web'), join(import.meta.dirname, '..', '..', '..', '.cache', 'web')];

/**
 * What the page may do: load our own files and call us. No script or style in its text is ever run, whatever an agent wrote.
 *
 * @see https://www.w3.org/TR/CSP3/
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const HEADERS = {
  'Content-Security-Policy': POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

/** Files whose names hold a hash of what is in them: they never change. */
const HASHED = /^\/assets\//;

/** Paths of programs, not of people. What is not there is not the page either. */
const NO_PAGE = /^\/(v\d+|hooks|mcp|assets)(\/|$)/;

/** Serves the page: its files, and its first file for every path that a person may open. */
export async function addPage(app: App, folders: readonly string[] = FOLDERS): Promise<void> {
  // It asks for a folder that is there; each answer names its own.
  await app.register(fastifyStatic, { root: import.meta.dirname, serve: false, cacheControl: false });

  app.get('/*', { schema: { hide: true } }, (request, reply) => {
    const path = request.url.replace(/[?#].*$/, '');
    const isFile = /^(\/assets)?\/[\w-]+(\.[\w-]+)*\.[a-z]+\d?$/.test(path) && path !== '/index.html';
    if (!isFile && !mayOpen(request, path)) throw new Refusal('FW_NOT_FOUND', 'There is no such path, or it is not for this method');
    // It may be built while this program runs.
    const root = folders.find((folder) => existsSync(join(folder, 'index.html')));
    if (root === undefined) return tellHowToBuild(reply);
    if (isFile && !existsSync(join(root, path))) throw new Refusal('FW_NOT_FOUND', 'There is no such file');
    void reply.headers(HEADERS).header('Cache-Control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    return reply.sendFile(isFile ? path.slice(1) : 'index.html', root);
  });
}

/** Browsers ask for HTML; programs that ask for a path that is not there get a problem document. */
function mayOpen({ headers }: FastifyRequest, path: string): boolean {
  return path === '/' || (!NO_PAGE.test(path) && headers.accept?.includes('text/html') === true);
}

function tellHowToBuild(reply: FastifyReply): FastifyReply {
  return reply
    .code(503)
    .headers(HEADERS)
    .type('text/plain; charset=utf-8')
    .serializer(String)
    .send('The page is not built yet. Run "npm run build:web" in the repository, and look again.\n');
}
