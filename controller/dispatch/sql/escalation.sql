-- When people are told without being asked by a task: each cause once, as a question of the kind 'escalation'. A cause is known by its key:
-- 'dead' and 'failing' once for each life of a task, 'spent' too, 'silent' once for each attempt, 'approval' once for each approval.

create or replace function tell_people(p_task uuid, p_cause text, p_text text) returns void language plpgsql as $$
begin
  insert into question (org, task, key, kind, text, options)
    select org, id, p_cause, 'escalation', left(p_text, 16384), '["retry", "cancel", "continue"]' from task where id = p_task
    on conflict (task, key) do nothing;
  update task set has_questions = true where id = p_task and not has_questions;
end $$;

create or replace function cause_of_life(p_cause text, p_retries int) returns text language sql immutable as $$
  select p_cause || case when p_retries > 0 then '/' || p_retries else '' end;
$$;

create or replace function name_of(p_address text) returns text language sql immutable as $$ select split_part(p_address, '/', 2) $$;

-- Tasks that are dead, and tasks that fail time after time and are tried again.
create or replace function escalate(p_dead uuid[], p_failing uuid[]) returns void language sql as $$
  select tell_people(t.id, cause_of_life('dead', t.retries),
      format('%s gave up on ''%s'' after %s attempts: %s', name_of(t.address), t.title, t.failures, coalesce(t.reason, 'no reason given')))
    from unnest(p_dead) as u(id) cross join lateral (select * from task where task.id = u.id offset 0) t;
  select tell_people(t.id, cause_of_life('failing', t.retries),
      format('%s has failed at ''%s'' %s times: %s', name_of(t.address), t.title, t.failures, coalesce(t.reason, 'no reason given')))
    from unnest(p_failing) as u(id) cross join lateral (select * from task where task.id = u.id offset 0) t;
$$;

-- The cause is gone with the work.
create or replace function withdraw_escalations(p_tasks uuid[]) returns void language sql as $$
  update question set state = 'withdrawn' where task = any(p_tasks) and state = 'open' and kind = 'escalation' and key not like 'dead%';
$$;

-- Looks at what runs: who has said nothing for too long, who has spent most of the task's money. Each attempt is looked at when the time may
-- have come, not before. Answers how many.
create or replace function watch_leases(p_limit int) returns int language plpgsql as $$
declare v_tasks uuid[]; v_orgs text[]; v_lease lease; v_count int := 0;
begin
  select array_agg(task), array_agg(distinct org) into v_tasks, v_orgs from (select task, org from lease
    where look_at < clock_timestamp() or cost >= tell_cost limit p_limit) l;
  if v_tasks is null then return 0; end if;
  perform lock_orgs(v_orgs);
  for v_lease in select l.* from unnest(v_tasks) as u(id) cross join lateral (select * from lease where task = u.id for update) l loop
    v_count := v_count + 1;
    if v_lease.cost >= v_lease.tell_cost then perform watch_cost(v_lease); end if;
    if v_lease.look_at < clock_timestamp() then perform watch_silence(v_lease); end if;
  end loop;
  return v_count;
end $$;

create or replace function watch_cost(p_lease lease) returns void language sql as $$
  update lease set tell_cost = null where task = p_lease.task;
  select tell_people(id, cause_of_life('spent', retries), format('%s has spent %s %% of the budget of ''%s''', name_of(address),
    100 * (cost - cost_before + p_lease.cost) / budget, title)) from task where id = p_lease.task;
$$;

create or replace function watch_silence(p_lease lease) returns void language plpgsql as $$
declare v_seen timestamptz; v_patience interval;
begin
  v_seen := case when p_lease.rest then clock_timestamp() else last_word(p_lease) end;
  select make_interval(secs => silent_seconds) into v_patience from agent where address = p_lease.address;
  if v_seen + v_patience <= clock_timestamp() then
    perform tell_people(id, 'silent/' || p_lease.attempt, format('%s has said nothing about ''%s'' for %s', name_of(address), title,
      date_trunc('second', clock_timestamp() - v_seen))) from task where id = p_lease.task;
    v_seen := 'infinity';
  end if;
  update lease set look_at = v_seen + v_patience where task = p_lease.task;
end $$;

-- When an attempt was last heard of: by its claim, a line of its log or an event. A heartbeat says only that there is a worker.
create or replace function last_word(p_lease lease) returns timestamptz language sql stable as $$
  select greatest(p_lease.since,
    (select at from log where task = p_lease.task and attempt = p_lease.attempt order by seq desc limit 1),
    (select max(e.at) from unnest(array['progress', 'plan', 'artifact', 'tool', 'message', 'note']) as k(kind)
      cross join lateral (select at from event where task = p_lease.task and attempt = p_lease.attempt and event.kind = k.kind
        order by seq desc limit 1) e));
$$;

-- Approvals that nobody has looked at. Answers how many.
create or replace function watch_approvals(p_limit int) returns int language plpgsql as $$
declare v_late uuid[]; v_orgs text[]; v_question question;
begin
  select array_agg(q.id), array_agg(distinct q.org) into v_late, v_orgs from org
    cross join lateral (select id, org, task, asked_at from question where question.org = org.name and state = 'open' and kind = 'approval'
      and not told order by asked_at limit p_limit) q
    cross join lateral (select address from task where task.id = q.task offset 0) t
    cross join lateral (select approval_seconds from agent where agent.address = t.address offset 0) a
    where q.asked_at + make_interval(secs => a.approval_seconds) <= clock_timestamp();
  if v_late is null then return 0; end if;
  perform lock_orgs(v_orgs);
  for v_question in update question set told = true where id = any(v_late) and state = 'open' and not told returning * loop
    perform tell_people(id, 'approval/' || v_question.id,
      format('%s wants to do something in ''%s'' that needs an approval, and nobody has answered: %s', name_of(address), title, v_question.text))
      from task where id = v_question.task;
  end loop;
  return cardinality(v_late);
end $$;

-- What a person wants done: 'retry' begins the work anew, 'cancel' ends it, 'continue' lets it be. Answers a refusal, or null.
create or replace function follow_advice(p_question question, p_advice text, p_by text) returns json language plpgsql as $$
declare v_task task; v_answer json;
begin
  select * into v_task from task where id = p_question.task;
  if p_advice = 'cancel' then
    perform cancel(v_task.org, v_task.id, 'Cancelled by ' || p_by);
  elsif p_advice = 'retry' and v_task.ended_at is not null then
    v_answer := retry(v_task.org, v_task.id, p_by);
    return case when json_typeof(v_answer) = 'object' then v_answer end;
  elsif p_advice = 'retry' then
    if exists (select from lease where task = v_task.id for update) then
      perform end_attempts(json_build_array(json_build_object('at', 0, 'task', v_task.id, 'outcome', 'returned',
        'reason', 'Begun anew by ' || p_by)), array[0]);
    elsif v_task.waits_for = 'backoff' then
      perform release(array[v_task.id]);
    end if;
    perform admit(array[v_task.org]);
  end if;
  return null;
end $$;

-- What an agent says, or else its org, or else the rule for all: three failures, four fifths of the money, an hour of silence, and a quarter of
-- an hour for approvals.
create or replace function escalation_rules(p_agent json, p_org json)
  returns table (failures int, percent int, silent int, approval int) language sql immutable as $$
  select coalesce(p_agent ->> 'failures', p_org ->> 'failures', '3')::int,
    coalesce(p_agent ->> 'spentPercent', p_org ->> 'spentPercent', '80')::int,
    coalesce(p_agent ->> 'silentSeconds', p_org ->> 'silentSeconds', '3600')::int,
    coalesce(p_agent ->> 'approvalSeconds', p_org ->> 'approvalSeconds', '900')::int;
$$;
