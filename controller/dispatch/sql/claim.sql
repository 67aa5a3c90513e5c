-- Gives ready tasks to workers: `p_n` of each address, none of which comes twice.
create or replace function claim(p_address text[], p_n int[]) returns json language plpgsql as $$
begin
  return hold_ready(array(
    select t.task from unnest(p_address, p_n) as w(address, n)
    cross join lateral (select task from queue where ready and queue.address = w.address order by priority desc,
      seq limit w.n for update skip locked) t));
end $$;

-- The same for one task, for a worker that was made for it.
create or replace function claim_task(p_address text[], p_task uuid) returns json language plpgsql as $$
begin
  return hold_ready(array(select task from queue where task = p_task and address = any(p_address) and ready for update skip locked));
end $$;

-- Makes leases of rows of the queue that the caller has locked.
create or replace function hold_ready(p_tasks uuid[]) returns json language plpgsql as $$
declare v_answer json;
begin
  if cardinality(p_tasks) = 0 then return null; end if;
  with taken as (delete from queue q where q.task = any(p_tasks) returning q.task, q.address, q.amount),
  held as (
    insert into lease (task, org, address, attempt, token, amount, seconds, until, deadline, look_at, tell_cost)
    select t.task, k.org, t.address, k.attempt + 1, gen_random_uuid(), t.amount, a.lease_seconds,
      least(clock_timestamp() + make_interval(secs => a.lease_seconds), d.deadline), d.deadline,
      clock_timestamp() + make_interval(secs => a.silent_seconds),
      case when k.budget > 0 then k.budget * a.tell_percent / 100 - k.cost + k.cost_before end
    from taken t
    cross join lateral (select org, attempt, deadline_seconds, budget, cost, cost_before from task where task.id = t.task offset 0) k
    cross join lateral (select lease_seconds, silent_seconds, tell_percent from agent where agent.address = t.address offset 0) a
    cross join lateral (select coalesce(clock_timestamp() + make_interval(secs => k.deadline_seconds), 'infinity') as deadline) d
    returning task, org, address, attempt, token, amount, seconds, until),
  told as (insert into event (org, task, attempt, kind, token) select org, task, attempt, 'claimed', token from held)
  select json_agg(json_build_object(
      'fence', json_build_object('task', h.task, 'attempt', h.attempt, 'token', h.token), 'org', h.org, 'agent', split_part(h.address, '/',
        2), 'title', k.title,
      'input', k.input, 'needs', case when k.has_needs then needs_of(h.task) else '[]' end, 'answers', case when k.has_questions
        then answers_of(h.task) else '[]' end,
      'signal', k.signal, 'session', k.session, 'parent', k.parent,
      'project', case when k.project is not null then (select json_build_object('name', name, 'title', title, 'data', data) from project
        where org = h.org and name = k.project) end,
      'budget', h.amount, 'leaseSeconds', h.seconds, 'leaseUntil',
        iso(h.until)) order by k.priority desc, k.seq) into v_answer
  from held h cross join lateral (select * from task where task.id = h.task offset 0) k;
  return v_answer;
end $$;

-- The results that a task gets.
create or replace function needs_of(p_task uuid) returns json language sql stable as $$
  select coalesce(json_agg(json_strip_nulls(json_build_object('task', t.id, 'as', n.name, 'state',
    s.state))::jsonb || jsonb_build_object('result', t.result) order by n.name, t.seq), '[]')
  from need n cross join lateral (select id, seq, result from task where task.id = n.needed offset 0) t
  cross join lateral (select state from task_state where task_state.id = n.needed offset 0) s where n.task = p_task;
$$;

create or replace function answers_of(p_task uuid) returns json language sql stable as $$
  select coalesce(json_agg(json_build_object('question', id, 'key', key, 'state', state, 'answer', answer) order by asked_at), '[]')
  from question where task = p_task and state in ('answered', 'expired') and kind <> 'escalation';
$$;

-- For one caller that works for several agents: who has the least running comes first, then turns are taken, so a flood does not starve
-- others.
create or replace function claim_fair(p_addresses text[], p_n int) returns json language plpgsql as $$
declare v_address text[]; v_n int[];
begin
  select array_agg(address), array_agg(n) into v_address, v_n from (
    select address, count(*)::int as n from (
      select a.address, h.seq, l.held + row_number() over (partition by a.address order by h.priority desc, h.seq) as turn, h.priority
      from unnest(p_addresses) as a(address)
      cross join lateral (select count(*) as held from lease where lease.address = a.address offset 0) l
      cross join lateral (select priority, seq from queue where ready and queue.address = a.address order by priority desc, seq limit p_n) h
      order by turn, h.priority desc, h.seq limit p_n) t
    group by address) m;
  return claim(v_address, v_n);
end $$;

-- The program begins. Answers which of the starts hold their task.
create or replace function start(p_starts json) returns json language plpgsql as $$
declare v_answer json;
begin
  with held as (
    update lease l set started = true, worker = coalesce(s.worker, l.worker)
    from json_to_recordset(p_starts) as s(at int, task uuid, attempt int, token uuid, worker text, session text)
    where l.task = s.task and l.attempt = s.attempt and l.token = s.token returning s.at, l.org, l.task, l.attempt, s.session, s.worker),
  told as (insert into event (org, task, attempt, kind, data)
    select org, task, attempt, 'started', case when worker is not null then json_build_object('worker', worker) end from held
      on conflict do nothing),
  kept as (update task t set session = h.session from held h where t.id = h.task and h.session is not null)
  select json_agg(json_build_object('at', at)) into v_answer from held;
  return v_answer;
end $$;

-- Renews leases; nobody may hold a task beyond its deadline. Answers for those beats whose fence holds.
create or replace function beat(p_beats json) returns json language plpgsql as $$
declare v_answer json;
begin
  with held as (
    update lease l set until = least(clock_timestamp() + make_interval(secs => l.seconds), l.deadline), cost = greatest(l.cost, b.cost)
    from (select task, attempt, token, max(cost) as cost, array_agg(at) as ats
      from json_to_recordset(p_beats) as b(at int, task uuid, attempt int, token uuid, cost bigint) group by task, attempt, token) b
    where l.task = b.task and l.attempt = b.attempt and l.token = b.token
    returning b.ats, l.until, case when l.amount > 0 and l.cost >= l.amount then 'stop-over-budget' when l.rest then 'pause'
      else 'continue' end as directive)
  select json_agg(json_build_object('at', at, 'until', iso(until), 'directive', directive)) into v_answer from held
    cross join lateral unnest(ats) as u(at);
  return v_answer;
end $$;
