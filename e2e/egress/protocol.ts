/** A request to the proxy, made within the network namespace. */
export interface ProxyRequest {
  /** `CONNECT` to `host:port`, or another method of plain HTTP to a URL. Empty: connects, and says nothing. */
  readonly method: string;
  readonly target: string;
  /** `name:password`; left out, none is sent. */
  readonly credentials?: string | undefined;

  /**
   * How long a new tunnel is silent, in milliseconds.
   *
   * @default 0
   */
  readonly silence?: number | undefined;
}

/** What came back. */
export interface ProxyAnswer {
  /** Of the proxy, or through it of the origin; 0 when the connection ended without one. */
  readonly status: number;
  /** What the origin said: its address and port. Empty when nothing came through. */
  readonly origin: string;
}

/** What the tests ask of the program in the network namespace. */
export type Question =
  { readonly id: number; readonly kind: 'request'; readonly request: ProxyRequest } | { readonly id: number; readonly kind: 'names' };

/** What it answers. */
export interface Reply {
  readonly id: number;
  readonly answer?: ProxyAnswer;
  /** All names that DNS was asked for so far. */
  readonly names?: readonly string[];
}
