/** A place where our schema check refuses what the server takes, on purpose. */
export interface Strictness {
  readonly kind: string;
  /** What the JSON pointer of our problem looks like. */
  readonly at: RegExp;
  readonly because: string;
}

const FORMATTED = 'in custom resources the server takes a list where a text of some format is asked for';

/** Every place where we are stricter. Anything else that we refuse and the server takes is a false alarm. */
export const stricterThanServer: readonly Strictness[] = [
  { kind: 'LimitRange', at: /^\/spec\/limits$/, because: 'a range without limits does nothing' },
  { kind: 'SopsSecret', at: /^\/spec$/, because: 'without templates it makes no secret' },
  { kind: 'PersistentVolumeClaim', at: /^\/spec\/resources\/requests\//, because: 'a claim asks for storage and nothing else' },
  { kind: 'Sandbox', at: /^\/spec\/shutdownTime$/, because: FORMATTED },
  { kind: 'CiliumNetworkPolicy', at: /\/(cidr|except\/\d+|(to|from)CIDR(Set)?\/\d+)$/, because: FORMATTED },
  { kind: '*', at: /\/volumes\/\d+$/, because: 'a volume that says only its name silently becomes an emptyDir' },
  { kind: '*', at: /\/volumes\/\d+\/.*([nN]ame|medium)$/, because: 'only the node would refuse what can never be mounted' },
  { kind: '*', at: /\/preStop\/sleep\/seconds$/, because: 'a pause without a length is none' },
];

/** Something that the server refuses and our schema check takes, because another rule of ours looks at it. */
export interface Delegation {
  /** What the server says. */
  readonly words: RegExp;
  /** Who refuses it before a server sees it. */
  readonly judgedBy: string;
}

/** Every such thing. What is not here and the server refuses must be refused by our schema check too. */
export const leftToOtherRules: readonly Delegation[] = [
  { words: /violates? PodSecurity/, judgedBy: 'the rule about Pod Security' },
  {
    words: /must be one of privileged, baseline, restricted|must be "latest" or "v1\.x"/,
    judgedBy: 'the renderer, which alone writes these labels',
  },
  {
    words: /`selector` does not match template `labels`|empty selector is invalid/,
    judgedBy: 'the rule about references within an object',
  },
  { words: /volumeMounts.*Not found/, judgedBy: 'the rule about references within an object' },
  { words: /a lowercase RFC 1123|must be an absolute path/, judgedBy: 'the constructs, which check every name' },
  { words: /expected exactly 5 fields|unknown time zone/, judgedBy: 'the construct of a schedule' },
  { words: /must be less than or equal to|is greater than default limit|should be less than/, judgedBy: 'the construct of resources' },
  { words: /a null labelSelector results in/, judgedBy: 'the renderer, which spreads pods by their own labels' },
  { words: /spec\.ports\[\d+\]\.name: Required value/, judgedBy: 'the renderer, which names every port' },
  { words: /must be an integer|fractional byte value/, judgedBy: 'the value classes of units, which hold whole numbers' },
  { words: /must specify API group|must set either a target raw value/, judgedBy: 'the renderer of autoscalers, which writes both' },
  { words: /may not be set for init containers without restartPolicy/, judgedBy: 'the renderer of sidecars' },
  {
    words: /must supply at least one (api group|resource|verb)/,
    judgedBy: "the rule about rights, which takes the dispatcher's word for word",
  },
  { words: /Must have port for Service reference/, judgedBy: 'the construct of an exposure, which always has a port' },
  {
    words:
      /spec or specs must be provided|spec(\.ports|\.accessModes|\.containers|.*\.template\.spec\.containers|\.selector): Required value/,
    judgedBy: 'the types of the renderer',
  },
];
