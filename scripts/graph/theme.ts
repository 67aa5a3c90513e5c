import type { ColumnKind } from './board.ts';
import { TYPE } from './items.ts';

/** Colours of a theme: surfaces, texts, and what tells kinds apart. Texts have a contrast of 4.5 to 1 or more on all surfaces. */
export interface Theme {
  readonly page: string;
  readonly panel: string;
  readonly border: string;
  readonly stripe: string;
  readonly guide: string;
  readonly text: string;
  readonly muted: string;
  readonly kinds: Readonly<Record<ColumnKind, string>>;
}

/** The two themes of each picture. */
export const THEMES: { readonly light: Theme; readonly dark: Theme } = {
  light: {
    page: '#ffffff',
    panel: '#ffffff',
    border: '#d1d9e0',
    stripe: '#f6f8fa',
    guide: '#c8d1da',
    text: '#1f2328',
    muted: '#59636e',
    kinds: {
      model: '#0969da',
      tool: '#8250df',
      broker: '#9a5b00',
      egress: '#1a7f37',
      host: '#1a7f37',
      secret: '#b35900',
      memory: '#0b7285',
      access: '#cf222e',
      persona: '#bf3989',
    },
  },
  dark: {
    page: '#0d1117',
    panel: '#0d1117',
    border: '#30363d',
    stripe: '#151b23',
    guide: '#3d444d',
    text: '#e6edf3',
    muted: '#9198a1',
    kinds: {
      model: '#58a6ff',
      tool: '#bc8cff',
      broker: '#e3b341',
      egress: '#3fb950',
      host: '#3fb950',
      secret: '#ffa657',
      memory: '#39c5cf',
      access: '#ff7b72',
      persona: '#f778ba',
    },
  },
};

const SANS = "ui-sans-serif,system-ui,-apple-system,'Segoe UI',Helvetica,Arial,sans-serif";
const MONO = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace";

/** The style sheet: one picture for both themes, as the reader's system asks for. */
export function styleSheet(): string {
  return [
    `.fw{font-family:${SANS}}`,
    `.fw .heading{font-size:${TYPE.heading.size}px;font-weight:600}`,
    `.fw .note{font-size:${TYPE.note.size}px}`,
    `.fw .caption{font-size:${TYPE.caption.size}px;font-weight:600;letter-spacing:.6px}`,
    `.fw .name{font:500 ${TYPE.name.size}px ${MONO}}`,
    `.fw .column{font:${TYPE.column.size}px ${MONO}}`,
    `.fw .detail{font-size:${TYPE.detail.size}px}`,
    '.fw .wire{stroke-width:2;opacity:.5}',
    ...colours(THEMES.light),
    `@media (prefers-color-scheme:dark){${colours(THEMES.dark).join('')}}`,
  ].join('\n');
}

function colours({ page, panel, border, stripe, guide, text, muted, kinds }: Theme): string[] {
  return [
    `.fw .page{fill:${page}}`,
    `.fw .panel{fill:${panel};stroke:${border}}`,
    `.fw .stripe{fill:${stripe}}`,
    `.fw .guide{stroke:${guide}}`,
    `.fw text{fill:${text}}`,
    `.fw .note,.fw .caption,.fw .detail{fill:${muted}}`,
    `.fw .fallback{fill:${panel}}`,
    ...Object.entries(kinds).map(
      ([kind, colour]) => `.fw .${kind}{stroke:${colour}}.fw .${kind}.full,.fw text.${kind}{fill:${colour};stroke:none}`,
    ),
  ];
}
