-- Runs of pipelines, what triggers start, and consent to the start of a task.

-- Whether a person agreed to the start of a task.
create or replace function is_approved(p_task uuid) returns boolean language sql stable as $$
  select exists (select from question where task = p_task and key = 'fleetwright/start' and answer ->> 'approved' = 'true');
$$;

-- Asks people whether these may start; where they said no and somebody retries the task, anew.
create or replace function ask_to_start(p_tasks uuid[]) returns void language sql as $$
  insert into question (org, task, key, kind, text, expires_at, fallback)
    select t.org, t.id, 'fleetwright/start', 'approval', t.approval ->> 'reason',
      clock_timestamp() + make_interval(secs => (t.approval ->> 'timeoutSeconds')::int), '{"approved":false}'
    from unnest(p_tasks) as u(id) cross join lateral (select * from task where task.id = u.id offset 0) t
  on conflict (task, key) do update set state = 'open', asked_at = clock_timestamp(), expires_at = excluded.expires_at, answer = null,
    answered_by = null, answered_at = null;
$$;

-- Starts a run: all of its tasks, or nothing. The same key gives the same run.
create or replace function start_run(p_run json) returns json language plpgsql as $$
declare v_org text := p_run ->> 'org'; v_run run; v_created boolean := false;
begin
  perform lock_orgs(array[v_org]);
  select * into v_run from run where org = v_org and key = p_run ->> 'key';
  if not found then
    insert into run (id, org, pipeline, key, digest, title, started_by)
      values ((p_run ->> 'id')::uuid, v_org, p_run ->> 'pipeline', p_run ->> 'key', p_run ->> 'digest', p_run ->> 'title', p_run ->> 'by')
      returning * into v_run;
    v_created := true;
    perform schedule_graph(p_run);
    insert into run_step (run, at, step, task)
      select v_run.id, i.at, i.step, i.id from json_to_recordset(p_run -> 'tasks') as i(at int, step text, id uuid);
  elsif v_run.digest <> p_run ->> 'digest' then
    perform refuse('FW_KEY_REUSED', format('Key ''%s'' belongs to run %s, which is not the same; use a key of its own for each run', v_run.key,
      v_run.id), '/key');
  end if;
  return json_build_object('run', v_run.id, 'created', v_created, 'tasks', (select json_agg(json_build_object('step', step, 'id', task) order by at) from run_step
    where run = v_run.id));
end $$;

-- Begins what a call wants: a run, or a graph of tasks. With a `delivery` all of it happens once: who brings the same again hears what it
-- began. What began nothing is looked at anew, as the trigger may be another by then. Answers a refusal rather than raising it; then nothing happened.
create or replace function begin_work(p_call json) returns json language plpgsql as $$
declare v_org text := p_call ->> 'org'; v_from json := p_call -> 'delivery'; v_known delivery; v_begun json; v_code text; v_detail text; v_at text;
begin
  perform lock_orgs(array[v_org]);
  for v_known in select * from delivery where org = v_org and trigger = v_from ->> 'trigger' and id = v_from ->> 'id'
      union all select * from delivery where org = v_org and trigger = v_from ->> 'trigger' and digest = v_from ->> 'digest' loop
    if v_known.outcome = 'started' then
      return json_strip_nulls(json_build_object('outcome', 'repeated', 'run', v_known.run, 'task', v_known.task));
    end if;
    delete from delivery where org = v_org and trigger = v_known.trigger and id = v_known.id;
  end loop;
  if p_call -> 'run' is not null then v_begun := start_run(p_call -> 'run');
  elsif p_call -> 'graph' is not null then v_begun := schedule_graph(p_call -> 'graph') -> 0;
  end if;
  if v_from is not null then
    insert into delivery (org, trigger, id, digest, outcome, detail, run, task)
      values (v_org, v_from ->> 'trigger', v_from ->> 'id', v_from ->> 'digest', v_from ->> 'outcome', v_from ->> 'detail',
        (v_begun ->> 'run')::uuid, (v_begun ->> 'task')::uuid);
  end if;
  return (coalesce(v_begun::jsonb, '{}') || jsonb_build_object('outcome', coalesce(v_from ->> 'outcome', 'started')))::json;
exception when sqlstate 'FW001' then
  get stacked diagnostics v_code = message_text, v_detail = pg_exception_detail, v_at = pg_exception_hint;
  return refusal(v_code, v_detail, v_at);
end $$;

-- A run as the contract has it.
create or replace function show_run(p_run uuid) returns json language sql stable as $$
  select json_build_object('id', r.id, 'pipeline', r.pipeline, 'title', r.title, 'startedBy', r.started_by, 'createdAt', iso(r.created_at),
    'state', case when s.open then 'running' when s.failed then 'failed' when s.cancelled then 'cancelled' else 'succeeded' end, 'steps', s.steps)
  from run r cross join lateral (
    select bool_or(t.ended_at is null) as open, bool_or(t.state in ('failed', 'dead')) as failed,
      bool_or(t.state = 'cancelled' and coalesce(t.reason <> 'skipped', true)) as cancelled,
      json_agg(json_strip_nulls(json_build_object('step', s.step, 'task', t.id, 'agent', split_part(t.address, '/', 2), 'state', l.state,
        'waitsFor', t.waits_for, 'reason', t.reason)) order by s.at) as steps
    from run_step s cross join lateral (select * from task where task.id = s.task offset 0) t
    cross join lateral (select state from task_state where task_state.id = s.task offset 0) l
    where s.run = r.id) s
  where r.id = p_run;
$$;

-- Ends what is left of a run. Answers how many tasks ended, or null if there is no such run.
create or replace function cancel_run(p_org text, p_run uuid, p_reason text) returns int language plpgsql as $$
declare v_tasks uuid[];
begin
  perform lock_orgs(array[p_org]);
  if not exists (select from run where id = p_run and org = p_org) then return null; end if;
  -- The last first, so that none goes on because of another's end.
  v_tasks := array(select s.task from run_step s cross join lateral (select from task where task.id = s.task and ended_at is null offset 0) t
    where s.run = p_run order by s.at desc);
  perform cancel(p_org, u, p_reason) from unnest(v_tasks) u;
  return cardinality(v_tasks);
end $$;

-- Forgets runs whose tasks are forgotten, and what came from outside so long ago.
create or replace function prune_runs(p_tasks uuid[], p_before timestamptz) returns void language sql as $$
  with gone as (delete from run_step where task = any(p_tasks) returning run)
  delete from run where id in (select run from gone) and not exists (select from run_step where run = run.id and task <> all(p_tasks));
  delete from delivery where at < p_before;
$$;
