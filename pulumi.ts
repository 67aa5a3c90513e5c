import { deployOrg } from './scripts/pulumi/index.ts';

// The Pulumi program: the org and the environment that the stack is named for. `Pulumi.yaml` runs it.
await deployOrg();
