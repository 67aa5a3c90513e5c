/** What the reference agent calls the model that plays transcripts where there is no key. */
const SCRIPTED = 'scripted';

/** Said wherever what it made is shown. */
export const SCRIPTED_NOTE = 'No model thought here: the answers come from a file of transcripts.';

/** Whether a model is the one that plays transcripts. */
export function isScripted(model: string): boolean {
  return model === SCRIPTED;
}
