/** Pieces of manifests that are known to stand in many of them. */
const shared = new WeakSet<object>();

/**
 * Freezes a piece of a manifest with all that is in it, and marks both as standing in many manifests: who writes or judges
 * manifests may do so once and remember the result.
 */
export function share<Piece extends object>(piece: Piece): Piece {
  if (shared.has(piece)) return piece;
  shared.add(piece);
  Object.freeze(piece);
  for (const item of Object.values(piece) as unknown[]) if (typeof item === 'object' && item !== null) share(item);
  return piece;
}

/** What `make` makes of each key, shared: it is called once for each. */
export function shareFor<Key extends object, Piece extends object>(make: (key: Key) => Piece): (key: Key) => Piece {
  const made = new WeakMap<Key, Piece>();
  return (key) => {
    let piece = made.get(key);
    if (piece === undefined) made.set(key, (piece = share(make(key))));
    return piece;
  };
}

/** Whether a piece will never change and is worth remembering. */
export function isShared(piece: object): boolean {
  return shared.has(piece);
}
