-- What time brings. Each function is safe to run on several replicas at once and does a bounded piece of work.

-- Ends attempts whose lease is over. Answers how many.
create or replace function expire(p_limit int) returns int language plpgsql as $$
declare v_late uuid[]; v_orgs text[]; v_reports json; v_at int[];
begin
  select array_agg(task), array_agg(distinct org) into v_late, v_orgs from (select task, org from lease
    where until < clock_timestamp() limit p_limit) l;
  if v_late is null then return 0; end if;
  perform lock_orgs(v_orgs);
  select json_agg(json_build_object('at', at, 'task', task, 'outcome', 'expired', 'reason', case when deadline < clock_timestamp()
    then 'deadline' else 'lease-lost' end)), array_agg(at::int)
    into v_reports, v_at
    from (select row_number() over () as at, l.* from (select * from lease where task = any(v_late)
      and until < clock_timestamp() for update) l) n;
  if v_at is null then return 0; end if;
  perform end_attempts(v_reports, v_at);
  perform admit(v_orgs);
  return cardinality(v_at);
end $$;

-- Wakes tasks whose time has come and closes questions that nobody answered. Answers how many.
create or replace function wake(p_limit int) returns int language plpgsql as $$
declare v_orgs text[]; v_tasks uuid[]; v_asked uuid[]; v_go uuid[];
begin
  select array_agg(id), array_agg(distinct org) into v_tasks, v_orgs from (select id, org from task where due <= clock_timestamp()
    order by due limit p_limit) t;
  select array_agg(task), v_orgs || array_agg(distinct org) into v_asked, v_orgs
    from (select task, org from question where state = 'open' and expires_at <= clock_timestamp() order by expires_at limit p_limit) q;
  if v_tasks is null and v_asked is null then return 0; end if;
  perform lock_orgs(v_orgs);
  update question set state = 'expired', answer = fallback, answered_at = clock_timestamp() where task = any(v_asked) and state = 'open'
    and expires_at <= clock_timestamp();
  with woken as (
    update task set signal = case when waits_for = 'event' then json_build_object('key', wait_key, 'timedOut', true) else signal end,
      due = null
    where id = any(v_tasks) and state = 'waiting' and due <= clock_timestamp() returning id, org, attempt, waits_for),
  told as (insert into event (org, task, attempt, kind, data) select org, id, attempt, 'woken', json_build_object('by', waits_for)
    from woken on conflict do nothing)
  select array_agg(id) into v_go from woken;
  v_go := v_go || array(select go_on(id) from task where id = any(v_asked) and waits_for = 'question');
  perform release(v_go);
  perform admit(v_orgs);
  return coalesce(cardinality(v_go), 0);
end $$;

-- Admits what nothing else will: after a window of a budget began anew, or a limit was raised.
create or replace function readmit() returns void language plpgsql as $$
declare v_orgs text[];
begin
  v_orgs := array(select distinct org from agent where queued > 0 and running < max_running and not (paused or held or removed)
    order by org);
  perform lock_orgs(v_orgs);
  perform roll_budgets(array(select owner from budget where split_part(owner, '/', 1) = any(v_orgs)));
  perform admit(v_orgs);
end $$;

-- Forgets what ended longer ago than `p_age`, at most `p_limit` tasks of each org, oldest first. A task that others still need stays.
-- Answers how many.
create or replace function prune(p_age interval, p_limit int) returns int language plpgsql as $$
declare v_tasks uuid[]; v_before timestamptz := clock_timestamp() - p_age;
begin
  v_tasks := array(select t.id from org cross join lateral (
    select id from task where task.org = org.name and ended_at < v_before
      and not exists (select from need where needed = task.id and exists (select from task c where c.id = need.task and c.ended_at is null))
      and not exists (select from task c where c.parent = task.id and c.ended_at is null)
    order by seq limit p_limit) t);
  delete from log where task = any(v_tasks);
  delete from event where task = any(v_tasks);
  delete from question where task = any(v_tasks);
  delete from need where needed = any(v_tasks) or task = any(v_tasks);
  delete from task where id = any(v_tasks);
  delete from signal where at < v_before;
  return cardinality(v_tasks);
end $$;

-- The term of the caller if it leads now, or null. A new holder gets a new term.
create or replace function take_lead(p_name text, p_holder text, p_seconds int) returns bigint language plpgsql as $$
declare v_term bigint;
begin
  insert into leader (name, holder, term, until) values (p_name, p_holder, 1, clock_timestamp() + make_interval(secs => p_seconds))
    on conflict (name) do update set until = excluded.until, holder = excluded.holder,
      term = leader.term + (leader.holder <> excluded.holder or leader.until < clock_timestamp())::int
      where leader.holder = excluded.holder or leader.until < clock_timestamp()
    returning term into v_term;
  return v_term;
end $$;

-- How far a schedule has come, the database's time, and whether its last task still goes on. A new schedule begins now.
create or replace function cron_seen(p_org text, p_name text) returns json language plpgsql as $$
declare v_answer json;
begin
  insert into cron (org, name) values (p_org, p_name) on conflict do nothing;
  select json_build_object('last', iso(c.last), 'now', iso(clock_timestamp()), 'unfinished', case when t.ended_at is null then t.id end)
    into v_answer
    from cron c left join task t on t.id = c.task where c.org = p_org and c.name = p_name;
  return v_answer;
end $$;

-- Notes that a schedule has come to a time, and what it began.
create or replace function cron_done(p_org text, p_name text, p_at timestamptz, p_task uuid) returns void language sql as $$
  update cron set last = greatest(last, p_at), task = coalesce(p_task, task) where org = p_org and name = p_name;
$$;
