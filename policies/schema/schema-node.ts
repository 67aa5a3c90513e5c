/** Position of a node in `SchemaData.nodes`. Equal nodes are kept once, so many fields share one id. */
export type NodeId = number;

/** How many of some keys an object may set, such as exactly one kind of source for a volume. */
export interface KeyGroup {
  readonly keys: readonly string[];
  readonly min: number;
  readonly max: number;
}

/** Any JSON value but null; what is inside is not looked at. */
export interface AnyNode {
  readonly type: 'any';
}

/** `true` or `false`. */
export interface BooleanNode {
  readonly type: 'boolean';
}

/** What a string may look like; every facet that is given must hold. */
export interface TextFacets {
  readonly enum?: readonly string[];
  /** A regular expression that must match somewhere in the text. */
  readonly pattern?: string;
  /** What the pattern means, to follow "must be". */
  readonly says?: string;
  readonly format?: 'byte' | 'cidr' | 'date-time';
  /** Lengths count Unicode code points. */
  readonly minLength?: number;
  readonly maxLength?: number;
}

/** Text. A `secret` one is never shown in a message. */
export interface StringNode extends TextFacets {
  readonly type: 'string';
  readonly secret?: true;
}

/** A number, both ends included. Without ends an integer must still be one that JavaScript can hold exactly. */
export interface NumberNode {
  readonly type: 'integer' | 'number';
  readonly minimum?: number;
  readonly maximum?: number;
}

/** A 32 bit integer, or text: a port number or its name, a count or a percentage. The facets judge the text, the ends the integer. */
export interface IntOrStringNode extends TextFacets {
  readonly type: 'intOrString';
  readonly minimum?: number;
  readonly maximum?: number;
}

/** An amount such as `500m` or `1Gi`, or a plain number. */
export interface QuantityNode {
  readonly type: 'quantity';
  /** Given where a negative amount makes no sense. */
  readonly minimum?: 0;
}

/** A list. */
export interface ArrayNode {
  readonly type: 'array';
  readonly items: NodeId;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** The keys that tell the items apart, each with the value that stands for an absent one; empty when items are told apart by themselves. */
  readonly unique?: Readonly<Record<string, string | null>>;
}

/** An object with keys of the user's choice, all values alike. */
export interface MapNode {
  readonly type: 'map';
  readonly values: NodeId;
  /** A regular expression for the keys. */
  readonly keys?: string;
  /** What `keys` means, to follow "must have keys that are". */
  readonly says?: string;
  readonly minProperties?: number;
  readonly maxProperties?: number;
}

/** An object with known fields. */
export interface ObjectNode {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, NodeId>>;
  readonly required?: readonly string[];
  /** At most two. */
  readonly groups?: readonly KeyGroup[];
  /** Whether keys that are not listed may be set as well. */
  readonly open?: true;
}

/** One node of the trimmed schema. */
export type SchemaNode =
  AnyNode | BooleanNode | StringNode | NumberNode | IntOrStringNode | QuantityNode | ArrayNode | MapNode | ObjectNode;

/** Where a part of the schema was taken from. */
export interface SchemaSource {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** The generated file. */
export interface SchemaData {
  readonly sources: readonly SchemaSource[];
  /** `<apiVersion> <kind>` → the node that describes the whole object. */
  readonly kinds: Readonly<Record<string, NodeId>>;
  readonly nodes: readonly SchemaNode[];
}
