export { buildBinaries, type BuiltBinary } from './build.ts';
export { type BinaryName, kwokModule } from './catalog.ts';
export { downloadModule, findGo } from './go.ts';
export { runCommand } from './run-command.ts';
export { unpackDebian } from './debian-packages.ts';
