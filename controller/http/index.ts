export { ACCESS, type Operation, type Role } from './access/roles.ts';
export { HTTP_LIMITS } from './make-app.ts';
export { migrateAccess } from './access/migrate-access.ts';
export { TOKENS_FILE } from './program/first-tokens.ts';
export { HELP, type ProgramOptions, readOptions } from './program/options.ts';
export { type Running, start } from './program/start.ts';
export { createServer, type Server, type ServerOptions } from './server.ts';
