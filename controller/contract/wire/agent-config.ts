import { Type } from 'typebox';

const RoleSchema = Type.Enum(['primary', 'reasoning', 'summarization', 'tool-calling']);
const Texts = Type.Optional(Type.Array(Type.String()));

/**
 * The file `/etc/agent/config.yaml`, for programs that check it. Readers ignore what they do not know, as language-operator's do.
 * `AgentConfig` is its type.
 */
export const AgentConfigSchema = Type.Object(
  {
    agent: Type.Object({ name: Type.String(), namespace: Type.String() }),
    instructions: Type.Optional(Type.String()),
    models: Type.Optional(
      Type.Record(
        Type.String(),
        Type.Object({
          endpoint: Type.String(),
          model: Type.String(),
          price: Type.Optional(
            Type.Object({ inputPerMillion: Type.Number({ minimum: 0 }), outputPerMillion: Type.Number({ minimum: 0 }) }),
          ),
          priority: Type.Integer({ minimum: 1 }),
          provider: Type.String(),
          role: RoleSchema,
          roles: Type.Optional(Type.Array(RoleSchema)),
        }),
      ),
    ),
    personas: Type.Optional(
      Type.Array(
        Type.Object({
          expertise: Texts,
          language: Type.Optional(Type.String()),
          name: Type.String(),
          never: Texts,
          personality: Type.Optional(Type.String()),
          rules: Texts,
          tone: Type.Optional(Type.String()),
        }),
        { maxItems: 1 },
      ),
    ),
    tools: Type.Optional(Type.Record(Type.String(), Type.Object({ allow: Texts, endpoint: Type.String(), protocol: Type.Literal('mcp') }))),
  },
  { $id: 'AgentConfig' },
);
