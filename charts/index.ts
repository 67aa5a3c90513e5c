export { AgentForm } from './agent/agent-form.ts';
export { WAVE } from './manifest.ts';
export { fleetFingerprint, ownFingerprint } from './fingerprint.ts';
export { renderLocalFleetJson } from './fleet-json.ts';
export { type LocalAddresses, type LocalContract, localContract } from './agent/local-contract.ts';
export { argoParts, dispatcherParts, fleetParts, type ManifestPart, type MetadataPart, orgParts, type Part } from './parts.ts';
export { toYaml } from './yaml/yaml.ts';
