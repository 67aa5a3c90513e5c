-- What workers tell while they run. Sending something again changes nothing.

-- Keeps output. What comes from an attempt that lost its task is kept and marked; what never held it is refused. Answers which chunks
-- belong to a known attempt.
create or replace function append_log(p_chunks json) returns json language plpgsql as $$
declare v_answer json;
begin
  with c as (select * from json_to_recordset(p_chunks) as c(at int, task uuid, attempt int, token uuid, seq int, stream text, text text)),
  known as (
    select c.*, e.org, l.task is null as late from c
    cross join lateral (select org from event e where e.task = c.task and e.attempt = c.attempt and e.kind = 'claimed' and e.seq = 0
      and e.token = c.token offset 0) e
    left join lateral (select task from lease where lease.task = c.task and lease.attempt = c.attempt offset 0) l on true),
  put as (insert into log (task, attempt, seq, stream, text, late) select task, attempt, seq, stream, text, late from known
    on conflict do nothing returning task, text),
  grown as (insert into log_size (task, org, bytes)
    select p.task, k.org, p.bytes from (select task, sum(octet_length(text)) as bytes from put group by task) p
    join (select distinct task, org from known) k using (task) order by p.task
    on conflict (task) do update set bytes = log_size.bytes + excluded.bytes)
  select json_agg(json_build_object('at', at, 'late', late)) into v_answer from known;
  return v_answer;
end $$;

-- Keeps events of running attempts. Answers which of them hold their task.
create or replace function append_events(p_events json) returns json language plpgsql as $$
declare v_answer json;
begin
  with e as (select * from json_to_recordset(p_events) as e(at int, task uuid, attempt int, token uuid, seq int, kind text, data json)),
  held as (
    select e.*, l.org from e
    cross join lateral (select org from lease where lease.task = e.task and lease.attempt = e.attempt
      and lease.token = e.token offset 0) l),
  put as (insert into event (org, task, attempt, kind, seq, data) select org, task, attempt, kind, seq, data from held
    on conflict do nothing)
  select json_agg(json_build_object('at', at)) into v_answer from held;
  return v_answer;
end $$;
