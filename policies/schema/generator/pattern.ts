// Patterns that take exponential time where an engine backtracks, which the Go engine of the API server does not; with what means the same.
const LINEAR: Readonly<Record<string, string>> = {
  '^([-a-zA-Z0-9_]+[.]?)+$': '^(?!.*[.]{2})[-a-zA-Z0-9_][-a-zA-Z0-9_.]*$',
  '^([-a-zA-Z0-9_*]+[.]?)+$': '^(?!.*[.]{2})[-a-zA-Z0-9_*][-a-zA-Z0-9_*.]*$',
};

/** A pattern in Go's syntax as JavaScript reads it with the `u` flag. */
export function toJsPattern(pattern: string): string {
  const linear = LINEAR[pattern] ?? pattern;
  const translated = linear.replaceAll(/\\([pP])([A-Z])/g, '\\$1{$2}');
  new RegExp(translated, 'u');
  return translated;
}
