import { Type } from 'typebox';
import { closed, IdSchema, LIMITS, NameSchema, QuestionSchema, ReplySchema } from '../../contract/wire/index.ts';
import type { App, Services } from '../app.ts';
import { found, listOf, operation, OrgParams, PAGE } from './shared.ts';

const QuestionParams = closed({ org: NameSchema, question: IdSchema });

const QuestionsQuery = closed({
  open: Type.Optional(Type.Boolean({ description: 'Only those without an answer.' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: LIMITS.batch })),
});

/** Questions that tasks ask people. */
export function addQuestionRoutes(app: App, { dispatcher, reads }: Services): void {
  app.get(
    '/questions',
    operation('listQuestions', 'List questions, oldest first', {
      params: OrgParams,
      querystring: QuestionsQuery,
      response: { 200: listOf(QuestionSchema) },
    }),
    async ({ caller, query: { open = false, limit = PAGE } }) => ({ items: await reads.questions(caller.org, { open, limit }) }),
  );

  app.get(
    '/questions/:question',
    operation('readQuestion', 'Read a question', { params: QuestionParams, response: { 200: QuestionSchema } }),
    async ({ caller: { org }, params: { question } }) =>
      found(await reads.question(org, question), `Org '${org}' has no question ${question}`),
  );

  app.post(
    '/questions/:question/answer',
    operation('answerQuestion', 'Answer a question, once', {
      params: QuestionParams,
      body: ReplySchema,
      response: { 200: QuestionSchema },
    }),
    async ({ caller: { org, name, token }, params: { question }, body }) => {
      await dispatcher.answer(org, question, body, `${name} (${token})`);
      return found(await reads.question(org, question), `Org '${org}' has no question ${question}`);
    },
  );
}
