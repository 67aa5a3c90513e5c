-- Waiting for other tasks: edges of the graph that a running task adds to itself. Only for tasks below it: it planned them, so it may know
-- their results, and what it waits for can never hold a place that they need. `need.on_failure` is 'wait' for what it waits for now, and
-- 'waited' for what it waited for in earlier attempts.

-- Ends an attempt that waits for the end of tasks. `p_reports` is one report; answers as `complete` does, or with a refusal.
create or replace function wait_for_tasks(p_reports json) returns json language plpgsql as $$
declare v_report json := p_reports -> 0; v_task uuid := v_report ->> 'task'; v_tasks uuid[]; v_refusal json;
begin
  perform lock_orgs(array(select org from task where id = v_task));
  if not exists (select from lease where task = v_task and attempt = (v_report ->> 'attempt')::int
    and token = (v_report ->> 'token')::uuid) then
    return complete(p_reports);
  end if;
  v_tasks := array(select json_array_elements_text(v_report -> 'wait' -> 'tasks')::uuid);
  v_refusal := refuse_wait(v_task, v_tasks);
  if v_refusal is not null then return json_build_array(v_refusal); end if;

  update need set on_failure = 'waited' where task = v_task and on_failure = 'wait';
  insert into need (needed, task, on_failure, settled)
    select t.id, v_task, 'wait', t.ended_at is not null
    from unnest(v_tasks) as u(id) cross join lateral (select id, ended_at from task where task.id = u.id offset 0) t
    on conflict (needed, task) do update set on_failure = 'wait', settled = excluded.settled;
  update task set has_needs = true, pending = (select count(*) from need where need.task = v_task and not settled) where id = v_task;
  return complete(p_reports);
end $$;

-- Why a task may not wait for others, or null.
create or replace function refuse_wait(p_task uuid, p_tasks uuid[]) returns json language plpgsql as $$
declare v_other uuid;
begin
  select u.id into v_other from unnest(p_tasks) as u(id) where not is_below(u.id, p_task) limit 1;
  if found then
    return refusal('FW_NEED_UNKNOWN', format('Task %s may wait for tasks below it, and %s is none; name its sub-tasks, or theirs', p_task, v_other),
      '/wait/tasks');
  end if;
  with recursive behind as (
    select p_task as id
    union select n.task from behind b
      cross join lateral (select task from need where needed = b.id and not settled offset 0) n
      cross join lateral (select from task where task.id = n.task and state = 'waiting' offset 0) t)
  select id into v_other from behind where id = any(p_tasks) limit 1;
  if found then
    return refusal('FW_GRAPH_CYCLE', format('Task %s waits for task %s to end, so that one cannot wait for it; end first', v_other, p_task),
      '/wait/tasks');
  end if;
  if 256 < (select count(*) from (select needed from need where task = p_task union select unnest(p_tasks)) n) then
    return refusal('FW_TOO_LARGE', format('Task %s may need and wait for 256 tasks in all; let a sub-task wait for the others', p_task),
      '/wait/tasks');
  end if;
  return null;
end $$;

create or replace function is_below(p_task uuid, p_top uuid) returns boolean language sql stable as $$
  with recursive above as (
    select parent as id from task where task.id = p_task
    union all select t.parent from above a cross join lateral (select parent from task where task.id = a.id offset 0) t)
  select exists (select from above where id = p_top);
$$;

-- The time of these tasks is over: they go on without what has not ended. Answers nothing.
create or replace function stop_waiting(p_tasks uuid[]) returns void language sql as $$
  update need set settled = true where task = any(p_tasks) and on_failure = 'wait' and not settled;
  update task set pending = 0 where id = any(p_tasks);
$$;
