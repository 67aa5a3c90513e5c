import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { downloadModule } from '../binaries/index.ts';
import { CRD_SOURCES } from '../../policies/schema/index.ts';
import { describeAnswer } from './answer.ts';
import type { ApiClient } from './client.ts';
import { waitFor } from './component.ts';
import { databaseClusterCrd } from './database-cluster-crd.ts';
import type { ApiObject } from './resource-paths.ts';
import { sopsSecretCrd } from './sops-secret-crd.ts';

/** Fetches the definitions of every custom resource that our own check knows, and refuses a module whose hash is not the one noted there. */
export async function fetchCustomResources(go: string): Promise<ApiObject[]> {
  const definitions: ApiObject[] = [];
  for (const { module, version, sum, files } of CRD_SOURCES) {
    const downloaded = await downloadModule(go, module, version);
    if (downloaded.sum !== sum)
      throw new Error(`${module}@${version} has the hash ${downloaded.sum}, but policies/schema/crd-sources.ts expects ${sum}`);
    for (const { path } of files) {
      definitions.push(withoutWebhook(parse(readFileSync(join(downloaded.dir, path), 'utf8')) as ApiObject));
    }
  }
  return [...definitions, databaseClusterCrd, sopsSecretCrd];
}

/** Installs definitions and waits until the server serves them. */
export async function installCustomResources(client: ApiClient, definitions: readonly ApiObject[]): Promise<void> {
  for (const definition of definitions) {
    const answer = await client.apply(definition);
    if (!answer.ok) throw new Error(`${definition.metadata.name} cannot be installed: ${describeAnswer(answer)}`);
  }
  const pending = async () => {
    const installed = await client.list('apiextensions.k8s.io/v1', 'CustomResourceDefinition');
    const waiting = installed.filter((definition) => !isEstablished(definition));
    return waiting.length === 0 ? undefined : waiting.map(({ metadata }) => metadata.name).join(', ');
  };
  await waitFor({ what: 'custom resources to be served', seconds: 60, pending });
}

/** No operator runs here that could convert between versions. None is needed: only stored versions are written. */
function withoutWebhook(definition: ApiObject): ApiObject {
  const { conversion: _, ...spec } = definition['spec'] as Record<string, unknown>;
  return { ...definition, spec };
}

function isEstablished({ status }: ApiObject): boolean {
  const { conditions = [] } = (status ?? {}) as { conditions?: readonly { type: string; status: string }[] };
  return conditions.some((condition) => condition.type === 'Established' && condition.status === 'True');
}
