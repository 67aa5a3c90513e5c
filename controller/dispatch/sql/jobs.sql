-- What becomes Jobs.

-- How the tasks `p_tasks` of an org stand, and those of `p_agents` that are ready, at most `p_new` more. `attempt` is the one that a Job would be
-- for: the one under way, the next one, or of a task that has ended the last.
create or replace function job_tasks(p_org text, p_agents text[], p_tasks uuid[], p_new int) returns json language sql stable as $$
  select coalesce(json_agg(json_build_object('task', t.id, 'agent', split_part(t.address, '/', 2), 'title', t.title,
      'deadlineSeconds', t.deadline_seconds,
      'attempt', coalesce(l.attempt, t.attempt + (t.ended_at is null)::int),
      'state', case when l.task is not null then 'held' when q.ready then 'ready' when t.state = 'cancelled' then 'cancelled'
        when t.ended_at is not null then 'ended' else 'resting' end) order by t.priority desc, t.seq), '[]')
  from (
    select unnest(p_tasks) as id
    union select r.task from unnest(p_agents) as a(name)
      cross join lateral (select task from queue where ready and queue.address = p_org || '/' || a.name order by priority desc,
        seq limit p_new + cardinality(p_tasks)) r) w
  cross join lateral (select * from task where task.id = w.id and task.org = p_org offset 0) t
  left join lateral (select task, attempt from lease where lease.task = t.id offset 0) l on true
  left join lateral (select ready from queue where queue.task = t.id offset 0) q on true;
$$;

-- Ends an attempt whose Job came to nothing, whether it has been claimed or not, so that it counts as one. Answers whether it was still open.
create or replace function fail_job(p_org text, p_task uuid, p_attempt int, p_reason text) returns boolean language plpgsql as $$
declare v_token uuid;
begin
  perform lock_orgs(array[p_org]);
  perform claim_task(array[address], p_task) from task where id = p_task and org = p_org and attempt + 1 = p_attempt and ended_at is null;
  select token into v_token from lease where task = p_task and org = p_org and attempt = p_attempt;
  if not found then return false; end if;
  perform complete(json_build_array(json_build_object('at', 0, 'task', p_task, 'attempt', p_attempt, 'token', v_token, 'outcome', 'failed',
    'reason', p_reason, 'retry', true)));
  return true;
end $$;
