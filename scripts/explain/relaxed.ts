import { Agent, type Egress, EgressPolicy, Model, Org, type OrgPart, Tool } from '../../constructs/index.ts';
import { sayAccess, sayHost } from '../graph/describe.ts';

/** A default that is less strict than it would be, and why. */
export type RelaxedRow = Readonly<Record<'what' | 'why', string>>;

const NO_REASON = 'no reason is asked for';

/** Where a part lets more through than it would by itself, with the reasons that the stack gives. */
export function relaxedOf(part: Org | OrgPart): RelaxedRow[] {
  if (part instanceof Agent) return relaxedAgent(part);
  if (part instanceof Tool) return egressRows(part.intents());
  if (part instanceof EgressPolicy) return egressRows(part.allow);
  if (part instanceof Model && part.cache?.shared === true) return [{ what: "agents get each other's answers", why: NO_REASON }];
  if (part instanceof Org && !part.gateway.guardrails.some(({ kind }) => kind === 'secrets')) {
    return [{ what: 'credentials may be sent to models', why: NO_REASON }];
  }
  return [];
}

function relaxedAgent({ egress, apiAccess, run: { mode }, runtime, workspace, patches, tools }: Agent): RelaxedRow[] {
  const intents = egress.flatMap((grant) => (grant instanceof EgressPolicy ? grant.allow : [grant]));
  const rows = egressRows([...new Set(intents)]);
  for (const tool of tools)
    if (tool.placement.at.kind === 'sidecar') rows.push(...egressRows(tool.intents(), `, by its sidecar ${tool.name}`));
  for (const access of apiAccess) rows.push({ what: `may ${sayAccess(access)} by the Kubernetes API`, why: access.reason });
  if (runtime.commands.length > 0) rows.push({ what: `its model may run ${runtime.commands.join(', ')}`, why: NO_REASON });
  if (mode.kind === 'service' && mode.expose?.publicReason !== undefined) {
    rows.push({ what: 'everyone may reach it, without signing in', why: mode.expose.publicReason });
  }
  if (workspace?.persistent === true && !workspace.confirmDelete)
    rows.push({ what: 'its workspace is deleted without asking', why: NO_REASON });
  for (const { kind, patches: operations } of patches) {
    rows.push({
      what: `its ${kind} is patched at ${operations.map((patch) => (patch._toJson() as { path: string }).path).join(', ')}`,
      why: NO_REASON,
    });
  }
  return rows;
}

function egressRows(intents: readonly Egress[], by = ''): RelaxedRow[] {
  return intents.map((intent) => {
    const { reason, owner, expires } = intent;
    const why = [reason, ...(owner === undefined ? [] : [`for ${owner}`]), ...(expires === undefined ? [] : [`until ${expires}`])];
    return { what: `may reach ${sayHost(intent)}${by}`, why: why.join(', ') };
  });
}
