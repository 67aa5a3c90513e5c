-- A person's second chance for a task that did not succeed. It undoes what the end of the task did to others: whatever was cancelled with
-- it, or was cancelled or skipped because of it, is open again. What went on without it is not called back.

-- Answers the tasks that are open again, the named one first, or a refusal.
create or replace function retry(p_org text, p_task uuid, p_by text) returns json language plpgsql as $$
declare v_task task; v_refusal json; v_tasks uuid[]; v_others uuid[];
begin
  perform lock_orgs(array[p_org]);
  select * into v_task from task where id = p_task and org = p_org;
  v_refusal := refuse_retry(v_task, p_org, p_task);
  if v_refusal is not null then return v_refusal; end if;
  v_tasks := undone_by(v_task);

  with recursive above as (
    select parent as id from task where id = p_task
    union all select t.parent from above a cross join lateral (select parent from task where task.id = a.id offset 0) t)
  update task t set sub_planned = t.sub_planned + v_task.cost - v_task.cost_before from above a where t.id = a.id;
  update task set state = 'waiting', waits_for = 'needs', wait_key = null, due = null, signal = null, result = null, reason = null,
    ended_at = null, retries = retries + 1, failures = case when id = p_task then 0 else failures end,
    cost_before = case when id = p_task then cost else cost_before end
    where id = any(v_tasks);
  -- A task that plans anew waits for what it plans now, and not for what came of it before.
  delete from need n using unnest(v_tasks) as u(id)
    cross join lateral (select needed from need where need.task = u.id and on_failure in ('wait', 'waited') offset 0) o
    cross join lateral (select state from task where task.id = o.needed offset 0) t
    where n.task = u.id and n.needed = o.needed and t.state <> 'succeeded';
  v_others := open_edges(v_tasks);
  update task t set pending = (select count(*) from need where need.task = t.id and not settled) where t.id = any(v_tasks || v_others);

  insert into event (org, task, attempt, kind, seq, data)
    select org, id, attempt, 'retried', retries, case when id = p_task then json_build_object('by', p_by) else json_build_object('with', p_task) end
    from task where id = any(v_tasks);
  update question set state = 'answered', answer = '"retry"', answered_by = p_by, answered_at = clock_timestamp()
    where task = p_task and kind = 'escalation' and state = 'open';
  perform release(array(select id from task where id = any(v_tasks) and pending = 0));
  perform admit(array[p_org]);
  return array_to_json(v_tasks);
end $$;

-- A task that a person has retried, and that plans a sub-task again which had failed before, gives that one a second chance too.
create or replace function plan_again(p_task task, p_at text) returns void language plpgsql as $$
declare v_answer json;
begin
  if p_task.state not in ('failed', 'dead', 'cancelled') or not exists (select from event
    where task = p_task.parent and kind = 'retried' and at >= p_task.ended_at) then return; end if;
  v_answer := retry(p_task.org, p_task.id, format('task %s', p_task.parent));
  if json_typeof(v_answer) = 'object' then perform refuse(v_answer ->> 'code', v_answer ->> 'detail', p_at); end if;
end $$;

-- Why a task gets no second chance, or null.
create or replace function refuse_retry(p_found task, p_org text, p_task uuid) returns json language plpgsql as $$
declare v_other uuid;
begin
  if p_found.id is null then return refusal('FW_NOT_FOUND', format('Org ''%s'' has no task %s', p_org, p_task)); end if;
  if p_found.state not in ('failed', 'dead', 'cancelled') then
    return refusal('FW_STATE_CONFLICT', format('Task %s has not failed; only what is failed, dead or cancelled can be retried', p_task));
  end if;
  if not exists (select from agent where address = p_found.address and not removed) then
    return refusal('FW_AGENT_UNKNOWN', format('Org ''%s'' has no agent ''%s'' any more; schedule a new task for another one', p_org,
      split_part(p_found.address, '/', 2)));
  end if;
  select id into v_other from task where id = p_found.parent and state in ('failed', 'dead', 'cancelled');
  if found then
    return refusal('FW_STATE_CONFLICT', format('Task %s is part of task %s, which did not succeed; retry that one', p_task, v_other));
  end if;
  select t.id into v_other from need n cross join lateral (select * from task where task.id = n.needed offset 0) t
    where n.task = p_task and n.on_failure in ('cancel', 'skip') and went_wrong(t) limit 1;
  if found then
    return refusal('FW_STATE_CONFLICT', format('Task %s needs task %s, which did not succeed; retry that one', p_task, v_other));
  end if;
  with recursive above as (
    select p_found.parent as id
    union all select t.parent from above a cross join lateral (select parent from task where task.id = a.id offset 0) t)
  select t.id into v_other from above a cross join lateral (select id, sub_planned, sub_budget from task where task.id = a.id offset 0) t
    where t.sub_planned + p_found.cost - p_found.cost_before > t.sub_budget limit 1;
  if found then
    return refusal('FW_SUBTASK_LIMIT', format('The sub-tasks of task %s may not reserve as much again', v_other));
  end if;
  return null;
end $$;

-- Whether what needs the task cannot go on because of it.
create or replace function went_wrong(p_task task) returns boolean language sql immutable as $$
  select p_task.state in ('failed', 'dead') or (p_task.state = 'cancelled' and coalesce(p_task.reason <> 'skipped', true));
$$;

-- The task, what one call cancelled with it, and what ended for no other reason than these.
create or replace function undone_by(p_task task) returns uuid[] language plpgsql as $$
declare v_tasks uuid[] := array[p_task.id]; v_more uuid[];
begin
  if p_task.state = 'cancelled' then
    with recursive cancelled as (
      select task as id, tx from event where task = p_task.id and attempt = p_task.attempt and kind = 'cancelled' and seq = p_task.retries
      union select t.id, c.tx from cancelled c
        cross join lateral (select id, attempt, retries from task where parent = c.id and state = 'cancelled' offset 0) t
        cross join lateral (select from event where task = t.id and attempt = t.attempt and kind = 'cancelled' and seq = t.retries
          and event.tx = c.tx offset 0) e)
    select v_tasks || array_agg(id) into v_tasks from cancelled where id <> p_task.id;
  end if;
  loop
    v_more := array(select distinct c.id from unnest(v_tasks) as u(id)
      cross join lateral (select task from need where needed = u.id and on_failure in ('cancel', 'skip') offset 0) n
      cross join lateral (select id, parent from task where task.id = n.task and state = 'cancelled' and reason in ('need-failed', 'skipped')
        offset 0) c
      where c.id <> all(v_tasks)
        and not exists (select from need o cross join lateral (select * from task where task.id = o.needed offset 0) t
          where o.task = c.id and o.on_failure in ('cancel', 'skip') and t.id <> all(v_tasks) and went_wrong(t))
        and not exists (select from task t where t.id = c.parent and t.id <> all(v_tasks) and t.state in ('failed', 'dead', 'cancelled')));
    exit when cardinality(v_more) = 0;
    v_tasks := v_tasks || v_more;
  end loop;
  return v_tasks;
end $$;

-- Edges from and to tasks that are open again count again. Answers the other tasks that now wait for these.
create or replace function open_edges(p_tasks uuid[]) returns uuid[] language plpgsql as $$
declare v_others uuid[];
begin
  update need n set settled = n.on_failure in ('wait', 'waited') or t.ended
    from unnest(p_tasks) as u(id)
    cross join lateral (select needed from need where need.task = u.id offset 0) o
    cross join lateral (select ended_at is not null as ended from task where task.id = o.needed offset 0) t
    where n.task = u.id and n.needed = o.needed;
  with edge as (
    update need n set settled = false
      from unnest(p_tasks) as u(id)
      cross join lateral (select task from need where needed = u.id and settled offset 0) o
      cross join lateral (select waits_for from task where task.id = o.task and state = 'waiting' and task.id <> all(p_tasks) offset 0) t
      where n.needed = u.id and n.task = o.task
        and ((t.waits_for = 'needs' and n.on_failure in ('cancel', 'skip', 'run')) or (t.waits_for = 'tasks' and n.on_failure = 'wait'))
      returning n.task)
  select array_agg(distinct task) into v_others from edge;
  return coalesce(v_others, '{}');
end $$;
