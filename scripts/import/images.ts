/** An image that the environment has to lock. */
export interface ImageNeed {
  /** Its name in the image lock. */
  readonly name: string;
  /** What ran until now; `undefined` where Fleetwright brings its own. */
  readonly image: string | undefined;
  /** The reference by digest, where the input had one. */
  readonly locked: string | undefined;
}

const LOCKED = /^[a-z0-9][-a-z0-9.]*(:[0-9]+)?(\/[a-z0-9][-a-z0-9._]*)+(:[A-Za-z0-9_][-A-Za-z0-9._]{0,127})?@sha256:[0-9a-f]{64}$/;

/** The name under which an image is locked: `wanted`, unless another image has it. */
export function planImage(images: Map<string, ImageNeed>, wanted: string, image: string | undefined): string {
  const base =
    wanted
      .toLowerCase()
      .replaceAll(/[^a-z0-9._/@-]+/g, '-')
      .replace(/^[^a-z0-9]+/, '')
      .slice(0, 110) || 'image';
  for (let count = 1; ; count++) {
    const name = count === 1 ? base : `${base}-${count}`;
    const known = images.get(name);
    if (known !== undefined && known.image !== image) continue;
    const locked = image !== undefined && LOCKED.test(image) ? image : undefined;
    images.set(name, { name, image, locked });
    return name;
  }
}

/** The last part of an image's name: `ghcr.io/acme/tool-x:1.2` → `tool-x`. */
export function imageBaseName(image: string): string {
  return image.split('@')[0]?.split('/').at(-1)?.split(':')[0] ?? '';
}
