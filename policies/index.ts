export { type Finding, sentenceOf } from './finding.ts';
export { createJudge, type Judge, judgeSample, judgeTree, type JudgeTreeOptions, type Likeness, type Sample } from './judge.ts';
export { PolicyDeniedError, refuseErrors } from './policy-denied-error.ts';
export { reportFindings, type ReportOptions } from './report.ts';
export type { FleetRule, JudgedPart, ObjectRule, PodRule, Rule, Severity, TreeRule } from './rule.ts';
export { RULES } from './rules.ts';
export { type SarifLog, toSarif } from './sarif.ts';
