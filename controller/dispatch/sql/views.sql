-- What callers see.

create or replace view task_state with (security_invoker = true) as
  select t.id, t.seq, t.org, t.address, l.attempt as held_attempt, l.since, l.until, l.worker,
    case when t.state <> 'open' then t.state when l.task is null then 'queued' when l.rest then 'paused' when l.started then 'running'
      else 'claimed' end as state
  from task t left join lateral (select * from lease where lease.task = t.id offset 0) l on true;
grant select on task_state to fleetwright_org;

-- A task as the contract has it, without what it was given and made when `p_brief`.
create or replace function show_task(p_task uuid, p_brief boolean) returns json language sql stable as $$
  select (json_strip_nulls(json_build_object(
      'id', t.id, 'org', t.org, 'agent', split_part(t.address, '/', 2), 'title', t.title, 'state', s.state, 'waitsFor', t.waits_for,
        'reason', t.reason,
      'priority', t.priority, 'attempt', coalesce(s.held_attempt, t.attempt), 'failures', t.failures, 'attempts', t.attempts, 'parent',
        t.parent, 'project', t.project, 'key', t.key,
      'session', t.session, 'budget', t.budget, 'cost', t.cost, 'createdAt', iso(t.created_at), 'notBefore', iso(t.not_before), 'endedAt',
        iso(t.ended_at)))::jsonb
    || case when p_brief then '{}' else jsonb_build_object('input', t.input) end
    || case when p_brief or t.result is null then '{}' else jsonb_build_object('result', t.result) end)::json
  from task t cross join lateral (select * from task_state where task_state.id = t.id offset 0) s where t.id = p_task;
$$;

-- The state that callers see of a task whose row has `p_state`.
create or replace function state_of(p_task uuid, p_state text) returns text language sql stable as $$
  select case when p_state <> 'open' then p_state else coalesce((select case when rest then 'paused' when started then 'running'
    else 'claimed' end from lease where lease.task = p_task), 'queued') end;
$$;

-- An attempt as it went. An attempt that was cancelled has no end of its own.
create or replace function show_attempt(p_task uuid, p_attempt int) returns json language sql stable as $$
  select json_strip_nulls(json_build_object('attempt', p_attempt, 'claimedAt', iso(c.at), 'startedAt', iso(s.at), 'endedAt', iso(e.at), 'worker',
      s.data ->> 'worker', 'outcome', case when e.kind = 'ended' then e.data ->> 'outcome' else e.kind end, 'reason', e.data ->> 'reason',
      'fleet', (select digest from fleet_version where fleet_version.at <= c.at order by id desc limit 1),
      'usage', coalesce((select json_agg(json_build_object('model', model, 'inputTokens', input_tokens, 'outputTokens', output_tokens, 'cost', cost))
        from usage where task = p_task and attempt = p_attempt), '[]')))
  from event c
  left join lateral (select * from event where task = p_task and attempt = p_attempt and kind = 'started' and seq = 0 offset 0) s on true
  left join lateral (select * from event where task = p_task and attempt = p_attempt and kind in ('ended', 'expired', 'cancelled')
    limit 1) e on true
  where c.task = p_task and c.attempt = p_attempt and c.kind = 'claimed' and c.seq = 0;
$$;

create or replace function show_question(p_question uuid) returns json language sql stable as $$
  select (json_strip_nulls(json_build_object('id', id, 'task', task, 'key', key, 'kind', kind, 'text', text, 'options', options, 'subject',
    subject, 'state', state,
      'askedAt', iso(asked_at), 'expiresAt', iso(expires_at), 'answeredBy', answered_by, 'answeredAt', iso(answered_at)))::jsonb
    || case when answer is null then '{}' else jsonb_build_object('answer', answer) end)::json
  from question where id = p_question;
$$;
