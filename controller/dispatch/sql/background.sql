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
declare v_orgs text[]; v_tasks uuid[]; v_asked uuid[]; v_go uuid[]; v_waited uuid[];
begin
  select array_agg(id), array_agg(distinct org) into v_tasks, v_orgs from (select id, org from task where due <= clock_timestamp()
    order by due limit p_limit) t;
  select array_agg(task), v_orgs || array_agg(distinct org) into v_asked, v_orgs
    from (select task, org from question where state = 'open' and expires_at <= clock_timestamp() order by expires_at limit p_limit) q;
  if v_tasks is null and v_asked is null then return 0; end if;
  perform lock_orgs(v_orgs);
  update question set state = 'expired', answer = fallback, answered_at = clock_timestamp() where task = any(v_asked) and state = 'open'
    and expires_at <= clock_timestamp();
  update question set state = 'withdrawn' from unnest(v_asked) as u(id)
    where task = u.id and kind = 'escalation' and state = 'open' and key like 'approval/%'
      and not exists (select from question q where q.id::text = substr(question.key, 10) and q.task = u.id and q.state = 'open');
  with woken as (
    update task set signal = case waits_for when 'event' then json_build_object('key', wait_key, 'timedOut', true)
      when 'tasks' then json_build_object('key', 'tasks', 'timedOut', true) else signal end, due = null
    where id = any(v_tasks) and state = 'waiting' and due <= clock_timestamp() returning id, org, attempt, waits_for),
  told as (insert into event (org, task, attempt, kind, data) select org, id, attempt, 'woken', json_build_object('by', waits_for)
    from woken on conflict do nothing)
  select array_agg(id), array_agg(id) filter (where waits_for = 'tasks') into v_go, v_waited from woken;
  perform stop_waiting(v_waited);
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

-- Stands in the same statement as what a leader does: nothing happens if another one leads by now, and no other one begins to lead before
-- it has happened.
create or replace function under_term(p_name text, p_term bigint) returns void language plpgsql security definer as $$
begin
  perform from leader where name = p_name and term = p_term for share;
  if not found then raise exception using errcode = 'FW002', message = 'Another program leads by now'; end if;
end $$;

-- How far a schedule has come, the database's time, and what of its last task or run still goes on. A new schedule begins now.
create or replace function cron_seen(p_org text, p_name text) returns json language plpgsql as $$
declare v_answer json;
begin
  insert into cron (org, name) values (p_org, p_name) on conflict do nothing;
  select json_strip_nulls(json_build_object('last', iso(c.last), 'now', iso(clock_timestamp()),
      'task', (select id from task where id = c.task and ended_at is null),
      'run', (select run from run_step s cross join lateral (select from task where task.id = s.task and ended_at is null offset 0) t
        where s.run = c.run limit 1)))
    into v_answer from cron c where c.org = p_org and c.name = p_name;
  return v_answer;
end $$;

-- Notes that a schedule has come to a time, and what it began.
create or replace function cron_done(p_org text, p_name text, p_at timestamptz, p_task uuid, p_run uuid) returns void language sql as $$
  update cron set last = greatest(last, p_at), task = case when p_task is null and p_run is null then task else p_task end,
    run = case when p_task is null and p_run is null then run else p_run end
    where org = p_org and name = p_name;
$$;
