export { parseCatalogue } from './tool-catalogue.ts';
export { digestOf, findBrokenRange, isAsLocked, isSameSource, parseLock, rangesOf, renderLock } from './tool-lock.ts';
