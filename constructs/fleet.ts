import { createRequire } from 'node:module';
import { RootConstruct } from 'constructs';
import type { Environment } from './environment.ts';
import { Org } from './org.ts';

/** The root: all orgs of one environment. */
export class Fleet extends RootConstruct {
  /** Where this fleet runs. */
  readonly environment: Environment;
  #resolvers: readonly unknown[] | undefined;

  constructor(environment: Environment) {
    super(environment.name);
    this.environment = environment;
  }

  /** The orgs, in the order of their creation. */
  get orgs(): Org[] {
    return this.node.children.filter((child) => child instanceof Org);
  }

  /**
   * What cdk8s asks the root of a tree for when it resolves its own objects. It makes cdk8s objects work below an org,
   * and loads cdk8s only then.
   */
  get resolvers(): readonly unknown[] {
    if (this.#resolvers === undefined) {
      const { App } = createRequire(import.meta.url)('cdk8s') as typeof import('cdk8s');
      this.#resolvers = new App().resolvers;
    }
    return this.#resolvers;
  }
}
