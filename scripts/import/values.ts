import { Cpu, Size } from '../../constructs/index.ts';
import { refusalOf } from './attempt.ts';
import { call, type Code, number } from './code.ts';

const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  m: 1e-3,
  k: 1e3,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const SECONDS: Readonly<Record<string, number>> = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** A quantity of Kubernetes in its base unit. @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
export function parseQuantity(text: string | undefined): number | undefined {
  const match = /^(\d{1,18}(?:\.\d{0,9})?|\.\d{1,9})([a-zA-Z]{0,2})$/.exec(text ?? '');
  const factor = match === null ? undefined : FACTORS[match[2] ?? ''];
  return factor === undefined ? undefined : Number(match?.[1]) * factor;
}

/** A duration as Go writes it, in seconds: `1h30m`. */
export function parseDuration(text: string | undefined): number | undefined {
  if (text === undefined || !/^(\d{1,12}(\.\d{1,9})?(ns|us|µs|ms|s|m|h|d|w))+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h|d|w)/g)];
  return parts.reduce((sum, [, amount, unit]) => sum + Number(amount) * (SECONDS[unit ?? ''] ?? 0), 0);
}

/** `Duration.minutes(5)`, in the largest unit that needs no fraction. */
export function durationCode(seconds: number): Code {
  const [unit, size] = (
    [
      ['days', 86_400],
      ['hours', 3600],
      ['minutes', 60],
    ] as const
  ).find(([, each]) => seconds > 0 && seconds % each === 0) ?? ['seconds', 1];
  return call(`Duration.${unit}`, number(seconds / size));
}

/** `Size.gibibytes(2)`, rounded up to whole mebibytes; `undefined` for what is no size. */
export function sizeCode(bytes: number | undefined): Code | undefined {
  const mebibytes = Math.ceil((bytes ?? 0) / 2 ** 20);
  if (!Number.isSafeInteger(mebibytes) || mebibytes < 1 || refusalOf(() => Size.mebibytes(mebibytes)) !== undefined) return undefined;
  return mebibytes % 1024 === 0 ? call('Size.gibibytes', number(mebibytes / 1024)) : call('Size.mebibytes', number(mebibytes));
}

/** `Cpu.cores(2)`, rounded up to whole thousandths; `undefined` for what is no amount of CPU time. */
export function cpuCode(cores: number | undefined): Code | undefined {
  const millis = Math.ceil(Number(((cores ?? 0) * 1000).toFixed(6)));
  if (refusalOf(() => Cpu.millis(millis)) !== undefined) return undefined;
  return millis % 1000 === 0 ? call('Cpu.cores', number(millis / 1000)) : call('Cpu.millis', number(millis));
}

/** `usd(0.5)`, down to a millionth. */
export function usdCode(amount: number): Code {
  return call('usd', number(Math.floor(Number((amount * 1e6).toFixed(3))) / 1e6));
}
