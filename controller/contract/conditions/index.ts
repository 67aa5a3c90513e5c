export { compileExpression, type Expression, findExpressionProblem, type Occurrence, toScope } from './expression.ts';
export { isStorable } from './text.ts';
