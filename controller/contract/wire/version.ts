/**
 * Version of the contract between the controller, its workers and its callers. A controller serves callers of the same major version that
 * are at most as new as itself: messages only ever gain optional fields, and a controller is upgraded before what calls it.
 */
export const CONTRACT_VERSION = '1.1';

/** Path under which this major version is served. */
export const API_PREFIX = '/v1';
