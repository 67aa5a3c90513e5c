-- What callers see.

create or replace view task_state as
  select t.id, t.seq, t.org, t.address, l.attempt as held_attempt, l.since, l.until, l.worker,
    case when t.state <> 'open' then t.state when l.task is null then 'queued' when l.rest then 'paused' when l.started then 'running'
      else 'claimed' end as state
  from task t left join lateral (select * from lease where lease.task = t.id offset 0) l on true;

-- A task as the contract has it, without what it was given and made when `p_brief`.
create or replace function show_task(p_task uuid, p_brief boolean) returns json language sql stable as $$
  select (json_strip_nulls(json_build_object(
      'id', t.id, 'org', t.org, 'agent', split_part(t.address, '/', 2), 'title', t.title, 'state', s.state, 'waitsFor', t.waits_for,
        'reason', t.reason,
      'priority', t.priority, 'attempt', coalesce(s.held_attempt, t.attempt), 'failures', t.failures, 'attempts', t.attempts, 'parent',
        t.parent, 'key', t.key,
      'session', t.session, 'budget', t.budget, 'cost', t.cost, 'createdAt', iso(t.created_at), 'notBefore', iso(t.not_before), 'endedAt',
        iso(t.ended_at)))::jsonb
    || case when p_brief then '{}' else jsonb_build_object('input', t.input) end
    || case when p_brief or t.result is null then '{}' else jsonb_build_object('result', t.result) end)::json
  from task t cross join lateral (select * from task_state where task_state.id = t.id offset 0) s where t.id = p_task;
$$;

create or replace function show_question(p_question uuid) returns json language sql stable as $$
  select (json_strip_nulls(json_build_object('id', id, 'task', task, 'key', key, 'kind', kind, 'text', text, 'options', options, 'subject',
    subject, 'state', state,
      'askedAt', iso(asked_at), 'expiresAt', iso(expires_at), 'answeredBy', answered_by, 'answeredAt', iso(answered_at)))::jsonb
    || case when answer is null then '{}' else jsonb_build_object('answer', answer) end)::json
  from question where id = p_question;
$$;
