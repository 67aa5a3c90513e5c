import type { Egress } from '../../constructs/index.ts';
import { EGRESS_PORT } from './egress-client.ts';
import type { EgressClient } from './egress-intents.ts';
import type { AddressRanges } from './private-addresses.ts';
import { clientRules } from './squid-rules.ts';

/** What a squid configuration depends on. */
export interface SquidConfigOptions {
  /** The org, for people who read messages. */
  readonly org: string;
  readonly clients: readonly EgressClient[];
  /** Addresses that no name may lead to. */
  readonly forbidden: AddressRanges;
}

/** Where squid finds things in its pod. */
export const SQUID_PATHS = {
  config: '/etc/squid/conf/squid.conf',
  passwordCheck: '/etc/squid/conf/check-password.sh',
  /** A file for each client. */
  passwords: '/etc/squid/agents',
} as const;

/** Decimal, octal and hexadecimal IPv4 addresses have a last label that begins with a digit; IPv6 addresses have a colon. */
const IP_LITERALS = String.raw`(^|\.)[0-9][^.]*\.?$ :`;

/**
 * The configuration of an org's egress proxy. Who connects needs a password; then the host must be on its list, at a port
 * of the list; only then is the name resolved, and the request refused if any of its addresses is not public.
 *
 * @see https://www.squid-cache.org/Doc/config/
 */
export function renderSquidConfig({ org, clients, forbidden }: SquidConfigOptions): string {
  const lines = [
    ...serverLines(org),
    ...passwordLines(org),
    ...commonRules(
      clients.flatMap(({ intents }) => intents),
      forbidden,
    ),
    ...clientRules(clients),
    'http_access deny all',
  ];
  return `${lines.join('\n')}\n`;
}

function serverLines(org: string): string[] {
  return [
    `visible_hostname egress.${org}`,
    'pid_filename none',
    'coredump_dir none',
    'cache deny all',
    'cache_mem 8 MB',
    'memory_pools off',
    'max_filedescriptors 8192',
    'netdb_filename none',
    'digest_generation off',
    'pinger_enable off',
    'shutdown_lifetime 30 seconds',
    'dns_timeout 5 seconds',
    'positive_dns_ttl 60 seconds',
    'negative_dns_ttl 1 second',
    'forwarded_for delete',
    'httpd_suppress_version_string on',
    'logfile_rotate 0',
    'cache_log /dev/stderr',
    // The kubelet's probes connect and say nothing.
    'acl asked has request',
    'logformat agent %ts.%03tu agent=%un client=%>a method=%rm url=%ru status=%>Hs why=%Ss dst=%<a bytes_out=%>st bytes_in=%<st ms=%tr',
    'access_log stdio:/dev/stdout logformat=agent asked',
    'buffered_logs off',
  ];
}

function passwordLines(org: string): string[] {
  return [
    `http_port ${EGRESS_PORT}`,
    `auth_param basic program /bin/sh ${SQUID_PATHS.passwordCheck} ${SQUID_PATHS.passwords}`,
    'auth_param basic children 4 startup=1 idle=1',
    `auth_param basic realm egress.${org}`,
    'auth_param basic credentialsttl 60 seconds',
    'auth_param basic casesensitive on',
    'acl known proxy_auth REQUIRED',
  ];
}

/** What holds for everyone. The first refusal asks for credentials, so that all later ones are logged with a name. */
function commonRules(intents: readonly Egress[], { ipv4, ipv6 }: AddressRanges): string[] {
  const ports = [...new Set(intents.filter(({ methods }) => methods.length === 0).flatMap((intent) => intent.ports))].sort((a, b) => a - b);
  return [
    'acl CONNECT method CONNECT',
    'acl http proto HTTP',
    'acl web port 80',
    ...ports.map((port) => `acl tls port ${port}`),
    ...[...ipv4, ...ipv6].map((range) => `acl forbidden dst ${range}`),
    `acl ip_literal dstdom_regex -n -i ${IP_LITERALS}`,
    'http_access deny !known',
    ports.length === 0 ? 'http_access deny CONNECT' : 'http_access deny CONNECT !tls',
    'http_access deny ip_literal',
  ];
}
