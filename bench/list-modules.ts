import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

/** Loaded by `node --import` before a program: lists the modules that the program loads, in the file that `BENCH_MODULES` names. */
const urls = new Set<string>();
registerHooks({
  load: (url, context, nextLoad) => {
    if (!url.startsWith('node:')) urls.add(url);
    return nextLoad(url, context);
  },
});
process.once('exit', () => writeFileSync(process.env['BENCH_MODULES'] ?? 'modules.txt', [...urls].join('\n')));
