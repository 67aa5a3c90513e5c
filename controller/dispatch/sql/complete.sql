-- The end of attempts.

-- 1, 2, 4 … seconds up to five minutes, give or take a fifth.
create or replace function backoff(p_failures int) returns interval language sql volatile as $$
  select make_interval(secs => least(300, power(2, least(p_failures, 10) - 1)) * (0.8 + 0.4 * random()));
$$;

-- Ends the attempts whose leases are held by the caller: those of `p_reports` at the positions `p_at`. Answers the tasks' states
-- by position. Under the lock of the orgs' rows.
create or replace function end_attempts(p_reports json, p_at int[]) returns jsonb language plpgsql as $$
declare v_states jsonb; v_all uuid[]; v_ended uuid[]; v_again uuid[]; v_dead uuid[]; v_failing uuid[]; v_asked uuid[];
begin
  with r as (
    select * from json_to_recordset(p_reports) as r(at int, task uuid, outcome text, reason text, retry boolean, result json, session text,
      wait json) where at = any(p_at)),
  seen as (
    select r.*, l.attempt, l.since, greatest(l.cost, 0) as spent, l.cost >= l.amount and t.budget > 0 as used_up, t.failures,
      t.attempts,
      r.wait ->> 'for' as wait_for,
      r.outcome in ('expired') or (r.outcome = 'failed' and coalesce(r.retry, false)) as retries
    from r cross join lateral (select * from lease where lease.task = r.task offset 0) l
    cross join lateral (select failures, attempts, budget from task where task.id = r.task offset 0) t),
  step as (
    select s.*,
      case when s.outcome = 'succeeded' then 'succeeded' when s.outcome = 'failed' and not s.retries then 'failed'
        when s.used_up or (s.retries and s.failures + 1 >= s.attempts) then 'dead' else 'waiting' end as state,
      case when s.retries then 'backoff' when s.wait_for = 'answers' then 'question' when s.outcome = 'waiting'
        then s.wait_for end as waits,
      case when s.retries then clock_timestamp() + backoff(s.failures + 1) when s.wait_for = 'time'
        then clock_timestamp() + make_interval(secs => (s.wait ->> 'seconds')::int)
        when s.wait_for in ('event', 'tasks') then clock_timestamp() + make_interval(secs => (s.wait ->> 'timeoutSeconds')::int) end as due
    from seen s),
  moved as (
    update task t set state = s.state, waits_for = case when s.state = 'waiting' then s.waits end, due = case when s.state = 'waiting'
      then s.due end,
      signal = case when s.outcome = 'waiting' then null else t.signal end, wait_key = case when s.wait_for = 'event'
        then s.wait ->> 'key' end, attempt = s.attempt, failures = t.failures + s.retries::int, cost = t.cost + s.spent,
      session = coalesce(s.session, t.session), result = s.result, reason = coalesce(s.reason, case when s.state = 'dead' and s.used_up
        then 'budget-used-up' end),
      ended_at = case when s.state <> 'waiting' then clock_timestamp() end
    from step s where t.id = s.task returning s.at, t.id, t.org, t.address, t.attempt, t.failures, t.state, t.has_questions, s.waits, s.retries,
      s.outcome, s.reason),
  told as (
    insert into event (org, task, attempt, kind, data)
    select org, id, attempt, case when outcome = 'expired' then 'expired' else 'ended' end, json_strip_nulls(json_build_object('outcome',
      outcome, 'state', state, 'reason', reason)) from moved),
  died as (insert into event (org, task, attempt, kind) select org, id, attempt, 'dead' from moved where state = 'dead')
  select jsonb_object_agg(at, state), array_agg(id), array_agg(id) filter (where state <> 'waiting'),
    array_agg(id) filter (where state = 'waiting' and (waits is null or waits in ('question', 'event', 'tasks'))),
    array_agg(id) filter (where state = 'dead'), array_agg(id) filter (where state = 'waiting' and retries
      and failures >= (select tell_failures from agent where agent.address = moved.address)),
    array_agg(id) filter (where state <> 'waiting' and has_questions)
    into v_states, v_all, v_ended, v_again, v_dead, v_failing, v_asked from moved;

  perform take_out(v_all);
  if v_again is not null then perform release(array(select go_on(u) from unnest(v_again) u)); end if;
  if v_asked is not null then perform withdraw_escalations(v_asked); end if;
  if v_dead is not null or v_failing is not null then perform escalate(v_dead, v_failing); end if;
  perform settle_ends(v_ended);
  return v_states;
end $$;

-- The task, if what it waits for has come already.
create or replace function go_on(p_task uuid) returns setof uuid language plpgsql as $$
declare v_task task; v_signal signal;
begin
  select * into v_task from task where id = p_task;
  if v_task.waits_for = 'question' then
    if exists (select from question where task = p_task and state = 'open' and kind <> 'escalation') then return; end if;
    if v_task.approval is not null and not is_approved(p_task) then
      perform cancel(v_task.org, p_task, 'not-approved');
      return;
    end if;
  elsif v_task.waits_for = 'event' then
    select * into v_signal from signal where org = v_task.org and key = v_task.wait_key
      and at >= (select at from event where task = p_task and attempt = v_task.attempt and kind = 'claimed' and seq = 0)
        order by at limit 1;
    if not found then return; end if;
    update task set signal = json_build_object('key', v_signal.key, 'data', v_signal.data) where id = p_task;
  elsif v_task.waits_for = 'tasks' then
    if v_task.pending > 0 then return; end if;
  end if;
  return next p_task;
end $$;

-- Records the ends that workers report. A stale fence changes nothing; the same fence again gets the same answer.
create or replace function complete(p_reports json) returns json language plpgsql as $$
declare v_orgs text[]; v_held int[]; v_states jsonb := '{}';
begin
  v_orgs := array(select distinct l.org from json_to_recordset(p_reports) as r(task uuid) cross join lateral (select org from lease
    where lease.task = r.task offset 0) l order by 1);
  perform lock_orgs(v_orgs);
  -- Of reports with the same fence, this takes one.
  with held as (
    update lease l set cost = coalesce(r.cost, l.cost) from json_to_recordset(p_reports) as r(at int, task uuid, attempt int, token uuid,
      cost bigint)
    where l.task = r.task and l.attempt = r.attempt and l.token = r.token returning r.at, l.org)
  select array_agg(at), array_agg(distinct org) into v_held, v_orgs from held;
  if v_held is not null then
    insert into usage (org, agent, task, project, attempt, model, input_tokens, output_tokens, cost)
      select l.org, split_part(l.address, '/', 2), r.task, t.project, r.attempt, u.model, sum(u."inputTokens"), sum(u."outputTokens"), sum(u.cost)
      from json_to_recordset(p_reports) as r(at int, task uuid, attempt int, usage json)
      cross join lateral json_to_recordset(r.usage) as u(model text, "inputTokens" bigint, "outputTokens" bigint, cost bigint)
      cross join lateral (select org, address from lease where lease.task = r.task offset 0) l
      cross join lateral (select project from task where task.id = r.task offset 0) t
      where r.usage is not null and r.at = any(v_held) group by l.org, l.address, r.task, t.project, r.attempt, u.model;
    v_states := end_attempts(p_reports, v_held);
    perform admit(v_orgs);
  end if;
  return (
    select json_agg(case when v_states ? r.at::text then json_build_object('outcome', 'recorded', 'state', v_states ->> r.at::text)
      when e.state is null then json_build_object('outcome', 'stale')
        else json_build_object('outcome', 'replayed', 'state', e.state) end order by r.at)
    from json_to_recordset(p_reports) as r(at int, task uuid, attempt int, token uuid)
    left join lateral (
      select ended.data ->> 'state' as state from event claimed cross join lateral (
        select data from event where task = claimed.task and attempt = claimed.attempt and kind = 'ended' and seq = 0 offset 0) ended
      where not v_states ? r.at::text and claimed.task = r.task and claimed.attempt = r.attempt and claimed.kind = 'claimed'
        and claimed.seq = 0 and claimed.token = r.token offset 0) e on true);
end $$;
