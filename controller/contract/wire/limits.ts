/** What a single message may hold. One place, so that the API, the worker and the store agree. */
export const LIMITS = {
  /** Most attempts at one task. */
  attempts: 100,
  /** Bytes of a task's input, as JSON. */
  inputBytes: 256 * 1024,
  /** Bytes of a result, as JSON; bigger results are artifacts. */
  resultBytes: 1024 * 1024,
  /** Bytes of the data of an event, a signal, a question or an answer, as JSON. */
  dataBytes: 64 * 1024,
  /** Bytes of the text of a log chunk. */
  chunkBytes: 64 * 1024,
  /** Items of one bulk call: tasks, claims, heartbeats, completions, log chunks, events. */
  batch: 1000,
  /** Tasks that one task may need, or may wait for in all of its attempts together. */
  needs: 256,
  /** Levels of sub-tasks. */
  depth: 16,
  /** Longest delay, backoff or time-out, in seconds: 90 days. */
  seconds: 90 * 86_400,
  /** Longest a claim may wait for work, in seconds. */
  claimWaitSeconds: 60,
  /** Characters of a title, a key, a reason. */
  text: 1024,
} as const;
