-- The graph: what may be queued, and what the end of a task means for others. Under the lock of the org's row.

-- Waiting tasks whose needs are met go on: to their time, behind their siblings, or into the queue.
create or replace function release(p_tasks uuid[]) returns void language plpgsql as $$
declare v_asks uuid[];
begin
  if coalesce(cardinality(p_tasks), 0) = 0 then return; end if;
  v_asks := array(select t.id from unnest(p_tasks) as u(id) cross join lateral (select id from task where task.id = u.id
    and approval is not null and state in ('waiting', 'paused') and coalesce(not_before <= clock_timestamp(), true) offset 0) t
    where not is_approved(t.id));
  if cardinality(v_asks) > 0 then perform ask_to_start(v_asks); end if;
  with wish as (
    select t.id, t.parent, t.seq, t.address, t.priority, case when t.budget > 0 then greatest(t.budget - t.cost + t.cost_before, 1) end as amount,
      coalesce(t.not_before > clock_timestamp(), false) as early, t.approval is not null and not is_approved(t.id) as asks,
      p.sub_parallel is not null and not t.holds_place as wants_place, p.sub_parallel - p.sub_running as places, t.not_before
    from (select distinct unnest(p_tasks) as id) w
    cross join lateral (select * from task where task.id = w.id and state in ('waiting', 'paused') offset 0) t
    left join lateral (select sub_parallel, sub_running from task where task.id = t.parent offset 0) p on true),
  turn as (select *, row_number() over (partition by parent, early, asks, wants_place order by priority desc, seq) as turn from wish),
  next as (select *, case when early then 'time' when asks then 'question' when wants_place and turn > places then 'siblings' end as waits from turn),
  moved as (
    update task t set state = case when n.waits is null then 'open' else 'waiting' end, waits_for = n.waits, wait_key = null,
      due = case when n.waits = 'time' then n.not_before end, holds_place = t.holds_place or (n.wants_place and n.waits is null)
    from next n where t.id = n.id),
  placed as (update task p set sub_running = p.sub_running + m.n
    from (select parent, count(*)::int as n from next where wants_place and waits is null group by parent) m where p.id = m.parent),
  put as (insert into queue (task, seq, address, priority, amount) select id, seq, address, priority, amount from next where waits is null)
  update agent a set queued = a.queued + m.n from (select address, count(*)::int as n from next where waits is null group by address) m
    where a.address = m.address;
end $$;

-- Tells what depends on ended tasks. A task that ends because of it is followed in turn.
create or replace function settle_ends(p_tasks uuid[]) returns void language plpgsql as $$
declare v_ended uuid[] := p_tasks; v_go uuid[] := '{}'; v_next uuid[]; v_met uuid[]; v_parents uuid[];
begin
  while cardinality(v_ended) > 0 loop
    with back as (update task set holds_place = false where id = any(v_ended) and holds_place returning parent),
    per as (select parent, count(*)::int as n from back group by parent),
    less as (update task p set sub_running = p.sub_running - per.n from per where p.id = per.parent)
    select array_agg(parent) into v_parents from per;
    if v_parents is not null then
      v_go := v_go || array(select s.id from unnest(v_parents) as u(id)
        cross join lateral (select sub_parallel - sub_running as places from task where task.id = u.id offset 0) p
        cross join lateral (select id from task where parent = u.id and waits_for = 'siblings' order by priority desc,
          seq limit p.places) s);
    end if;

    with edge as (
      update need n set settled = true
      from unnest(v_ended) as e(id)
      cross join lateral (select state = 'succeeded' or (state = 'cancelled' and coalesce(reason = 'skipped', false)) as good from task
        where task.id = e.id offset 0) t
      where n.needed = e.id and not n.settled returning n.task, t.good or n.on_failure in ('run', 'wait') as met, n.on_failure),
    child as (select task, bool_and(met) as met, bool_and(met or on_failure = 'skip') as skip, count(*)::int as n from edge group by task),
    changed as (
      update task t set
        pending = t.pending - c.n,
        state = case when c.met then t.state else 'cancelled' end,
        waits_for = case when c.met then t.waits_for end,
        reason = case when c.met then t.reason when c.skip then 'skipped' else 'need-failed' end,
        ended_at = case when c.met then null else clock_timestamp() end
      from child c where t.id = c.task and t.state = 'waiting' returning t.id, t.org, t.attempt, t.retries, t.pending, t.state, t.reason),
    told as (insert into event (org, task, attempt, kind, seq, data)
      select org, id, attempt, 'cancelled', retries, json_build_object('state', state, 'reason', reason) from changed where state = 'cancelled'
        on conflict do nothing)
    select array_agg(id) filter (where state = 'cancelled'), array_agg(id) filter (where state = 'waiting' and pending = 0) into v_next,
      v_met from changed;
    v_go := v_go || v_met;
    v_ended := v_next;
  end loop;
  perform release(v_go);
end $$;
