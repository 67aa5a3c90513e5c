import { describe, expect, it } from 'vitest';
import { Editor, Exposure, Run, Size, WorkerRuntime, Workspace } from '../../constructs/index.ts';
import { anAgent, anEnvironment, anOrg } from '../../test/builders.ts';
import { containerOf, dig, only, podOf } from '../../test/manifests.ts';
import { renderAgent } from './agent.ts';

const INGRESS = anEnvironment({
  cluster: { ingress: { className: 'nginx', kind: 'ingress', pods: { labels: {}, namespace: 'ingress' } } },
});

function render(expose: Exposure, { environment = anEnvironment(), editor = false } = {}) {
  const runtime = WorkerRuntime.shell({ command: ['true'], editor: editor ? Editor.codeServer() : undefined });
  const workspace = Workspace.volume({ size: Size.gibibytes(1) });
  return renderAgent(anAgent(anOrg({ environment }), 'greeter', { run: Run.service({ expose }), runtime, workspace }));
}

function signInArgs(manifests: ReturnType<typeof render>) {
  return containerOf(podOf(manifests), 'sign-in').args ?? [];
}

describe('what is exposed', () => {
  it('is found by its host, through a Gateway', () => {
    expect(only(render(Exposure.signedIn()), 'HTTPRoute').spec).toEqual({
      hostnames: ['greeter.acme.agents.example.org'],
      parentRefs: [{ name: 'public', namespace: 'ingress' }],
      rules: [{ backendRefs: [{ name: 'greeter', port: 4180 }], matches: [{ path: { type: 'PathPrefix', value: '/' } }] }],
    });
  });

  it('is found by its host, through an Ingress', () => {
    expect(only(render(Exposure.signedIn(), { environment: INGRESS }), 'Ingress').spec).toEqual({
      ingressClassName: 'nginx',
      rules: [
        {
          host: 'greeter.acme.agents.example.org',
          http: { paths: [{ backend: { service: { name: 'greeter', port: { number: 4180 } } }, path: '/', pathType: 'Prefix' }] },
        },
      ],
      tls: [{ hosts: ['greeter.acme.agents.example.org'] }],
    });
  });

  it('asks who is there, through a sidecar that the route leads to', () => {
    const manifests = render(Exposure.signedIn());
    expect(dig(only(manifests, 'Service'), 'spec', 'ports')).toContainEqual({ name: 'sign-in', port: 4180, targetPort: 4180 });
    expect(signInArgs(manifests)).toEqual([
      '--client-id=fleetwright',
      '--client-secret-file=/dev/null',
      '--code-challenge-method=S256',
      '--cookie-secret-file=/etc/sign-in/cookie-secret',
      '--cookie-samesite=lax',
      '--email-domain=*',
      '--http-address=0.0.0.0:4180',
      '--oidc-issuer-url=https://id.example.org',
      '--provider=oidc',
      '--redirect-url=https://greeter.acme.agents.example.org/oauth2/callback',
      '--reverse-proxy=true',
      '--silence-ping-logging=true',
      '--skip-provider-button=true',
      '--upstream=http://127.0.0.1:8080/',
    ]);
  });

  it('lets in the members of its groups only', () => {
    expect(signInArgs(render(Exposure.signedIn({ groups: ['staff', 'ops'] }))).slice(0, 2)).toEqual([
      '--allowed-group=staff',
      '--allowed-group=ops',
    ]);
  });

  it('hands the texts of the environment on as they are', () => {
    const environment = anEnvironment({ cluster: { oidc: { clientId: '$(HOME)', issuer: 'https://id.example.org' } } });
    expect(signInArgs(render(Exposure.signedIn(), { environment }))[0]).toBe('--client-id=$$(HOME)');
  });

  it('has the key of its sessions as a file, from its own credentials', () => {
    const manifests = render(Exposure.signedIn());
    expect(podOf(manifests).spec.volumes).toContainEqual({
      name: 'sign-in',
      secret: { defaultMode: 0o440, items: [{ key: 'cookie-secret', path: 'cookie-secret' }], secretName: 'greeter-credentials' },
    });
    expect(manifests.map(({ kind }) => kind)).toContain('ExternalSecret');
  });

  it('reaches the provider through the egress proxy', () => {
    const manifests = render(Exposure.signedIn());
    expect(containerOf(podOf(manifests), 'sign-in').env?.map(({ name }) => name)).toContain('HTTPS_PROXY');
    expect(only(manifests, 'NetworkPolicy').metadata.annotations).toMatchObject({
      'fleetwright.dev/egress': 'id.example.org (TCP 443): people sign in there',
    });
  });

  it('asks nobody when it is public, and says why on the route', () => {
    const manifests = render(Exposure.public('a status page'));
    expect(podOf(manifests).spec.initContainers.map(({ name }) => name)).not.toContain('sign-in');
    const route = only(manifests, 'HTTPRoute');
    expect(route.metadata.annotations).toMatchObject({ 'fleetwright.dev/public-because': 'a status page' });
    expect(dig(route, 'spec', 'rules', 0, 'backendRefs')).toEqual([{ name: 'greeter', port: 8080 }]);
  });

  it('has no route when nobody is let in', () => {
    const kinds = renderAgent(anAgent(anOrg())).map(({ kind }) => kind);
    expect(kinds).not.toContain('HTTPRoute');
    expect(kinds).not.toContain('Ingress');
  });

  it.each(['ingress', 'oidc'] as const)('says what to do when the environment has no %s', (capability) => {
    const environment = anEnvironment({ cluster: { [capability]: undefined } });
    expect(() => render(Exposure.signedIn(), { environment })).toThrow(
      `environment 'test' has no '${capability}', which an exposed agent needs: add it under 'cluster' in environments/test.yaml [FW_ENVIRONMENT_INVALID]`,
    );
  });
});

describe('the editor', () => {
  const pod = podOf(render(Exposure.signedIn(), { editor: true }));

  it('listens on the loopback address, as it asks for no password', () => {
    expect(containerOf(pod, 'editor').args).toEqual([
      '--auth=none',
      '--bind-addr=127.0.0.1:8443',
      '--disable-telemetry',
      '--disable-update-check',
      '/workspace',
    ]);
    expect(containerOf(pod, 'editor').ports).toBeUndefined();
  });

  it('runs beside the agent', () => {
    expect(containerOf(pod, 'editor').restartPolicy).toBe('Always');
  });

  it('is what people see after the sign-in', () => {
    expect(containerOf(pod, 'sign-in').args).toContain('--upstream=http://127.0.0.1:8443/');
  });

  it('is watched from inside', () => {
    const command = ['/fleetwright/worker', 'probe', 'http://127.0.0.1:8443/healthz'];
    expect(dig(containerOf(pod, 'editor').startupProbe, 'exec')).toEqual({ command });
    expect(dig(containerOf(pod, 'editor').livenessProbe, 'exec')).toEqual({ command });
  });
});
