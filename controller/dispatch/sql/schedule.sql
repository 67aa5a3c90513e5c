-- Refuses a call. Its code is the message; a batch of calls goes on without it.
create or replace function refuse(p_code text, p_detail text, p_at text default null) returns void language plpgsql as $$
begin
  raise exception using errcode = 'FW001', message = p_code, detail = p_detail, hint = coalesce(p_at, '');
end $$;

create or replace function refusal(p_code text, p_detail text, p_at text default null) returns json language sql immutable as $$
  select json_strip_nulls(json_build_object('code', p_code, 'detail', p_detail, 'at', nullif(p_at, '')));
$$;

-- Single tasks for a named agent, without needs or parent: many callers in one statement. No two items have the same key.
create or replace function schedule_plain(p_items json) returns json language plpgsql as $$
declare v_orgs text[]; v_new uuid[];
begin
  v_orgs := array(select distinct org from json_to_recordset(p_items) as i(org text) order by org);
  perform lock_orgs(v_orgs);
  with item as (
    select * from json_to_recordset(p_items) as i(at int, id uuid, org text, agent text, key text, digest text, title text, input json,
      priority int,
      "notBefore" timestamptz, budget bigint, attempts int, "deadlineSeconds" int, session text, "subTasks" json)),
  put as (
    insert into task (id, org, address, key, digest, title, input, state, waits_for, due, not_before, priority, budget, attempts,
      deadline_seconds, session,
      sub_count, sub_depth, sub_parallel, sub_budget)
    select i.id, i.org, a.address, i.key, i.digest, i.title, i.input, case when w.early then 'waiting' else 'open' end, case when w.early
      then 'time' end,
      case when w.early then i."notBefore" end, i."notBefore", coalesce(i.priority, 0), coalesce(i.budget, a.task_budget),
        coalesce(i.attempts, a.attempts),
      coalesce(i."deadlineSeconds", a.deadline_seconds), i.session, s.count, s.depth, s.parallel, s.budget
    from item i
    cross join lateral (select * from agent where address = i.org || '/' || i.agent and not removed offset 0) a
    cross join lateral (select coalesce(i."notBefore" > clock_timestamp(), false) as early) w
    cross join lateral sub_limits(coalesce(i."subTasks", a.sub_tasks)) s
    where coalesce(i.budget, a.task_budget) = 0 or coalesce(i.budget, a.task_budget) <= budget_size(i.org, a.address)
    order by i.at
    on conflict (org, key) where key is not null do nothing
    returning id, seq, org, address, priority, budget, state),
  put_queue as (insert into queue (task, seq, address, priority, amount) select id, seq, address, priority, nullif(budget, 0) from put
    where state = 'open'),
  counted as (update agent a set queued = a.queued + m.n from (select address, count(*)::int as n from put
    where state = 'open' group by address) m where a.address = m.address),
  told as (insert into event (org, task, attempt, kind) select org, id, 0, 'scheduled' from put)
  select array_agg(id) into v_new from put;
  perform admit(v_orgs);
  return (select json_agg(case
      when i.id = any(v_new) then json_build_object('task', i.id, 'agent', i.agent, 'created', true)
      when t.id is not null and t.digest = i.digest then json_build_object('task', t.id, 'agent', split_part(t.address, '/', 2), 'created',
        false)
      when t.id is not null then refusal('FW_KEY_REUSED',
        format('Key ''%s'' belongs to task %s, which is not the same; use a key of its own for each task', i.key, t.id))
      when a.known is null then refusal('FW_AGENT_UNKNOWN', format('Org ''%s'' has no agent ''%s''', i.org, i.agent))
      else refusal('FW_BUDGET_TOO_SMALL', format('Agent ''%s'' or its org may never spend as much as the task reserves', i.agent)) end
        order by i.at)
    from json_to_recordset(p_items) as i(at int, id uuid, org text, agent text, key text, digest text)
    left join lateral (select id, digest, address from task where i.id <> all(coalesce(v_new, '{}')) and task.org = i.org
      and task.key = i.key offset 0) t on true
    left join lateral (select true as known from agent where i.id <> all(coalesce(v_new, '{}')) and address = i.org || '/' || i.agent
      and not removed offset 0) a on true);
end $$;

-- The most that a reservation can ever be.
create or replace function budget_size(p_org text, p_address text) returns bigint language sql stable as $$
  select coalesce(min(amount + top_up), 9007199254740991) from budget where owner in (p_org, p_address);
$$;

create or replace function sub_limits(p_limits json) returns table (count int, depth int, parallel int,
  budget bigint) language sql immutable as $$
  select coalesce((p_limits ->> 'count')::int, 0), case when p_limits is null then 0 else coalesce((p_limits ->> 'depth')::int, 1) end,
    (p_limits ->> 'parallel')::int, (p_limits ->> 'budget')::bigint;
$$;

-- One call with a graph, or with skills, needs or a parent. Refused as a whole or scheduled as a whole.
create or replace function schedule_graph(p_call json) returns json language plpgsql as $$
declare
  v_org text := p_call ->> 'org'; v_fence json := p_call -> 'fence';
  v_item record; v_task task; v_agent agent; v_limits record; v_parent task;
  v_ids jsonb := '{}'; v_answers json[] := '{}'; v_chosen text[] := '{}'; v_go uuid[] := '{}'; v_ended uuid[]; v_over record;
begin
  perform lock_orgs(array[v_org]);
  if v_fence is not null and not exists (select from lease where task = (v_fence ->> 'task')::uuid
    and attempt = (v_fence ->> 'attempt')::int and token = (v_fence ->> 'token')::uuid and org = v_org) then
    perform refuse('FW_FENCE_STALE', 'The task that plans these sub-tasks is held by another attempt, or has ended; stop');
  end if;

  for v_item in select * from json_to_recordset(p_call -> 'tasks') as i(at int, id uuid, agent text, skills text[], key text, digest text,
    title text, input json,
      priority int, "notBefore" timestamptz, parent uuid, project text, budget bigint, attempts int, "deadlineSeconds" int, session text,
        "subTasks" json, approval json, needs json) order by at loop
    select * into v_task from task where org = v_org and key = v_item.key;
    if found then
      if v_task.digest <> v_item.digest then
        perform refuse('FW_KEY_REUSED', format('Key ''%s'' belongs to task %s, which is not the same; use a key of its own for each task',
          v_item.key, v_task.id), format('/tasks/%s/key', v_item.at));
      end if;
      v_ids := v_ids || jsonb_build_object(v_item.id, v_task.id);
      v_answers := v_answers || json_build_object('task', v_task.id, 'agent', split_part(v_task.address, '/', 2), 'created', false);
      if v_task.parent = (v_fence ->> 'task')::uuid then perform plan_again(v_task, format('/tasks/%s', v_item.at)); end if;
      continue;
    end if;

    select * into v_agent from agent a where a.org = v_org and not a.removed and (a.name = v_item.agent or (v_item.agent is null
      and a.skills @> v_item.skills))
      order by a.paused or a.held, a.running + a.queued + cardinality(array_positions(v_chosen, a.address)), a.name limit 1;
    if not found and v_item.agent is not null then
      perform refuse('FW_AGENT_UNKNOWN', format('Org ''%s'' has no agent ''%s''', v_org, v_item.agent), format('/tasks/%s/agent',
        v_item.at));
    elsif not found then
      perform refuse('FW_SKILL_UNKNOWN', format('No agent of org ''%s'' has all of the skills %s', v_org, array_to_string(v_item.skills,
        ', ')), format('/tasks/%s/skills', v_item.at));
    end if;
    v_chosen := v_chosen || v_agent.address;
    if coalesce(v_item.budget, v_agent.task_budget) > 0 and coalesce(v_item.budget, v_agent.task_budget) > budget_size(v_org,
      v_agent.address) then
      perform refuse('FW_BUDGET_TOO_SMALL', format('Agent ''%s'' or its org may never spend as much as the task reserves', v_agent.name),
        format('/tasks/%s/budget', v_item.at));
    end if;
    if v_item.parent is not null then
      select * into v_parent from task where id = v_item.parent and org = v_org;
      if not found then perform refuse('FW_PARENT_UNKNOWN', format('Org ''%s'' has no task %s', v_org, v_item.parent),
        format('/tasks/%s/parent', v_item.at)); end if;
      if v_parent.state not in ('open', 'waiting', 'paused') then
        perform refuse('FW_STATE_CONFLICT', format('Task %s has ended and gets no more sub-tasks', v_item.parent),
          format('/tasks/%s/parent', v_item.at));
      end if;
      if v_item.project <> coalesce(v_parent.project, '') then
        perform refuse('FW_BODY_INVALID', 'A sub-task works for what its parent works for; leave the project out', format('/tasks/%s/project', v_item.at));
      end if;
      v_item.project := v_parent.project;
    elsif v_item.project is not null and not exists (select from project where org = v_org and name = v_item.project) then
      perform refuse('FW_PROJECT_UNKNOWN', format('Org ''%s'' has no project ''%s''; make it first', v_org, v_item.project),
        format('/tasks/%s/project', v_item.at));
    end if;

    select * into v_limits from sub_limits(coalesce(v_item."subTasks", v_agent.sub_tasks));
    insert into task (id, org, address, key, digest, title, input, waits_for, not_before, priority, budget, attempts, deadline_seconds,
      session, parent, project,
        sub_count, sub_depth, sub_parallel, sub_budget, approval, pending, has_needs)
      values (v_item.id, v_org, v_agent.address, v_item.key, v_item.digest, v_item.title, v_item.input, 'needs', v_item."notBefore",
        coalesce(v_item.priority, 0),
        coalesce(v_item.budget, v_agent.task_budget), coalesce(v_item.attempts, v_agent.attempts), coalesce(v_item."deadlineSeconds",
          v_agent.deadline_seconds),
        v_item.session, v_item.parent, v_item.project, v_limits.count, v_limits.depth, v_limits.parallel, v_limits.budget,
        v_item.approval, coalesce(json_array_length(v_item.needs), 0), coalesce(json_array_length(v_item.needs), 0) > 0);
    if v_item.parent is not null then perform count_sub_task(v_item.id, format('/tasks/%s/parent', v_item.at)); end if;
    insert into event (org, task, attempt, kind) values (v_org, v_item.id, 0, 'scheduled');
    v_answers := v_answers || json_build_object('task', v_item.id, 'agent', v_agent.name, 'created', true);
    if v_item.needs is null or json_array_length(v_item.needs) = 0 then v_go := v_go || v_item.id; end if;
  end loop;

  -- Needs name tasks by the ids that the caller would give; a task that was there before has another one.
  for v_over in select i.at, n.task from json_to_recordset(p_call -> 'tasks') as i(at int, id uuid, needs json)
      cross join lateral json_to_recordset(coalesce(i.needs, '[]')) as n(task uuid)
      left join lateral (select true as known from task where task.id = coalesce((v_ids ->> n.task::text)::uuid, n.task)
        and task.org = v_org offset 0) t on true
      where not v_ids ? i.id::text and t.known is null limit 1 loop
    perform refuse('FW_NEED_UNKNOWN', format('Org ''%s'' has no task %s', v_org, v_over.task), format('/tasks/%s/needs', v_over.at));
  end loop;
  insert into need (needed, task, name, on_failure)
    select coalesce((v_ids ->> n.task::text)::uuid, n.task), i.id, n."as", coalesce(n."onFailure", 'cancel')
    from json_to_recordset(p_call -> 'tasks') as i(id uuid, needs json)
    cross join lateral json_to_recordset(coalesce(i.needs, '[]')) as n(task uuid, "as" text, "onFailure" text) where not v_ids ? i.id::text;

  v_ended := array(select distinct t.id from json_to_recordset(p_call -> 'tasks') as i(id uuid)
    cross join lateral (select needed from need where task = i.id and not settled offset 0) n
    cross join lateral (select id from task where task.id = n.needed and state not in ('open', 'waiting', 'paused') offset 0) t);
  perform settle_ends(v_ended);
  perform release(v_go);
  perform admit(array[v_org]);
  return array_to_json(v_answers);
end $$;

-- Counts a new sub-task with all tasks above it; each has its own limits.
create or replace function count_sub_task(p_task uuid, p_at text) returns void language plpgsql as $$
declare v_over record;
begin
  with recursive above as (
    select p.id, p.parent, 1 as distance, c.budget as amount from task c join task p on p.id = c.parent where c.id = p_task
    union all select p.id, p.parent, a.distance + 1, a.amount from above a join task p on p.id = a.parent),
  counted as (update task t set sub_made = t.sub_made + 1, sub_planned = t.sub_planned + a.amount from above a where t.id = a.id
    returning t.id, t.sub_made, t.sub_count, t.sub_planned, t.sub_budget, t.sub_depth, a.distance)
  select * into v_over from counted where sub_made > sub_count or distance > sub_depth or sub_planned > sub_budget limit 1;
  if not found then return; end if;
  perform refuse('FW_SUBTASK_LIMIT', case
    when v_over.distance > v_over.sub_depth then format('Task %s may have %s levels of sub-tasks', v_over.id, v_over.sub_depth)
    when v_over.sub_made > v_over.sub_count then format('Task %s may have %s sub-tasks', v_over.id, v_over.sub_count)
    else format('The sub-tasks of task %s may reserve %s millionths of a US dollar together', v_over.id, v_over.sub_budget) end, p_at);
end $$;

-- Many such calls: each stands or falls alone.
create or replace function schedule_graphs(p_calls json) returns json language plpgsql as $$
declare v_call json; v_answers json[] := '{}'; v_code text; v_detail text; v_at text;
begin
  perform lock_orgs(array(select distinct c ->> 'org' from json_array_elements(p_calls) c));
  for v_call in select json_array_elements(p_calls) loop
    begin
      v_answers := v_answers || schedule_graph(v_call);
    exception when sqlstate 'FW001' then
      get stacked diagnostics v_code = message_text, v_detail = pg_exception_detail, v_at = pg_exception_hint;
      v_answers := v_answers || refusal(v_code, v_detail, v_at);
    end;
  end loop;
  return array_to_json(v_answers);
end $$;
