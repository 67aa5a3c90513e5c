export { WAVE } from './manifest.ts';
export { fleetFingerprint } from './fingerprint.ts';
export { argoParts, dispatcherParts, fleetParts, type ManifestPart, type MetadataPart, orgParts, type Part } from './parts.ts';
export { toYaml } from './yaml/yaml.ts';
