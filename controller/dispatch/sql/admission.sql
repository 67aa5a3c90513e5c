-- Admission: who may run. All of it happens under the lock of the org's row, so org, agent and budget counters are exact.
-- Rule of all statements: arrays drive them and keys are looked up one by one, so no plan depends on statistics.

create or replace function lock_orgs(p_orgs text[]) returns void language sql as $$
  select 1 from org where name = any(p_orgs) order by name for update;
$$;

create or replace function iso(p_at timestamptz) returns text language sql stable as $$
  select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');
$$;

create or replace function window_end(p_span text, p_zone text) returns timestamptz language sql volatile as $$
  select case when p_span in ('day', 'month')
    then (date_trunc(p_span, clock_timestamp() at time zone p_zone) + ('1 ' || p_span)::interval) at time zone p_zone
    else 'infinity' end;
$$;

-- Begins new windows where the old ones are over.
create or replace function roll_budgets(p_owners text[]) returns void language plpgsql as $$
begin
  update budget set spent = 0, top_up = 0, ends = window_end(span, zone) where owner = any(p_owners) and ends <= clock_timestamp();
  with gone as (delete from budget_slice where owner = any(p_owners) and ends <= clock_timestamp() returning *),
  per as (select owner, sum(spent)::bigint as spent, sum(top_up)::bigint as top_up from gone group by owner)
  update budget b set spent = b.spent - per.spent, top_up = b.top_up - per.top_up from per where b.owner = per.owner and b.span = 'rolling';
end $$;

-- Gives reservations back and counts what was really spent.
create or replace function settle_money(p_owner text[], p_reserved bigint[], p_spent bigint[]) returns void language plpgsql as $$
begin
  perform roll_budgets(p_owner);
  update budget b set reserved = b.reserved - m.reserved, spent = b.spent + m.spent
    from unnest(p_owner, p_reserved, p_spent) as m(owner, reserved, spent) where b.owner = m.owner;
  insert into budget_slice (owner, ends, spent)
    select b.owner, to_timestamp(ceil(extract(epoch
      from clock_timestamp()) * 60 / b.seconds) * b.seconds / 60) + make_interval(secs => b.seconds), m.spent
    from unnest(p_owner, p_spent) as m(owner, spent)
    cross join lateral (select owner, seconds from budget where budget.owner = m.owner and span = 'rolling' and m.spent > 0 offset 0) b
    on conflict (owner, ends) do update set spent = budget_slice.spent + excluded.spent;
end $$;

-- Takes tasks out of the queue and out of their leases: slots and reservations are free again, costs are counted.
-- Two statements, as a row that a claim takes out of the queue at this moment shows up as a lease only to the second one.
create or replace function take_out(p_tasks uuid[]) returns void language plpgsql as $$
declare
  v_address text[]; v_slots int[]; v_queued int[]; v_reserved bigint[]; v_spent bigint[];
  v_owner text[]; v_owner_reserved bigint[]; v_owner_spent bigint[];
begin
  with gone as (delete from queue where task = any(p_tasks) returning address, ready, amount)
  select array_agg(address), array_agg(ready::int), array_agg((not ready)::int), array_agg(case when ready then amount else 0 end),
    array_agg(0)
    into v_address, v_slots, v_queued, v_reserved, v_spent from gone;
  with gone as (delete from lease where task = any(p_tasks) returning address, amount, cost)
  select v_address || array_agg(address), v_slots || array_agg(1), v_queued || array_agg(0), v_reserved || array_agg(amount),
    v_spent || array_agg(cost)
    into v_address, v_slots, v_queued, v_reserved, v_spent from gone;
  if v_address is null then return; end if;

  with per as (
    select address, sum(slots)::int as slots, sum(queued)::int as queued
    from unnest(v_address, v_slots, v_queued) as g(address, slots, queued) group by address),
  agents as (
    update agent a set running = a.running - per.slots, queued = a.queued - per.queued from per where a.address = per.address
      returning a.org, per.slots)
  update org o set running = o.running - m.slots from (select org, sum(slots)::int as slots from agents group by org) m
    where o.name = m.org;

  if 0 < any(v_reserved) or 0 < any(v_spent) then
    select array_agg(owner), array_agg(reserved), array_agg(spent) into v_owner, v_owner_reserved, v_owner_spent from (
      select owner, sum(reserved)::bigint as reserved, sum(spent)::bigint as spent
      from unnest(v_address, v_reserved, v_spent) as g(address, reserved, spent)
      cross join lateral (values (address), (split_part(address, '/', 1))) as o(owner) group by owner) m;
    perform settle_money(v_owner, v_owner_reserved, v_owner_spent);
  end if;
end $$;

-- Makes ready what fits: by priority, then by age, while slots and money of the org and of each agent last. A task without a budget of its own
-- reserves all that the narrowest limit leaves, so that tasks of unknown cost run one after the other and never pass it together.
create or replace function admit(p_orgs text[]) returns void language plpgsql as $$
declare v_count int; v_ready text[];
begin
  loop
    with candidate as (
      select o.name as org, o.max_running - o.running as slots, om.money as org_money, am.money as agent_money, a.address, q.task, q.amount,
        q.priority, q.seq,
        sum(q.amount) over (partition by a.address order by q.priority desc, q.seq) as agent_upto
      from unnest(p_orgs) as w(name)
      cross join lateral (select name, max_running, running from org where org.name = w.name and running < max_running
        and not (paused or held or removed) offset 0) o
      cross join lateral (select coalesce(min(amount + top_up - spent - reserved), 9007199254740991) as money,
        coalesce(min(amount + top_up - spent), 9007199254740991) as whole from budget
        where owner = o.name offset 0) om
      cross join lateral (select address, max_running - running as slots from agent
        where agent.org = o.name and queued > 0 and running < max_running and not (paused or held or removed) offset 0) a
      cross join lateral (select coalesce(min(amount + top_up - spent - reserved), 9007199254740991) as money,
        coalesce(min(amount + top_up - spent), 9007199254740991) as whole from budget
        where owner = a.address offset 0) am
      cross join lateral (select task, coalesce(amount, case when om.money + am.money < 18014398509481982
          then greatest(least(om.whole, am.whole), 1) else 0 end) as amount, priority, seq from queue where queue.address = a.address and not ready
        order by priority desc, seq limit least(a.slots, o.max_running - o.running, 256)) q),
    ranked as (
      select *, row_number() over (partition by org order by priority desc, seq) as place, sum(amount) over (partition by org
        order by priority desc, seq) as org_upto
      from candidate where amount = 0 or agent_upto <= agent_money),
    pick as (select * from ranked where place <= slots and (amount = 0 or org_upto <= org_money)),
    mark as (update queue q set ready = true, amount = p.amount from pick p where q.task = p.task),
    agents as (update agent a set running = a.running + m.n, queued = a.queued - m.n
      from (select address, count(*)::int as n from pick group by address) m where a.address = m.address),
    orgs as (update org o set running = o.running + m.n from (select org, count(*)::int as n from pick group by org) m
      where o.name = m.org),
    money as (update budget b set reserved = b.reserved + m.amount
      from (select owner, sum(amount)::bigint as amount from pick cross join lateral (values (address), (org)) as u(owner)
        where amount > 0 group by owner) m
      where b.owner = m.owner)
    select count(*), v_ready || array_agg(distinct address) into v_count, v_ready from pick;
    exit when v_count < 256;
  end loop;
  if cardinality(v_ready) > 0 then perform pg_notify('fleetwright_ready', left(array_to_string(v_ready, ','), 7900)); end if;
end $$;
