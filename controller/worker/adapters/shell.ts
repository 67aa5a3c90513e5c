import { findLastJson } from '../result.ts';
import type { Adapter } from './adapter.ts';
import { textOf } from './prompt.ts';

/** Programs that follow the contract by themselves: the input comes as standard input, a text as it is and all else as JSON. */
export const shell: Adapter = {
  call: (program, { input }) => ({ argv: program, input: textOf(input) }),
  read(output) {
    const json = findLastJson(output);
    return json === undefined ? {} : { result: json };
  },
};
