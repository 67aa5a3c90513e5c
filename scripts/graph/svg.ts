import { escapeXml } from './escape.ts';
import { type Drawing, type Item, type MarkItem, SLANT, type TextItem } from './items.ts';
import { styleSheet } from './theme.ts';

/** What a picture says of itself to those who do not see it. */
export interface SvgTexts {
  readonly title: string;
  readonly description: string;
}

/** Writes a drawing as an SVG document of its own, in which no text is anything but text. */
export function toSvg({ width, height, items }: Drawing, { title, description }: SvgTexts): string {
  const [w, h] = [Math.ceil(width), Math.ceil(height)];
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" class="fw" role="img" aria-labelledby="fw-title fw-desc" width="${w}" height="${h}" viewBox="0 0 ${w} ${h}">`,
    `<title id="fw-title">${escapeXml(title)}</title>`,
    `<desc id="fw-desc">${escapeXml(description)}</desc>`,
    `<style>${styleSheet()}</style>`,
    ...items.map(toElement),
    '</svg>',
  ].join('\n')}\n`;
}

function toElement(item: Item): string {
  switch (item.item) {
    case 'rect':
      return `<rect class="${item.style}" x="${n(item.x)}" y="${n(item.y)}" width="${n(item.width)}" height="${n(item.height)}" rx="${item.style === 'stripe' ? 6 : 12}"/>`;
    case 'line':
      return `<path class="${item.colour === undefined ? 'guide' : `wire ${item.colour}`}" d="M${n(item.x1)} ${n(item.y1)}L${n(item.x2)} ${n(item.y2)}"/>`;
    case 'mark':
      return toMark(item);
    case 'text':
      return toText(item);
  }
}

function toText({ x, y, style, colour, text, title }: TextItem): string {
  const turn = style === 'column' ? ` transform="rotate(-${SLANT} ${n(x)} ${n(y)})"` : '';
  const more = title === undefined || title === text ? '' : `<title>${escapeXml(title)}</title>`;
  return `<text class="${style}${colour === undefined ? '' : ` ${colour}`}" x="${n(x)}" y="${n(y)}"${turn}>${more}${escapeXml(text)}</text>`;
}

/** Three shapes, so that nobody has to tell colours apart: a disc, a ring, and a diamond. */
function toMark({ x, y, kind, colour, title }: MarkItem): string {
  const about = `<title>${escapeXml(title)}</title>`;
  switch (kind) {
    case 'given':
      return `<circle class="${colour} full" cx="${n(x)}" cy="${n(y)}" r="5.5">${about}</circle>`;
    case 'fallback':
      return `<circle class="${colour} fallback" cx="${n(x)}" cy="${n(y)}" r="4.5" stroke-width="2">${about}</circle>`;
    case 'own':
      return `<path class="${colour} full" d="M${n(x - 7)} ${n(y)}l7 -7l7 7l-7 7z">${about}</path>`;
  }
}

/** Numbers with at most one decimal: the same on every machine, and short. */
function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
