import { Org, Persona } from '../../constructs/index.ts';
import { describe, expect, it } from 'vitest';
import { toBoard } from './board.ts';
import { drawBoard } from './draw-board.ts';
import { type Drawing, type Item, SLANT, type TextItem, TYPE, widthOf } from './items.ts';
import { drawPicture, type OrgPicture, pictureOrgs } from './picture.ts';
import { aFleet, estatePictures, manyAgents } from './testing.ts';
import { type Theme, THEMES } from './theme.ts';

/** The four corners of a text, turned as it is drawn. */
function cornersOf({ x, y, text, style }: TextItem): readonly (readonly [number, number])[] {
  const angle = style === 'column' ? (-SLANT * Math.PI) / 180 : 0;
  const [width, above, below] = [widthOf(text, style), TYPE[style].size * 0.8, TYPE[style].size * 0.22];
  const turn = (dx: number, dy: number) =>
    [x + dx * Math.cos(angle) - dy * Math.sin(angle), y + dx * Math.sin(angle) + dy * Math.cos(angle)] as const;
  return [turn(0, -above), turn(width, -above), turn(width, below), turn(0, below)];
}

/** Whether two turned boxes share any place: unless a side of one has all of the other beyond it. */
function overlap(a: TextItem, b: TextItem): boolean {
  const [one, other] = [cornersOf(a), cornersOf(b)];
  return [one, other].every((box) =>
    box.every(([x, y], at) => {
      const [nextX, nextY] = box[(at + 1) % 4] ?? [x, y];
      const reach = (corners: typeof one) => corners.map(([px, py]) => (px - x) * (nextY - y) - (py - y) * (nextX - x));
      return Math.min(...reach(one)) < Math.max(...reach(other)) && Math.min(...reach(other)) < Math.max(...reach(one));
    }),
  );
}

function textsOf({ items }: Drawing): TextItem[] {
  return items.filter((item) => item.item === 'text');
}

function overlapsIn(drawing: Drawing): string[] {
  const texts = textsOf(drawing);
  return texts.flatMap((a, at) => texts.slice(at + 1).flatMap((b) => (overlap(a, b) ? [`${a.text} / ${b.text}`] : [])));
}

function isInside({ width, height }: Drawing, item: Item): boolean {
  if (item.item !== 'text') return true;
  return cornersOf(item).every(([x, y]) => x >= 0 && x <= width && y >= 0 && y <= height);
}

function drawingOf({ groups, notes, org }: OrgPicture): Drawing {
  return drawBoard(toBoard(groups), org, notes);
}

describe('a picture', { timeout: 60_000 }, () => {
  it('has the same bytes each time', async () => {
    const first = drawPicture(await estatePictures());
    expect(first === drawPicture(await estatePictures())).toBe(true);
  });

  it('keeps texts apart and within their panel, for orgs of all sizes', async () => {
    const fleet = await aFleet();
    for (const [count, shapes] of [
      [1, 1],
      [5, 3],
      [30, 9],
      [200, 40],
    ] as const)
      manyAgents(fleet, `org-${count}`, count, shapes);
    new Org(fleet, 'empty');
    const long = new Org(fleet, 'o'.repeat(40), { owner: 'w'.repeat(60) });
    for (let at = 0; at < 5; at++) new Persona(long, `${'w'.repeat(46)}${at}`, { tone: '声'.repeat(80) });
    const drawings = [...(await estatePictures()), ...pictureOrgs([fleet])].map(drawingOf);
    expect(drawings.map((drawing) => drawing.items.length).every((length) => length > 2)).toBe(true);
    expect(drawings.flatMap(overlapsIn)).toEqual([]);
    expect(drawings.flatMap((drawing) => drawing.items.filter((item) => !isInside(drawing, item)))).toEqual([]);
  });

  it('finds texts that do overlap', () => {
    const text = (x: number, style: TextItem['style']): TextItem => ({ item: 'text', style, text: 'professional', x, y: 100 });
    expect(overlapsIn({ height: 0, items: [text(0, 'name'), text(50, 'name')], width: 0 })).toHaveLength(1);
    expect(overlapsIn({ height: 0, items: [text(0, 'column'), text(10, 'column')], width: 0 })).toHaveLength(1);
    expect(overlapsIn({ height: 0, items: [text(0, 'column'), text(30, 'column')], width: 0 })).toEqual([]);
  });

  it('shows all kinds of things that orgs have, and those that agents may not reach by themselves', async () => {
    const svg = drawPicture(await estatePictures());
    for (const name of ['analyst', 'strong', 'tickets', 'dns', 'packages', 'notes', 'professional', 'get, list apps/deployments']) {
      expect(svg).toContain(`>${name}`);
    }
    for (const name of [
      'api.anthropic.com',
      '*.pythonhosted.org',
      'deploy.example.com:22',
      'databases:5432',
      'Kubernetes API',
      'deploy-key',
    ]) {
      expect(svg).toContain(`>${name}</text>`);
    }
    expect(svg).toContain('<title>devops → fast: only when the others fail</title>');
    expect(svg).toContain('<title>strong → api.anthropic.com: serves claude-opus-4-5</title>');
    expect(svg).not.toContain('devops → dns');
  });

  it('says in words what it shows', async () => {
    const [hello] = await estatePictures({ org: ['hello'] });
    const svg = drawPicture(hello === undefined ? [] : [hello]);
    expect(svg).toContain('<title id="fw-title">Who may reach what: hello</title>');
    expect(svg).toContain('digest may reach fast, fetch, editor. api.anthropic.com (hosts outside): for fast.');
  });

  it('has one panel for environments that do not differ, with the budget of each', async () => {
    const pictures = await estatePictures({ org: ['factory'] });
    expect(pictures.map(({ notes }) => notes)).toEqual([
      [
        '8 agents · owned by engineering · in dev, prod, staging',
        'at most 140 USD per day in dev · at most 150 USD per day in prod, staging',
      ],
    ]);
  });

  it('draws agents of one shape in a row, each with its own secret', async () => {
    const fleet = await aFleet();
    manyAgents(fleet, 'crowd', 200, 4);
    const svg = drawPicture(pictureOrgs([fleet]).filter(({ org }) => org === 'crowd'));
    expect(svg).toContain('50 agents · job · reference');
    expect(svg).toContain('each its own');
    expect(svg.match(/class="name"/g)?.length).toBeLessThan(20);
  });

  it.each(Object.entries(THEMES))('can be read in the %s theme', (_, theme) => {
    const texts = [theme.text, theme.muted, ...Object.values(theme.kinds)];
    for (const text of texts)
      for (const ground of [theme.page, theme.panel, theme.stripe]) expect(contrast(text, ground)).toBeGreaterThanOrEqual(4.5);
  });

  it('has colours for both themes in one document', async () => {
    const svg = drawPicture(await estatePictures({ org: ['hello'] }));
    const [light = '', dark = ''] = svg.split('@media (prefers-color-scheme:dark)');
    const pairs: [string, Theme][] = [
      [light, THEMES.light],
      [dark, THEMES.dark],
    ];
    for (const [css, theme] of pairs) expect(css).toContain(`.fw .page{fill:${theme.page}}`);
  });
});

/** @see https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((one, other) => other - one);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
