import { PORTS } from '../../controller/contract/index.ts';
import type { Exposure, Manifest } from '../../constructs/index.ts';
import type { AgentPlace } from './agent-place.ts';
import { asksToSignIn, type Exposed, ingressRules, renderRouteTo, signInSecret, signInSidecar } from '../exposure.ts';
import type { Rule } from '../network-policy.ts';
import type { Volume } from '../secret/secret-files.ts';

/** How an agent is exposed; `undefined` when nobody outside the cluster reaches it. */
function exposureOf({ mode }: AgentPlace): Exposure | undefined {
  return mode.kind === 'service' ? mode.expose : undefined;
}

/** Behind the sign-in is the editor, or the program of an agent without one. */
function exposedOf(place: AgentPlace): Exposed {
  const { agent, credentials, environment, namespace, owner, proxied } = place;
  return {
    credentials,
    environment,
    exposure: exposureOf(place),
    name: agent.name,
    namespace,
    owner,
    port: PORTS.worker,
    proxied,
    signedInPort: agent.runtime.editor === undefined ? PORTS.worker : PORTS.editor,
  };
}

/** Whether people sign in before they reach the agent. */
export function hasSignIn(place: AgentPlace): boolean {
  return asksToSignIn({ exposure: exposureOf(place) });
}

/** Lets the pods through which requests come into the cluster reach an exposed agent. */
export function exposureRules(place: AgentPlace): Rule[] {
  return exposureOf(place) === undefined ? [] : ingressRules(exposedOf(place));
}

/** The route to an exposed agent. */
export function renderRoute(place: AgentPlace): Manifest[] {
  return exposureOf(place) === undefined ? [] : renderRouteTo(exposedOf(place));
}

/** The volume of the sign-in. */
export function signInVolume({ credentials }: AgentPlace): Volume {
  return signInSecret({ credentials });
}

/** The sign-in before an agent. */
export function signInContainer(place: AgentPlace): object {
  return signInSidecar(exposedOf(place));
}
