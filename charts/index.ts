export { WAVE } from './manifest.ts';
export { argoParts, fleetParts, type ManifestPart, type MetadataPart, orgParts, type Part } from './parts.ts';
export { toYaml } from './yaml/yaml.ts';
