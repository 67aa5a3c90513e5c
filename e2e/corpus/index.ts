export { buildCorpus } from './corpus.ts';
export { judge, type Judgement } from './verdict.ts';
