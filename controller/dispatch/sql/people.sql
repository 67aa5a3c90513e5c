-- What people do, and what tasks ask of them.

-- Ends a task and all tasks below it. Answers how many ended, or null if there is no such task.
create or replace function cancel(p_org text, p_task uuid, p_reason text) returns int language plpgsql as $$
declare v_tasks uuid[];
begin
  perform lock_orgs(array[p_org]);
  if not exists (select from task where id = p_task and org = p_org) then return null; end if;
  with recursive below as (
    select id from task where id = p_task
    union select t.id from below b cross join lateral (select id from task where parent = b.id offset 0) t)
  select array_agg(b.id) into v_tasks from below b cross join lateral (select state from task where task.id = b.id offset 0) t
    where t.state in ('open', 'waiting', 'paused');
  if v_tasks is null then return 0; end if;
  with held as (select l.* from unnest(v_tasks) as u(id) cross join lateral (select * from lease where lease.task = u.id offset 0) l)
  update task t set attempt = h.attempt, cost = t.cost + h.cost from held h where t.id = h.task;
  perform take_out(v_tasks);
  with ended as (
    update task set state = 'cancelled', waits_for = null, wait_key = null, due = null, reason = p_reason, ended_at = clock_timestamp()
      where id = any(v_tasks) returning org, id, attempt, retries)
  insert into event (org, task, attempt, kind, seq, data)
    select org, id, attempt, 'cancelled', retries, json_build_object('state', 'cancelled', 'reason', p_reason) from ended on conflict do nothing;
  update question set state = 'withdrawn' where task = any(v_tasks) and state = 'open';
  perform settle_ends(v_tasks);
  perform admit(array[p_org]);
  return cardinality(v_tasks);
end $$;

-- Stops (or lets go on) an org, or with `p_agent` one agent: what runs goes on, nothing new is claimed. Answers whether there is such a
-- one.
create or replace function hold(p_org text, p_agent text, p_held boolean) returns boolean language plpgsql as $$
declare v_found boolean;
begin
  perform lock_orgs(array[p_org]);
  if p_agent is null then
    update org set held = p_held where name = p_org;
    v_found := found;
  else
    update agent set held = p_held where address = p_org || '/' || p_agent;
    v_found := found;
  end if;
  perform retract(p_org);
  perform admit(array[p_org]);
  return v_found;
end $$;

-- Puts what was admitted but not claimed back behind, where the org or the agent may not run now, or has a limit that it had not then.
create or replace function retract(p_org text) returns void language plpgsql as $$
declare v_tasks uuid[];
begin
  v_tasks := array(select q.task from agent a cross join lateral (select task, amount from queue where queue.address = a.address
    and ready for update skip locked) q
    where a.org = p_org and (a.paused or a.held or a.removed or exists (select from org where name = p_org and (paused or held or removed))
      or (q.amount = 0 and exists (select from budget where owner in (a.org, a.address)))));
  if cardinality(v_tasks) = 0 then return; end if;
  perform take_out(v_tasks);
  update task set state = 'waiting' where id = any(v_tasks);
  perform release(v_tasks);
end $$;

-- Pauses or resumes one task. What runs is asked to rest by the answer to its next heartbeat. Answers whether that is possible in its
-- state.
create or replace function rest(p_org text, p_task uuid, p_rest boolean) returns boolean language plpgsql as $$
declare v_task task; v_done boolean := false;
begin
  perform lock_orgs(array[p_org]);
  select * into v_task from task where id = p_task and org = p_org;
  if v_task.state = 'open' and p_rest then
    if exists (select from queue where task = p_task for update) then
      perform take_out(array[p_task]);
      if not exists (select from lease where task = p_task) then update task set state = 'paused' where id = p_task; v_done := true; end if;
    end if;
  elsif v_task.state = 'paused' and not p_rest then
    perform release(array[p_task]);
    v_done := true;
  end if;
  if not v_done and v_task.state = 'open' then
    update lease set rest = p_rest where task = p_task and rest <> p_rest;
    v_done := found;
  end if;
  if v_done then insert into event (org, task, attempt, kind, seq) select p_org, p_task, v_task.attempt, k.kind, 1 + (select count(*)
    from event where task = p_task and kind = k.kind)
    from (values (case when p_rest then 'paused' else 'resumed' end)) as k(kind); end if;
  perform admit(array[p_org]);
  return v_done;
end $$;

-- Gives more money for the current window. Answers whether there is such a budget.
create or replace function top_up(p_owner text, p_span text, p_amount bigint) returns boolean language plpgsql as $$
declare v_budget budget;
begin
  perform lock_orgs(array[split_part(p_owner, '/', 1)]);
  perform roll_budgets(array[p_owner]);
  update budget set top_up = top_up + p_amount where owner = p_owner and span = p_span returning * into v_budget;
  if not found then return false; end if;
  if v_budget.span = 'rolling' then
    insert into budget_slice (owner, ends, spent, top_up) values (p_owner, clock_timestamp() + make_interval(secs => v_budget.seconds), 0,
      p_amount)
      on conflict (owner, ends) do update set top_up = budget_slice.top_up + excluded.top_up;
  end if;
  perform admit(array[split_part(p_owner, '/', 1)]);
  return true;
end $$;

-- Records a question of a running task; asking again with its key gives the same one. An approval that nobody gives is denied.
create or replace function ask(p_ask json) returns json language plpgsql as $$
declare v_lease lease; v_id uuid;
begin
  select * into v_lease from lease where task = (p_ask ->> 'task')::uuid and attempt = (p_ask ->> 'attempt')::int
    and token = (p_ask ->> 'token')::uuid for update;
  if not found then return null; end if;
  insert into question (org, task, key, kind, text, options, subject, expires_at, fallback)
    values (v_lease.org, v_lease.task, p_ask ->> 'key', p_ask ->> 'kind', p_ask ->> 'text', p_ask -> 'options', p_ask ->> 'subject',
      clock_timestamp() + make_interval(secs => (p_ask ->> 'timeoutSeconds')::int),
      case when p_ask ->> 'kind' = 'approval' then '{"approved":false}' else p_ask -> 'ifUnanswered' end)
    on conflict (task, key) do update set state = 'open', asked_at = clock_timestamp(), expires_at = excluded.expires_at
      where question.state = 'withdrawn' and question.text = excluded.text and question.subject is not distinct from excluded.subject
    returning id into v_id;
  if v_id is null then
    select id into v_id from question where task = v_lease.task and key = p_ask ->> 'key' and text = p_ask ->> 'text'
      and subject is not distinct from p_ask ->> 'subject';
    if not found then return json_build_object('code', 'FW_KEY_REUSED'); end if;
  else
    update task set has_questions = true where id = v_lease.task;
  end if;
  return json_build_object('question', v_id);
end $$;

-- Answers an open question, once. What was approved must be what was asked; to an escalation the answer is what is to be done. Answers what
-- became of it, or a refusal.
create or replace function answer(p_org text, p_question uuid, p_reply json, p_by text) returns json language plpgsql as $$
declare v_question question; v_refusal json;
begin
  perform lock_orgs(array[p_org]);
  select * into v_question from question where id = p_question and org = p_org for update;
  if not found then return '"unknown"'; end if;
  if v_question.state <> 'open' or v_question.expires_at <= clock_timestamp() then return '"closed"'; end if;
  if v_question.kind = 'approval' and v_question.subject is distinct from p_reply ->> 'subject' then return '"subject"'; end if;
  if v_question.kind = 'escalation' then
    if coalesce(p_reply ->> 'answer', '') not in ('retry', 'cancel', 'continue') then return '"advice"'; end if;
    v_refusal := follow_advice(v_question, p_reply ->> 'answer', p_by);
    if v_refusal is not null then return v_refusal; end if;
  end if;
  update question set state = 'answered', answer = p_reply -> 'answer', answered_by = p_by, answered_at = clock_timestamp()
    where id = p_question;
  update question set state = 'withdrawn' where task = v_question.task and key = 'approval/' || p_question and state = 'open';
  perform release(array(select go_on(id) from task where id = v_question.task and waits_for = 'question'));
  perform admit(array[p_org]);
  return '"answered"';
end $$;

-- Something happened outside: wakes the tasks of the org that wait for it. Answers how many.
create or replace function signal(p_org text, p_key text, p_data json) returns int language plpgsql as $$
declare v_tasks uuid[];
begin
  perform lock_orgs(array[p_org]);
  insert into signal (org, key, data) values (p_org, p_key, p_data);
  with woken as (
    update task set signal = json_build_object('key', p_key, 'data', p_data), wait_key = null where org = p_org and wait_key = p_key
      and state = 'waiting' returning id, attempt),
  told as (insert into event (org, task, attempt, kind, data) select p_org, id, attempt, 'woken', json_build_object('by', 'event')
    from woken on conflict do nothing)
  select array_agg(id) into v_tasks from woken;
  perform release(v_tasks);
  perform admit(array[p_org]);
  return coalesce(cardinality(v_tasks), 0);
end $$;

-- Takes over what fleet.json says. What is no longer in it gets no new work and keeps its history.
create or replace function apply_fleet(p_fleet json) returns void language plpgsql as $$
declare v_orgs text[];
begin
  insert into fleet_version (digest) select d from encode(sha256(convert_to(p_fleet::text, 'utf8')), 'hex') as d
    where d is distinct from (select digest from fleet_version order by id desc limit 1);
  insert into org (name, max_running, paused)
    select o.name, coalesce((o.spec ->> 'maxRunning')::int, 2147483647), coalesce((o.spec ->> 'paused')::boolean, false)
      from json_each(p_fleet -> 'orgs') as o(name, spec) order by o.name
    on conflict (name) do update set max_running = excluded.max_running, paused = excluded.paused, removed = false;
  v_orgs := array(select name from org order by name);
  perform lock_orgs(v_orgs);
  update org set removed = true where not (p_fleet -> 'orgs')::jsonb ? name;
  update agent set removed = true;
  insert into agent (address, org, name, skills, max_running, paused, task_budget, attempts, lease_seconds, deadline_seconds, sub_tasks,
    spec, tell_failures, tell_percent, silent_seconds, approval_seconds)
    select o.name || '/' || a.name, o.name, a.name, array(select json_array_elements_text(a.spec -> 'skills')),
      coalesce((a.spec ->> 'maxRunning')::int, 2147483647),
      coalesce((a.spec ->> 'paused')::boolean, false), coalesce((a.spec ->> 'taskBudget')::bigint, 0),
        coalesce((a.spec ->> 'attempts')::int, 3),
      coalesce((a.spec ->> 'leaseSeconds')::int, 30), (a.spec ->> 'deadlineSeconds')::int, a.spec -> 'subTasks', a.spec,
      e.failures, e.percent, e.silent, e.approval
    from json_each(p_fleet -> 'orgs') as o(name, spec) cross join lateral json_each(o.spec -> 'agents') as a(name, spec)
    cross join lateral escalation_rules(a.spec -> 'escalation', o.spec -> 'escalation') as e
    on conflict (address) do update set skills = excluded.skills, max_running = excluded.max_running, paused = excluded.paused,
      removed = false, task_budget = excluded.task_budget,
      attempts = excluded.attempts, lease_seconds = excluded.lease_seconds, deadline_seconds = excluded.deadline_seconds,
        sub_tasks = excluded.sub_tasks, spec = excluded.spec, tell_failures = excluded.tell_failures, tell_percent = excluded.tell_percent,
      silent_seconds = excluded.silent_seconds, approval_seconds = excluded.approval_seconds;
  with wanted as (
    select o.name as owner, b.* from json_each(p_fleet -> 'orgs') as o(name, spec)
      cross join lateral json_to_recordset(o.spec -> 'budgets') as b("limit" bigint, "window" text, "timeZone" text, seconds int)
    union all select o.name || '/' || a.name, b.* from json_each(p_fleet -> 'orgs') as o(name, spec)
      cross join lateral json_each(o.spec -> 'agents') as a(name, spec)
      cross join lateral json_to_recordset(a.spec -> 'budgets') as b("limit" bigint, "window" text, "timeZone" text, seconds int)),
  put as (
    insert into budget (owner, span, amount, zone, seconds, ends)
      select owner, "window", "limit", coalesce("timeZone", 'Etc/UTC'), seconds, window_end("window", coalesce("timeZone", 'Etc/UTC'))
        from wanted
      on conflict (owner, span) do update set amount = excluded.amount, seconds = excluded.seconds, zone = excluded.zone,
        ends = case when budget.zone = excluded.zone then budget.ends else excluded.ends end)
  delete from budget b where not exists (select from wanted w where w.owner = b.owner and w."window" = b.span);
  perform start_budgets();
  perform retract(o) from unnest(v_orgs) o;
  perform admit(v_orgs);
end $$;

-- Reservations are what ready rows and leases hold; a budget that is new begins with them.
create or replace function start_budgets() returns void language sql as $$
  update budget b set reserved = coalesce((select sum(h.amount)::bigint from (
    select address, amount from queue where ready union all select address, amount from lease) h where b.owner in (h.address,
      split_part(h.address, '/', 1))), 0);
$$;
