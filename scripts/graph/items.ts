import type { ColumnKind, MarkKind } from './board.ts';

/** How a text looks. */
export type TextStyle = 'caption' | 'column' | 'detail' | 'heading' | 'name' | 'note';

/** A line of text; `x` and `y` are where its first letter stands. */
export interface TextItem {
  readonly item: 'text';
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly style: TextStyle;
  /** What is told to those who point at it. */
  readonly title?: string;
  readonly colour?: ColumnKind;
}

/** A straight line; without a colour it only guides the eye. */
export interface LineItem {
  readonly item: 'line';
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly colour?: ColumnKind;
}

/** A mark where a row and a column meet. */
export interface MarkItem {
  readonly item: 'mark';
  readonly x: number;
  readonly y: number;
  readonly kind: MarkKind;
  readonly colour: ColumnKind;
  readonly title: string;
}

/** A surface behind other things. */
export interface RectItem {
  readonly item: 'rect';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly style: 'page' | 'panel' | 'stripe';
}

/** Anything that is drawn. */
export type Item = LineItem | MarkItem | RectItem | TextItem;

/** A drawing, with its upper left corner at 0, 0. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly items: readonly Item[];
}

/** Sizes of letters in pixels, and how wide a letter is at most in any font that is likely to be there. */
export const TYPE: Readonly<Record<TextStyle, { readonly size: number; readonly advance: number }>> = {
  caption: { size: 10.5, advance: 8.1 },
  column: { size: 12, advance: 7.4 },
  detail: { size: 11, advance: 6.2 },
  heading: { size: 18, advance: 10.8 },
  name: { size: 13, advance: 8 },
  note: { size: 12, advance: 6.7 },
};

/** Texts above columns rise to the right by this many degrees. */
export const SLANT = 45;

/** How long a text becomes, at most. Letters of East Asian scripts take twice the room. */
export function widthOf(text: string, style: TextStyle): number {
  const wide =
    text.match(
      /[\u{1100}-\u{11ff}\u{2e80}-\u{a4cf}\u{ac00}-\u{d7ff}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{1f000}-\u{3ffff}]/gu,
    )?.length ?? 0;
  return (Array.from(text).length + wide) * TYPE[style].advance;
}

/** The same item at another place. */
export function moved(item: Item, dx: number, dy: number): Item {
  if (item.item === 'line') return { ...item, x1: item.x1 + dx, x2: item.x2 + dx, y1: item.y1 + dy, y2: item.y2 + dy };
  return { ...item, x: item.x + dx, y: item.y + dy };
}
