export { type About, readAbout } from './about.ts';
export { findLinks, type SafeLink } from './links.ts';
