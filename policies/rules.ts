import { annotationSize } from './annotation-size.ts';
import { brokeredSecret } from './brokered-secret.ts';
import { budgetFits } from './budget-fits.ts';
import { capabilityPresent } from './capability-present.ts';
import { ciliumPolicyOpen } from './cilium-policy-open.ts';
import { credentialOwner } from './credential-owner.ts';
import { crossOrgReference } from './cross-org-reference.ts';
import { danglingReference } from './dangling-reference.ts';
import { duplicateObject } from './duplicate-object.ts';
import { egressExpired } from './egress-expired.ts';
import { egressSnapshot } from './egress-snapshot.ts';
import { exposureDeclared } from './exposure-declared.ts';
import { externalPath } from './external-path.ts';
import { externalSource } from './external-source.ts';
import { foreignNamespace } from './foreign-namespace.ts';
import { imageDigest } from './image-digest.ts';
import { imageLocked } from './image-locked.ts';
import { labelSyntax } from './label-syntax.ts';
import { lostConstruct } from './lost-construct.ts';
import { networkPolicyOpen } from './network-policy-open.ts';
import { objectName } from './object-name.ts';
import { objectSize } from './object-size.ts';
import { oneEngine } from './one-engine.ts';
import { podSecurityRestricted } from './pod-security-restricted.ts';
import { privilegedPort } from './privileged-port.ts';
import { processLimits } from './process-limits.ts';
import { rbacNarrow } from './rbac-narrow.ts';
import { reachDeclared } from './reach-declared.ts';
import { resourceLimits } from './resource-limits.ts';
import { rootFilesystemReadOnly } from './root-filesystem-read-only.ts';
import type { Rule } from './rule.ts';
import { schedulingNarrow } from './scheduling-narrow.ts';
import { sealedSecret } from './sealed-secret.ts';
import { sealedSource } from './sealed-source.ts';
import { secretValue } from './secret-value.ts';
import { serviceAccountToken } from './service-account-token.ts';
import { strictSchema } from './strict-schema.ts';
import { taskTaken } from './task-taken.ts';
import { templateToken } from './template-token.ts';
import { toolDependencies } from './tool-dependencies.ts';
import { unknownKind } from './unknown-kind.ts';
import { unusedPart } from './unused-part.ts';
import { variableToken } from './variable-token.ts';

/** All that must hold: about the description of a fleet first, then about its objects. */
export const RULES: readonly [Rule, ...Rule[]] = [
  crossOrgReference,
  lostConstruct,
  capabilityPresent,
  imageLocked,
  sealedSecret,
  externalPath,
  brokeredSecret,
  budgetFits,
  egressSnapshot,
  egressExpired,
  toolDependencies,
  taskTaken,
  unusedPart,
  strictSchema,
  unknownKind,
  objectName,
  labelSyntax,
  annotationSize,
  objectSize,
  oneEngine,
  foreignNamespace,
  secretValue,
  templateToken,
  rbacNarrow,
  sealedSource,
  externalSource,
  exposureDeclared,
  privilegedPort,
  processLimits,
  networkPolicyOpen,
  reachDeclared,
  ciliumPolicyOpen,
  imageDigest,
  podSecurityRestricted,
  rootFilesystemReadOnly,
  resourceLimits,
  schedulingNarrow,
  serviceAccountToken,
  credentialOwner,
  variableToken,
  duplicateObject,
  danglingReference,
];
