/**
 * What credentials look like, by the name that people know them by. Each begins with fixed characters, so that the search for all
 * of them passes over most texts without a try.
 */
const PATTERNS: Readonly<Record<string, RegExp>> = {
  'an AWS access key': /(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}/,
  'a private key': /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY/,
  'a GitHub token': /gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{36}/,
  'a GitLab token': /gl(?:pat|dt|rt|ptt|soat|ft)-[\w-]{20}/,
  'a Slack token': /xox[abeoprs]-[A-Za-z0-9-]{10}|xapp-\d-[A-Za-z0-9-]{10}|hooks\.slack\.com\/services\/\w/,
  'a Google credential': /AIza[\w-]{35}|GOCSPX-[\w-]{28}|ya29\.[\w-]{20}/,
  'an Anthropic key': /sk-ant-[\w-]{20}/,
  'an OpenAI key': /sk-(?:proj|svcacct|admin)-[\w-]{20}|sk-[A-Za-z0-9]{32}/,
  'an OpenRouter key': /sk-or-v1-[0-9a-f]{32}/,
  'a JSON Web Token': /eyJ(?<![\w-]eyJ)[\w-]{10,2000}\.eyJ[\w-]{10,4000}\./,
  'an npm token': /npm_[A-Za-z0-9]{36}/,
  'a PyPI token': /pypi-AgE[\w-]{50}/,
  'a Hugging Face token': /hf_[A-Za-z0-9]{34}/,
  'a Stripe key': /[sr]k_live_[A-Za-z0-9]{20}/,
  'a Telegram bot token': /(?<=\d{8}):AA[\w-]{33}/,
  'a DigitalOcean token': /dop_v1_[a-f0-9]{64}/,
  'a Vault token': /hvs\.[\w-]{24}/,
  'an age identity': /AGE-SECRET-KEY-1[A-Z0-9]{50}/,
  'an Azure storage key': /AccountKey=[A-Za-z0-9+/]{80}/,
  'a URL with a password': /:\/\/[^\s:/@]{0,64}:[^\s:/@{}$<>*]{3,256}@/,
};

/** Nothing shorter is a credential worth its name: `a://b:cde@f`. */
export const SHORTEST_SECRET = 11;

const ANY = new RegExp(
  Object.values(PATTERNS)
    .map(({ source }) => source)
    .join('|'),
);

/** Whether a text holds what looks like a credential. */
export function looksSecret(text: string): boolean {
  return text.length >= SHORTEST_SECRET && ANY.test(text);
}

/** What kind of credential a text seems to hold. */
export function describeSecret(text: string): string {
  return Object.entries(PATTERNS).find(([, pattern]) => pattern.test(text))?.[0] ?? 'a credential';
}
