import { ToggleGroup } from 'radix-ui';
import { type ReactNode, useState } from 'react';

const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

/** Light, dark, or as the system has it. `public/theme.js` applies it before the first paint. */
export function ThemeSwitch(): ReactNode {
  const [theme, setTheme] = useState<Theme>(read);
  const choose = (value: string) => {
    const next = THEMES.find((name) => name === value);
    if (next === undefined) return;
    setTheme(next);
    apply(next);
  };
  return (
    <ToggleGroup.Root className="switch" type="single" value={theme} onValueChange={choose} aria-label="Theme">
      {THEMES.map((name) => (
        <ToggleGroup.Item key={name} value={name}>
          {name === 'system' ? 'Auto' : name === 'light' ? 'Light' : 'Dark'}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}

function read(): Theme {
  return THEMES.find((name) => name === document.documentElement.dataset['theme']) ?? 'system';
}

function apply(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  try {
    if (theme === 'system') localStorage.removeItem('theme');
    else localStorage.setItem('theme', theme);
  } catch {
    // A browser that keeps nothing forgets it with the page.
  }
}
