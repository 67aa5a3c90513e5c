/** What of the example estate a new repository begins with. */
export interface Template {
  /** For people who choose. */
  readonly holds: string;
  /**
   * Names of the orgs whose stacks it takes.
   *
   * @default all
   */
  readonly orgs?: readonly string[];
  /**
   * Names of its environments.
   *
   * @default all
   */
  readonly environments?: readonly string[];
  /**
   * Names of the images that its orgs need.
   *
   * @default all
   */
  readonly images?: readonly string[];
}

/** Names of templates. */
export type TemplateName = 'minimal' | 'full';

/** All templates, the smallest first. */
export const templates: Readonly<Record<TemplateName, Template>> = {
  minimal: {
    holds: 'one org with one agent, in one environment',
    orgs: ['hello'],
    environments: ['dev'],
    images: ['litellm', 'mcp-fetch', 'redis', 'squid', 'worker'],
  },
  full: { holds: 'a software factory, a lab and a small org, in three environments' },
};
