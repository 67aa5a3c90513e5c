-- What is forgotten: ended tasks, oldest first, with all that is about them. What is open, or what something open still needs, stays.

-- Ended tasks of an org that may go: the oldest `p_limit`.
create or replace function forgettable(p_org text, p_before timestamptz, p_limit int) returns setof uuid language sql stable as $$
  select id from task where task.org = p_org and ended_at < p_before
    and not exists (select from need where needed = task.id and exists (select from task c where c.id = need.task and c.ended_at is null))
    and not exists (select from task c where c.parent = task.id and c.ended_at is null)
  order by seq limit p_limit;
$$;

-- Forgets tasks, and notes up to where events may be missing, for those who read on.
create or replace function forget(p_tasks uuid[]) returns void language plpgsql as $$
begin
  with gone as (delete from event where task = any(p_tasks) returning org, tx::text::bigint as tx)
  insert into forgotten (org, tx) select org, max(tx) from gone group by org order by org
    on conflict (org) do update set tx = greatest(forgotten.tx, excluded.tx);
  delete from log where task = any(p_tasks);
  delete from log_size where task = any(p_tasks);
  delete from question where task = any(p_tasks);
  delete from need where needed = any(p_tasks) or task = any(p_tasks);
  delete from task where id = any(p_tasks);
end $$;

-- By age: what ended longer ago than `p_age`, at most `p_limit` tasks of each org. Answers how many.
create or replace function prune(p_age interval, p_limit int) returns int language plpgsql as $$
declare v_before timestamptz := clock_timestamp() - p_age; v_tasks uuid[];
begin
  v_tasks := array(select id from org cross join lateral forgettable(org.name, v_before, p_limit) as t(id));
  perform forget(v_tasks);
  delete from signal where at < v_before;
  perform prune_runs(v_tasks, v_before);
  return cardinality(v_tasks);
end $$;

-- By number: of each org whose ended tasks or whose events are too many, the oldest `p_limit` ended tasks at most. What ended within the last
-- `p_age` stays, so that a repeated report still gets its answer. Answers how many.
create or replace function prune_tasks(p_tasks bigint, p_events bigint, p_age interval, p_limit int) returns int language plpgsql as $$
declare v_before timestamptz := clock_timestamp() - p_age; v_tasks uuid[];
begin
  v_tasks := array(select t.id from org
    cross join lateral (select count(*) - p_tasks as over from task where task.org = org.name and ended_at is not null) t1
    cross join lateral (select count(*) > p_events as over from event where event.org = org.name) e
    cross join lateral forgettable(org.name, v_before, least(p_limit, case when e.over then p_limit else greatest(t1.over, 0) end)::int) as t(id));
  perform forget(v_tasks);
  perform prune_runs(v_tasks, '-infinity');
  return cardinality(v_tasks);
end $$;

-- By size: the logs of the oldest ended tasks of each org whose logs are larger than `p_bytes` together; the tasks stay. Answers how many.
create or replace function prune_logs(p_bytes bigint, p_age interval, p_limit int) returns int language plpgsql as $$
declare v_tasks uuid[];
begin
  v_tasks := array(select o.task from (
    select s.task, w.over, sum(s.bytes) over (partition by org.name order by t.seq) - s.bytes as before
    from org cross join lateral (select sum(bytes) - p_bytes as over from log_size where log_size.org = org.name) w
    cross join lateral (select task, bytes from log_size where log_size.org = org.name and bytes > 0 and w.over > 0 offset 0) s
    cross join lateral (select seq from task where task.id = s.task and ended_at < clock_timestamp() - p_age offset 0) t) o
    where o.before < o.over order by o.before limit p_limit);
  delete from log where task = any(v_tasks);
  update log_size set bytes = 0, gone = true where task = any(v_tasks);
  return cardinality(v_tasks);
end $$;

-- Whether events after a place may be missing, or the place is none of this database.
create or replace function is_cut(p_org text, p_tx bigint, p_id bigint) returns boolean language sql stable as $$
  select exists (select from forgotten where org = p_org and tx >= p_tx)
    or (p_id > 0 and not exists (select from event where org = p_org and tx = p_tx::text::xid8 and id = p_id));
$$;
